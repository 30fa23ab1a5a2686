"""The decision table: every rule of employee lending, one file per theme, in the order of their identifiers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from legality.rule import Rule
from legality.rules import consent, cse, documents, health, money, parties, privacy, regime

THEMES: Final = (regime, parties, consent, documents, cse, money, health, privacy)

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {rule.id: rule for rule in sorted((rule for theme in THEMES for rule in theme.RULES), key=lambda rule: rule.id)}
)
