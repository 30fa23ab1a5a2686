"""What a person may tell of himself, each answer on its own: given, changed and withdrawn apart from the others."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from passerelle.problems import NotFound, Problem, Refused
from passerelle.tokens import same


class Question(StrEnum):
    """What may be asked, and nothing else (law.md §3.10): never origin, nationality or health beyond a recognition."""

    SEX = "sex"
    AGE_BAND = "age_band"
    DISABILITY = "disability"
    PRIORITY_AREA = "qpv"


CHOICES: Final[dict[Question, tuple[str, ...]]] = {
    Question.SEX: ("woman", "man"),
    Question.AGE_BAND: ("under_26", "26_44", "45_54", "55_or_over"),
    Question.DISABILITY: ("yes", "no"),
    Question.PRIORITY_AREA: ("yes", "no"),
}

ANSWERS_KEPT: Final = timedelta(days=365)
"""How long after the last answer, unless they are withdrawn before."""

LINK_KEPT: Final = timedelta(days=730)
"""How long a personal link opens this page after its term, so that what was told can be withdrawn."""


class Link(BaseModel):
    """Whose personal link it is: the one that asked for his opt-in."""

    model_config = ConfigDict(frozen=True)

    profile_id: str


class Sealed(BaseModel):
    """One answer as it is kept: unreadable without the key, with the text that was agreed to and when."""

    model_config = ConfigDict(frozen=True)

    sealed: Annotated[str, Field(description="KMS ciphertext, base64, bound to the profile and the question.")]
    text_sha256: str
    at: datetime


class Answers(BaseModel):
    """The answers of one person. Which questions he answered can be read; what he answered cannot."""

    model_config = ConfigDict(frozen=True)

    profile_id: str
    given: dict[Question, Sealed] = {}
    erased: Annotated[bool, Field(description="The person was erased: nothing is kept under this id again.")] = False

    def with_answers(self, given: Mapping[Question, Sealed]) -> "Answers":
        """It once these were given; others stay as they are."""
        return self.model_copy(update={"given": {**self.given, **given}})

    def without(self, questions: Iterable[Question]) -> "Answers":
        """It once the answers to these were withdrawn; what was never given changes nothing."""
        gone = frozenset(questions)
        return self.model_copy(update={"given": {one: kept for one, kept in self.given.items() if one not in gone}})

    @property
    def answered(self) -> tuple[Question, ...]:
        """The questions that have an answer, in their order."""
        return tuple(one for one in Question if one in self.given)


class Section(BaseModel):
    """A heading and what stands under it."""

    model_config = ConfigDict(frozen=True)

    heading: str
    paragraphs: tuple[str, ...]


class Choice(BaseModel):
    """One answer that may be chosen, in code and in words."""

    model_config = ConfigDict(frozen=True)

    code: str
    label: str


class Asked(BaseModel):
    """One question in words, with the answers that may be chosen."""

    model_config = ConfigDict(frozen=True)

    question: Question
    label: str
    choices: tuple[Choice, ...]


class ConsentText(BaseModel):
    """The whole text that a person agrees to, by its hash, before anything is kept."""

    model_config = ConfigDict(frozen=True)

    wording: str
    title: str
    sections: tuple[Section, ...]
    questions: tuple[Asked, ...]

    @property
    def sha256(self) -> str:
        """Names this exact text."""
        said = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


def check_consent(text: ConsentText, text_sha256: str) -> None:
    """Raise `Refused` unless this is the text that was agreed to."""
    if not same(text.sha256, text_sha256):
        raise Refused(
            "The text has changed since it was shown.",
            code="text-changed",
            remedy="Open your link once more and read the present text.",
        )


def link_not_valid() -> Problem:
    """One answer for every link that does not work: unknown, altered or expired read the same."""
    return NotFound(
        "This link does not work, or no longer.",
        code="link-not-valid",
        remedy="Open the link in the mail you received once more.",
    )
