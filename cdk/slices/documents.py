"""Documents: PDF letters, named by their digest, in the one folder of the bucket that is theirs."""

from __future__ import annotations

from cdk.constructs import environment, permissions
from cdk.constructs.permissions import index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.introductions import IntroductionProposed


def page(stage: StageSettings) -> Slice:
    """The slice `documents`."""
    return Slice(
        name="documents",
        environment={
            **environment.of_consumer(stage, "documents"),
            "BUCKET_NAME": stage.documents_bucket,
        },
        subscriptions=(IntroductionProposed,),
        entries=(
            Entry(
                name="api",
                permissions=(
                    table(stage, "documents", "GetItem"),
                    index(stage, "documents", "listing"),
                    permissions.documents(stage, "proposal-letters", "GetObject"),
                ),
                layers=("pdf",),
            ),
            Entry(
                name="events",
                permissions=(
                    table(stage, "documents", "PutItem"),
                    permissions.documents(stage, "proposal-letters", "PutObject"),
                ),
                layers=("pdf",),
                timeout_seconds=60,
                memory_mb=1024,
            ),
        ),
    )
