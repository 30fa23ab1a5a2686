"""The first personal-data filter: clear personal data is found, ordinary sentences of the trades are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.nomenclature import load_starter
from passerelle.screening import IN_FRENCH, Finding, Kind, said_of, screened

CLEAR: list[tuple[Kind, str]] = [
    (Kind.NAME, "Il travaille avec M. Lefèvre depuis dix ans."),
    (Kind.NAME, "Mme Quatrebarbes connaît bien la ligne."),
    (Kind.NAME, "Notre soudeur s’appelle Kévork."),
    (Kind.NAME, "Elle s'appelle Nolwenn Le Goff."),
    (Kind.NAME, "Voir avec Jean-Pierre Dupont au magasin."),
    (Kind.NAME, "Le poste remplace celui de Sophie MARTIN."),
    (Kind.NAME, "Il a été formé par Karim Benali."),
    (Kind.NAME, "Demandez Dominique à l’accueil."),
    (Kind.NAME, "Monsieur DURAND encadre l’équipe."),
    (Kind.NAME, "Contact : Zéphyrine"),
    (Kind.NAME, "le chef d’équipe, Thierry, sera là"),
    (Kind.NAME, "Nom : Moreau"),
    (Kind.PHONE, "Appelez le 06 12 34 56 78."),
    (Kind.PHONE, "tel 0235000000"),
    (Kind.PHONE, "joignable au +33 6.12.34.56.78"),
    (Kind.PHONE, "au 0033 (0)2 35 00 00 00"),
    (Kind.PHONE, "06-12-34-56-78"),
    (Kind.MAIL, "Écrivez à rh@ateliers-seine.example"),
    (Kind.MAIL, "camille.lefevre@exemple.fr"),
    (Kind.MAIL, "camille (at) exemple (dot) fr"),
    (Kind.MAIL, "camille arobase exemple point fr"),
    (Kind.ADDRESS, "Rendez-vous au 12 rue des Forges."),
    (Kind.ADDRESS, "L’atelier est avenue Jean Jaurès."),
    (Kind.ADDRESS, "3 bis, quai de Seine"),
    (Kind.ADDRESS, "à 76210 Bolbec"),
    (Kind.ADDRESS, "BP 1234"),
    (Kind.NIR, "Son numéro est 2 85 05 78 006 084 36."),
    (Kind.NIR, "185057800608436"),
    (Kind.PLATE, "Il conduit le camion AB-123-CD."),
    (Kind.PLATE, "immatriculé 1234 ABC 76"),
    (Kind.BIRTH, "Il est né le 3 mars 1985."),
    (Kind.BIRTH, "Née en 1990"),
    (Kind.BIRTH, "Elle est âgée de 54 ans."),
    (Kind.BIRTH, "03/11/1984"),
    (Kind.BIRTH, "Il a 42 ans."),
    (Kind.COMPANY_NUMBER, "Notre SIREN : 732 829 320"),
    (Kind.COMPANY_NUMBER, "73282932000074"),
    (Kind.COMPANY_NUMBER, "c’est le 732829320"),
    (Kind.IBAN, "FR76 3000 6000 0112 3456 7890 189"),
    (Kind.LINK, "Voyez https://ateliers-seine.example/equipe"),
    (Kind.LINK, "www.canari-metaux.com"),
    (Kind.LINK, "son profil LinkedIn dit tout"),
    (Kind.LINK, "@canari_metaux"),
    (Kind.COMPANY, "Nous sommes Canari Métaux SAS."),
    (Kind.COMPANY, "La SARL Morel cherche un fraiseur."),
    (Kind.COMPANY, "la société Renault est notre cliente"),
    (Kind.COMPANY, "Il vient de chez Safran."),
    (Kind.COMPANY, "le groupe ALSTOM"),
    (Kind.PLACE, "Le chantier est à Bolbec."),
    (Kind.PLACE, "près de LISIEUX"),
    (Kind.PLACE, "Il habite Hérouville Saint Clair."),
    (Kind.PLACE, "usine du Havre"),
    (Kind.PLACE, "dépôt de Rouen"),
]

ORDINARY = [
    "Quels sont les horaires exacts de l’équipe du matin ?",
    "Il faut savoir lire un plan et régler un tour à commande numérique.",
    "Soudure TIG et MIG sur inox, tuyauterie de 2 à 12 mm, contrôle par ressuage.",
    "Le poste demande le CACES R489 catégorie 3 ; la formation peut être donnée en deux jours.",
    "Travail en 2×8, du lundi au vendredi, 35 heures, pause de 20 minutes.",
    "Y a-t-il du travail de nuit ou le week-end ?",
    "La personne peut-elle se déplacer à 30 km ?",
    "Nous avons 6 à 10 machines, dont deux de 5 axes.",
    "Conduite de ligne de conditionnement, changement de format, nettoyage en fin de poste.",
    "Montage de sous-ensembles mécaniques d’après plan ; tolérances de 0,02 mm.",
    "Est-ce que l’habilitation électrique B2V est à jour ?",
    "Début possible le 1er mars 2027, pour quatre mois.",
    "Port de charges jusqu’à 15 kg, EPI fournis.",
    "La mission compte 151,67 heures par mois, soit 4 200 euros de coût.",
    "Merci. Pouvez-vous préciser la cadence ?",
    "Un tuteur sera présent la première semaine.",
    "Contrôle selon la norme NF EN ISO 9606-1.",
    "Il a dix ans d’expérience en usinage.",
    "Elle a 12 ans d’ancienneté dans le métier.",
    "L’atelier est accessible en transport en commun et dispose d’un parking.",
    "Quelle est la durée du trajet depuis la gare ?",
    "Utilisation de SolidWorks et de la GMAO.",
    "Entretien de premier niveau, graissage, relevé des compteurs sur SAP.",
    "Travaux de finition : peinture, ponçage, masticage.",
    "La place de stationnement est gratuite.",
    "Le chef d’équipe donne les consignes chaque matin.",
    "Une prime de panier de 7,10 € est versée par le prêteur.",
    "Mise en rayon, caisse, accueil des clients ; bonne présentation.",
    "Aide à la toilette et aux repas, transmission à l’infirmière.",
    "Service en salle le midi, plonge le soir, ouverture de 11 h à 15 h.",
]


@pytest.mark.parametrize(("kind", "text"), CLEAR)
def test_clear_personal_data_is_found(kind: Kind, text: str) -> None:
    assert kind in {finding.kind for finding in screened(text)}, screened(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentences_pass(text: str) -> None:
    assert [(one.kind, text[one.start : one.end]) for one in screened(text)] == []


def test_the_words_of_the_trades_pass() -> None:
    words = load_starter()
    labels = [skill.name for skill in words.skills] + [title for one in words.occupations for title in one.titles]

    suspected = [label for label in labels if screened(f"Il faut savoir : {label[0].lower()}{label[1:]}.")]

    assert len(suspected) <= len(labels) // 200, suspected


def test_every_municipality_is_found_after_a_cue() -> None:
    missed = [
        place.name for place in load_starter().municipalities if not screened(f"Le site est près de {place.name}")
    ]

    assert missed == []


def test_several_are_all_told_in_order_and_nothing_is_quoted() -> None:
    text = "Mme Morel, 06 12 34 56 78, rh@canari.example"

    found = screened(text)

    assert [one.kind for one in found] == [Kind.NAME, Kind.PHONE, Kind.MAIL]
    assert [text[one.start : one.end] for one in found][1] == "06 12 34 56 78"
    assert not any("Morel" in said_of(one) or "06" in said_of(one) for one in found)
    assert said_of(Finding(Kind.PHONE, 11, 25)) == "un numéro de téléphone, caractères 12 à 25"
    assert set(IN_FRENCH) == set(Kind)


@given(st.text(max_size=300))
def test_any_text_is_read_and_findings_lie_within(text: str) -> None:
    found = screened(text)

    assert all(0 <= one.start < one.end for one in found)
    assert list(found) == sorted(found, key=lambda one: one.start)
    assert screened(text) == found
