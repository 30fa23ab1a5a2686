"""Cues announce names of no list, numbers are read in words, common nouns behind the same cues are left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.screening import Kind, screened
from passerelle.screening.coined import is_coined
from passerelle.screening.lexicon import is_brand, is_given, is_ordinary, is_surname, towns, words_of
from passerelle.screening.reading import read

FRAMES = {
    Kind.NAME: (
        "voir avec {}", "voir {} au bureau", "demandez {}", "prévenir {}", "contacter {}", "contact : {}", "M. {} suit",
        "mme {} est là", "avec l'accord de {}", "suite à l'appel de {}", "à l'attention de {}", "transmis à {}",
        "point fait avec {}", "parlez-en à {}", "notre responsable, {}, vous attend", "nom du salarié : {}",
        "je m'appelle {}", "de la part de {}", "merci, {}", "tuteur : {}", "formé par {}", "le remplaçant de {}",
        "en l'absence de {}", "{} est en arrêt", "{} m'a dit que c'est bon", "{} vous rappelle demain",
        "j'ai eu {} au téléphone", "écrire à {}", "dossier suivi par {}", "le cousin de {} aussi", "chef d'atelier {}",
    ),
    Kind.COMPANY: (
        "chez {}", "raison sociale : {}", "employeur actuel : {}", "entreprise utilisatrice : {}",
        "l'adhérent {} refuse",
        "notre partenaire {}", "prêté à {} en mars", "prêté par {}", "les salariés de {}", "embauché par {}",
        "pour le compte de {}", "SARL {}", "{} SAS", "{} Industries", "{} & Fils", "la société {}", "{} recrute",
        "un client comme {}", "filiale du groupe {}",
    ),
    Kind.PLACE: (
        "ville : {}", "lieu de travail : {}", "près de {}", "à 5 min de la gare de {}", "notre site de {}",
        "à 10 km de {}", "l'usine de {}", "pas au-delà de {}", "secteur {}", "jusqu'à {}", "poste basé à {}",
    ),
}  # fmt: skip
invented = st.builds(
    lambda *parts: "".join(parts).capitalize(),
    st.sampled_from(["tar", "vern", "bosk", "quim", "lag", "drev", "morv", "zel"]),
    st.sampled_from(["que", "ou", "i", "ada", "oli"]),
    st.sampled_from(["nek", "dic", "zan", "gou", "mbec", "rac", "lvy"]),
).filter(
    lambda name: (
        not (
            is_ordinary(name.lower())
            or is_brand(name.lower())
            or is_given(name.lower())
            or is_surname(name.lower())
            or name.lower() in towns() | words_of("employers")
            or is_coined(read(f"voir {name}").words[1])
        )
    )
)


@pytest.mark.parametrize(("kind", "frame"), [(kind, frame) for kind, frames in FRAMES.items() for frame in frames])
@settings(max_examples=20)
@given(name=invented)
def test_a_cue_announces_a_name_of_no_list(kind: Kind, frame: str, name: str) -> None:
    at = frame.index("{}")

    found = screened(frame.format(name))

    assert kind in {one.kind for one in found if one.start < at + len(name) and at < one.end}, (frame, name, found)


@pytest.mark.parametrize(
    "text",
    [
        "voir avec précaution", "demander renfort au chef", "contacter rapidement le siège", "bonjour tlm",
        "le technicien polyvalent", "Responsable : à définir", "Contact : service RH", "Client : grande distribution",
        "Fournisseur : agréé", "Ville : à préciser", "Mobilité : régionale", "près de chez vous", "jusqu'à vendredi",
        "je suis de permanence", "il bosse à domicile", "prêté à titre gratuit", "ancien de vingt ans",
        "contrat avec préavis", "entreprise familiale de 40 personnes", "groupe électrogène", "Service Maintenance",
        "Nous recherchons un Technicien Maintenance", "passer par intérim", "de : 8h à 12h", "ligne robotisée",
        "zone de chalandise", "usine de retraitement", "il sait tout faire", "la cote est de 45 mm",
        "savon de Marseille",
        "tarif : 100 200 300", "lot 123 456 789", "M. le directeur", "Restaurant scolaire", "menuiserie aluminium",
        "il y a du boulot jusqu'à Noël", "une équipe de 25 à 58 ans", "le tuteur suivra la personne",
        "cabinet comptable",
    ],
)  # fmt: skip
def test_common_nouns_behind_the_same_cues_are_left_alone(text: str) -> None:
    assert [(one.kind, text[one.start : one.end]) for one in screened(text)] == []


TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}
ONES = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
TEENS = ("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf")


def in_words(pair: int) -> str:
    """A number under a hundred as it is dictated."""
    tens, ones = divmod(pair, 10)
    if tens == 0:
        return f"zéro {ONES[ones]}"
    if tens in (1, 7, 9):
        return (f"{TENS[tens - 1]} " if tens > 1 else "") + TEENS[ones]
    return TENS[tens] + (f" {'et ' if ones == 1 else ''}{ONES[ones]}" if ones else "")


@given(pairs=st.lists(st.integers(0, 99), min_size=4, max_size=4), gap=st.sampled_from([" ", ", ", "-"]))
def test_a_phone_is_found_in_words(pairs: list[int], gap: str) -> None:
    text = "rappelez au " + gap.join(["zéro six", *map(in_words, pairs)])

    assert [one.kind for one in screened(text)] == [Kind.PHONE]


@given(pairs=st.lists(st.integers(0, 99), min_size=5, max_size=7), cue=st.sampled_from(["nir", "n° de sécu"]))
def test_a_social_security_number_is_found_in_words_behind_its_cue(pairs: list[int], cue: str) -> None:
    found = screened(f"{cue} : " + " ".join(map(in_words, pairs)))

    assert Kind.NIR in {one.kind for one in found}


@given(
    day=st.sampled_from(["premier", "deux", "douze", "vingt-trois", "trente et un"]),
    month=st.sampled_from(["janvier", "février", "août", "décembre"]),
    year=st.sampled_from(["mille neuf cent soixante-douze", "soixante-quatre", "deux mille un", "1988"]),
)
def test_a_birth_is_found_in_words(day: str, month: str, year: str) -> None:
    text = f"salariée née le {day} {month} {year}"

    found = screened(text)

    assert [(one.kind, one.end) for one in found] == [(Kind.BIRTH, len(text))]


@given(digits=st.text("0123456789", min_size=23, max_size=23), gap=st.sampled_from(["", " ", ".", "-"]))
def test_an_account_is_found_however_its_signs_are_grouped(digits: str, gap: str) -> None:
    number = "FR76" + digits

    found = screened("virement : " + gap.join(number[at : at + 4] for at in range(0, len(number), 4)))

    assert [one.kind for one in found] == [Kind.IBAN]


@pytest.mark.parametrize(
    ("word", "made"),
    [("Hydrocaux", True), ("Polyplast", True), ("TechniSoud", True), ("Martin", False), ("Usinage", False)],
)
def test_companies_names_are_told_by_what_they_are_made_of(word: str, made: bool) -> None:
    assert is_coined(read(f"on a vu {word}").words[-1]) is made


def test_a_title_decides_whatever_the_lists_say() -> None:
    assert [one.kind for one in screened("Ville : Deville")] == [Kind.PLACE]
    assert [one.kind for one in screened("Nom : Deville")] == [Kind.NAME]
