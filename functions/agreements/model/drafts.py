"""What the parties agree on, and when a change of it is material. Pure."""

import unicodedata
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.terms import TermSheet
from passerelle.problems import FieldError

_FunctionOfSomebody = Annotated[str, Field(min_length=2, max_length=80)]


class Draft(BaseModel):
    """What the parties agree on: the term sheet, and what it left masked. Persons appear by their function."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    terms: TermSheet
    workplace: Annotated[
        str | None, Field(pattern=r"^(\d{5}|2[AB]\d{3})$", description="INSEE code of the municipality of the work.")
    ] = None
    supervisor: Annotated[_FunctionOfSomebody | None, Field(description="Who directs the work at the host.")] = None
    lender_signer: Annotated[_FunctionOfSomebody | None, Field(description="Who signs for the lender.")] = None
    host_signer: Annotated[_FunctionOfSomebody | None, Field(description="Who signs for the host.")] = None

    def differs_materially(self, other: "Draft") -> bool:
        """Whether more changed than functions of persons and the spelling of the two free texts."""
        return self._material() != other._material()

    def _material(self) -> tuple[Any, ...]:
        terms = self.terms
        fixed = terms.model_dump(exclude={"tasks", "post_characteristics"})
        return fixed, self.workplace, meaning(terms.tasks), meaning(terms.post_characteristics)

    def gaps(self) -> list[FieldError]:
        """What is still missing before documents can be made of it."""
        wanted = {
            "/workplace": self.workplace,
            "/supervisor": self.supervisor,
            "/lender_signer": self.lender_signer,
            "/host_signer": self.host_signer,
            "/terms/post_characteristics": meaning(self.terms.post_characteristics),
        }
        return [
            FieldError(pointer, "missing", "PUT the terms with it.") for pointer, value in wanted.items() if not value
        ]


_SPELLING: Final = frozenset(".,;:!?…'’\"“”«»()-–—")


def meaning(text: str) -> tuple[str, ...]:
    """A text without what a typo may be: case, accents, spaces between words, punctuation that touches no figure."""
    plain = "".join(
        character
        for character in unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE"))
        if not unicodedata.combining(character)
    ).casefold()
    words: list[str] = [""]
    for position, character in enumerate(plain):
        around = plain[max(position - 1, 0) : position + 2]
        if character.isalnum():
            words[-1] += character
        elif character.isspace() or (character in _SPELLING and not any(each.isdigit() for each in around)):
            words.append("")
        else:
            words += [character, ""]
    return tuple(word for word in words if word)
