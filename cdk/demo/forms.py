"""What the parts of a cast say to the API: the bodies of their requests, the same ones wherever they are played."""

from __future__ import annotations

from datetime import date
from typing import Any

from cdk.demo.scenario import (
    CompanyPart,
    DemandPart,
    VolunteerPart,
    company_part,
    month_end,
    month_start,
    siren_of,
    siret_of,
    wanted_skills,
)
from passerelle.nomenclature import Nomenclature


def registration(part: CompanyPart) -> dict[str, Any]:
    """The company's registration."""
    return {
        "siren": siren_of(part),
        "siret": siret_of(part),
        "naf": part.naf,
        "idcc": part.idcc,
        "headcount": part.headcount,
        "has_cse": part.headcount >= 11,
        "municipality": part.municipality,
        "denied": [_denied(token) for token in part.refuses],
    }


def company_identity(part: CompanyPart, contact_email: str) -> dict[str, Any]:
    """Who the company is, for the vault."""
    return {
        "kind": "company",
        "name": part.name,
        "siren": siren_of(part),
        "siret": siret_of(part),
        "address": part.address,
        "contact_name": part.contact,
        "contact_email": contact_email,
    }


def person_identity(part: VolunteerPart, email: str) -> dict[str, Any]:
    """Who the volunteer is, for the vault; his personal link goes to `email`."""
    return {"kind": "person", "given_name": part.given_name, "family_name": part.family_name, "email": email}


def description(part: VolunteerPart, today: date) -> dict[str, Any]:
    """What the volunteer can do, from where and when."""
    return {
        "occupation": part.occupation,
        "skills": list(part.skills),
        "experience": part.experience,
        "municipality": company_part(part.company).municipality,
        "radius_km": part.radius_km,
        "available_from": month_start(today, max(1, part.starts_in)).isoformat(),
        "available_to": month_end(today, part.starts_in + part.months).isoformat(),
        "working_time": "full_time",
        "shifts": list(part.shifts),
    }


def need(part: DemandPart, nomenclature: Nomenclature, today: date) -> dict[str, Any]:
    """What the host is short of."""
    must, wished = wanted_skills(nomenclature, part.occupation)
    return {
        "occupation": part.occupation,
        "must_skills": list(must),
        "wished_skills": list(wished),
        "experience": part.experience,
        "municipality": part.municipality,
        "start_date": month_start(today, part.starts_in).isoformat(),
        "end_date": month_end(today, part.starts_in + part.months - 1).isoformat(),
        "working_time": "full_time",
        "shift": part.shift,
        "headcount": part.headcount,
    }


def _denied(token: str) -> dict[str, str]:
    kind, _, value = token.partition(":")
    return {kind: value}
