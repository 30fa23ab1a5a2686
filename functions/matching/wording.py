"""The explanation of a score, criterion by criterion, in French words.

Pure. It says nothing that the two masked cards do not say. French typography: no-break spaces, typographic quotes.
"""

from collections.abc import Sequence
from typing import Final

from functions.matching.model.formula import (
    CRITERIA,
    FULL,
    NEIGHBOUR_FROM,
    WEIGHTS,
    Candidate,
    Fits,
    Scale,
    shown_experience,
)
from functions.matching.model.unlocking import Effort, Step, StepKind, Unlock
from passerelle.contracts.cards import Shift, ShownExperience, WorkingTime
from passerelle.contracts.matching import Criterion, CriterionName
from passerelle.french import month
from passerelle.nomenclature import Nomenclature, UnknownCode

NAMES: Final[dict[CriterionName, str]] = {
    "must_skills": "Compétences indispensables",
    "occupation": "Métier",
    "wished_skills": "Compétences souhaitées",
    "distance": "Distance",
    "period": "Période",
    "hours": "Horaires",
    "experience": "Expérience",
}

RULES: Final[dict[CriterionName, str]] = {
    "must_skills": (
        "Part des compétences indispensables que la personne possède. Une compétence manquante compte pour moitié de "
        "la part du métier demandé que ses compétences couvrent déjà\u202f; un titre ou une habilitation manquante ne "
        "compte pas."
    ),
    "occupation": (
        "Métier identique\u00a0: entier. Sinon, part des compétences du métier demandé que son métier couvre, "
        "les compétences rares pesant plus."
    ),
    "wished_skills": "Part des compétences souhaitées que la personne possède.",
    "distance": "Entier sur place, nul à la limite du rayon que la personne accepte.",
    "period": "Part de la période demandée où la personne est disponible.",
    "hours": "Une moitié pour le temps de travail, une moitié pour le rythme demandé.",
    "experience": "Entier à partir de l’expérience demandée\u202f; un tiers de moins par tranche manquante.",
}

HARD_FACTS: Final[tuple[str, ...]] = (
    "aucun mois commun entre la disponibilité et la période demandée",
    "secteur au-delà du rayon que la personne accepte",
    "même entreprise",
    "une des deux entreprises refuse l’autre",
    "une des deux entreprises n’est pas active",
)

PRINCIPLE: Final = (
    "Le classement ordonne et n’exclut jamais, sauf pour les faits qui suivent. Sont proposés d’office les dix "
    "premiers profils qui possèdent une compétence indispensable ou exercent le même métier ou un métier voisin "
    f"(au moins {NEIGHBOUR_FROM // 100}\u00a0% de compétences communes)\u202f; tous les autres se consultent."
)

BANDS: Final = {
    ShownExperience.UP_TO_2: "2 ans au plus",
    ShownExperience.FROM_3_TO_5: "3 à 5 ans",
    ShownExperience.FROM_6_TO_10: "6 à 10 ans",
    ShownExperience.FROM_11: "11 ans et plus",
    ShownExperience.UP_TO_5: "5 ans au plus",
    ShownExperience.FROM_6: "6 ans et plus",
    ShownExperience.ANY: "non précisée",
}
WORKING_TIMES: Final = {WorkingTime.FULL_TIME: "temps plein", WorkingTime.PART_TIME: "temps partiel"}
SHIFTS: Final = {
    Shift.DAY: "journée",
    Shift.TWO_SHIFTS: "2×8",
    Shift.THREE_SHIFTS: "3×8",
    Shift.NIGHT: "nuit",
    Shift.WEEKEND: "week-end",
}

_TRAININGS: Final = {
    Effort.SHORT_TRAINING: "une formation courte à la compétence",
    Effort.TRAINING: "une formation à la compétence",
    Effort.CERTIFICATE: "l’obtention du titre",
}
_ENOUGH: Final = {
    ShownExperience.UP_TO_2: "moins de 3 ans",
    ShownExperience.FROM_3_TO_5: "3 ans",
    ShownExperience.FROM_6_TO_10: "6 ans",
    ShownExperience.FROM_11: "11 ans",
}


def explained(scale: Scale, candidate: Candidate, fits: Fits) -> tuple[Criterion, ...]:
    """One line per criterion, in the order of the weights."""
    held = frozenset(candidate.skills)
    must, wished, shift = scale.card.must_skills, scale.card.wished_skills, scale.card.shift.value
    accepted = shift in candidate.shifts
    met: dict[CriterionName, tuple[str, ...]] = {
        "must_skills": tuple(code for code in must if code in held),
        "wished_skills": tuple(code for code in wished if code in held),
        "hours": (shift,) if accepted else (),
    }
    missing: dict[CriterionName, tuple[str, ...]] = {
        "must_skills": tuple(code for code in must if code not in held),
        "wished_skills": tuple(code for code in wished if code not in held),
        "hours": () if accepted else (shift,),
    }
    kilometres = scale.tenths_of_km(candidate.area_level, candidate.area_code) / 10
    values: dict[CriterionName, float] = {"distance": kilometres, "period": float(scale.common_months(candidate))}
    texts: dict[CriterionName, str] = {
        "must_skills": _must(scale, candidate, met["must_skills"], missing["must_skills"]),
        "occupation": _occupation(scale, candidate, fits.occupation),
        "wished_skills": _wished(scale, met["wished_skills"], missing["wished_skills"]),
        "distance": _distance(kilometres, candidate.radius_km),
        "period": _period(scale, candidate),
        "hours": _hours(scale, candidate, accepted=accepted),
        "experience": _experience(scale, candidate),
    }
    return tuple(
        Criterion(
            name=name,
            fit=fit / FULL,
            weight=WEIGHTS[name] / 100,
            met=met.get(name, ()),
            missing=missing.get(name, ()),
            value=values.get(name),
            text=f"{NAMES[name]}\u00a0: {texts[name]}",
        )
        for name, fit in zip(CRITERIA, fits, strict=True)
    )


def summary(score: int, criteria: tuple[Criterion, ...]) -> str:
    """The explanation in one or two sentences."""
    strong = [NAMES[one.name].lower() for one in criteria if one.fit >= 0.8]
    weak = [NAMES[one.name].lower() for one in criteria if one.fit < 0.5]
    sentences = [f"Adéquation de {_percent(score)}."]
    if strong:
        sentences.append(f"Points forts\u00a0: {_listed(strong)}.")
    if weak:
        sentences.append(f"À regarder\u00a0: {_listed(weak)}.")
    return " ".join(sentences)


def unlocked(words: Nomenclature, score: int, found: Unlock, *, barred: bool = False) -> str:
    """What the steps would change, in one sentence. Percentages are rounded down, so that none says more than is."""
    steps = _listed([step_said(words, step) for step in found.steps])
    good = ", soit une bonne adéquation" if found.good else ""
    if barred:
        return f"Hors de portée aujourd’hui. Avec {steps}, l’adéquation serait de {_percent(found.score)}{good}."
    return f"Avec {steps}, l’adéquation passerait de {_percent(score)} à {_percent(found.score)}{good}."


def step_said(words: Nomenclature, step: Step) -> str:
    """One step, as what follows « avec »."""
    kind, value, effort = step
    if kind is StepKind.SKILL:
        return f"{_TRAININGS[effort]} «\u00a0{label(words, 'skill', value)}\u00a0»"
    if kind is StepKind.PERIOD:
        first, _, last = value.partition("/")
        if first == last:
            return f"une disponibilité en {month(first)}"
        return f"une disponibilité {_from(first)} à {month(last)}"
    if kind is StepKind.WORKING_TIME:
        return f"l’accord de la personne pour un {WORKING_TIMES[WorkingTime(value)]}"
    if kind is StepKind.SHIFT:
        return f"l’accord de la personne pour le rythme «\u00a0{SHIFTS[Shift(value)]}\u00a0»"
    if kind is StepKind.RADIUS:
        return f"l’accord de la personne pour un rayon de {value}\u00a0km"
    return f"un poste ouvert dès {_ENOUGH[ShownExperience(value)]} d’expérience"


def combined(headcount: int, asked: int, people: int, covered: int, missing: Sequence[str]) -> str:
    """What several people cover of a demand: of so many months of a person asked for so many; and the months (YYYY-MM)
    in which somebody is missing."""
    if not people:
        return "Aucun profil masqué ne couvre une partie de ce besoin pour l’instant."
    who = "Une personne couvre" if people == 1 else f"{people} personnes couvrent ensemble"
    months = f"{covered} des {asked} mois demandés"
    if headcount > 1:
        months = f"{covered} des {asked} mois de travail demandés ({headcount} personnes par mois)"
    gap = f" Il manque quelqu’un en {_listed([month(one) for one in missing])}." if missing else ""
    return f"{who} {months}.{gap}"


def lent_for(first: str, last: str, score: int) -> str:
    """In which months (YYYY-MM, both included) one of them would be there, and how well he suits (millionths)."""
    when = f"En {month(first)}" if first == last else f"{_from(first).capitalize()} à {month(last)}"
    return f"{when}\u00a0: adéquation de {_percent(score)}."


def label(nomenclature: Nomenclature, kind: str, code: str) -> str:
    """The French label of a code; the code itself where the nomenclature no longer holds it."""
    try:
        return nomenclature.label(kind, code)
    except UnknownCode:
        return code


def _must(scale: Scale, candidate: Candidate, met: tuple[str, ...], missing: tuple[str, ...]) -> str:
    if not met and not missing:
        return "aucune n’est demandée"
    words = scale.knowledge.nomenclature
    text = f"{len(met)} sur {len(met) + len(missing)}"
    if met:
        text += f" ({_listed([_quoted(words, code) for code in met])})"
    if missing:
        verb = "manque" if len(missing) == 1 else "manquent"
        text += f"\u202f; {verb} {_listed([_missing(scale, candidate, code) for code in missing])}"
    return text


def _missing(scale: Scale, candidate: Candidate, code: str) -> str:
    quoted = _quoted(scale.knowledge.nomenclature, code)
    if scale.needs_certificate(code):
        return f"{quoted} (titre à obtenir)"
    if scale.needs_short_training(candidate, code):
        return f"{quoted} (formation courte)"
    return quoted


def _occupation(scale: Scale, candidate: Candidate, fit: int) -> str:
    own = label(scale.knowledge.nomenclature, "trade", candidate.occupation)
    if candidate.occupation == scale.card.occupation:
        return f"identique ({own})"
    if fit == 0:
        return f"{own}, sans compétence commune avec le métier demandé"
    nearness = "métier voisin" if fit >= NEIGHBOUR_FROM else "métier éloigné"
    return f"{own}, {nearness} ({round(fit / 100)}\u00a0% des compétences du métier demandé)"


def _wished(scale: Scale, met: tuple[str, ...], missing: tuple[str, ...]) -> str:
    if not met and not missing:
        return "aucune n’est demandée"
    text = f"{len(met)} sur {len(met) + len(missing)}"
    if missing:
        words = scale.knowledge.nomenclature
        text += f"\u202f; sans {_listed([_quoted(words, code) for code in missing])}"
    return text


def _distance(kilometres: float, radius_km: int) -> str:
    if kilometres < 1:
        return "même secteur"
    return f"environ {round(kilometres)}\u00a0km entre les deux secteurs, pour {radius_km}\u00a0km acceptés"


def _period(scale: Scale, candidate: Candidate) -> str:
    asked = scale.last_month - scale.first_month + 1
    common = scale.common_months(candidate)
    if common >= asked:
        return "disponible sur toute la période demandée"
    return f"{common} mois {'commun' if common == 1 else 'communs'} sur {asked} demandés"


def _hours(scale: Scale, candidate: Candidate, *, accepted: bool) -> str:
    asked, offered = scale.card.working_time, WorkingTime(candidate.working_time)
    time = WORKING_TIMES[asked] if asked is offered else f"{WORKING_TIMES[offered]} pour {WORKING_TIMES[asked]} demandé"
    return f"{time}, rythme «\u00a0{SHIFTS[scale.card.shift]}\u00a0» {'accepté' if accepted else 'non accepté'}"


def _experience(scale: Scale, candidate: Candidate) -> str:
    own, asked = shown_experience(candidate.experience), scale.card.experience
    return f"{BANDS[own]}" if own is asked else f"{BANDS[own]}, pour {BANDS[asked]} demandés"


def _percent(score: int) -> str:
    return f"{score // 10_000}\u00a0%"


def _from(first: str) -> str:
    said = month(first)
    return f"d’{said}" if said[0] in "ao" else f"de {said}"


def _quoted(words: Nomenclature, code: str) -> str:
    return f"«\u00a0{label(words, 'skill', code)}\u00a0»"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} et {parts[-1]}"
