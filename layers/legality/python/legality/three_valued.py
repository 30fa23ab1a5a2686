"""Logic with a third value: what is not known stays unknown until it can no longer change the answer.

Kleene's strong three-valued logic (Introduction to Metamathematics, §64). It promises monotony: learning one more fact
may settle an unknown answer, never change a settled one. It refuses to read a missing fact as "no".
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Tri:
    """True, false, or unknown (`value` is None); `missing` names the facts that could still settle it."""

    value: bool | None
    missing: frozenset[str] = frozenset()


TRUE: Final = Tri(True)
FALSE: Final = Tri(False)


def negation(part: Tri) -> Tri:
    """The contrary; the contrary of unknown is unknown."""
    return part if part.value is None else Tri(not part.value)


def conjunction(parts: Iterable[Tri]) -> Tri:
    """False as soon as one part is false, whatever the others are; true when all are."""
    missing: frozenset[str] = frozenset()
    for part in parts:
        if part.value is False:
            return FALSE
        missing |= part.missing
    return Tri(None, missing) if missing else TRUE


def disjunction(parts: Iterable[Tri]) -> Tri:
    """True as soon as one part is true, whatever the others are; false when none is."""
    return negation(conjunction(negation(part) for part in parts))


def choice(test: Tri, then: Tri, otherwise: Tri) -> Tri:
    """`then` or `otherwise`; while `test` is unknown, their common value if they have one."""
    if test.value is not None:
        return then if test.value else otherwise
    if then.value is not None and then.value == otherwise.value:
        return then
    return Tri(None, test.missing | then.missing | otherwise.missing)


@dataclass(frozen=True, slots=True)
class Condition:
    """A question about facts. `reads` names every fact it may look at; combine with `&`, `|` and `~`."""

    reads: frozenset[str]
    ask: Callable[[Mapping[str, Any]], Tri]

    def __call__(self, facts: Mapping[str, Any]) -> Tri:
        return self.ask(facts)

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(self.reads | other.reads, lambda facts: conjunction((self(facts), other(facts))))

    def __or__(self, other: "Condition") -> "Condition":
        return Condition(self.reads | other.reads, lambda facts: disjunction((self(facts), other(facts))))

    def __invert__(self) -> "Condition":
        return Condition(self.reads, lambda facts: negation(self(facts)))


ALWAYS: Final = Condition(frozenset(), lambda _: TRUE)


def if_else(test: Condition, then: Condition, otherwise: Condition) -> Condition:
    """The condition that asks `then` where `test` holds and `otherwise` where it does not."""
    return Condition(
        test.reads | then.reads | otherwise.reads,
        lambda facts: choice(test(facts), then(facts), otherwise(facts)),
    )
