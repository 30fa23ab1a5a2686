"""Who may call what: every declared route, asked by every kind of caller, through the gateway and the real authorizer.

The table is written by hand. Whoever is let in asks for something that changes nothing: a version that never was (412),
a fault that is found last (422), something done already. So the table says who is let in, not what happens then.
"""

from datetime import timedelta
from typing import Any

import pytest
import requests

from cdk.contracts.declared import declarations
from passerelle import clock
from passerelle.access import Role
from passerelle.http import Route
from tests.security.door.conftest import SCOPES, House, Knock

pytestmark = pytest.mark.timeout(300)

# anyone    has no account                            user      has an account and no company
# owner     a person of the company whose thing it is  other     a person of another active company
# pending   a person of a company not yet active       key       the owner's key that has the route's scope alone
# unscoped  the owner's key that has all other scopes  otherkey  another company's key that has every scope
# adviser, operator                                    forged    everything of `conftest.bad_credentials`
COLUMNS = "anyone user owner other pending key unscoped otherkey adviser operator forged".split()  # noqa: SIM905
TABLE = """
GET    /companies                                     401   200   200   200   200   403   403   403   200   200   401
POST   /companies                                     401   422   422   422   422   403   403   403   403   403   401
GET    /companies/{company_id}                        401   403   200   404   404   200   403   404   403   403   401
PUT    /companies/{company_id}                        401   403   412   404   404   403   403   403   403   403   401
POST   /companies/{company_id}/activation             401   404   412   404   404   403   403   403   412   412   401
POST   /companies/{company_id}/code                   401   403   412   404   404   403   403   403   403   403   401
POST   /companies/{company_id}/suspension             401   403   403   403   403   403   403   403   412   412   401
POST   /companies/{company_id}/reinstatement          401   403   403   403   403   403   403   403   412   412   401
POST   /companies/{company_id}/closure                401   403   412   404   404   403   403   403   403   403   401
POST   /companies/{company_id}/keys                   401   403   412   404   404   403   403   403   403   403   401
GET    /companies/{company_id}/keys                   401   403   200   404   404   403   403   403   403   403   401
DELETE /companies/{company_id}/keys/{key_id}          401   403   412   404   404   403   403   403   403   403   401
GET    /companies/{company_id}/acts                   401   403   200   404   404   403   403   403   403   403   401
POST   /companies/preparations                        401   403   403   403   403   403   403   403   422   403   401
POST   /companies/preparations/{preparation_id}/sheet 401   404   404   404   404   403   403   403   403   403   401
POST   /companies/preparations/{preparation_id}/confirmation 401 404 404 404 404  403   403   403   403   403   401
POST   /companies/{company_id}/keys/{key_id}/rotation 401   403   412   404   404   403   403   403   403   403   401
GET    /companies/{company_id}/members                401   403   200   404   404   403   403   403   403   403   401
POST   /companies/{company_id}/members                401   403   412   404   403   403   403   403   403   403   401
PUT    /companies/{company_id}/members/{member_id}    401   403   412   404   404   403   403   403   403   403   401
DELETE /companies/{company_id}/members/{member_id}    401   403   412   404   404   403   403   403   403   403   401
POST   /companies/{company_id}/members/{member_id}/invitation 401 403 412 404 403 403   403   403   403   403   401
POST   /companies/memberships                         401   404   404   404   404   403   403   403   403   403   401
DELETE /companies/memberships/{company_id}            401   403   412   404   404   403   403   403   403   403   401
GET    /companies/invitation                          200   200   200   200   200   200   200   200   200   200   200
GET    /companies/invitation/page.js                  200   200   200   200   200   200   200   200   200   200   200
GET    /companies/invitation/page.css                 200   200   200   200   200   200   200   200   200   200   200
POST   /companies/invitation/sheet                    404   404   404   404   404   404   404   404   404   404   404
POST   /companies/invitation/refusal                  404   404   404   404   404   404   404   404   404   404   404
POST   /companies/partner-keys                        401   403   403   403   403   403   403   403   403   422   401
DELETE /companies/partner-keys/{partner_id}/{key_id}  401   403   403   403   403   403   403   403   403   404   401

PUT    /identities/{subject_id}                       401   403   412   404   404   412   403   404   403   403   401
GET    /identities/{subject_id}                       401   403   200   404   404   200   403   404   403   403   401
GET    /identities/disclosures/{introduction_id}      401   403   200   404   403   200   403   404   403   403   401
POST   /identities/{subject_id}/erasure               401   403   409   404   404   409   403   404   403   403   401
GET    /identities/{subject_id}/erasure               401   403   404   404   404   404   403   404   403   403   401
POST   /identities/rights/{company_id}/{person_id}/erasure 401 403 403  403   403   403   403   403   403   404   401
GET    /identities/rights/{company_id}/{person_id}/erasure 401 403 403  403   403   403   403   403   403   404   401
GET    /identities/rights/{company_id}/{person_id}/export  401 403 403  403   403   403   403   403   403   200   401
GET    /identities/notices/{audience}                 200   200   200   200   200   200   200   200   200   200   200
GET    /identities/retention                          401   403   403   403   403   403   403   403   403   200   401
GET    /identities/contacts/{company_id}              401   403   403   403   403   403   403   403   404   403   401

POST   /profiles                                      401   403   422   422   422   422   403   422   403   403   401
GET    /profiles                                      401   403   200   200   200   200   403   200   403   403   401
GET    /profiles/{profile_id}                         401   403   200   404   404   200   403   404   403   403   401
PUT    /profiles/{profile_id}                         401   403   412   404   404   412   403   404   403   403   401
GET    /profiles/{profile_id}/preview                 401   403   200   404   404   200   403   404   403   403   401
POST   /profiles/{profile_id}/submission              401   403   412   404   403   412   403   404   403   403   401
POST   /profiles/{profile_id}/withdrawal              401   403   412   404   404   412   403   404   403   403   401
GET    /profiles/opt-in                               200   200   200   200   200   200   200   200   200   200   200
GET    /profiles/opt-in/page.js                       200   200   200   200   200   200   200   200   200   200   200
GET    /profiles/opt-in/page.css                      200   200   200   200   200   200   200   200   200   200   200
POST   /profiles/opt-in/card                          404   404   404   404   404   404   404   404   404   404   404
POST   /profiles/opt-in/decision                      404   404   404   404   404   404   404   404   404   404   404
POST   /profiles/opt-in/erasure                       404   404   404   404   404   404   404   404   404   404   404
POST   /profiles/opt-in/review                        404   404   404   404   404   404   404   404   404   404   404
GET    /profiles/rights/{company_id}/{person_id}      401   403   403   403   403   403   403   403   403   404   401

POST   /demands                                       401   403   422   422   403   422   403   422   403   403   401
GET    /demands                                       401   403   200   200   200   200   403   200   403   403   401
GET    /demands/{demand_id}                           401   403   200   404   404   200   403   404   403   403   401
PUT    /demands/{demand_id}                           401   403   412   404   403   412   403   404   403   403   401
POST   /demands/{demand_id}/opening                   401   403   412   404   403   412   403   404   403   403   401
POST   /demands/{demand_id}/closure                   401   403   412   404   404   412   403   404   403   403   401

GET    /matching/demands/{demand_id}/matches          401   403   200   404   403   200   403   404   403   403   401
POST   /matching/demands/{demand_id}/proposals        401   403   202   404   403   202   403   404   403   403   401
GET    /matching/profiles/{profile_id}/demands        401   403   200   404   403   200   403   404   403   403   401
GET    /matching/profiles/{profile_id}/near-misses    401   403   200   404   403   200   403   404   403   403   401
GET    /matching/weights                              200   200   200   200   200   200   200   200   200   200   200

GET    /desk/queue                                    401   403   403   403   403   403   403   403   200   403   401
GET    /desk/cards/{card_id}                          401   403   403   403   403   403   403   403   404   403   401
POST   /desk/approaches                               401   403   403   403   403   403   403   403   404   403   401
GET    /desk/approaches/{approach_id}                 401   403   403   403   403   403   403   403   404   403   401
POST   /desk/approaches/{approach_id}/answers         401   403   403   403   403   403   403   403   404   403   401
GET    /desk/reviews                                  401   403   403   403   403   403   403   403   200   403   401
POST   /desk/reviews/{profile_id}/answer              401   403   403   403   403   403   403   403   404   403   401
GET    /desk/log                                      401   403   403   403   403   403   403   403   403   200   401

GET    /introductions                                 401   403   200   200   403   200   403   200   403   403   401
GET    /introductions/{introduction_id}               401   403   200   404   403   200   403   404   403   403   401
POST   /introductions/{introduction_id}/interest      401   403   412   404   403   412   403   404   403   403   401
POST   /introductions/{introduction_id}/refusal       401   403   412   404   403   412   403   404   403   403   401
GET    /introductions/{introduction_id}/cost          401   403   200   404   403   200   403   404   403   403   401
POST   /introductions/{introduction_id}/questions     401   403   409   404   403   409   403   404   403   403   401
POST   /introductions/{introduction_id}/questions/{question_id}/answer 401 403 404 404 403 404 403 404 403 403 401
PUT    /introductions/{introduction_id}/term-sheet    401   403   412   404   403   412   403   404   403   403   401
POST   /introductions/{introduction_id}/signatures    401   403   409   404   403   409   403   404   403   403   401
GET    /introductions/go                              200   200   200   200   200   200   200   200   200   200   200
GET    /introductions/go/page.js                      200   200   200   200   200   200   200   200   200   200   200
GET    /introductions/go/page.css                     200   200   200   200   200   200   200   200   200   200   200
POST   /introductions/go/sheet                        404   404   404   404   404   404   404   404   404   404   404
POST   /introductions/go/decision                     404   404   404   404   404   404   404   404   404   404   404
GET    /introductions/rights/{company_id}/{profile_id} 401  403   403   403   403   403   403   403   403   200   401

GET    /agreements                                    401   403   200   200   403   200   403   200   403   403   401
GET    /agreements/{agreement_id}                     401   403   200   404   403   200   403   404   403   403   401
PUT    /agreements/{agreement_id}/terms               401   403   412   404   403   412   403   404   403   403   401
PUT    /agreements/{agreement_id}/steps               401   403   412   404   403   412   403   404   403   403   401
GET    /agreements/{agreement_id}/checks              401   403   200   404   403   200   403   404   403   403   401
POST   /agreements/{agreement_id}/readiness           401   403   412   404   403   412   403   404   403   403   401
POST   /agreements/{agreement_id}/signing-codes       401   403   412   404   403   403   403   403   403   403   401
POST   /agreements/{agreement_id}/signatures          401   403   412   404   403   403   403   403   403   403   401
POST   /agreements/{agreement_id}/refusal             401   403   412   404   403   412   403   404   403   403   401
POST   /agreements/{agreement_id}/start               401   403   412   404   403   412   403   404   403   403   401
GET    /agreements/{agreement_id}/evidence            401   403   200   404   403   200   403   404   403   403   401
GET    /agreements/sign                               200   200   200   200   200   200   200   200   200   200   200
GET    /agreements/sign/page.js                       200   200   200   200   200   200   200   200   200   200   200
GET    /agreements/sign/page.css                      200   200   200   200   200   200   200   200   200   200   200
POST   /agreements/sign/sheet                         404   404   404   404   404   404   404   404   404   404   404
POST   /agreements/sign/code                          404   404   404   404   404   404   404   404   404   404   404
POST   /agreements/sign/signature                     404   404   404   404   404   404   404   404   404   404   404
POST   /agreements/sign/refusal                       404   404   404   404   404   404   404   404   404   404   404
GET    /agreements/rights/{company_id}/{introduction_id} 401 403  403   403   403   403   403   403   403   200   401

GET    /documents                                     401   403   200   200   403   200   403   200   403   403   401
GET    /documents/{document_id}                       401   403   200   404   403   200   403   404   403   403   401
POST   /documents/personal                            404   404   404   404   404   404   404   404   404   404   404

POST   /webhooks/endpoints                            401   403   403   403   403   403   403   403   403   403   401
GET    /webhooks/endpoints                            401   403   403   403   403   403   403   403   403   403   401
GET    /webhooks/endpoints/{endpoint_id}              401   403   403   403   403   403   403   403   403   403   401
PUT    /webhooks/endpoints/{endpoint_id}              401   403   403   403   403   403   403   403   403   403   401
DELETE /webhooks/endpoints/{endpoint_id}              401   403   403   403   403   403   403   403   403   403   401
POST   /webhooks/endpoints/{endpoint_id}/verification 401   403   403   403   403   403   403   403   403   403   401
POST   /webhooks/endpoints/{endpoint_id}/secrets      401   403   403   403   403   403   403   403   403   403   401
POST   /webhooks/endpoints/{endpoint_id}/tests        401   403   403   403   403   403   403   403   403   403   401
POST   /webhooks/endpoints/{endpoint_id}/replay       401   403   403   403   403   403   403   403   403   403   401
GET    /webhooks/endpoints/{endpoint_id}/feed         401   403   403   403   403   403   403   403   403   403   401
GET    /webhooks/endpoints/{endpoint_id}/snapshot     401   403   403   403   403   403   403   403   403   403   401
GET    /webhooks/endpoints/{endpoint_id}/deliveries   401   403   403   403   403   403   403   403   403   403   401
GET    /webhooks/endpoints/{endpoint_id}/deliveries/{delivery_id} 401 403 403 403 403 403 403 403 403 403 401
POST   /webhooks/endpoints/{endpoint_id}/deliveries/{delivery_id}/resend 401 403 403 403 403 403 403 403 403 403 401

POST   /partners                                      401   403   403   403   403   403   403   403   403   422   401
GET    /partners                                      401   403   403   403   403   403   403   403   403   200   401
GET    /partners/{partner_id}                         401   403   403   403   403   403   403   403   403   404   401
PUT    /partners/{partner_id}                         401   403   403   403   403   403   403   403   403   404   401
POST   /partners/{partner_id}/ending                  401   403   403   403   403   403   403   403   403   404   401
POST   /partners/{partner_id}/secrets                 401   403   403   403   403   403   403   403   403   404   401
GET    /partners/{partner_id}/inbox                   401   403   403   403   403   403   403   403   403   404   401
POST   /partners/inbox/{partner_id}                   401   401   401   401   401   401   401   401   401   401   401
POST   /partners/agreements                           401   403   403   403   403   403   403   403   403   422   401
GET    /partners/agreements                           401   403   403   403   403   403   403   403   403   200   401
GET    /partners/agreements/{partnership_id}          401   403   403   403   403   403   403   403   403   404   401
PUT    /partners/agreements/{partnership_id}          401   403   403   403   403   403   403   403   403   404   401
POST   /partners/agreements/{partnership_id}/activation 401 403  403   403   403   403   403   403   403   404   401
POST   /partners/agreements/{partnership_id}/ending   401   403   403   403   403   403   403   403   403   404   401
POST   /partners/agreements/{partnership_id}/declarations 401 403 403  403   403   403   403   403   403   404   401
GET    /partners/agreements/{partnership_id}/figures  401   403   403   403   403   403   403   403   403   404   401

GET    /figures                                       200   200   200   200   200   200   200   200   200   200   200
GET    /inclusion/personal                            200   200   200   200   200   200   200   200   200   200   200
GET    /inclusion/personal/page.js                    200   200   200   200   200   200   200   200   200   200   200
GET    /inclusion/personal/page.css                   200   200   200   200   200   200   200   200   200   200   200
POST   /inclusion/personal/sheet                      404   404   404   404   404   404   404   404   404   404   404
POST   /inclusion/personal/answers                    404   404   404   404   404   404   404   404   404   404   404
POST   /inclusion/personal/withdrawal                 404   404   404   404   404   404   404   404   404   404   404
GET    /inclusion/watch                               401   403   403   403   403   403   403   403   200   200   401

GET    /decisions/log                                 401   403   403   403   403   403   403   403   403   200   401

GET    /vocabulary                                    200   200   200   200   200   200   200   200   200   200   200
GET    /vocabulary/occupations                        200   200   200   200   200   200   200   200   200   200   200
GET    /vocabulary/occupations/{code}                 200   200   200   200   200   200   200   200   200   200   200
GET    /vocabulary/skills                             200   200   200   200   200   200   200   200   200   200   200
GET    /vocabulary/municipalities                     200   200   200   200   200   200   200   200   200   200   200
POST   /vocabulary/extraction                         200   200   200   200   200   200   200   200   200   200   200

GET    /openapi.json                                  200   200   200   200   200   200   200   200   200   200   200
GET    /portal/api                                    200   200   200   200   200   200   200   200   200   200   200
"""
ROWS = {
    f"{method} {path}": dict(zip(COLUMNS, map(int, statuses), strict=True))
    for method, path, *statuses in map(str.split, filter(None, TABLE.splitlines()))
}
ROUTES = {f"{route.method} {route.path}": route for one in declarations() for route in one.routes}
OF_THE_HOST = ("/demands", "/matching/demands")
"""Where the things are the host's and not the lender's."""

NEVER = {"If-Match": '"999999999"'}
FACTS = {"naf": "29.32Z", "idcc": "3248", "headcount": 12, "has_cse": True, "municipality": "76540"}
NOWHERE = {"municipality": "00000"}
FIRST_DAY, LAST_DAY = ((clock.today() + timedelta(days=days)).isoformat() for days in (40, 120))
PROFILE = {
    "occupation": "H2909",
    "skills": ["000000"],
    "experience": "6-10",
    "municipality": "76540",
    "radius_km": 40,
    "working_time": "full_time",
    "shifts": ["day"],
    "available_from": FIRST_DAY,
    "available_to": LAST_DAY,
}
DEMAND = {
    "occupation": "H2909",
    "must_skills": ["000000"],
    "experience": "3-5",
    "municipality": "76540",
    "start_date": FIRST_DAY,
    "end_date": LAST_DAY,
    "working_time": "full_time",
    "shift": "day",
    "headcount": 1,
}
IDENTITY = {
    "kind": "company",
    "name": "Essai",
    "siren": "732829320",
    "siret": "73282932000074",
    "address": "1 quai",
    "contact_name": "Essai",
    "contact_email": "rh@essai.example",
}
TOKEN = "x" * 43
NOBODY = {"person_id": f"per_{'a' * 20}", "audience": "volunteers"}
"""Whom nobody recorded, so that an operator who asks changes nothing; and whom a notice is for."""

SHEET = {
    "occupation": "H2901",
    "tasks": "Montage et rivetage de sous-ensembles en atelier.",
    "area": {"level": "epci", "code": "200084952"},
    "start_date": FIRST_DAY,
    "end_date": LAST_DAY,
    "weekly_hours": 35,
    "daily_hours": 8,
    "working_time": "full_time",
    "shift": "day",
    "contract_type": "CDI",
    "cost": {"monthly_gross": 200_000, "contribution_rate": 4_200, "billed": 284_000},
}
REASON = "Contrôle de l’habilitation en cours."
BODIES: dict[str, dict[str, Any]] = {
    "POST /companies": {**FACTS, **NOWHERE, "siren": "732829320", "siret": "73282932000074"},
    "PUT /companies/{company_id}": FACTS,
    "POST /companies/preparations": {**FACTS, **NOWHERE, "siren": "732829320", "siret": "73282932000074"},
    "POST /companies/preparations/{preparation_id}/sheet": {"code": "K7RM2QX9TB"},
    "POST /companies/preparations/{preparation_id}/confirmation": {"code": "K7RM2QX9TB"},
    "POST /companies/{company_id}/activation": {"code": "K7RM2QX9TB", "reason": REASON},
    "POST /companies/{company_id}/suspension": {"reason": REASON},
    "POST /companies/{company_id}/reinstatement": {"reason": REASON},
    "POST /companies/{company_id}/keys": {"label": "Essai", "scopes": ["demands:read"]},
    "POST /companies/{company_id}/keys/{key_id}/rotation": {},
    "POST /companies/{company_id}/members": {"role": "reader"},
    "PUT /companies/{company_id}/members/{member_id}": {"role": "reader"},
    "POST /companies/memberships": {"token": TOKEN},
    "POST /companies/invitation/sheet": {"token": TOKEN},
    "POST /companies/invitation/refusal": {"token": TOKEN},
    "PUT /identities/{subject_id}": IDENTITY,
    "POST /vocabulary/extraction": {"text": "soudeur TIG"},
    "POST /profiles": {"profiles": [PROFILE]},
    "PUT /profiles/{profile_id}": PROFILE,
    "POST /profiles/opt-in/card": {"token": TOKEN},
    "POST /profiles/opt-in/decision": {"token": TOKEN, "decision": "accept", "text_sha256": "0" * 64},
    "POST /profiles/opt-in/erasure": {"token": TOKEN},
    "POST /profiles/opt-in/review": {"token": TOKEN, "reason": "order"},
    "POST /demands": DEMAND,
    "PUT /demands/{demand_id}": DEMAND,
    "POST /demands/{demand_id}/closure": {"outcome": "closed"},
    "POST /desk/approaches": {"profile_id": "prf_" + "a" * 20, "demand_id": "dem_" + "a" * 20},
    "POST /desk/approaches/{approach_id}/answers": {
        "side": "host",
        "answer": "yes",
        "how": "phone",
        "on": clock.today().isoformat(),
    },
    "POST /desk/reviews/{profile_id}/answer": {"outcome": "upheld"},
    "POST /introductions/{introduction_id}/refusal": {"reason": "dates"},
    "POST /introductions/{introduction_id}/questions": {"text": "Quels sont les horaires ?"},
    "POST /introductions/{introduction_id}/questions/{question_id}/answer": {"text": "La journée."},
    "PUT /introductions/{introduction_id}/term-sheet": SHEET,
    "POST /introductions/{introduction_id}/signatures": {"sha256": "0" * 64},
    "POST /introductions/go/sheet": {"token": TOKEN},
    "POST /introductions/go/decision": {"token": TOKEN, "decision": "refuse"},
    "PUT /agreements/{agreement_id}/terms": {"terms": SHEET},
    "PUT /agreements/{agreement_id}/steps": {"lender": {}},
    "POST /agreements/{agreement_id}/signatures": {"documents": {"employee_agreement": "0" * 64}, "code": "K7RM2QX9TB"},
    "POST /agreements/{agreement_id}/refusal": {"reason": "dates"},
    "POST /agreements/sign/sheet": {"token": TOKEN},
    "POST /agreements/sign/code": {"token": TOKEN},
    "POST /agreements/sign/signature": {
        "token": TOKEN,
        "documents": {"employee_agreement": "0" * 64},
        "code": "K7RM2QX9TB",
        "text_sha256": "0" * 64,
    },
    "POST /agreements/sign/refusal": {"token": TOKEN},
    "POST /documents/personal": {"token": TOKEN},
    "POST /inclusion/personal/sheet": {"token": TOKEN},
    "POST /inclusion/personal/answers": {"token": TOKEN, "text_sha256": "0" * 64, "sex": "woman"},
    "POST /inclusion/personal/withdrawal": {"token": TOKEN},
}
READING_NEEDS = {"GET /documents": {"introduction": "introduction_id"}}
COST = {"monthly_gross": "200000", "contribution_rate": "4200"}


WEBHOOK = {"url": "https://partenaire.example/passerelle"}
BODIES |= {
    "POST /companies/partner-keys": {"label": "Essai", "scopes": ["webhooks:read"], "days": 0},
    "POST /webhooks/endpoints": WEBHOOK,
    "PUT /webhooks/endpoints/{endpoint_id}": WEBHOOK,
    "POST /webhooks/endpoints/{endpoint_id}/replay": {"since": "2026-11-22T00:00:00Z"},
}

PARTNER = {"name": "Agence", "kind": "employment_agency", "programmes": ["placement"]}
PARTNERSHIP = {
    "title": "Convention",
    "programme": "placement",
    "parties": ["ptn_" + "a" * 20],
    "start": "2026-12-01",
    "end": "2027-11-30",
    "axes": [{"number": 1, "label": "Placement"}],
}
BODIES |= {
    "POST /partners": {**PARTNER, "territories": [{"level": "epci", "code": "0"}]},
    "PUT /partners/{partner_id}": PARTNER,
    "POST /partners/agreements": PARTNERSHIP,
    "PUT /partners/agreements/{partnership_id}": PARTNERSHIP,
    "POST /partners/agreements/{partnership_id}/declarations": {
        "indicator": "visites",
        "value": 1,
        "as_of": clock.today().isoformat(),
    },
}


def owner_of(path: str) -> str:
    """Whose the things under a path are."""
    return "host" if path.startswith(OF_THE_HOST) else "owner"


def ids(house: House) -> dict[str, str]:
    """The owner's things, by the names of the path's parameters."""
    return {
        "company_id": house.company("owner"),
        "key_id": house.keys["owner"]["every"]["id"],
        "subject_id": house.company("owner"),
        "profile_id": house.told.volunteers["found"].profile_id,
        "demand_id": house.told.demands[0],
        "introduction_id": house.told.mutual,
        "document_id": house.document_id,
        "agreement_id": house.agreement_id,
        "question_id": "qst_" + "a" * 20,
        "member_id": f"mbr_{house.company('owner').removeprefix('cmp_')}",
        "preparation_id": "pre_" + "a" * 20,
        "partner_id": "ptn_" + "a" * 20,
        "partnership_id": "pag_" + "a" * 20,
        "endpoint_id": "whe_" + "a" * 20,
        "delivery_id": "evt_" + "a" * 20,
        "card_id": house.told.volunteers["found"].profile_id,
        "approach_id": "apr_" + "a" * 20,
        "code": "H2909",
        **NOBODY,
    }


def asked(house: House, name: str, knock: Knock) -> requests.Response:
    """A well-formed request to a route, about the owner's thing."""
    route, known = ROUTES[name], ids(house)
    how: dict[str, Any] = {}
    if name in READING_NEEDS:
        how["params"] = {parameter: known[of] for parameter, of in READING_NEEDS[name].items()}
    if name.endswith("/cost"):
        how["params"] = COST
    if route.method != "GET":
        how["headers"] = NEVER
    if name == "POST /matching/demands/{demand_id}/proposals":
        how["json"] = {"profile_id": known["profile_id"]}
    elif name in BODIES:
        how["json"] = BODIES[name]
    return house.ask(route.method, route.path.format(**known), knock, **how)


def knock_of(house: House, column: str, route: Route) -> Knock:
    """The caller of a column, for this route."""
    owner = owner_of(route.path)
    if column == "owner":
        return house.knocks[owner]
    scope = route.allow.scope if route.allow.scope in SCOPES else ""
    if column == "key":
        return keyed(house.keys[owner][f"only {scope}" if scope else "every"])
    if column == "unscoped":
        return keyed(house.keys[owner][f"all but {scope}" if scope else "every"])
    if column == "otherkey":
        return keyed(house.keys["other"]["every"])
    return house.knocks[column]


def staff_of(route: Route) -> str:
    """Who of the platform's people is let in to a route that is no company's."""
    return "operator" if Role.OPERATOR in route.allow.roles else "adviser"


def keyed(key: dict[str, Any]) -> Knock:
    return Knock({"Authorization": f"ApiKey {key['secret']}"})


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(ROWS) == sorted(ROUTES)


def test_the_table_agrees_with_itself() -> None:
    """No row lets anybody in whom it should not: a thing is its owner's, and a public path is everybody's."""
    for name, row in ROWS.items():
        public = Role.PUBLIC in ROUTES[name].allow.roles
        assert (len(set(row.values())) == 1) == public, name
        if not public:
            assert (row["anyone"], row["forged"]) == (401, 401), name
            assert row["unscoped"] == 403, name
            if "{" in ROUTES[name].path:
                assert {row["other"], row["otherkey"], row["pending"], row["user"]} <= {403, 404}, name


@pytest.mark.parametrize("name", ROWS)
def test_a_route_lets_in_whom_the_table_says(house: House, name: str) -> None:
    expected, route = ROWS[name], ROUTES[name]
    answers = {column: asked(house, name, knock_of(house, column, route)) for column in COLUMNS if column != "forged"}
    forged = {kind: asked(house, name, knock) for kind, knock in house.knocks.items() if kind.startswith("bad")}

    assert {column: answer.status_code for column, answer in answers.items()} == {
        column: status for column, status in expected.items() if column != "forged"
    }
    assert {kind: answer.status_code for kind, answer in forged.items()} == dict.fromkeys(forged, expected["forged"])
    for answer in (*answers.values(), *forged.values()):
        assert (answer.headers["Content-Type"] == "application/problem+json") == (answer.status_code >= 400)


OWN = [name for name, row in ROWS.items() if row["other"] == 404 and row["anyone"] == 401]


@pytest.mark.parametrize("name", OWN)
def test_anothers_thing_reads_as_one_that_is_not_there(house: House, name: str) -> None:
    route, known = ROUTES[name], ids(house)
    nothing = {parameter: f"{value[:4]}{'a' * 20}" for parameter, value in known.items()}
    body = {"json": BODIES[name]} if name in BODIES else {}
    if name.endswith("/proposals"):
        body = {"json": {"profile_id": known["profile_id"]}}

    theirs, nobodys = (
        house.ask(route.method, route.path.format(**which), house.knocks["other"], headers=NEVER, **body)
        for which in (known, nothing)
    )

    assert theirs.status_code == nobodys.status_code == 404
    assert {**theirs.json(), "instance": ""} == {**nobodys.json(), "instance": ""}


def test_no_list_holds_what_is_anothers(house: House) -> None:
    lists = ["/companies", "/profiles", "/demands", "/introductions", f"/documents?introduction={house.told.mutual}"]
    things = {value for name, value in ids(house).items() if name not in ("code", "key_id")}

    for path in lists:
        own = house.ask("GET", path, house.knocks[owner_of(path)]).text
        others = house.ask("GET", path, house.knocks["other"]).text
        assert any(thing in own for thing in things), path
        assert not any(thing in others for thing in things - {house.told.mutual}), path
        assert '"items":[]' in others or path == "/companies", path


@pytest.mark.parametrize("name", ["user", "other", "pending", "host"])
def test_naming_anothers_company_gives_no_right_to_it(house: House, name: str) -> None:
    stolen = Knock({**house.knocks[name].headers, "X-Company": house.company("owner")})

    for path in (
        "/profiles",
        "/demands",
        f"/companies/{house.company('owner')}",
        f"/introductions/{house.told.mutual}",
    ):
        assert house.ask("GET", path, stolen).status_code == 403


def test_a_key_acts_for_its_own_company_whatever_it_names(house: House) -> None:
    key = keyed(house.keys["other"]["every"])
    naming = Knock({**key.headers, "X-Company": house.company("owner")})

    answer = house.ask("GET", "/profiles", naming)

    assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_a_caller_cannot_say_who_he_is_by_other_headers(house: House) -> None:
    claimed = {"role": "operator", "X-Role": "operator", "X-Amzn-Role": "operator", "principalId": "operator"}
    knock = Knock({**house.knocks["user"].headers, **claimed, "X-Forwarded-User": "operator"})

    assert house.ask("GET", "/profiles", knock).status_code == 403
    assert house.ask("GET", f"/companies/{house.company('owner')}/keys", knock).status_code == 403


def test_a_suspended_company_is_stopped_at_once_and_its_keys_with_it(house: House) -> None:
    company, operator = house.company("other"), house.knocks["operator"]
    callers = (house.knocks["other"], keyed(house.keys["other"]["every"]))

    def statuses() -> list[int]:
        asks = (("GET", "/introductions", {}), ("POST", "/demands", {"json": DEMAND}))
        return [house.ask(*ask, knock, **how).status_code for knock in callers for *ask, how in asks]

    before = statuses()
    house.ask("POST", f"/companies/{company}/suspension", operator, json={"reason": REASON}).raise_for_status()
    suspended = statuses()
    house.ask("POST", f"/companies/{company}/reinstatement", operator, json={"reason": REASON}).raise_for_status()
    house.player.cloud.settle()

    assert before == statuses() == [200, 422] * 2
    assert suspended == [403] * 4


def test_nobody_reads_an_identity_by_recording_one_under_its_id(house: House) -> None:
    """Who a person is, is not known to the company that writes under the same id: its own record is another one."""
    person = house.told.volunteers["found"].person_id
    mine = {"kind": "person", "given_name": "Un", "family_name": "Autre", "email": "un.autre@courriel.example"}

    written = house.ask("PUT", f"/identities/{person}", house.knocks["other"], json=mine)
    read = house.ask("GET", f"/identities/{person}", house.knocks["other"])
    owners = house.ask("GET", f"/identities/{person}", house.knocks["owner"])

    assert written.status_code == 200
    assert read.json()["family_name"] == "Autre"
    assert owners.json()["family_name"] == house.told.volunteers["found"].part.family_name
