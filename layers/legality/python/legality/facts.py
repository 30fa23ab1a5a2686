"""What the law looks at, as typed facts: reading them from JSON, refusing what cannot be understood.

A fact that is absent is unknown. JSON `null` says the same, except where a fact gives it a meaning of its own ("there
is none", "it has not happened"). A reader accepts the forms a person would naturally write and nothing else; every
refusal names the fact and what to write instead. Amounts are exact decimals, in euros.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from legality.dates import paris_time

FRANCE: Final = frozenset({"FR", "FRA", "FRANCE", "GP", "MQ", "GF", "RE", "YT"})
"""France and its overseas départements, where the same code applies."""

MOST_EUROS: Final = Decimal(10) ** 12
MOST_PEOPLE: Final = 10_000_000
MOST_ENTRIES: Final = 100
"""Longest list a fact may hold; a monthly statement has far fewer lines."""


class Unreadable(ValueError):
    """A value of the wrong type; the text says what is expected."""


class Unrecognised(Exception):
    """A word outside an open vocabulary: not an error, but nothing is known by it."""


class BadFacts(ValueError):
    """Facts that cannot be understood; `faults` has one line for each: the fact, what is wrong, what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults: Final = tuple(faults)


@dataclass(frozen=True, slots=True)
class FactType:
    """How one kind of value is written in JSON (`form`, for people) and read."""

    form: str
    read: Callable[[Any], Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its dotted name, type, meaning in French and English, unit, and what JSON `null` says, if anything."""

    name: str
    type: FactType
    french: str
    english: str
    unit: str = ""
    null: str = ""


@dataclass(frozen=True)
class Facts(Mapping[str, Any]):
    """Known facts by name. `unrecognised` tells of words that were given but are not known here."""

    values_by_name: Mapping[str, Any]
    unrecognised: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Any:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)


def read_facts(raw: Mapping[str, Any], registry: Mapping[str, Fact], aliases: Mapping[str, str]) -> Facts:
    """The facts of a JSON object of dotted names. Raises `BadFacts` with every fault at once."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    unrecognised: list[str] = []
    for written, value in raw.items():
        name = aliases.get(written, written)
        fact = registry.get(name)
        if fact is None:
            faults.append(
                f"{written}: no such fact.{_nearest(written, registry)} `passerelle legality facts` lists them."
            )
        elif name != written and name in raw:
            faults.append(f"{written}: says the same thing as {name}. Give one of them.")
        elif value is None:
            if fact.null:
                values[name] = None
        else:
            try:
                values[name] = fact.type.read(value)
            except Unreadable as error:
                faults.append(f"{written}: {error} Write {fact.type.form}.")
            except Unrecognised:
                unrecognised.append(f"{written}: this word is not known here, so the fact is. Write {fact.type.form}.")
    if faults:
        raise BadFacts(faults)
    return Facts(values, tuple(unrecognised))


def _nearest(name: str, registry: Mapping[str, Fact]) -> str:
    close = get_close_matches(name[:60], registry, n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unreadable("not true or false.")
    return value


def _count(value: Any) -> int:
    number = _number(value)
    if number != int(number) or not 0 <= number <= MOST_PEOPLE:
        raise Unreadable("not a whole number in range.")
    return int(number)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unreadable("not a number.")
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number) > MOST_EUROS:
        raise Unreadable("not a number in range.")
    return number


def _amount(value: Any) -> Decimal:
    if isinstance(value, str):
        try:
            value = Decimal(value)
        except ArithmeticError:
            raise Unreadable("not an amount.") from None
    return _number(value)


def _positive_amount(value: Any) -> Decimal:
    amount = _amount(value)
    if amount < 0:
        raise Unreadable("less than nothing.")
    return amount


def _moment(value: Any) -> datetime:
    try:
        return paris_time(value if isinstance(value, datetime) else datetime.fromisoformat(_text(value)))
    except (ValueError, OverflowError):
        raise Unreadable("not an ISO date and time.") from None


def _date(value: Any) -> date:
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        return datetime.fromisoformat(_text(value)).date()
    except ValueError:
        raise Unreadable("not an ISO date.") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unreadable("not a text.")
    return value.strip()


def _word(value: Any) -> str:
    return _text(value).upper().replace(" ", "_").replace("-", "_")


def _country(value: Any) -> str:
    word = _word(value)
    return "FR" if word in FRANCE else word


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) > MOST_ENTRIES:
        raise Unreadable(f"not a list of at most {MOST_ENTRIES} entries.")
    return list(value)


def _tasks(value: Any) -> tuple[str, ...]:
    return tuple(_text(entry) for entry in ([value] if isinstance(value, str) else _list(value)))


def _object(value: Any, keys: frozenset[str], *, whole: bool) -> dict[str, Any]:
    if not isinstance(value, dict) or not (keys == set(value) if whole else keys >= set(value)):
        raise Unreadable("not an object of the expected keys.")
    return value


def _lines(value: Any) -> tuple[tuple[str, Decimal], ...]:
    entries = [_object(entry, frozenset({"type", "amount"}), whole=True) for entry in _list(value)]
    return tuple((_word(entry["type"]), _amount(entry["amount"])) for entry in entries)


def _hours(value: Any) -> Mapping[str, Decimal]:
    if isinstance(value, str):
        _text(value)
        return {}
    planned = _object(value, frozenset({"perDay", "perWeek", "rest"}), whole=False) if isinstance(value, dict) else None
    return {key: _number(entry) for key, entry in ({"perWeek": value} if planned is None else planned).items()}


BOOLEAN: Final = FactType("true or false", _boolean)
COUNT: Final = FactType("a whole number", _count)
COUNTS: Final = FactType("a list of whole numbers", lambda value: tuple(_count(entry) for entry in _list(value)))
NUMBER: Final = FactType("a number", _number)
AMOUNT: Final = FactType('a number or a text like "4200.00"', _amount)
POSITIVE_AMOUNT: Final = FactType('a number or a text like "4200.00", 0 or more', _positive_amount)
DATE: Final = FactType("an ISO date like 2026-03-02", _date)
MOMENT: Final = FactType("an ISO date and time like 2026-03-02T14:30 (Paris) or 2026-03-02T13:30Z", _moment)
TEXT: Final = FactType("a text", _text)
TASKS: Final = FactType("a text or a list of texts", _tasks)
WORD: Final = FactType("a word", _word)
WORDS: Final = FactType("a list of words", lambda value: frozenset(_word(entry) for entry in _list(value)))
COUNTRY: Final = FactType("an ISO 3166 code like FR", _country)
LINES: Final = FactType('a list of {"type": "WAGES", "amount": 3000}', _lines)
HOURS: Final = FactType('hours a week, a text, or {"perDay": 8, "perWeek": 39, "rest": 12} (each optional)', _hours)


def closed_words(words: Mapping[str, str]) -> FactType:
    """The type of one word among `words` (each with the word it stands for); any other is refused."""
    form = _form(words)

    def read(value: Any) -> str:
        try:
            return words[_word(value)]
        except KeyError:
            raise Unreadable("not one of the words of this fact.") from None

    return FactType(form, read)


def open_words(words: Mapping[str, str]) -> FactType:
    """The type of one word among `words`; any other is accepted, but tells nothing: the fact stays unknown."""
    form = _form(words)

    def read(value: Any) -> str:
        try:
            return words[_word(value)]
        except KeyError:
            raise Unrecognised from None

    return FactType(form, read)


def closed_lists(words: frozenset[str]) -> FactType:
    """The type of a list of words, all among `words`; a list with any other is refused."""

    def read(value: Any) -> frozenset[str]:
        given = frozenset(_word(entry) for entry in _list(value))
        if given - words:
            raise Unreadable(f"{', '.join(sorted(given - words))[:80]} is not a word of this fact.")
        return given

    return FactType(f"a list among {', '.join(sorted(words))}", read)


def _form(words: Mapping[str, str]) -> str:
    usual = " (usual synonyms are understood)" if set(words) - set(words.values()) else ""
    return "one of " + ", ".join(dict.fromkeys(words.values())) + usual
