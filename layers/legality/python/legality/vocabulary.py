"""The words that facts may hold, and the words that stand for them.

A closed vocabulary refuses any other word. An open one (what kind of employer, what kind of contract) takes it but
learns nothing from it: an unknown kind of company is not known to be an ordinary one.
"""

from collections.abc import Mapping
from typing import Final


def _themselves(*words: str) -> dict[str, str]:
    return {word: word for word in words}


REGIMES: Final[Mapping[str, str]] = {
    "R1": "R1",
    "R1_ORDINARY": "R1",
    "R2": "R2",
    "R2_LARGE_TO_SME": "R2",
    "R3": "R3",
    "R3_GENERAL_INTEREST": "R3",
}

OTHER_REGIME_KINDS: Final = ("ETT", "ETTP", "GE", "PORTAGE", "MODEL", "SPORT", "UNION")
"""Employers whose loans of labour have rules of their own (L8241-1, L1251-1, L1252-1, L1253-1, L1254-1)."""

ORDINARY: Final = "COMPANY"
PUBLIC: Final = "PUBLIC"
KINDS: Final[Mapping[str, str]] = {
    ORDINARY: ORDINARY,
    **dict.fromkeys(
        (
            *("ORDINARY", "STANDARD", "NORMAL", "OTHER", "ENTERPRISE", "ENTREPRISE", "BUSINESS", "FIRM", "EMPLOYER"),
            *("PRIVATE", "COMMERCIAL", "INDUSTRIAL", "CORPORATION", "SOCIETE", "LARGE", "MIDSIZE", "ETI", "SME", "PME"),
            *("TPE", "STARTUP", "START_UP", "YOUNG", "SA", "SAS", "SARL", "COOPERATIVE", "MUTUAL"),
        ),
        ORDINARY,
    ),
    **dict.fromkeys(("ASSOCIATION", "FOUNDATION", "GENERAL_INTEREST"), "ASSOCIATION"),
    **dict.fromkeys((PUBLIC, "PUBLIC_BODY", "PUBLIC_ENTITY", "ADMINISTRATION", "PUBLIC_ORGANISATION"), PUBLIC),
    **_themselves(*OTHER_REGIME_KINDS),
}

CONTRACT_TYPES: Final[Mapping[str, str]] = {
    "CDI": "CDI",
    "PERMANENT": "CDI",
    "CDD": "CDD",
    "FIXED_TERM": "CDD",
    "APPRENTICE": "APPRENTICE",
    "APPRENTICESHIP": "APPRENTICE",
    "PROFESSIONALISATION": "PROFESSIONALISATION",
    "TEMP": "TEMP",
    "INTERIM": "TEMP",
}

PURPOSES: Final = frozenset({"QUALIFICATION", "TRANSITION", "PARTNERSHIP"})
"""The three purposes of a loan below cost (L8241-3 I)."""

COST_MODES: Final = frozenset({"WAGES", "CHARGES", "EXPENSES"})
"""How wages, social charges and professional expenses are determined: three mentions of a convention."""

CONVENTION_MENTIONS: Final = COST_MODES | {"DURATION", "IDENTITY", "QUALIFICATION", "PURPOSE", "MISSIONS"}
AMENDMENT_MENTIONS: Final = frozenset({"TASKS", "HOURS", "PLACE", "CHARACTERISTICS"})

COST_LINES: Final = frozenset(
    {"WAGES", "BONUS", "PAID_LEAVE", "OVERTIME", "CHARGES", "SOCIAL_CHARGES", "CONTRIBUTIONS", "EXPENSES"}
)
"""Lines that belong to the three heads of L8241-1: wages, related social charges, professional expenses."""

PROFIT_LINES: Final = frozenset({"MARGIN", "RECRUITMENT_FEE", "PLATFORM_FEE"})
MANAGEMENT_FEE: Final = "MANAGEMENT_FEE"

PROTECTED_CRITERIA: Final = frozenset(
    {
        *(
            "ORIGIN",
            "SEX",
            "GENDER",
            "MORALS",
            "SEXUAL_ORIENTATION",
            "GENDER_IDENTITY",
            "AGE",
            "BIRTH_DATE",
            "BIRTH_YEAR",
        ),
        *("FAMILY_STATUS", "CHILDREN", "PREGNANCY", "GENETIC_FEATURES", "ECONOMIC_VULNERABILITY", "ETHNICITY", "RACE"),
        *("NATION", "NATIONALITY", "POLITICAL_OPINION", "UNION_ACTIVITY", "UNION_MEMBERSHIP", "MANDATE", "RELIGION"),
        *("APPEARANCE", "PHOTO", "SURNAME", "NAME", "RESIDENCE", "ADDRESS", "BANK_DOMICILIATION", "HEALTH", "AUTONOMY"),
        *("DISABILITY", "RQTH", "LANGUAGE_OTHER_THAN_FRENCH", "WHISTLE_BLOWER"),
    }
)
"""Fields of a profile that say what L1132-1 forbids to look at."""
