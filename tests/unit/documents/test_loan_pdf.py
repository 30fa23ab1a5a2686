"""The documents of a loan as files: every field the law asks (law.md §2.2 to 2.7), nobody in the masked ones, form."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.documents.model import Kind
from functions.documents.model.loan import MASKED, NAMED
from functions.documents.rendering import Press, printable
from passerelle.contracts.terms import Regime
from passerelle.nomenclature import load_starter
from tests.unit.documents.loan_words import (
    MEDICAL,
    RISKS,
    SAID,
    TASKS,
)

ROOT = Path(__file__).resolve().parents[3]
LOAN_KINDS = [*MASKED, *NAMED]
SUMMONSES = [Kind.LENDER_CSE_SUMMONS, Kind.HOST_CSE_SUMMONS]
WORKS_COUNCIL = [*SUMMONSES, Kind.LENDER_CSE_NOTE, Kind.HOST_CSE_NOTE]
CONTRACTS = [Kind.SECONDMENT_AGREEMENT, Kind.CONTRACT_AMENDMENT, Kind.FINANCIAL_SCHEDULE]
R2 = {"regime": Regime.LARGE_TO_SME, "purpose": "PARTNERSHIP"}
R3 = {"regime": Regime.GENERAL_INTEREST, "purpose": "TRANSITION"}

INJECTIONS = [
    '#import "house.typ": *',
    "#sys.inputs.facts #panic()",
    "*gras* _italique_ `brut` ~ --- ...",
    "= Titre $x^2$ @renvoi <marque>",
    "// commentaire /* commentaire */ \\ \\u{41} \\#",
    "\"droites\" 'droites' {{ json }} ${ENV}",
    '"}, "employee": "Autre',
    "] [ ) ( } {",
]


def a_pdf(press, facts_of, kind: Kind, **changes) -> bytes:
    return press.loan_document(kind, facts_of(kind, **changes))


@pytest.fixture(scope="module")
def sealed(press, facts_of) -> dict[Kind, bytes]:
    return {kind: a_pdf(press, facts_of, kind) for kind in LOAN_KINDS}


@pytest.mark.parametrize("kind", LOAN_KINDS)
def test_it_says_every_field_the_law_asks(sealed, read_back, kind: Kind):
    text = read_back(sealed[kind])

    assert {field: words for field, words in SAID[kind].items() if words not in text} == {}


@pytest.mark.parametrize("kind", LOAN_KINDS)
@pytest.mark.parametrize(
    ("terms", "regime", "purpose"),
    [
        (R2, "d’une grande entreprise à une jeune, petite ou moyenne entreprise", "partenariat d’affaires"),
        (R3, "à un organisme d’intérêt général", "favoriser les transitions professionnelles"),
    ],
    ids=["R2", "R3"],
)
def test_outside_the_ordinary_regime_it_says_the_purpose(press, facts_of, read_back, kind, terms, regime, purpose):
    text = read_back(a_pdf(press, facts_of, kind, **terms)).lower()

    assert "l8241-3" in text
    assert regime.lower() in text or kind is Kind.EMPLOYEE_AGREEMENT
    if kind is not Kind.FINANCIAL_SCHEDULE:
        assert purpose in text
    if kind in (Kind.SECONDMENT_AGREEMENT, Kind.EMPLOYEE_AGREEMENT, Kind.CONTRACT_AMENDMENT):
        assert TASKS.lower() in text
        assert "articles l8241-1 et l8241-2" not in text


def test_the_express_agreement_is_called_by_its_name(press, facts_of, read_back):
    said = read_back(a_pdf(press, facts_of, Kind.EMPLOYEE_AGREEMENT, **R2))

    assert "Accord exprès et écrit du salarié" in said
    assert "donne mon accord exprès et écrit à ma mise à disposition" in said


@pytest.mark.parametrize("kind", [Kind.SECONDMENT_AGREEMENT, Kind.FINANCIAL_SCHEDULE, Kind.TERM_SHEET])
def test_a_free_loan_is_called_free(press, facts_of, read_back, a_term_sheet, kind: Kind):
    free = a_term_sheet().cost.model_copy(update={"billed": 0})

    said = read_back(a_pdf(press, facts_of, kind, cost=free, **R2))

    assert "à titre gratuit" in said
    assert "prix coûtant 0,00" not in said


@pytest.mark.parametrize("kind", WORKS_COUNCIL)
def test_outside_the_ordinary_regime_no_opinion_is_asked(press, facts_of, read_back, kind: Kind):
    said = read_back(a_pdf(press, facts_of, kind, **R2))

    assert "Recueil de l’avis" not in said
    assert "n’impose pas" in said
    assert "réputé avoir été consulté" not in said


@pytest.mark.parametrize("kind", LOAN_KINDS)
def test_without_probation_risks_or_characteristics_it_says_so(press, facts_of, read_back, kind: Kind):
    plain = {"probation_days": None, "day_night_switch": False, "risk_post": False, "sir_post": False}

    said = read_back(a_pdf(press, facts_of, kind, post_characteristics="", **plain))

    assert "21 jours" not in said
    assert RISKS not in said
    assert MEDICAL not in said
    if kind in (Kind.TERM_SHEET, Kind.SECONDMENT_AGREEMENT, Kind.CONTRACT_AMENDMENT):
        assert "Aucune période probatoire n’est prévue" in said
        assert "ne modifie aucun élément essentiel" in said
    if kind is not Kind.FINANCIAL_SCHEDULE:
        assert "Aucune caractéristique particulière signalée" in said


def test_a_changed_pay_is_said(press, facts_of, read_back):
    said = read_back(a_pdf(press, facts_of, Kind.CONTRACT_AMENDMENT, pay_changed=True))

    assert (
        "La rémunération est modifiée pendant la mise à disposition : le salaire mensuel brut est de 2 600,00 €" in said
    )
    assert "inchangée" not in said


def test_without_vat_the_invoice_says_why(press, facts_of, read_back, a_term_sheet):
    untaxed = a_term_sheet().cost.model_copy(update={"vat_rate": 0})

    said = read_back(a_pdf(press, facts_of, Kind.FINANCIAL_SCHEDULE, cost=untaxed))

    assert "Non applicable ; la facture porte la mention" in said


@pytest.mark.parametrize("kind", MASKED)
def test_a_masked_one_names_nobody(sealed, read_back, identities, kind: Kind):
    content = sealed[kind]
    said = read_back(content) + str(pypdf.PdfReader(io.BytesIO(content)).metadata)
    secrets = [value for identity in identities.values() for key, value in identity.items() if key != "kind"]
    towns = {place.name for place in load_starter().municipalities if place.epci in ("200023414", "200010700")}

    assert "Rouen" in towns
    said = said.replace("Métropole Rouen Normandie", "")
    for secret in [*secrets, *identities, *towns, "732 829 320", "552 100 554", "Bolbec", "cmp_", "per_"]:
        assert secret not in said
        assert secret.encode() not in content


@pytest.mark.parametrize("kind", WORKS_COUNCIL)
def test_a_works_council_reads_no_pay(sealed, read_back, kind: Kind):
    assert "€" not in read_back(sealed[kind])


def test_the_host_reads_nothing_of_the_employment_contract_that_it_need_not(sealed, read_back):
    assert "salaire mensuel brut reste" not in read_back(sealed[Kind.SECONDMENT_AGREEMENT])


@pytest.mark.parametrize("kind", LOAN_KINDS)
def test_never_called_advanced(sealed, read_back, kind: Kind):
    assert "signature avancée" not in read_back(sealed[kind]).lower()


@pytest.mark.parametrize("kind", LOAN_KINDS)
def test_every_page_says_which_of_how_many(sealed, kind: Kind):
    pages = pypdf.PdfReader(io.BytesIO(sealed[kind])).pages

    for number, page in enumerate(pages, start=1):
        assert f"Page {number} sur {len(pages)}" in page.extract_text().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("kind", [Kind.TERM_SHEET, *SUMMONSES, *NAMED])
@pytest.mark.parametrize("length", [10, 200, 400, 600, 800, 1000])
def test_signature_blocks_are_never_torn(press, facts_of, kind: Kind, length: int):
    content = a_pdf(press, facts_of, kind, tasks=("Souder des tubes. " * 60)[:length].strip())
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]

    frames = [page.count("Date et signature") for page in pages]
    assert len([count for count in frames if count]) == 1
    assert sum(frames) == {Kind.TERM_SHEET: 3, Kind.EMPLOYEE_AGREEMENT: 1}.get(kind, 2)


@pytest.mark.parametrize("kind", CONTRACTS)
def test_articles_are_numbered_without_a_gap(sealed, read_back, kind: Kind):
    document = pikepdf.open(io.BytesIO(sealed[kind]))
    with document.open_outline() as outline:
        titles = [" ".join(item.title.split()) for item in outline.root]

    assert len(titles) >= 5
    assert [title.split("·")[0].strip() for title in titles] == [f"Article {n + 1}" for n in range(len(titles))]


@pytest.mark.parametrize("kind", LOAN_KINDS)
def test_french_punctuation_never_starts_a_line(sealed, kind: Kind):
    raw = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sealed[kind])).pages)

    assert [line for line in raw.splitlines() if line[:1] in set(":;?!»%€")] == []
    assert "'" not in raw
    assert '"' not in raw


@pytest.mark.parametrize("kind", LOAN_KINDS)
def test_it_is_built_for_readers_of_every_kind(sealed, kind: Kind):
    document = pikepdf.open(io.BytesIO(sealed[kind]))
    root = document.Root
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"]

    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "fr-FR"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    tags = tags_of(root.StructTreeRoot)
    assert "/Title" in tags
    assert tags.count("/H1") >= 3
    assert tags.count("/Table") >= 1
    assert tags.count("/TH") >= 2
    assert all(str(page.get("/Tabs")) == "/S" for page in document.pages)
    assert {"/OpenAction", "/AA", "/AcroForm"} & set(root.keys()) == set()
    for page in document.pages:
        for font in page.Resources.Font.values():
            assert "/ToUnicode" in font
            for descendant in font.DescendantFonts:
                assert {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys())


@pytest.mark.parametrize("kind", LOAN_KINDS)
def test_the_same_facts_make_the_same_bytes(sealed, facts_of, kind: Kind):
    assert Press().loan_document(kind, facts_of(kind)) == sealed[kind]


def test_another_process_makes_the_same_bytes(sealed, facts_of):
    program = (
        "import sys, json, hashlib; from functions.documents.model import Kind;"
        "from functions.documents.model.loan import AgreementPaper, MaskedPaper, MASKED;"
        "from functions.documents.rendering import Press; press = Press();"
        "said = {kind: hashlib.sha256(press.loan_document(Kind(kind),"
        " (MaskedPaper if Kind(kind) in MASKED else AgreementPaper).model_validate(facts))).hexdigest()"
        " for kind, facts in json.load(sys.stdin).items()}; print(json.dumps(said))"
    )

    said = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps({kind.value: facts_of(kind).model_dump(mode="json") for kind in LOAN_KINDS}),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'kernel' / 'python'}", "TZ": "Asia/Tokyo", "LANG": "C.UTF-8"},
    ).stdout

    assert json.loads(said) == {kind.value: hashlib.sha256(sealed[kind]).hexdigest() for kind in LOAN_KINDS}


@pytest.mark.parametrize("kind", [kind for kind in LOAN_KINDS if kind is not Kind.FINANCIAL_SCHEDULE])
def test_what_a_person_typed_is_printed_as_it_is(press, facts_of, read_back, kind: Kind):
    text = " ".join(INJECTIONS)

    said = read_back(a_pdf(press, facts_of, kind, tasks=f"Tâche {text}", post_characteristics=f"Trait {text}"))

    assert f"Tâche {text}" in said
    assert f"Trait {text}" in said


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("kind", NAMED)
def test_a_name_is_printed_as_it_is(press, facts_of, read_back, kind: Kind, text: str):
    facts = facts_of(kind)
    host = facts.host.model_copy(update={"name": f"Ets {text}", "capacity": text})

    said = read_back(press.loan_document(kind, facts.model_copy(update={"employee": f"Zoé {text}", "host": host})))

    assert f"Zoé {text}" in said
    assert f"Ets {text}" in said


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(LOAN_KINDS[:-1]), tasks=st.text(min_size=10, max_size=300), traits=st.text(max_size=100))
def test_any_text_can_be_set_and_is_read_back(press, facts_of, read_back, kind: Kind, tasks: str, traits: str):
    said = read_back(a_pdf(press, facts_of, kind, tasks=tasks, post_characteristics=traits)).replace(" ", "")

    for text in (tasks, traits):
        assert "".join(printable(text).split()) in said


def test_an_operator_overrides_one_file_and_keeps_the_rest(facts_of, read_back, tmp_path):
    house = json.loads((ROOT / "functions/documents/templates/house.json").read_text(encoding="utf-8"))
    house["platform"] = "Caux Prêt"
    house["terms"]["early_end_notice"] = "dix jours ouvrés"
    (tmp_path / "house.json").write_text(json.dumps(house), encoding="utf-8")

    said = read_back(a_pdf(Press(tmp_path), facts_of, Kind.SECONDMENT_AGREEMENT))

    assert "Caux Prêt" in said
    assert "préavis de dix jours ouvrés" in said
    assert "Article 16" in said


def tags_of(node) -> list[str]:
    """The structure types below a node, in order."""
    if isinstance(node, pikepdf.Array):
        return [tag for child in node for tag in tags_of(child)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    own = [str(node.S)] if "/S" in node else []
    return own + (tags_of(node.K) if "/K" in node else [])
