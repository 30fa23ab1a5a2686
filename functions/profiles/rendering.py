"""The French words of a card and of the opt-in text: what hosts will read, what the volunteer reads before choosing.

The text holds what law.md §2.7 asks of the volunteer opt-in: purpose, visible fields and their generalisation, readers,
duration, freedom, method of matching (Code du travail L1222-3, L1222-4, L8241-2) and the notice of RGPD art. 13 and 14.
Any change of a word is a new `WORDING`.
"""

from typing import Final

from functions.profiles.model.cards import exact_card
from functions.profiles.model.consent import CardLine, OptInText, Section
from functions.profiles.model.profile import Profile, Review
from passerelle.contracts.cards import Area, AreaLevel, ProfileCard
from passerelle.contracts.desk import ReviewOutcome
from passerelle.french import AREA_KINDS, AREAS, EXPERIENCE, SHIFTS, WORKING_TIME, day, month, typeset
from passerelle.nomenclature import Nomenclature

WORDING: Final = "opt-in-2"

_AREAS: Final[dict[AreaLevel, str]] = {
    "epci": "l’intercommunalité",
    "employment_zone": "la zone d’emploi",
    "department": "le département",
    "region": "la région",
}


_OUTCOMES: Final[dict[ReviewOutcome, str]] = {
    "upheld": "Un conseiller a relu votre fiche et ce que le programme en fait, critère par critère : il n’y a pas "
    "trouvé d’erreur. Vous pouvez le contester auprès du délégué à la protection des données.",
    "card_to_correct": "Un conseiller a relu votre fiche : une ligne est à corriger. Demandez-le à votre employeur, "
    "qui l’a rédigée ; il ne sait rien de votre demande.",
    "taken_in_hand": "Un conseiller a relu votre fiche et s’en occupe : il cherche lui-même des entreprises à qui la "
    "proposer.",
}


class French:
    """Writes cards and opt-in texts in French. `operator` and `privacy_contact` are named in the notice."""

    def __init__(self, nomenclature: Nomenclature, operator: str, privacy_contact: str) -> None:
        self._nomenclature = nomenclature
        self._operator = operator
        self._privacy_contact = privacy_contact

    def card_lines(self, card: ProfileCard) -> tuple[CardLine, ...]:
        """The card line by line, with labels instead of codes."""
        skills = tuple(sorted(self._nomenclature.label("skill", code) for code in card.skills))
        return (
            _line("occupation", "Métier", self._nomenclature.label("trade", card.occupation)),
            _line("skills", "Compétences", *(skills or ("pas montrées à ce stade",))),
            _line("experience", "Expérience", EXPERIENCE[card.experience]),
            _line("area", "Secteur", self._area(card.area)),
            _line("radius_km", "Déplacement", f"jusqu’à {card.radius_km} km"),
            _line("available_from", "Disponibilité", _period(card.available_from, card.available_to)),
            _line("working_time", "Temps de travail", WORKING_TIME[card.working_time]),
            _line("shifts", "Horaires acceptés", *(SHIFTS[shift] for shift in card.shifts)),
        )

    def hidden(self, profile: Profile) -> tuple[str, ...]:
        """What the card does not show, in words; certificates are named by their family."""
        area = _AREAS[exact_card(profile, self._nomenclature).area.level]
        families = sorted(
            {
                self._nomenclature.label("certificate", family)
                for code in profile.certificates
                if (family := self._nomenclature.skill(code).certificate)
            }
        )
        certificates = (f"les habilitations et certificats, trop rares : {', '.join(families)}",) if families else ()
        lines = (
            "le nom, l’adresse, le téléphone et le mail",
            "le nom de l’entreprise qui emploie",
            f"la commune : seulement {area}",
            "les jours exacts : seulement les mois",
            *certificates,
            "la référence interne de l’employeur",
            "l’âge, le sexe, la nationalité, la santé, la rémunération : ils ne sont pas demandés",
        )
        return tuple(typeset(line) for line in lines)

    def opt_in_text(self, profile: Profile) -> OptInText:
        """The whole text for one profile; the same profile always gives the same text."""
        card = exact_card(profile, self._nomenclature)
        return OptInText(
            wording=WORDING,
            title=typeset("Montrer votre fiche, sans votre nom ?"),
            card=self.card_lines(card),
            hidden=self.hidden(profile),
            sections=tuple(self._sections(card)),
        )

    def review(self, review: Review) -> str:
        """Where a review stands, for the volunteer."""
        if review.outcome is None:
            return typeset(f"Un conseiller regarde. Vous aurez sa réponse au plus tard le {day(review.answer_by)}.")
        return typeset(_OUTCOMES[review.outcome])

    def _area(self, area: Area) -> str:
        return f"{self._nomenclature.label(AREA_KINDS[area.level], area.code)} ({AREAS[area.level]})"

    def _sections(self, card: ProfileCard) -> list[Section]:
        precise = _AREAS[card.area.level]
        return [
            _section(
                "À quoi sert votre accord",
                "Votre employeur propose de vous prêter, si vous le voulez, à une autre entreprise qui a besoin de vos "
                "compétences, en général pour un à six mois. Pendant un prêt, vous restez son salarié : votre contrat "
                "et votre salaire continuent, et vous retrouvez ensuite votre poste (Code du travail, art. L. 8241-2).",
                "Aujourd’hui, une seule question vous est posée : cette fiche peut-elle être montrée ? Dire oui n’est "
                "pas accepter un prêt. Aucun prêt ne commence sans un autre accord de votre part, écrit, qui nomme "
                "l’entreprise, les tâches, les dates, le lieu, les horaires et votre retour.",
            ),
            _section(
                "Ce qui est montré, et avec quelle précision",
                "Seules les lignes de la fiche sont montrées, telles que vous les lisez : le mois au lieu du jour, une "
                f"tranche au lieu du nombre d’années, {precise} au lieu de la commune.",
                "La fiche est masquée ; elle n’est pas anonyme au sens du RGPD. Elle est faite pour qu’on ne vous "
                "reconnaisse pas, sans qu’on puisse promettre que c’est impossible. Les entreprises n’ont pas le droit "
                "de chercher à vous reconnaître.",
            ),
            _section(
                "À qui",
                "Aux entreprises vérifiées dont un besoin correspond, et aux conseillers de la plateforme ; "
                "jamais aux entreprises que votre employeur a écartées.",
                "Votre nom et celui de votre employeur ne sont donnés à une entreprise que plus tard, et seulement si "
                "vous donnez votre feu vert sur une proposition précise.",
            ),
            _section(
                "Pendant combien de temps",
                "Jusqu’à ce que vous retiriez la fiche, et au plus tard jusqu’à la fin du mois de "
                f"{month(card.available_to)}. Une fiche retirée cesse aussitôt d’être montrée.",
            ),
            _section(
                "Vous êtes libre",
                "Refuser n’a aucune conséquence pour vous. Retirer votre accord non plus : ni sanction, ni "
                "licenciement, ni mesure défavorable (Code du travail, art. L. 8241-2).",
                "Vous pouvez retirer la fiche à tout moment, sans donner de raison, en rouvrant le lien reçu par mail. "
                "Si vous refusez ou retirez, votre employeur lit seulement que la fiche est « retirée ».",
            ),
            _section(
                "Comment le rapprochement est fait",
                "Un programme compare votre fiche aux besoins des entreprises sur sept critères : métier, compétences "
                "exigées, compétences souhaitées, distance, période, horaires et expérience. Chaque résultat est "
                "expliqué, critère par critère (Code du travail, art. L. 1222-3 et L. 1222-4).",
                "Il classe ; il n’écarte une fiche que si les dates ou la distance ne conviennent pas, si la loi s’y "
                "oppose, ou si l’une des deux entreprises ne veut pas de l’autre. Il ne connaît ni votre nom, ni votre "
                "âge, ni votre sexe, ni votre nationalité, ni votre santé.",
                "Aucune décision n’est prise par le programme seul : des personnes choisissent, et vous pouvez "
                "demander ici, à tout moment, qu’une personne réexamine un résultat.",
            ),
            _section(
                "Vos données personnelles (RGPD, art. 13 et 14)",
                f"Responsables conjoints : votre employeur, et {self._operator}, qui exploite la plateforme. Délégué à "
                f"la protection des données : {self._privacy_contact}.",
                "Base légale : l’intérêt légitime à proposer des prêts de salariés volontaires (art. 6, 1, f), avec "
                "votre accord pour garantie. Source : votre employeur, qui a décrit votre métier, vos compétences et "
                "votre disponibilité.",
                "Destinataires : ceux qui sont nommés sous « À qui », et notre hébergeur, qui agit sur nos "
                "instructions. Votre identité est gardée à part, chiffrée.",
                "Conservation : au bout de six mois sans suite, nous vous demandons si votre accord tient toujours ; "
                "sans réponse, tout est effacé au bout d’un an. Après un retrait, vos données sont effacées sous 30 "
                "jours. La trace de votre choix (date et texte accepté) est gardée cinq ans, à l’écart, comme "
                "preuve.",
                "Vos droits : accès, rectification, effacement, limitation, opposition. Aucune décision à votre sujet "
                "n’est entièrement automatisée. Écrivez au délégué ; vous pouvez aussi adresser une réclamation à la "
                "CNIL (www.cnil.fr).",
            ),
        ]


def _line(field: str, label: str, *values: str) -> CardLine:
    return CardLine(field=field, label=label, values=tuple(typeset(value) for value in values))


def _section(heading: str, *paragraphs: str) -> Section:
    return Section(heading=typeset(heading), paragraphs=tuple(typeset(paragraph) for paragraph in paragraphs))


def _period(first: str, last: str) -> str:
    start, end = month(first), month(last)
    if first == last:
        return f"en {start}"
    elided = "d’" if start[0] in "ao" else "de "
    return f"{elided}{start} à {end}"
