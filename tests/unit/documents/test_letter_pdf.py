"""The proposal letter as a file: what it says, what it never says, how it is built, and that it is always the same."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.documents.model import Reason
from functions.documents.rendering import Press, printable
from passerelle.consuming import Unprocessable
from passerelle.nomenclature import load_starter

ROOT = Path(__file__).resolve().parents[3]

INJECTIONS = [
    '#import "house.typ": *',
    "#sys.inputs.facts",
    "#panic()",
    "*gras* _italique_ `brut` ~ --- ...",
    "= Titre",
    "- liste + liste / terme: sens",
    "$x^2$ @renvoi <marque>",
    "// commentaire /* commentaire */",
    "\\ \\u{41} \\#",
    "\"droites\" 'droites'",
    "{{ json }} ${ENV} %s",
    '"}, "reference": "int_autre',
]


def with_words(letter, *texts: str):
    """The letter with these explanations instead of its own."""
    reasons = tuple(
        Reason(criterion="Métier", fit="forte", weight_percent=10, words=text, missing=()) for text in texts
    )
    return letter.model_copy(update={"reasons": reasons})


def test_it_says_every_fact(pdf, letter, read_back):
    text = read_back(pdf)
    facts = letter.model_dump()
    lists = [facts["talent"].pop("skills"), facts["need"].pop("must_skills"), facts["need"].pop("wished_skills")]
    lists += [reason.missing for reason in letter.reasons]
    said = [
        letter.reference,
        letter.profile_reference,
        letter.demand_reference,
        letter.issued_on,
        letter.answer_by,
        f"{letter.score_percent} %",
        *facts["talent"].values(),
        *facts["need"].values(),
        *(word for words in lists for word in words),
        *(word for reason in letter.reasons for word in (reason.criterion, reason.fit, reason.words)),
        *(f"{reason.weight_percent} %" for reason in letter.reasons),
    ]

    assert [fact for fact in said if " ".join(fact.split()) not in text] == []


def test_it_says_what_the_law_and_the_ladder_ask(pdf, read_back):
    text = read_back(pdf)

    for words in (
        "Profil masqué",
        "sans engagement",
        "à prix coûtant",
        "les salaires versés au salarié",
        "les charges sociales correspondantes",
        "les frais professionnels",
        "Bureau du conseiller",
        "conseiller@passerelle.example",
        "L8241-1 et L8241-2 du code du travail",
        "Un salarié ne peut être ni sanctionné, ni licencié",
        "Il n’est pas anonyme au sens du règlement général",
    ):
        assert words in text


def test_it_names_nobody(pdf, envelope, proposed, read_back):
    said = read_back(pdf) + str(pypdf.PdfReader(io.BytesIO(pdf)).metadata)
    municipalities = {place.name for place in load_starter().municipalities if place.epci == "200010700"}

    for secret in (envelope.tenant, proposed.match.profile_tenant, proposed.match.person_id, "cmp_", "per_", "€"):
        assert secret not in said
        assert secret.encode() not in pdf
    assert municipalities
    assert [name for name in municipalities if name in said] == []


def test_french_punctuation_never_starts_a_line(pdf):
    raw = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)

    assert [line for line in raw.splitlines() if line[:1] in set(":;?!»%")] == []


def test_the_same_facts_make_the_same_bytes(pdf, letter):
    assert Press().proposal_letter(letter) == pdf


def test_another_process_makes_the_same_bytes(pdf, letter):
    program = (
        "import sys, hashlib; from functions.documents.model import ProposalLetter;"
        "from functions.documents.rendering import Press;"
        "letter = ProposalLetter.model_validate_json(sys.stdin.read());"
        "print(hashlib.sha256(Press().proposal_letter(letter)).hexdigest())"
    )

    said = subprocess.run(
        [sys.executable, "-c", program],
        input=letter.model_dump_json(),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'kernel' / 'python'}", "TZ": "Asia/Tokyo", "LANG": "C.UTF-8"},
    ).stdout

    assert said.strip() == hashlib.sha256(pdf).hexdigest()


def test_another_fact_makes_another_file(pdf, letter, press):
    assert press.proposal_letter(letter.model_copy(update={"score_percent": 12})) != pdf


def test_it_is_built_for_readers_of_every_kind(pdf):
    document = pikepdf.open(io.BytesIO(pdf))
    root = document.Root
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"].startswith("Lettre de proposition")

    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "fr-FR"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert str(document.docinfo["/Title"]).startswith("Lettre de proposition")
    tags = tags_of(root.StructTreeRoot)
    assert tags.count("/H1") == 6
    assert tags.count("/Table") == 2
    assert tags.count("/TH") == 7
    assert "/Title" in tags
    assert all(str(page.get("/Tabs")) == "/S" for page in document.pages)


def test_every_font_is_inside_with_its_characters_named(pdf):
    document = pikepdf.open(io.BytesIO(pdf))
    fonts = [font for page in document.pages for font in page.Resources.Font.values()]

    assert fonts
    for font in fonts:
        assert "/ToUnicode" in font
        for descendant in font.DescendantFonts:
            assert {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys())


def test_it_carries_no_script_no_attachment_and_no_link(pdf):
    document = pikepdf.open(io.BytesIO(pdf))

    assert {"/OpenAction", "/AA", "/AcroForm"} & set(document.Root.keys()) == set()
    assert b"/JavaScript" not in pdf
    assert b"/EmbeddedFile" not in pdf
    assert b"/URI" not in pdf


@pytest.mark.parametrize("text", INJECTIONS)
def test_markup_is_printed_as_it_is(letter, press, read_back, text: str):
    assert text in read_back(press.proposal_letter(with_words(letter, text)))


def test_an_override_of_direction_is_spelt_out(letter, press, read_back):
    assert "a[U+202E]gnp.exe" in read_back(press.proposal_letter(with_words(letter, "a\u202egnp.exe")))


def test_a_very_long_word_stays_inside_the_page(letter, press):
    content = press.proposal_letter(with_words(letter, "x" * 2000, "a\N{NO-BREAK SPACE}" * 300))
    edges: list[float] = []

    def note(text, _matrix, text_matrix, _font, size):
        edges.append(text_matrix[4] + len(text.strip()) * size * 0.3)

    reader = pypdf.PdfReader(io.BytesIO(content))
    for page in reader.pages:
        page.extract_text(visitor_text=note)
    said = "".join(page.extract_text() for page in reader.pages)

    assert sum(line.count("x") for line in said.splitlines()) >= 2000
    assert max(map(len, said.splitlines())) < 200
    assert max(edges) < 595


def test_a_text_longer_than_a_page_is_whole(letter, press, read_back):
    words = " ".join(f"mot{number}" for number in range(2500))

    text = read_back(press.proposal_letter(with_words(letter, words)))

    assert [f"mot{number}" for number in range(2500) if f"mot{number}" not in text] == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(max_size=60), max_size=6))
def test_any_text_can_be_set_and_is_read_back(letter, press, read_back, texts: list[str]):
    said = read_back(press.proposal_letter(with_words(letter, *texts))).replace(" ", "")

    for text in texts:
        assert "".join(printable(text).split()) in said


def test_every_printable_character_has_a_glyph(letter, press):
    shown = [chr(code) for code in range(0x20, 0x3000) if printable(chr(code)) == chr(code)]

    assert {"é", "Œ", "œ", "€", "’", "«", "\N{NARROW NO-BREAK SPACE}", "ł", "Ж", "Ω"} <= set(shown)
    press.proposal_letter(with_words(letter, " ".join(shown)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("deux\n\nlignes\tici", "deux lignes ici"),
        ("e\u0301", "é"),
        ("zero\u200bwidth", "zero[U+200B]width"),
        ("\x00", "[U+0000]"),
        ("🎉", "[U+1F389]"),
        ("cou\u00adpure", "cou[U+00AD]pure"),
    ],
)
def test_what_no_font_shows_is_spelt_out(text: str, shown: str):
    assert printable(text) == shown


def test_an_operators_own_family_is_used(letter, tmp_path, read_back):
    (tmp_path / "proposal_letter.typ").write_text(
        '#set document(title: "Autre maison")\n#set text(lang: "fr")\n= Autre maison\n'
        "#json(bytes(sys.inputs.facts)).reference",
        encoding="utf-8",
    )

    assert read_back(Press(tmp_path).proposal_letter(letter)) == f"Autre maison {letter.reference}"


def test_a_broken_template_is_set_aside_without_quoting_the_letter(letter, tmp_path):
    (tmp_path / "proposal_letter.typ").write_text("#panic(sys.inputs.facts)", encoding="utf-8")

    with pytest.raises(Unprocessable) as raised:
        Press(tmp_path).proposal_letter(letter)

    assert str(raised.value) == "proposal_letter.typ could not be set"


def test_a_template_cannot_read_outside_its_folder(letter, tmp_path):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    family = tmp_path / "family"
    family.mkdir()
    (family / "proposal_letter.typ").write_text('#read("../secret.txt")', encoding="utf-8")

    with pytest.raises(Unprocessable):
        Press(family).proposal_letter(letter)


def tags_of(node) -> list[str]:
    """The structure types below a node, in order."""
    if isinstance(node, pikepdf.Array):
        return [tag for child in node for tag in tags_of(child)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    own = [str(node.S)] if "/S" in node else []
    return own + (tags_of(node.K) if "/K" in node else [])
