"""The French words of the desk: cards line by line, why two may suit, how an approach stands, what is not seen."""

from typing import Final

from functions.desk.model.approaches import State
from functions.desk.model.suiting import Suit
from passerelle.contracts.cards import Area, DemandCard, Month, ProfileCard
from passerelle.contracts.profiles import ReviewReason
from passerelle.french import AREA_KINDS, EXPERIENCE, SHIFTS, WORKING_TIME, month
from passerelle.nomenclature import Nomenclature, UnknownCode

STATES: Final = {
    State.OPEN: "Les deux entreprises sont à contacter",
    State.LENDER_AGREED: "L’entreprise prêteuse a dit oui : l’entreprise utilisatrice est à contacter",
    State.HOST_AGREED: "L’entreprise utilisatrice a dit oui : l’entreprise prêteuse est à contacter",
    State.AGREED: "Les deux entreprises ont dit oui : la mise en relation se poursuit sur la plateforme",
    State.DECLINED: "Sans suite",
    State.LAPSED: "Éteinte : une fiche est partie, ou le délai est passé",
}
CARD_LIMITS: Final = (
    "Vous lisez des fiches masquées, au niveau 1 : jamais le nom du salarié, et pas celui des entreprises.",
    "Ouvrir une démarche vous donne, tant qu’elle dure, le nom et le contact des deux entreprises ; rien du salarié.",
    "Chaque lecture et chaque acte sont notés : qui, quoi, quand. L’exploitant lit ce journal.",
)
REVIEW_LIMITS: Final = (
    "Vous lisez la fiche masquée, comme les entreprises : jamais le nom du salarié ni celui de son employeur.",
    "L’employeur n’apprend ni la demande ni la réponse. Le salarié lit la réponse sur sa page.",
    "Comparez la fiche aux critères publiés (GET /matching/weights) ; vous pouvez proposer la fiche vous-même.",
)
REASONS: Final[dict[ReviewReason, str]] = {
    "order": "Il conteste sa place dans les résultats.",
    "never_proposed": "Sa fiche n’est proposée à personne.",
    "card": "Il trouve une erreur dans sa fiche.",
}
APPROACH_LIMITS: Final = (
    "Le contact de chaque entreprise se lit pendant la démarche seulement, et chaque lecture est notée.",
    "Ne dites à aucune des deux qui est l’autre : les identités attendent les trois signatures de la fiche d’accord.",
    "Un refus n’est dit à personne : l’autre entreprise apprend seulement que cela ne se fait pas.",
    "Le nom du salarié ne vous est jamais montré ; il a accepté que sa fiche masquée soit proposée.",
)


class French:
    """Writes the cards of the desk in French."""

    def __init__(self, nomenclature: Nomenclature) -> None:
        self._nomenclature = nomenclature

    def trade(self, card: ProfileCard | DemandCard) -> str:
        """The trade of a card."""
        return self._label("trade", card.occupation)

    def place(self, card: ProfileCard | DemandCard) -> str:
        """The area of a card."""
        return self._area(card.area)

    def lines(self, card: ProfileCard | DemandCard) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """A card line by line: field, label, values."""
        return self._profile(card) if isinstance(card, ProfileCard) else self._demand(card)

    def reasons(self, suit: Suit) -> tuple[str, ...]:
        """Why two cards may suit."""
        skills = ", ".join(self._skills(suit.shared_skills))
        return (
            "Même métier" if suit.same_trade else "Autre métier",
            f"Compétences communes : {skills}" if skills else "Aucune compétence commune montrée",
            "Un mois commun" if suit.months == 1 else f"{suit.months} mois communs",
            "Distance à vérifier" if suit.km is None else f"Environ {suit.km} km entre les deux secteurs",
        )

    def _profile(self, card: ProfileCard) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        return (
            ("occupation", "Métier", (self.trade(card),)),
            ("skills", "Compétences", self._skills(card.skills)),
            ("experience", "Expérience", (EXPERIENCE[card.experience],)),
            ("area", "Secteur", (self.place(card),)),
            ("radius_km", "Déplacement", (f"jusqu’à {card.radius_km} km",)),
            ("period", "Disponibilité", (_period(card.available_from, card.available_to),)),
            ("working_time", "Temps de travail", (WORKING_TIME[card.working_time],)),
            ("shifts", "Horaires acceptés", tuple(SHIFTS[shift] for shift in card.shifts)),
        )

    def _demand(self, card: DemandCard) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        return (
            ("occupation", "Métier", (self.trade(card),)),
            ("must_skills", "Compétences indispensables", self._skills(card.must_skills)),
            ("wished_skills", "Compétences souhaitées", self._skills(card.wished_skills)),
            ("experience", "Expérience", (EXPERIENCE[card.experience],)),
            ("area", "Secteur", (self.place(card),)),
            ("period", "Période", (_period(card.first_month, card.last_month),)),
            ("working_time", "Temps de travail", (WORKING_TIME[card.working_time],)),
            ("shift", "Horaires", (SHIFTS[card.shift],)),
            ("headcount", "Postes", (str(card.headcount),)),
        )

    def _skills(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(self._label("skill", code) for code in codes))

    def _area(self, area: Area) -> str:
        return self._label(AREA_KINDS[area.level], area.code)

    def _label(self, kind: str, code: str) -> str:
        try:
            return self._nomenclature.label(kind, code)
        except UnknownCode:
            return code


def _period(first: Month, last: Month) -> str:
    return month(first) if first == last else f"{month(first)} à {month(last)}"
