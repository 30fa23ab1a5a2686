"""Who may call what, as a table written by hand, with a well-formed request for every route.

Whoever is let in asks for something that changes nothing: a version that never was (412), a fault that is found last
(422), something done already. So the table says who is let in, not what happens then.
"""

from datetime import timedelta
from typing import Any

from cdk.contracts.declared import declarations
from passerelle import clock
from passerelle.access import Role
from passerelle.http import Route
from tests.security.door.conftest import House

# anyone    has no account                            user      has an account and no company
# owner     a person of the company whose thing it is  other     a person of another active company
# pending   a person of a company not yet active       key       the owner's key that has the route's scope alone
# unscoped  the owner's key that has all other scopes  otherkey  another company's key that has every scope
# partner   the key of the partner organisation whose thing it is, with every scope of its kind
# rival     another partner organisation's key, the same
# adviser, operator                                    forged    everything of `conftest.bad_credentials`
COLUMNS = (
    "anyone user owner other pending key unscoped otherkey partner rival adviser operator forged".split()  # noqa: SIM905
)
TABLE = """
GET    /companies                                     401  200  200  200  200  403  403  403  403  403  200  200  401
POST   /companies                                     401  422  422  422  422  403  403  403  403  403  403  403  401
GET    /companies/{company_id}                        401  403  200  404  404  200  403  404  403  403  403  403  401
PUT    /companies/{company_id}                        401  403  412  404  404  403  403  403  403  403  403  403  401
POST   /companies/{company_id}/activation             401  404  412  404  404  403  403  403  403  403  412  412  401
POST   /companies/{company_id}/code                   401  403  412  404  404  403  403  403  403  403  403  403  401
POST   /companies/{company_id}/suspension             401  403  403  403  403  403  403  403  403  403  412  412  401
POST   /companies/{company_id}/reinstatement          401  403  403  403  403  403  403  403  403  403  412  412  401
POST   /companies/{company_id}/closure                401  403  412  404  404  403  403  403  403  403  403  403  401
POST   /companies/{company_id}/keys                   401  403  412  404  404  403  403  403  403  403  403  403  401
GET    /companies/{company_id}/keys                   401  403  200  404  404  403  403  403  403  403  403  403  401
DELETE /companies/{company_id}/keys/{key_id}          401  403  412  404  404  403  403  403  403  403  403  403  401
GET    /companies/{company_id}/acts                   401  403  200  404  404  403  403  403  403  403  403  403  401
POST   /companies/preparations                        401  403  403  403  403  403  403  403  403  403  422  403  401
POST   /companies/preparations/{preparation_id}/sheet 401  404  404  404  404  403  403  403  403  403  403  403  401
POST   /companies/preparations/{preparation_id}/confirmation 401 404 404 404 404 403 403 403 403 403 403 403 401
POST   /companies/{company_id}/keys/{key_id}/rotation 401  403  412  404  404  403  403  403  403  403  403  403  401
GET    /companies/{company_id}/members                401  403  200  404  404  403  403  403  403  403  403  403  401
POST   /companies/{company_id}/members                401  403  412  404  403  403  403  403  403  403  403  403  401
PUT    /companies/{company_id}/members/{member_id}    401  403  412  404  404  403  403  403  403  403  403  403  401
DELETE /companies/{company_id}/members/{member_id}    401  403  412  404  404  403  403  403  403  403  403  403  401
POST   /companies/{company_id}/members/{member_id}/invitation 401 403 412 404 403 403 403 403 403 403 403 403 401
POST   /companies/memberships                         401  404  404  404  404  403  403  403  403  403  403  403  401
DELETE /companies/memberships/{company_id}            401  403  412  404  404  403  403  403  403  403  403  403  401
GET    /companies/invitation                          200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /companies/invitation/page.js                  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /companies/invitation/page.css                 200  200  200  200  200  200  200  200  200  200  200  200  200
POST   /companies/invitation/sheet                    404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /companies/invitation/refusal                  404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /companies/partner-keys                        401  403  403  403  403  403  403  403  403  403  403  422  401
DELETE /companies/partner-keys/{partner_id}/{key_id}  401  403  403  403  403  403  403  403  403  403  403  404  401

PUT    /identities/{subject_id}                       401  403  412  404  404  412  403  404  404  404  403  403  401
GET    /identities/{subject_id}                       401  403  200  404  404  200  403  404  404  404  403  403  401
GET    /identities/disclosures/{introduction_id}      401  403  200  404  403  200  403  404  403  403  403  403  401
POST   /identities/{subject_id}/erasure               401  403  409  404  404  409  403  404  403  403  403  403  401
GET    /identities/{subject_id}/erasure               401  403  404  404  404  404  403  404  403  403  403  403  401
POST   /identities/rights/{company_id}/{person_id}/erasure 401 403 403 403 403 403 403 403 403 403 403 404 401
GET    /identities/rights/{company_id}/{person_id}/erasure 401 403 403 403 403 403 403 403 403 403 403 404 401
GET    /identities/rights/{company_id}/{person_id}/export 401 403 403 403 403 403 403 403 403 403 403 200 401
GET    /identities/notices/{audience}                 200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /identities/retention                          401  403  403  403  403  403  403  403  403  403  403  200  401
GET    /identities/contacts/{company_id}              401  403  403  403  403  403  403  403  403  403  404  403  401
GET    /identities/sessions/{session_id}/contacts/{organisation_id} 401 403 200 404 403 200 403 404 404 404 403 403 401

POST   /profiles                                      401  403  422  422  422  422  403  422  403  403  403  403  401
GET    /profiles                                      401  403  200  200  200  200  403  200  403  403  403  403  401
POST   /profiles/imports                              401  403  422  422  422  422  403  422  403  403  403  403  401
GET    /profiles/imports/{import_id}                  401  403  404  404  404  404  403  404  403  403  403  403  401
GET    /profiles/{profile_id}                         401  403  200  404  404  200  403  404  403  403  403  403  401
PUT    /profiles/{profile_id}                         401  403  412  404  404  412  403  404  403  403  403  403  401
GET    /profiles/{profile_id}/preview                 401  403  200  404  404  200  403  404  403  403  403  403  401
POST   /profiles/{profile_id}/submission              401  403  412  404  403  412  403  404  403  403  403  403  401
POST   /profiles/{profile_id}/withdrawal              401  403  412  404  404  412  403  404  403  403  403  403  401
GET    /profiles/opt-in                               200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /profiles/opt-in/page.js                       200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /profiles/opt-in/page.css                      200  200  200  200  200  200  200  200  200  200  200  200  200
POST   /profiles/opt-in/card                          404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /profiles/opt-in/decision                      404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /profiles/opt-in/erasure                       404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /profiles/opt-in/review                        404  404  404  404  404  404  404  404  404  404  404  404  404
GET    /profiles/rights/{company_id}/{person_id}      401  403  403  403  403  403  403  403  403  403  403  404  401

POST   /demands                                       401  403  422  422  403  422  403  422  403  403  403  403  401
GET    /demands                                       401  403  200  200  200  200  403  200  403  403  403  403  401
POST   /demands/imports                               401  403  422  422  403  422  403  422  403  403  403  403  401
GET    /demands/imports/{import_id}                   401  403  404  404  404  404  403  404  403  403  403  403  401
GET    /demands/{demand_id}                           401  403  200  404  404  200  403  404  403  403  403  403  401
PUT    /demands/{demand_id}                           401  403  412  404  403  412  403  404  403  403  403  403  401
POST   /demands/{demand_id}/opening                   401  403  412  404  403  412  403  404  403  403  403  403  401
POST   /demands/{demand_id}/closure                   401  403  412  404  404  412  403  404  403  403  403  403  401

POST   /sessions                                      401  403  422  422  403  422  403  422  403  403  403  403  401
GET    /sessions                                      401  403  200  200  200  200  403  200  200  200  403  403  401
GET    /sessions/mine                                 401  403  200  200  200  200  403  200  200  200  403  403  401
POST   /sessions/imports                              401  403  422  422  403  422  403  422  403  403  403  403  401
GET    /sessions/imports/{import_id}                  401  403  404  404  404  404  403  404  403  403  403  403  401
GET    /sessions/registrations                        401  403  200  200  200  200  403  200  403  403  403  403  401
POST   /sessions/registrations/{session_id}/withdrawal 401 403  404  404  404  404  403  404  403  403  403  403  401
GET    /sessions/{session_id}                         401  403  200  200  200  200  403  200  200  200  403  403  401
PUT    /sessions/{session_id}                         401  403  412  404  403  412  403  404  403  403  403  403  401
POST   /sessions/{session_id}/cancellation            401  403  412  404  404  412  403  404  403  403  403  403  401
POST   /sessions/{session_id}/registrations           401  403  409  409  403  409  403  409  403  403  403  403  401
GET    /sessions/{session_id}/registrations           401  403  200  404  404  200  403  404  404  404  403  403  401

GET    /matching/demands/{demand_id}/combination      401  403  200  404  403  200  403  404  403  403  403  403  401
GET    /matching/demands/{demand_id}/matches          401  403  200  404  403  200  403  404  403  403  403  403  401
POST   /matching/demands/{demand_id}/proposals        401  403  202  404  403  202  403  404  403  403  403  403  401
GET    /matching/profiles/{profile_id}/demands        401  403  200  404  403  200  403  404  403  403  403  403  401
GET    /matching/profiles/{profile_id}/near-misses    401  403  200  404  403  200  403  404  403  403  403  403  401
GET    /matching/weights                              200  200  200  200  200  200  200  200  200  200  200  200  200

GET    /desk/queue                                    401  403  403  403  403  403  403  403  403  403  200  403  401
GET    /desk/cards/{card_id}                          401  403  403  403  403  403  403  403  403  403  404  403  401
POST   /desk/approaches                               401  403  403  403  403  403  403  403  403  403  404  403  401
GET    /desk/approaches/{approach_id}                 401  403  403  403  403  403  403  403  403  403  404  403  401
POST   /desk/approaches/{approach_id}/answers         401  403  403  403  403  403  403  403  403  403  404  403  401
GET    /desk/reviews                                  401  403  403  403  403  403  403  403  403  403  200  403  401
POST   /desk/reviews/{profile_id}/answer              401  403  403  403  403  403  403  403  403  403  404  403  401
GET    /desk/log                                      401  403  403  403  403  403  403  403  403  403  403  200  401

GET    /introductions                                 401  403  200  200  403  200  403  200  403  403  403  403  401
GET    /introductions/{introduction_id}               401  403  200  404  403  200  403  404  403  403  403  403  401
POST   /introductions/{introduction_id}/interest      401  403  412  404  403  412  403  404  403  403  403  403  401
POST   /introductions/{introduction_id}/refusal       401  403  412  404  403  412  403  404  403  403  403  403  401
GET    /introductions/{introduction_id}/cost          401  403  200  404  403  200  403  404  403  403  403  403  401
POST   /introductions/{introduction_id}/questions     401  403  409  404  403  409  403  404  403  403  403  403  401
POST   /introductions/{introduction_id}/questions/{question_id}/answer 401 403 404 404 403 404 403 404 403 403 403 403 401
PUT    /introductions/{introduction_id}/term-sheet    401  403  412  404  403  412  403  404  403  403  403  403  401
POST   /introductions/{introduction_id}/signatures    401  403  409  404  403  409  403  404  403  403  403  403  401
GET    /introductions/go                              200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /introductions/go/page.js                      200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /introductions/go/page.css                     200  200  200  200  200  200  200  200  200  200  200  200  200
POST   /introductions/go/sheet                        404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /introductions/go/decision                     404  404  404  404  404  404  404  404  404  404  404  404  404
GET    /introductions/rights/{company_id}/{profile_id} 401 403 403 403 403 403 403 403 403 403 403 200 401

GET    /agreements                                    401  403  200  200  403  200  403  200  403  403  403  403  401
GET    /agreements/{agreement_id}                     401  403  200  404  403  200  403  404  403  403  403  403  401
PUT    /agreements/{agreement_id}/terms               401  403  412  404  403  412  403  404  403  403  403  403  401
PUT    /agreements/{agreement_id}/steps               401  403  412  404  403  412  403  404  403  403  403  403  401
GET    /agreements/{agreement_id}/checks              401  403  200  404  403  200  403  404  403  403  403  403  401
POST   /agreements/{agreement_id}/readiness           401  403  412  404  403  412  403  404  403  403  403  403  401
POST   /agreements/{agreement_id}/signing-codes       401  403  412  404  403  403  403  403  403  403  403  403  401
POST   /agreements/{agreement_id}/signatures          401  403  412  404  403  403  403  403  403  403  403  403  401
POST   /agreements/{agreement_id}/refusal             401  403  412  404  403  412  403  404  403  403  403  403  401
POST   /agreements/{agreement_id}/start               401  403  412  404  403  412  403  404  403  403  403  403  401
GET    /agreements/{agreement_id}/evidence            401  403  200  404  403  200  403  404  403  403  403  403  401
GET    /agreements/sign                               200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /agreements/sign/page.js                       200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /agreements/sign/page.css                      200  200  200  200  200  200  200  200  200  200  200  200  200
POST   /agreements/sign/sheet                         404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /agreements/sign/code                          404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /agreements/sign/signature                     404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /agreements/sign/refusal                       404  404  404  404  404  404  404  404  404  404  404  404  404
GET    /agreements/rights/{company_id}/{introduction_id} 401 403 403 403 403 403 403 403 403 403 403 200 401

GET    /notifications/preferences                     401  403  200  200  200  403  403  403  403  403  403  403  401
PUT    /notifications/preferences                     401  403  412  412  412  403  403  403  403  403  403  403  401
GET    /notifications/preferences/contact             401  403  200  200  200  403  403  403  403  403  403  403  401
PUT    /notifications/preferences/contact             401  403  412  412  412  403  403  403  403  403  403  403  401
GET    /notifications/unreachable                     401  403  403  403  403  403  403  403  403  403  200  200  401

GET    /documents                                     401  403  200  200  403  200  403  200  403  403  403  403  401
GET    /documents/{document_id}                       401  403  200  404  403  200  403  404  403  403  403  403  401
POST   /documents/personal                            404  404  404  404  404  404  404  404  404  404  404  404  404

POST   /webhooks/endpoints                            401  403  403  403  403  403  403  403  422  422  403  403  401
GET    /webhooks/endpoints                            401  403  403  403  403  403  403  403  200  200  403  403  401
GET    /webhooks/endpoints/{endpoint_id}              401  403  403  403  403  403  403  403  200  404  403  403  401
PUT    /webhooks/endpoints/{endpoint_id}              401  403  403  403  403  403  403  403  412  404  403  403  401
DELETE /webhooks/endpoints/{endpoint_id}              401  403  403  403  403  403  403  403  412  404  403  403  401
POST   /webhooks/endpoints/{endpoint_id}/verification 401  403  403  403  403  403  403  403  412  404  403  403  401
POST   /webhooks/endpoints/{endpoint_id}/secrets      401  403  403  403  403  403  403  403  412  404  403  403  401
POST   /webhooks/endpoints/{endpoint_id}/tests        401  403  403  403  403  403  403  403  412  404  403  403  401
POST   /webhooks/endpoints/{endpoint_id}/replay       401  403  403  403  403  403  403  403  412  404  403  403  401
GET    /webhooks/endpoints/{endpoint_id}/feed         401  403  403  403  403  403  403  403  200  404  403  403  401
GET    /webhooks/endpoints/{endpoint_id}/snapshot     401  403  403  403  403  403  403  403  200  404  403  403  401
GET    /webhooks/endpoints/{endpoint_id}/deliveries   401  403  403  403  403  403  403  403  200  404  403  403  401
GET    /webhooks/endpoints/{endpoint_id}/deliveries/{delivery_id} 401 403 403 403 403 403 403 403 200 404 403 403 401
POST   /webhooks/endpoints/{endpoint_id}/deliveries/{delivery_id}/resend 401 403 403 403 403 403 403 403 412 404 403 403 401

POST   /partners                                      401  403  403  403  403  403  403  403  403  403  403  422  401
GET    /partners                                      401  403  403  403  403  403  403  403  403  403  403  200  401
GET    /partners/{partner_id}                         401  403  403  403  403  403  403  403  200  404  403  200  401
PUT    /partners/{partner_id}                         401  403  403  403  403  403  403  403  403  403  403  412  401
POST   /partners/{partner_id}/ending                  401  403  403  403  403  403  403  403  403  403  403  412  401
POST   /partners/{partner_id}/secrets                 401  403  403  403  403  403  403  403  403  403  403  412  401
GET    /partners/{partner_id}/inbox                   401  403  403  403  403  403  403  403  200  404  403  200  401
POST   /partners/inbox/{partner_id}                   401  401  401  401  401  401  401  401  401  401  401  401  401
POST   /partners/agreements                           401  403  403  403  403  403  403  403  403  403  403  422  401
GET    /partners/agreements                           401  403  403  403  403  403  403  403  200  200  403  200  401
GET    /partners/agreements/{partnership_id}          401  403  403  403  403  403  403  403  200  404  403  200  401
PUT    /partners/agreements/{partnership_id}          401  403  403  403  403  403  403  403  403  403  403  412  401
POST   /partners/agreements/{partnership_id}/activation 401 403 403 403 403 403 403 403 403 403 403 412 401
POST   /partners/agreements/{partnership_id}/ending   401  403  403  403  403  403  403  403  403  403  403  412  401
POST   /partners/agreements/{partnership_id}/declarations 401 403 403 403 403 403 403 403 403 403 403 412 401
GET    /partners/agreements/{partnership_id}/figures  401  403  403  403  403  403  403  403  200  404  403  200  401

GET    /figures                                       200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /inclusion/personal                            200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /inclusion/personal/page.js                    200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /inclusion/personal/page.css                   200  200  200  200  200  200  200  200  200  200  200  200  200
POST   /inclusion/personal/sheet                      404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /inclusion/personal/answers                    404  404  404  404  404  404  404  404  404  404  404  404  404
POST   /inclusion/personal/withdrawal                 404  404  404  404  404  404  404  404  404  404  404  404  404
GET    /inclusion/watch                               401  403  403  403  403  403  403  403  403  403  200  200  401

GET    /decisions/log                                 401  403  403  403  403  403  403  403  403  403  403  200  401

GET    /vocabulary                                    200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /vocabulary/occupations                        200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /vocabulary/occupations/{code}                 200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /vocabulary/skills                             200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /vocabulary/municipalities                     200  200  200  200  200  200  200  200  200  200  200  200  200
POST   /vocabulary/extraction                         200  200  200  200  200  200  200  200  200  200  200  200  200

GET    /openapi.json                                  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    /portal/api                                    200  200  200  200  200  200  200  200  200  200  200  200  200
"""  # noqa: E501
ROWS = {
    f"{method} {path}": dict(zip(COLUMNS, map(int, statuses), strict=True))
    for method, path, *statuses in map(str.split, filter(None, TABLE.splitlines()))
}
ROUTES = {f"{route.method} {route.path}": route for one in declarations() for route in one.routes}
OPEN_TO_ALL = ("GET /sessions/{session_id}", "POST /sessions/{session_id}/registrations")
"""What any company may do with an open session of another's: it is public among those who take part."""

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
OFFER = {
    "kind": "shared_training",
    "starts_on": FIRST_DAY,
    "ends_on": LAST_DAY,
    "hours": 35,
    "municipality": "76540",
    "places": 1,
    "register_until": FIRST_DAY,
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
    "POST /sessions": {**OFFER, **NOWHERE, "programme": "lending"},
    "PUT /sessions/{session_id}": OFFER,
    "POST /sessions/{session_id}/registrations": {"places": 20},
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
    "PUT /notifications/preferences": {"answer_awaited": "daily", "mutual": "daily", "term_sheet": "never"},
    "PUT /notifications/preferences/contact": {"answer_awaited": "daily", "mutual": "daily", "term_sheet": "never"},
    "POST /inclusion/personal/sheet": {"token": TOKEN},
    "POST /inclusion/personal/answers": {"token": TOKEN, "text_sha256": "0" * 64, "sex": "woman"},
    "POST /inclusion/personal/withdrawal": {"token": TOKEN},
}
READING_NEEDS = {"GET /documents": {"introduction": "introduction_id"}}
COST = {"monthly_gross": "200000", "contribution_rate": "4200"}


WEBHOOK = {"url": "https://partenaire.example/passerelle", "wanted": {"types": ["CompanyRegistered"]}}
"""Asks for what is not public, which is found last."""

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

FILES = {
    "POST /profiles/imports": "occupation;skills\n",
    "POST /demands/imports": "occupation;shift\n",
    "POST /sessions/imports": "kind;places\n",
}
"""CSV files that lack most of their columns."""


def asked_with(name: str) -> dict[str, Any]:
    """How a route is asked: with its body, or with its file."""
    if name in FILES:
        return {"data": FILES[name], "headers": NEVER | {"Content-Type": "text/csv"}}
    return {"json": BODIES[name]} if name in BODIES else {}


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
        "session_id": house.session_id,
        "organisation_id": house.company("host"),
        "introduction_id": house.told.mutual,
        "document_id": house.document_id,
        "agreement_id": house.agreement_id,
        "question_id": "qst_" + "a" * 20,
        "member_id": f"mbr_{house.company('owner').removeprefix('cmp_')}",
        "preparation_id": "pre_" + "a" * 20,
        **house.partnered,
        "import_id": "imp_" + "a" * 20,
        "card_id": house.told.volunteers["found"].profile_id,
        "approach_id": "apr_" + "a" * 20,
        "code": "H2909",
        **NOBODY,
    }


def staff_of(route: Route) -> str:
    """Who is let in to a route that is no company's: one of the platform's people, or a partner organisation."""
    if route.allow.roles == frozenset({Role.PARTNER}):
        return "partner"
    return "operator" if Role.OPERATOR in route.allow.roles else "adviser"
