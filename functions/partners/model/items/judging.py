"""Why an item that could be read is refused all the same: its codes, days, and what was recorded and agreed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from functions.partners.model.agreements import Agreement
from functions.partners.model.items.codes import Code, Fault
from functions.partners.model.items.data import (
    AnnouncedData,
    CancelledData,
    OutcomeData,
    PreselectedData,
    RegisteredData,
    UnregisteredData,
    WithdrawnData,
)
from functions.partners.model.items.reading import Item
from functions.partners.model.organisations import Partner, PartnerState
from passerelle.contracts.base import Programme
from passerelle.nomenclature import Nomenclature, UnknownCode

CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)
_ALWAYS_TAKEN: Final = (WithdrawnData, UnregisteredData, CancelledData)
SESSIONS_WITHIN: Final = timedelta(days=2 * 366)
"""How far from today a session may be, before it as after."""


@dataclass(frozen=True)
class Judge:
    """What the items of one delivery are judged by. `today` is the day in France."""

    partner: Partner
    agreements: tuple[Agreement, ...]
    nomenclature: Nomenclature
    now: datetime
    today: date

    def objection(self, item: Item) -> Fault | None:
        """Why an item is refused; None when it is taken. Whoever withdraws, gives back or cancels may always.

        A partner that has ended since it was stored is recorded for no programme: nothing else that it says is taken.
        """
        data = item.data
        if item.said_at > self.now + CLOCKS_DIFFER_BY:
            return Fault(Code.DATE_IMPOSSIBLE, "occurred_at")
        if self.partner.state is PartnerState.ENDED and not isinstance(data, _ALWAYS_TAKEN):
            return Fault(Code.OUTSIDE_PROGRAMME)
        if isinstance(data, RegisteredData | OutcomeData) and data.on > self.today:
            return Fault(Code.DATE_IMPOSSIBLE, "on")
        if isinstance(data, PreselectedData):
            return self._of_candidate(data)
        if isinstance(data, AnnouncedData):
            return self._of_session(data)
        return self._of_axis(None, data.axis, data.on) if isinstance(data, OutcomeData) else None

    def _of_candidate(self, data: PreselectedData) -> Fault | None:
        impossible = None
        if data.preselected_on > self.today:
            impossible = "preselected_on"
        elif data.consented_on > data.preselected_on:
            impossible = "consented_on"
        return self._of_facts(data, impossible) or self._of_axis(data.programme, data.axis, data.preselected_on)

    def _of_session(self, data: AnnouncedData) -> Fault | None:
        found = self._of_facts(data, next(self._impossible_days(data), None))
        if found is not None or data.axis is None:
            return found
        return self._of_axis(data.programme, data.axis, data.starts_on)

    def _impossible_days(self, data: AnnouncedData) -> Iterator[str]:
        until = data.register_until or data.starts_on
        if abs(data.starts_on - self.today) > SESSIONS_WITHIN:
            yield "starts_on"
        if not data.starts_on <= data.ends_on <= self.today + SESSIONS_WITHIN:
            yield "ends_on"
        if not self.today - SESSIONS_WITHIN <= until <= data.starts_on:
            yield "register_until"

    def _of_facts(self, data: PreselectedData | AnnouncedData, impossible: str | None) -> Fault | None:
        """Codes, the field of an impossible day, programme and place, in this order."""
        unknown = _unknown_code(data, self.nomenclature)
        if unknown is not None:
            return Fault(Code.CODE_UNKNOWN, unknown)
        if impossible is not None:
            return Fault(Code.DATE_IMPOSSIBLE, impossible)
        if data.programme not in self.partner.facts.programmes:
            return Fault(Code.OUTSIDE_PROGRAMME, "programme")
        if not self.partner.acts_in(data.municipality, self.nomenclature):
            return Fault(Code.OUTSIDE_TERRITORY, "municipality")
        return None

    def _of_axis(self, programme: Programme | None, axis: int, on: date) -> Fault | None:
        """Of an outcome the programme is the candidate's, which may come later: None, any of the partner's will do."""
        agreed = any(one.covers(self.partner.id, programme, axis, on) for one in self.agreements)
        return None if agreed else Fault(Code.AXIS_NOT_AGREED, "axis")


def _unknown_code(data: PreselectedData | AnnouncedData, nomenclature: Nomenclature) -> str | None:
    for field, look_up in (
        ("occupation", nomenclature.occupation),
        ("occupations", nomenclature.occupation),
        ("skills", nomenclature.skill),
        ("municipality", nomenclature.municipality),
    ):
        said = getattr(data, field, ())
        for code in (said,) if isinstance(said, str) else said:
            try:
                look_up(code)
            except UnknownCode:
                return field
    return None
