"""What the desk keeps of a profile or a demand: its masked card, and whether it waits for an adviser or is shown.

Cards that are shown are kept too: the one that suits a hidden card may well be among them.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.cards import DemandCard, ProfileCard

Kind = Literal["profile", "demand"]

MOST_APPROACHES: Final = 30
"""How many approaches of one card are open at once: they end with it in one transaction, three writes each."""


class Card(BaseModel):
    """A profile or a demand as of one version of it. Without a card it left: the row stays to defeat late news."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: Kind
    tenant: str
    sequence: int
    card: ProfileCard | DemandCard | None = None
    with_adviser: Annotated[bool, Field(description="No class protects it: it waits here.")] = False
    since: Annotated[datetime | None, Field(description="When it came to the desk; None while it is shown.")] = None
    person_id: Annotated[str, Field(description="Of a profile: the subject of the vault.")] = ""
    approaches: Annotated[tuple[str, ...], Field(description="Those that are not closed.")] = ()

    def following(self, before: "Card") -> "Card":
        """These news on top of what was known: who waited already keeps his place in the queue."""
        since = before.since if self.with_adviser and before.with_adviser else self.since
        return self.model_copy(update={"since": since, "approaches": before.approaches if self.card else ()})

    def approached(self, approach_id: str) -> "Card":
        """It with this approach among its open ones."""
        return self.model_copy(update={"approaches": tuple(dict.fromkeys((*self.approaches, approach_id)))})

    def released(self, approach_id: str) -> "Card":
        """It without this approach."""
        return self.model_copy(update={"approaches": tuple(one for one in self.approaches if one != approach_id)})


class Company(BaseModel):
    """What is kept of a company: whom it refuses, and by which tokens others refuse it. No name."""

    model_config = ConfigDict(frozen=True)

    sequence: int = 0
    marks: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()

    def refuses(self, other: "Company") -> bool:
        """Whether either of the two never wants to meet the other."""
        return bool(self.denied & other.marks or other.denied & self.marks)
