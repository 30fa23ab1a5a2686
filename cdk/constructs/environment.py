"""The part of a slice's environment that follows from what it is made of; each page adds what is its own."""

from __future__ import annotations

from cdk.settings import StageSettings


def of_store(stage: StageSettings, name: str) -> dict[str, str]:
    """What a slice with a table is told."""
    return {"STAGE": stage.name, "TABLE_NAME": stage.table(name)}


def of_consumer(stage: StageSettings, name: str) -> dict[str, str]:
    """What a slice with a table and a queue is told."""
    return {
        **of_store(stage, name),
        "QUEUE_URL": stage.queue_url(stage.queue(name)),
        "DEAD_LETTER_QUEUE_URL": stage.queue_url(f"{stage.queue(name)}-dlq"),
    }


def of_vocabulary(stage: StageSettings) -> dict[str, str]:
    """What a slice that reads codes is told of imported nomenclatures."""
    return {"VOCABULARY_TABLE": stage.table("nomenclatures"), "VOCABULARY_BUCKET": stage.vocabulary_bucket}


def of_masking(stage: StageSettings) -> dict[str, str]:
    """What a slice that owns or shows cards is told of the ledger of classes."""
    return {
        "CLASSES_TABLE_NAME": stage.table("classes"),
        "MIN_MEMBERS": str(stage.min_members),
        "MIN_LENDERS": str(stage.min_lenders),
        "MAX_LENDER_SHARE": str(stage.max_lender_share),
    }


def of_publication(stage: StageSettings) -> dict[str, str]:
    """What a slice that publishes cards is told."""
    return {**of_masking(stage), "PUBLICATION_HOURS": str(stage.publication_hours)}
