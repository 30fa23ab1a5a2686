"""What an endpoint asks for, and what its organisation may be told. Pure."""

from pydantic import BaseModel, ConfigDict

from functions.webhooks.model.notices import TEST_TYPE, Placed


class Filters(BaseModel):
    """What an endpoint asks for. Empty means all; what has no place passes only where no territory is named."""

    model_config = ConfigDict(frozen=True)

    types: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()

    def admit(self, placed: Placed) -> bool:
        """Whether the endpoint asks to be told this."""
        return (not self.types or placed.notice.type in self.types) and self.admit_place(placed)

    def admit_place(self, placed: Placed) -> bool:
        """Whether programme and territory are among those asked for."""
        return (not self.programmes or placed.notice.programme in self.programmes) and (
            not self.territories or not placed.departments.isdisjoint(self.territories)
        )


class Remit(BaseModel):
    """What a partner organisation may be told, whatever its endpoints ask for: its programmes and territories.

    `territories` are areas of any level as `level:code`; without any it acts everywhere. What is not known to lie
    whole in one of them is not told. Of who is not recorded, or has ended, there is no programme. `sequence` is that of
    the fact it is from.
    """

    model_config = ConfigDict(frozen=True)

    partner: str
    programmes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    ended: bool = False
    sequence: int = 0

    def admits(self, placed: Placed) -> bool:
        """Whether the organisation may be told this; a test of its own endpoint as long as it has not ended."""
        if placed.notice.type == TEST_TYPE:
            return not self.ended
        return placed.notice.programme in self.programmes and (
            not self.territories or not set(self.territories).isdisjoint(placed.places)
        )
