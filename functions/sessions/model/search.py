"""What somebody looks for among the open sessions. Pure."""

from dataclasses import dataclass

from functions.sessions.model import Session
from passerelle.nomenclature import Nomenclature, UnknownCode


@dataclass(frozen=True)
class Wanted:
    """What is looked for; None is anything."""

    kind: str | None = None
    programme: str | None = None
    department: str | None = None
    occupation: str | None = None

    def fits(self, session: Session, nomenclature: Nomenclature) -> bool:
        """Whether a session is what is looked for."""
        offer = session.offer
        return (
            offer is not None
            and self.kind in (None, offer.kind)
            and self.programme in (None, session.programme)
            and (self.occupation is None or self.occupation in offer.occupations)
            and (self.department is None or self.department == _department(offer.municipality, nomenclature))
        )


def _department(municipality: str, nomenclature: Nomenclature) -> str | None:
    try:
        return nomenclature.municipality(municipality).departement
    except UnknownCode:
        return None
