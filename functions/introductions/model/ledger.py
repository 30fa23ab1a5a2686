"""What a profile or a demand remembers of its introductions: which they are, whose go counts, and when it ended."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from passerelle.problems import Problem, Refused


class Ledger(BaseModel):
    """The introductions of one profile or one demand, and the version from which on it may be introduced.

    Everyone who begins or ends introductions of the thing writes here, so that neither overtakes the other unseen.
    """

    model_config = ConfigDict(frozen=True)

    introductions: tuple[str, ...] = ()
    committed_to: Annotated[
        str | None, Field(description="Of a profile: the one introduction its person gave his go to.")
    ] = None
    lent: Annotated[bool, Field(description="Of a profile: an agreement is signed, no more introductions.")] = False
    ended_at: Annotated[
        int, Field(description="Version of the thing at which it was withdrawn or closed; 0 never.")
    ] = 0

    def takes(self, sequence: int) -> bool:
        """Whether a proposal about this version of the thing is still good."""
        return sequence >= self.ended_at and not self.lent

    def with_introductions(self, *ids: str) -> "Ledger":
        """The ledger with these added."""
        return self.model_copy(update={"introductions": (*self.introductions, *ids)})


def committed_elsewhere() -> Problem:
    """The answer to the second demand for one person."""
    return Refused(
        "This person has given the go to another proposal.",
        code="committed-elsewhere",
        remedy="Wait: if the other one ends, this one may go on.",
    )
