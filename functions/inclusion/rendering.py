"""The French text that a person agrees to before any answer is kept. Any change of a word is a new `WORDING`.

It holds what RGPD art. 7, 9 (2) (a) and 13 ask: purpose, readers, duration, withdrawal; and that nothing depends on it.
"""

from typing import Final

from functions.inclusion.model.answers import CHOICES, Asked, Choice, ConsentText, Question, Section

WORDING: Final = "inclusion-1"

_LABELS: Final = {
    Question.SEX: "Vous êtes",
    Question.AGE_BAND: "Votre âge",
    Question.DISABILITY: "Reconnaissance de la qualité de travailleur handicapé (RQTH) ou autre titre (BOETH)",
    Question.PRIORITY_AREA: "Vous habitez un quartier prioritaire de la politique de la ville (QPV)",
}
_WORDS: Final = {
    "woman": "une femme",
    "man": "un homme",
    "under_26": "moins de 26 ans",
    "26_44": "de 26 à 44 ans",
    "45_54": "de 45 à 54 ans",
    "55_or_over": "55 ans et plus",
    "yes": "oui",
    "no": "non",
}


def consent_text(operator: str, privacy_contact: str) -> ConsentText:
    """The text, with who runs the platform and its data protection officer."""
    return ConsentText(
        wording=WORDING,
        title="Quatre questions facultatives, pour vérifier que chacun a sa chance",
        sections=(
            _section(
                "À quoi cela sert",
                "À compter, par groupes, si les femmes et les hommes, les âges, les travailleurs handicapés et les "
                "habitants des quartiers prioritaires sont proposés, contactés et retenus de la même façon, et à "
                "corriger ce qui ne le serait pas.",
            ),
            _section(
                "Vous êtes libre",
                "Chaque question est facultative. Répondre, ne pas répondre ou retirer une réponse ne change rien "
                "à votre fiche, à votre classement ni à aucune proposition\u00a0: le programme qui rapproche les "
                "profils et les besoins ne peut pas lire ces réponses.",
                "Vous pouvez retirer chaque réponse à tout moment, en rouvrant le lien reçu par mail\u00a0: elle "
                "est effacée aussitôt et ne compte plus à la mesure suivante.",
            ),
            _section(
                "Qui lit vos réponses",
                "Personne. Elles sont chiffrées à part, sans votre nom\u00a0; ni votre employeur, ni une "
                "entreprise, ni un conseiller ne les voit. Seuls des nombres sortent, jamais pour moins de dix "
                "personnes.",
            ),
            _section(
                "Vos données personnelles (RGPD, art. 9 et 13)",
                f"Responsable\u00a0: {operator}. Délégué à la protection des données\u00a0: {privacy_contact}. "
                "Base légale\u00a0: votre consentement explicite (art. 9, 2, a), que vous pouvez retirer.",
                "Conservation\u00a0: un an après votre dernière réponse. Vos droits\u00a0: accès, rectification, "
                "effacement, limitation, portabilité\u00a0; écrivez au délégué. Vous pouvez aussi adresser une "
                "réclamation à la CNIL (www.cnil.fr).",
            ),
        ),
        questions=tuple(
            Asked(
                question=question,
                label=_LABELS[question],
                choices=tuple(Choice(code=code, label=_WORDS[code]) for code in codes),
            )
            for question, codes in CHOICES.items()
        ),
    )


def _section(heading: str, *paragraphs: str) -> Section:
    return Section(heading=heading, paragraphs=paragraphs)
