"""What a caller is told of codes that the nomenclature does not hold. Pure."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.problems import FieldError


class Asked(NamedTuple):
    """A code that a caller gave: its JSON pointer, how it is looked up, what it is called, and which one to use."""

    pointer: str
    look_up: Callable[[str], object]
    code: str
    noun: str
    advice: str


def occupation_at(pointer: str, nomenclature: Nomenclature, code: str) -> Asked:
    """An occupation that was given."""
    return Asked(pointer, nomenclature.occupation, code, "occupation", "Use a ROME code")


def municipality_at(pointer: str, nomenclature: Nomenclature, code: str) -> Asked:
    """A municipality that was given."""
    return Asked(pointer, nomenclature.municipality, code, "municipality", "Use the INSEE code, not the postcode")


def skill_at(pointer: str, nomenclature: Nomenclature, code: str) -> Asked:
    """A skill that was given."""
    return Asked(pointer, nomenclature.skill, code, "skill", "Use a skill code")


def code_faults(asked: Iterable[Asked]) -> list[FieldError]:
    """A fault for each code that is not known, with the nearest ones."""
    found = []
    for one in asked:
        try:
            one.look_up(one.code)
        except UnknownCode as unknown:
            near = f"; near ones: {', '.join(unknown.suggestions)}" if unknown.suggestions else ""
            remedy = f"{one.advice} from GET /vocabulary{near}."
            found.append(FieldError(one.pointer, f"This {one.noun} code is not in the nomenclature.", remedy))
    return found
