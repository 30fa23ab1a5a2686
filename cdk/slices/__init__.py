"""One page per slice: what it deploys, as data. `pages` gives them all, in the order they are deployed."""

from __future__ import annotations

from cdk.constructs.slice import Slice
from cdk.settings import StageSettings
from cdk.slices import (
    agreements,
    companies,
    decisions,
    demands,
    desk,
    documents,
    figures,
    identities,
    inclusion,
    introductions,
    matching,
    notifications,
    outbox,
    partners,
    portal,
    profiles,
    sessions,
    vocabulary,
    webhooks,
)

PAGES = (
    companies.page,
    identities.page,
    vocabulary.page,
    portal.page,
    profiles.page,
    demands.page,
    matching.page,
    desk.page,
    introductions.page,
    agreements.page,
    documents.page,
    notifications.page,
    webhooks.page,
    decisions.page,
    inclusion.page,
    figures.page,
    partners.page,
    sessions.page,
    outbox.page,
)


def pages(stage: StageSettings) -> tuple[Slice, ...]:
    """Every slice of the application, for one stage."""
    return tuple(page(stage) for page in PAGES)
