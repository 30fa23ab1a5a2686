"""The earliest lawful start of a mission, and why: works councils, medical examination, signed amendment.

It promises a day on which the start gate's rules of time can hold, with one reason for each step. Steps that are not
done are counted as if done on the day from which one asks; what is unknown counts at its longest, and is listed. It
refuses to promise more: an opinion may come later than a planned meeting, and the start gate still decides.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from legality.conditions import SMALL_CSE
from legality.dates import AGENDA_DAYS, add_days, add_months, deemed_opinion_on
from legality.facts import Facts
from legality.rule import Who
from legality.rules import RULES

MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
CONSULTATIONS: Final = {Who.LENDER: ("PMO-21", "de la prêteuse"), Who.HOST: ("PMO-22", "de l'utilisatrice")}
LONGEST_EXPERTISE: Final = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A step to complete before the first day: its rule, its fact, and how French says it done and to do."""

    rule: str
    fact: str
    done: str
    to_do: str


AMENDMENT: Final = Step("PMO-16", "amendment.signedOn", "avenant signé", "avenant à signer avant")
EXAMINATION: Final = Step(
    "PMO-51", "employee.aptitudeExamOn", "examen d'aptitude passé", "examen d'aptitude à passer avant"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One step that the start must wait for: its rule, its article, what it says in French, and the first day after."""

    rule: str
    article: str
    text: str
    day: date


@dataclass(frozen=True, slots=True)
class EarliestStart:
    """The first lawful day, its reasons (the latest first), and the unknown facts counted at their longest."""

    day: date
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


def earliest_lawful_start(facts: Facts, from_day: date) -> EarliestStart:
    """The earliest lawful start as seen on `from_day`. The start is strictly after the day a step is completed."""
    reasons: list[Reason] = []
    missing: set[str] = set()
    if _may_be(facts, "regime", "R1", missing):
        councils = [party for party in CONSULTATIONS if _may_be(facts, f"{party}.hasCse", True, missing)]
        reasons += [_consultation(facts, party, from_day, missing) for party in councils]
        reasons.append(_step(facts, AMENDMENT, from_day, missing))
    if _may_be(facts, "mission.sirPost", True, missing):
        reasons.append(_step(facts, EXAMINATION, from_day, missing))
    reasons.sort(key=lambda reason: reason.day, reverse=True)
    day = max([from_day, *(reason.day for reason in reasons)])
    return EarliestStart(day, tuple(reasons), tuple(sorted(missing)))


def in_french(day: date) -> str:
    """A day in words: 1er mars 2026."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def _may_be(facts: Facts, name: str, value: object, missing: set[str]) -> bool:
    if name not in facts:
        missing.add(name)
    return bool(facts.get(name, value) == value)


def _step(facts: Facts, step: Step, from_day: date, missing: set[str]) -> Reason:
    if step.fact not in facts:
        missing.add(step.fact)
    done_on: date | None = facts.get(step.fact)
    first = add_days(done_on or from_day, 1)
    text = f"{step.done} le {in_french(done_on)}" if done_on else f"{step.to_do} le {in_french(first)}"
    return Reason(step.rule, RULES[step.rule].article, text, first)


def _consultation(facts: Facts, party: Who, from_day: date, missing: set[str]) -> Reason:
    rule, whose = CONSULTATIONS[party]
    doubts: set[str] = set()
    deemed = _deemed_on(facts, party, from_day, doubts)
    meeting = _meeting_on(facts, party, from_day)
    opinion: date | None = facts.get(f"{party}.cseOpinionOn")
    informed = f"{party}.cseInformedOn"
    if opinion is not None and opinion <= deemed and facts.get(informed, from_day) is not None:
        missing |= doubts & {informed}
        closed, text = opinion, f"avis du CSE {whose} rendu le {in_french(opinion)}"
    elif meeting is not None and meeting < deemed:
        missing |= doubts
        closed, text = (
            meeting,
            (
                f"avis du CSE {whose} attendu à la réunion du {in_french(meeting)} ; à défaut, il est réputé négatif le"
                f" {in_french(deemed)}"
            ),
        )
    else:
        missing |= doubts
        closed, text = deemed, f"sans avis du CSE {whose} d'ici là, il est réputé négatif le {in_french(deemed)}"
    return Reason(rule, RULES[rule].article, text, add_days(closed, 1))


def _deemed_on(facts: Facts, party: Who, from_day: date, doubts: set[str]) -> date:
    """The day on which the delay of a consultation ends at the latest; `doubts` collects what it was not told."""
    informed, headcount, agreed, levels = (
        f"{party}.{name}" for name in ("cseInformedOn", "headcount", "cseAgreedDays", "cseExpertLevels")
    )
    informed_on: date = facts.get(informed) or from_day
    month_later = add_months(informed_on, 1)
    small = headcount in facts and facts[headcount] < SMALL_CSE
    read = [informed, headcount] if small else [informed, headcount, agreed]
    if small:
        deemed = month_later
    elif facts.get(agreed) is not None:
        deemed = add_days(informed_on, facts[agreed])
        deemed = deemed if headcount in facts else max(deemed, month_later)
    else:
        read.append(levels)
        deemed = deemed_opinion_on(informed_on, facts.get(levels, LONGEST_EXPERTISE))
    doubts.update(name for name in read if name not in facts)
    return deemed


def _meeting_on(facts: Facts, party: Who, from_day: date) -> date | None:
    """The day on which a planned meeting may give an opinion: its agenda is sent three days before."""
    planned: date | None = facts.get(f"{party}.cseMeetingOn")
    if planned is None or planned < from_day:
        return None
    sent: date = facts.get(f"{party}.cseAgendaSentOn") or from_day
    return max(planned, add_days(sent, AGENDA_DAYS))
