"""Documents: PDF files named by their digest, each kind in its folder; for an agreement, the vault is asked."""

from __future__ import annotations

from typing import Final

from cdk.constructs import environment, permissions
from cdk.constructs.permissions import classes_reading, index, revealing, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.agreements import AgreementReady, AgreementsErased
from passerelle.contracts.introductions import IntroductionProposed, TermSheetReady
from passerelle.contracts.notifications import PersonalLinkIssued

FOLDERS: Final = (
    "proposal-letters",
    "term-sheet",
    "lender-cse-summons",
    "lender-cse-note",
    "host-cse-summons",
    "host-cse-note",
    "secondment-agreement",
    "contract-amendment",
    "employee-agreement",
    "financial-schedule",
)
"""The folders of the bucket, one per kind of document."""

ARCHIVE: Final = "archive"
"""What the law keeps of erased persons: written by an erasure, emptied by the clock, read by no function."""


def page(stage: StageSettings) -> Slice:
    """The slice `documents`."""
    return Slice(
        name="documents",
        environment={
            **environment.of_consumer(stage, "documents"),
            **environment.of_masking(stage),
            "BUCKET_NAME": stage.documents_bucket,
            "REVEAL_FUNCTION_NAME": stage.function("identities", "reveal"),
        },
        reads_codes=True,
        public_paths=("/documents/personal",),
        subscriptions=(IntroductionProposed, TermSheetReady, AgreementReady, PersonalLinkIssued, AgreementsErased),
        entries=(
            Entry(
                name="api",
                permissions=(
                    table(stage, "documents", "GetItem", "PutItem"),
                    index(stage, "documents", "listing"),
                    classes_reading(stage),
                    *(permissions.documents(stage, folder, "GetObject") for folder in FOLDERS),
                ),
                layers=("pdf",),
            ),
            Entry(
                name="events",
                permissions=(
                    table(stage, "documents", "GetItem", "PutItem", "DeleteItem"),
                    index(stage, "documents", "listing"),
                    revealing(stage),
                    *(
                        permissions.documents(stage, folder, "GetObject", "PutObject", "DeleteObjectVersion")
                        for folder in FOLDERS
                    ),
                    permissions.documents_listing(stage, *FOLDERS),
                    permissions.documents(stage, ARCHIVE, "PutObject"),
                ),
                layers=("pdf",),
                timeout_seconds=60,
                memory_mb=1024,
            ),
            Entry(
                name="retain",
                permissions=(
                    table(stage, "documents", "DeleteItem"),
                    index(stage, "documents", "listing"),
                    permissions.documents(stage, ARCHIVE, "DeleteObjectVersion"),
                    permissions.documents_listing(stage, ARCHIVE),
                ),
                layers=("pdf",),
                every="rate(1 day)",
                timeout_seconds=300,
            ),
        ),
    )
