"""The log of the desk: what an adviser read or did, about which ids, and when. It names nobody."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Act(StrEnum):
    """What an adviser does at the desk."""

    READ_QUEUE = "read_queue"
    READ_CARD = "read_card"
    READ_APPROACH = "read_approach"
    OPENED_APPROACH = "opened_approach"
    RECORDED_ANSWER = "recorded_answer"
    READ_REVIEWS = "read_reviews"
    ANSWERED_REVIEW = "answered_review"


class Line(BaseModel):
    """One line of the log."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(examples=["dsk_k3v2m4q7wz5x6a2b3c4d"])]
    at: Annotated[datetime, Field(examples=["2026-11-22T09:30:00Z"])]
    adviser: Annotated[str, Field(description="User id of whoever did it.", examples=["usr_4f2c"])]
    act: Annotated[Act, Field(examples=["read_card"])]
    about: Annotated[
        tuple[str, ...],
        Field(
            description="What was shown or acted on: cards, the candidates shown beside one, or an approach.",
            examples=[["prf_h5m2xk7qtz3w6bnvd4ca", "dem_q2n7vhx4zk6mb3tdcw5f"]],
        ),
    ]
    correlation_id: Annotated[str, Field(description="Id of the request.", examples=["req_h2x6mq4zkw7tb5nvd3fc"])]
