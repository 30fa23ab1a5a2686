"""What callers say to the inclusion slice, and what they hear. No answer of a person is ever said back."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from functions.inclusion.model.answers import Asked, Question, Section
from passerelle.http import Body

YesNo = Literal["yes", "no"]


class OpenedLink(Body):
    """The token of a personal link, from the part of its address behind `#`."""

    token: Annotated[str, Field(max_length=200, description="The token.", examples=["a-token-of-43-characters"])]


class NewAnswers(OpenedLink):
    """What the person tells, and the digest of the text before him. Each is voluntary; those left out stay as they
    are."""

    text_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])]
    sex: Literal["woman", "man"] | None = None
    age_band: Literal["under_26", "26_44", "45_54", "55_or_over"] | None = None
    disability: Annotated[YesNo | None, Field(description="RQTH or another title of BOETH.")] = None
    qpv: Annotated[YesNo | None, Field(description="Lives in a priority area.")] = None

    @property
    def told(self) -> dict[Question, str]:
        """The answers given, by question."""
        said = {question: getattr(self, question.value) for question in Question}
        return {question: choice for question, choice in said.items() if choice is not None}


class Withdrawal(OpenedLink):
    """Takes answers back: these, or all."""

    questions: Annotated[
        tuple[Question, ...] | None, Field(max_length=len(Question), description="Null: all of them.", strict=False)
    ] = None


class Standing(BaseModel):
    """Which questions have an answer; not which one."""

    answered: tuple[Question, ...]


class Sheet(Standing):
    """The text that is agreed to, and the questions."""

    title: str
    sections: tuple[Section, ...]
    questions: tuple[Asked, ...]
    wording: Annotated[str, Field(examples=["inclusion-1"])]
    text_sha256: Annotated[str, Field(description="Names this exact text in the answers.", examples=["0" * 64])]
