"""Examples for the contract documents: those that fields carry, completed where they carry none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

AN_INSTANT: Final = "2026-11-22T09:30:00Z"
A_DIGEST: Final = "4c1f7f0d8b6e2a95d3c0b7e8f1a26d549c8e7b03f5a1d2c6e9840b7f3d5a1c2e"
A_DAY: Final = "2026-12-22"

EXAMPLES: Final[Mapping[str, Any]] = {
    "company_id": "cmp_t3qz6nmw2xkh7bvd5fca",
    "organisation_id": "ptn_w4hx7kq2zm5tb3nvd6fc",
    "profile_id": "prf_h5m2xk7qtz3w6bnvd4ca",
    "demand_id": "dem_q2n7vhx4zk6mb3tdcw5f",
    "session_id": "ses_k3v2m4q7wz5x6a2b3c4d",
    "import_id": "imp_h5m2xk7qtz3w6bnvd4ca",
    "introduction_id": "int_b7dkx2wq5mzt3hfa6ncv",
    "document_id": "doc_wq3m5zk7ha2fxc4nbt6d",
    "subject_id": "per_z4k2mw7qxh6tn3bvd5fc",
    "person_id": "per_z4k2mw7qxh6tn3bvd5fc",
    "agreement_id": "agr_n4kx7zq2mw5hb3tvd6fc",
    "question_id": "qst_m5hx7kq2zw4tb3nvd6fc",
    "card_id": "prf_h5m2xk7qtz3w6bnvd4ca",
    "approach_id": "apr_d6wk3xq7mz2ht5bnv4fa",
    "approach": "apr_d6wk3xq7mz2ht5bnv4fa",
    "day": "2026-11-22",
    "key_id": "key_k6w3hq7zm2xtb4nvd5fa",
    "member_id": "mbr_q4kx7zn2mw5hb3tvd6fc",
    "preparation_id": "pre_q4kx7zn2mw5hb3tvd6fc",
    "partner_id": "ptn_w4hx7kq2zm5tb3nvd6fc",
    "partnership_id": "pag_k4hx7wq2zm5tb3nvd6fc",
    "endpoint_id": "whe_h4kq2zm5tb3nvd6fcw7x",
    "delivery_id": "evt_w7hx4kq2zm5tb3nvd6fc",
    "since": "2026-11-20T00:00:00Z",
    "url": "https://partenaire.example/passerelle",
    "introduction": "int_b7dkx2wq5mzt3hfa6ncv",
    "audience": "volunteers",
    "limit": 50,
    "department": "76",
    "q": "soudeur",
    "code": "H2913",
    "label": "Soudeur / Soudeuse",
    "occupation": "H2913",
    "naf": "29.32Z",
    "idcc": "3248",
    "municipality": "76384",
    "territory": "76",
    "area_label": "CA Caux Seine Agglo",
    "answer_by": A_DAY,
    "available_from": "2027-01",
    "available_to": "2027-06",
    "first_month": "2027-01",
    "last_month": "2027-04",
    "Entry.at": "2026-11-22T09:30:00.000000+00:00",
    "Entry.previous": "0" * 64,
    "Entry.sha256": A_DIGEST,
    "attribute": "sex",
    "group": "woman",
    "Sheet.title": "Mesurer l’égalité des chances, si vous le voulez",
    "Asked.label": "Sexe",
    "Choice.code": "woman",
    "Choice.label": "Une femme",
    "Area.code": "200010700",
    "AreaCard.code": "200010700",
    "AreaCard.kind": "epci",
    "AreaCard.kind_label": "Intercommunalité",
    "AreaCard.label": "CA Caux Seine Agglo",
    "ProfileCard.skills": ["105974", "121159"],
    "DemandCard.must_skills": ["121159"],
    "DemandCard.wished_skills": ["105974"],
    "CompanyView.state": "active",
    "CompanyView.id": "cmp_t3qz6nmw2xkh7bvd5fca",
    "CompanyView.denied": ["naf:25", "siren:9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b"],
    "CompanyView.next_step": "Publiez un profil ou une demande.",
    "InvitationSheet.allows": ["Lire ce que l’entreprise a publié et reçu, sans rien modifier."],
    "OptInOffer.title": "Votre accord pour être proposé",
    "OptInOffer.hidden": ["votre nom", "votre employeur"],
    "Criterion.met": ["106184"],
    "Criterion.missing": ["300643"],
    "Criterion.text": "Compétences : 1 sur 2",
    "Decision.text_sha256": A_DIGEST,
    "NoticeView.sha256": A_DIGEST,
    "ProfileExport.certificates": ["106001"],
    "Section.heading": "Ce que votre accord permet",
    "Section.paragraphs": ["Refuser n’a aucune conséquence."],
    "WeightView.label": "Métier",
    "WeightView.rule": "Métier identique : entier.",
    "hard_facts": ["même entreprise"],
    "VocabularyAnswer.version": "rome4-v460-starter-1",
    "MunicipalitiesAnswer.version": "rome4-v460-starter-1",
    "OccupationsAnswer.version": "rome4-v460-starter-1",
    "SkillsAnswer.version": "rome4-v460-starter-1",
    "ExtractionAnswer.version": "rome4-v460-starter-1",
    "SkillRead.name": "Choisir la soudure qui convient",
    "VocabularyAnswer.source": "ROME 4.0",
    "VocabularyAnswer.licence": "Licence Ouverte / Etalab 2.0",
    "family": "metal",
    "family_label": "Métallurgie",
    "titles": ["soudeur industriel"],
    "MunicipalityCard.code": "76384",
    "MunicipalityCard.name": "Lillebonne",
    "SkillCard.code": "106256",
    "SkillCard.kind": "savoir_faire",
    "SkillCard.kind_label": "Savoir-faire",
    "SkillCard.name": "Choisir la soudure qui convient",
    "SkillCard.synonyms": [],
    "DocumentView.sha256": A_DIGEST,
    "SheetDocument.sha256": A_DIGEST,
    "AgreementView.state_text": "En préparation",
    "AgreementView.may": ["terms", "steps", "readiness"],
    "EarliestStart.missing": ["lender.cseInformedOn"],
    "Reason.rule": "PMO-21",
    "Reason.article": "L8241-2 du code du travail",
    "Reason.text": "Le CSE de l’entreprise prêteuse est consulté avant le prêt.",
    "AgreementSummary.state_text": "En préparation",
    "HeldRule.article": "L8241-2 du code du travail",
    "HeldRule.text": "Le CSE de l’entreprise utilisatrice est consulté avant l’accueil du salarié.",
    "HeldRule.remedy": "Consulter le CSE et enregistrer la date de son avis.",
    "HeldRule.who": "host",
    "HeldRule.missing": ["host.cseOpinionOn"],
    "SignatureEvidence.code_digest": A_DIGEST,
    "SignatureEvidence.text_sha256": A_DIGEST,
    "SignatureEvidence.level": "simple",
    "SignatureEvidence.request_id": "req_h2x6mq4zkw7tb5nvd3fc",
    "SignatureEvidence.subject": "usr_4f2c",
    "SignatureEvidence.text": "Je signe les documents désignés ci-dessus par leur empreinte.",
    "Evidence.term_sheet_sha256": A_DIGEST,
    "SheetLine.value": "du 1 février 2027 au 31 mai 2027",
    "SigningSheet.statement": "Je signe les documents désignés ci-dessus par leur empreinte.",
    "SigningSheet.text_sha256": A_DIGEST,
    "TermSheet.tasks": "Montage et rivetage de sous-ensembles sur gabarit, contrôle visuel.",
    "GoSheet.title": "Votre feu vert pour une mission",
    "GoSheet.wording": "go-1",
    "GoSheet.looks": ["Une entreprise a ouvert votre fiche masquée le 22 novembre 2026."],
    "GoSheet.start": ["Au plus tôt le 27 décembre 2026."],
    "GoSection.heading": "Vous êtes libre",
    "KeyView.id": "key_k6w3hq7zm2xtb4nvd5fa",
    "KeyView.label": "SIRH",
    "KeyView.scopes": ["profiles:read", "profiles:write"],
    "PartnerKeyView.id": "key_k6w3hq7zm2xtb4nvd5fa",
    "PartnerKeyView.label": "Territoire",
    "PartnerKeyView.scopes": ["webhooks:read", "webhooks:write"],
    "EndpointView.id": "whe_h4kq2zm5tb3nvd6fcw7x",
    "EndpointView.signature": "hmac",
    "WantedView.types": ["DemandOpened", "DemandClosed"],
    "WantedView.programmes": ["lending"],
    "WantedView.territories": ["76", "27"],
    "NoticeView.id": "evt_w7hx4kq2zm5tb3nvd6fc",
    "NoticeView.type": "DemandOpened",
    "NoticeView.correlation_id": "cor_0b6c1f9a3d7e5824c1aa",
    "NoticeView.causation_id": "cau_5824c1aa0b6c1f9a3d7e",
    "NoticeView.programme": "lending",
    "NoticeView.subject": "dem_q2n7vhx4zk6mb3tdcw5f",
    "NoticeView.data": {"demand_id": "dem_q2n7vhx4zk6mb3tdcw5f"},
    "DeliveryView.id": "evt_w7hx4kq2zm5tb3nvd6fc",
    "DeliveryView.type": "DemandOpened",
    "DeliveryView.subject": "dem_q2n7vhx4zk6mb3tdcw5f",
    "DeliveryDetail.id": "evt_w7hx4kq2zm5tb3nvd6fc",
    "DeliveryDetail.type": "DemandOpened",
    "DeliveryDetail.subject": "dem_q2n7vhx4zk6mb3tdcw5f",
}
"""Values for properties (`Model.field`, else `field`) and parameters that carry no example of their own.

A test checks every example against its schema; prefer `Field(examples=[…])` beside the field."""

PLACEHOLDER: Final = "…"
"""What stands where nobody gave an example; a test refuses it."""


def example(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "") -> Any:
    """An example of a schema: its own where it has one, else made of those of its parts. `name` is `Model.field`."""
    if schema.get("examples"):
        return schema["examples"][0]
    if name in EXAMPLES or name.rpartition(".")[2] in EXAMPLES:
        return EXAMPLES.get(name, EXAMPLES.get(name.rpartition(".")[2]))
    if "const" in schema:
        return schema["const"]
    if "default" in schema and schema["default"] != []:
        return schema["default"]
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            kinds = [one.get("type") for one in schema[choice]]
            return None if "null" in kinds else example(schema[choice][0], schemas)
    if "enum" in schema:
        return schema["enum"][0]
    return _example_by_type(schema, schemas)


def _example_by_type(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    match schema.get("type"):
        case "object":
            title = schema.get("title", "")
            parts = schema.get("properties", {})
            return {part: example(inner, schemas, f"{title}.{part}") for part, inner in parts.items()}
        case "array" if "prefixItems" in schema:
            return [example(one, schemas) for one in schema["prefixItems"]]
        case "array":
            return [example(schema.get("items", {}), schemas)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "null":
            return None
    return {"date-time": AN_INSTANT, "date": A_DAY}.get(schema.get("format", ""), PLACEHOLDER)
