"""Who may lend whom, under which regime: every rule where it fires, where it does not, and to the day."""

from typing import Any

import pytest

from tests.unit.legality.files import said

AT_COST = {"billing.total": 4200, "cost.total": 4200}
BELOW = {"billing.total": "4199.99", "cost.total": 4200}
ALONE = {"lender.groupHeadcount": None}
OLD_HOST = {"host.registeredOn": "2010-01-01", "mission.start": "2027-01-04"}
FIVE_YEARS = [250, 251, 252, 253, 254]

Case = tuple[str, str, dict[str, Any], str]

REGIME: list[Case] = [
    ("PMO-03", "G2", {"regime": "R2", "sameGroup": True}, "BLOCK"),
    ("PMO-03", "G2", {"regime": "R3", "sameGroup": True}, "BLOCK"),
    ("PMO-03", "G2", {"regime": "R1", "sameGroup": True}, "OK"),
    ("PMO-03", "G2", {"regime": "R2", "sameGroup": False}, "OK"),
    ("PMO-03", "G2", {"sameGroup": False}, "OK"),
    ("PMO-03", "G2", {"regime": "R1"}, "OK"),
    ("PMO-03", "G2", {"sameGroup": True}, "UNKNOWN regime"),
    ("PMO-04", "G2", BELOW | ALONE | {"lender.headcount": 4999, "host.isArt238bis": False}, "BLOCK"),
    (
        "PMO-04",
        "G2",
        BELOW | {"lender.headcount": 10, "lender.groupHeadcount": 4999, "host.isArt238bis": False},
        "BLOCK",
    ),
    ("PMO-04", "G2", {"regime": "R1"} | AT_COST | ALONE | {"lender.headcount": 4, "host.isArt238bis": False}, "OK"),
    ("PMO-04", "G2", {"regime": "R2"} | AT_COST | ALONE | {"lender.headcount": 4, "host.isArt238bis": False}, "WARN"),
    ("PMO-04", "G2", {"regime": "R3"} | AT_COST | ALONE | {"lender.headcount": 4, "host.isArt238bis": False}, "WARN"),
    ("PMO-04", "G2", {"regime": "R2"} | AT_COST | ALONE | {"lender.headcount": 5000}, "OK"),
    ("PMO-04", "G2", {"lender.headcount": 5000}, "OK"),
    ("PMO-04", "G2", {"lender.groupHeadcount": 5000}, "OK"),
    ("PMO-04", "G2", {"host.isArt238bis": True}, "OK"),
    (
        "PMO-04",
        "G2",
        BELOW | {"lender.headcount": 400, "host.isArt238bis": False},
        "UNKNOWN lender.groupHeadcount regime",
    ),
    ("PMO-05", "G2", {"regime": "R2", "host.headcount5y": FIVE_YEARS} | OLD_HOST, "BLOCK"),
    ("PMO-05", "G2", {"regime": "R1", "host.headcount5y": FIVE_YEARS} | OLD_HOST, "OK"),
    ("PMO-05", "G2", {"regime": "R3", "host.headcount5y": FIVE_YEARS} | OLD_HOST, "OK"),
    ("PMO-05", "G2", {"host.headcount5y": [249, *FIVE_YEARS[1:]]}, "OK"),
    ("PMO-05", "G2", {"host.headcount5y": [*FIVE_YEARS[:4], 249]}, "OK"),
    ("PMO-05", "G2", {"host.headcount5y": [30]}, "OK"),
    ("PMO-05", "G2", {"regime": "R2", "host.headcount5y": [100, *FIVE_YEARS]} | OLD_HOST, "BLOCK"),
    ("PMO-05", "G2", {"regime": "R2", "host.headcount5y": FIVE_YEARS[:4]} | OLD_HOST, "UNKNOWN host.headcount5y"),
    ("PMO-05", "G2", {"regime": "R2", "host.headcount5y": []} | OLD_HOST, "UNKNOWN host.headcount5y"),
    ("PMO-05", "G2", {"regime": "R2", "host.headcount": 300} | OLD_HOST, "UNKNOWN host.headcount5y"),
    ("PMO-05", "G2", {"host.registeredOn": "2019-01-05", "mission.start": "2027-01-04"}, "OK"),
    (
        "PMO-05",
        "G2",
        {
            "regime": "R2",
            "host.headcount5y": FIVE_YEARS,
            "host.registeredOn": "2019-01-04",
            "mission.start": "2027-01-04",
        },
        "BLOCK",
    ),
    ("PMO-06", "G4", {"regime": "R2", "mission.start": "2027-01-04", "mission.end": "2030-01-05"}, "BLOCK"),
    ("PMO-06", "G4", {"regime": "R3", "mission.start": "2027-01-04", "mission.end": "2030-01-05"}, "BLOCK"),
    ("PMO-06", "G4", {"regime": "R2", "mission.start": "2027-01-04", "mission.end": "2030-01-04"}, "OK"),
    ("PMO-06", "G4", {"regime": "R2", "mission.start": "2028-02-29", "mission.end": "2031-02-28"}, "OK"),
    ("PMO-06", "G4", {"regime": "R2", "mission.start": "2028-02-29", "mission.end": "2031-03-01"}, "BLOCK"),
    ("PMO-06", "G4", {"regime": "R2", "mission.start": "2027-01-04", "mission.end": None}, "BLOCK"),
    ("PMO-06", "G4", {"regime": "R1", "mission.start": "2027-01-04", "mission.end": None}, "OK"),
    ("PMO-07", "G4", {"regime": "R2", "convention.purpose": None}, "BLOCK"),
    ("PMO-07", "G4", {"regime": "R3", "convention.purpose": "PROFIT"}, "BLOCK"),
    ("PMO-07", "G4", {"regime": "R2", "convention.purpose": "qualification"}, "OK"),
    ("PMO-07", "G4", {"regime": "R2", "convention.purpose": "TRANSITION"}, "OK"),
    ("PMO-07", "G4", {"regime": "R3", "convention.purpose": "PARTNERSHIP"}, "OK"),
    ("PMO-07", "G4", {"regime": "R1", "convention.purpose": None}, "OK"),
    ("PMO-08", "G4", {"regime": "R3", "host.art238bisProof": False}, "REQUIRE"),
    ("PMO-08", "G4", {"regime": "R3", "host.art238bisProof": True}, "OK"),
    ("PMO-08", "G4", {"regime": "R2", "host.art238bisProof": False}, "OK"),
    ("PMO-08", "G4", {"regime": "R3"}, "UNKNOWN host.art238bisProof"),
    ("PMO-09", "G4", {"regime": "R1", "mission.end": None, "mission.endIsCertainEvent": False}, "BLOCK"),
    ("PMO-09", "G4", {"regime": "R1", "mission.end": None, "mission.endIsCertainEvent": True}, "OK"),
    ("PMO-09", "G4", {"regime": "R1", "mission.end": "2027-02-01", "mission.endIsCertainEvent": False}, "OK"),
    ("PMO-09", "G4", {"regime": "R2", "mission.end": None, "mission.endIsCertainEvent": False}, "OK"),
    ("PMO-10", "G1", {"regime": "R1", "mission.start": "2027-03-01", "mission.end": "2027-03-30"}, "WARN"),
    ("PMO-10", "G1", {"regime": "R1", "mission.start": "2027-03-01", "mission.end": "2027-03-31"}, "OK"),
    ("PMO-10", "G1", {"regime": "R1", "mission.start": "2027-03-01", "mission.end": "2027-09-01"}, "OK"),
    ("PMO-10", "G1", {"regime": "R1", "mission.start": "2027-03-01", "mission.end": "2027-09-02"}, "WARN"),
    ("PMO-10", "G1", {"regime": "R1", "mission.start": "2027-03-01", "mission.end": None}, "WARN"),
    ("PMO-10", "G1", {"regime": "R2", "mission.start": "2027-03-01", "mission.end": "2029-09-02"}, "OK"),
]

NAMED = {"lender.identified": True, "host.identified": True, "employee.identified": True}
PARTIES: list[Case] = [
    ("PMO-01", "G4", {"regime": "R1"} | NAMED, "OK"),
    ("PMO-01", "G4", {"regime": "R1", "lender.identified": False}, "BLOCK"),
    ("PMO-01", "G4", {"regime": "R1", "host.identified": False}, "BLOCK"),
    ("PMO-01", "G4", {"regime": "R1", "employee.identified": False}, "BLOCK"),
    ("PMO-01", "G4", {"regime": "R2", "employee.identified": False}, "OK"),
    *(
        ("PMO-02", "G1", {"lender.kind": kind}, "BLOCK")
        for kind in ("ETT", "ETTP", "GE", "PORTAGE", "MODEL", "SPORT", "UNION", "ett")
    ),
    *(("PMO-02", "G1", {"lender.kind": kind}, "OK") for kind in ("COMPANY", "SME", "PUBLIC", "association")),
    ("PMO-02", "G1", {"lender.kind": "ETTT"}, "UNKNOWN lender.kind"),
    ("PMO-36", "G1", {"employee.contractType": "APPRENTICE"}, "BLOCK"),
    ("PMO-36", "G1", {"employee.contractType": "PROFESSIONALISATION"}, "BLOCK"),
    ("PMO-36", "G1", {"employee.contractType": "CDI"}, "OK"),
    ("PMO-37", "G1", {"employee.contractType": "TEMP"}, "BLOCK"),
    ("PMO-37", "G1", {"employee.contractType": "APPRENTICE"}, "OK"),
    (
        "PMO-38",
        "G4",
        {"employee.contractType": "CDD", "mission.end": "2027-04-03", "employee.contractEnd": "2027-04-02"},
        "BLOCK",
    ),
    (
        "PMO-38",
        "G4",
        {"employee.contractType": "CDD", "mission.end": "2027-04-02", "employee.contractEnd": "2027-04-02"},
        "OK",
    ),
    (
        "PMO-38",
        "G4",
        {"employee.contractType": "CDD", "mission.end": None, "employee.contractEnd": "2027-04-02"},
        "BLOCK",
    ),
    (
        "PMO-38",
        "G4",
        {"employee.contractType": "CDI", "mission.end": "2027-04-03", "employee.contractEnd": "2027-04-02"},
        "OK",
    ),
    ("PMO-38", "G4", {"employee.contractType": "CDI"}, "OK"),
    ("PMO-39", "G1", {"employee.contractType": "CDD"}, "WARN"),
    ("PMO-39", "G1", {"employee.contractType": "CDI"}, "OK"),
    *(("PMO-40", gate, {"employee.inTrialPeriod": True}, "BLOCK") for gate in ("G1", "G5")),
    *(("PMO-40", gate, {"employee.contractSuspended": True}, "BLOCK") for gate in ("G1", "G5")),
    ("PMO-40", "G1", {"employee.inTrialPeriod": False, "employee.contractSuspended": False}, "OK"),
    ("PMO-41", "G1", {"employee.minor": True}, "BLOCK"),
    ("PMO-41", "G1", {"employee.minor": False}, "OK"),
    ("PMO-42", "G2", {"employee.foreignNational": True, "mission.country": "BE"}, "BLOCK"),
    ("PMO-42", "G2", {"employee.foreignNational": True, "mission.country": "FR"}, "OK"),
    ("PMO-42", "G2", {"employee.foreignNational": False, "mission.country": "BE"}, "OK"),
    ("PMO-43", "G4", {"employee.foreignNational": True, "employee.workPermitScopeOk": False}, "BLOCK"),
    ("PMO-43", "G4", {"employee.foreignNational": True, "employee.workPermitScopeOk": True}, "OK"),
    ("PMO-43", "G4", {"employee.foreignNational": False, "employee.workPermitScopeOk": False}, "OK"),
    ("PMO-44", "G1", {"lender.country": "DE"}, "BLOCK"),
    ("PMO-44", "G1", {"lender.country": "france"}, "OK"),
    ("PMO-45", "G2", {"mission.country": "BE"}, "BLOCK"),
    ("PMO-45", "G2", {"mission.country": "RE"}, "OK"),
    ("PMO-46", "G2", {"host.kind": "PUBLIC"}, "WARN"),
    ("PMO-46", "G2", {"host.kind": "public body"}, "WARN"),
    ("PMO-46", "G2", {"host.kind": "COMPANY"}, "OK"),
    ("PMO-47", "G2", {"mission.replacesStrikers": True}, "BLOCK"),
    ("PMO-47", "G2", {"mission.replacesStrikers": False}, "OK"),
]


@pytest.mark.parametrize(("rule", "gate", "facts", "expected"), REGIME + PARTIES)
def test_rule(rule: str, gate: str, facts: dict[str, Any], expected: str):
    assert said(rule, gate, facts) == expected
