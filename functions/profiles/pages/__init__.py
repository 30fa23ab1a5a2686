"""The page of a volunteer's personal link: his card, and his yes or no."""

from typing import Final

from passerelle.pages import PersonalPage

OPT_IN: Final = PersonalPage(
    path="/profiles/opt-in",
    folder=__name__,
    summary="The page a volunteer's personal link opens; opening it uses nothing up.",
    title="Votre fiche, sans votre nom",
    without_script=(
        "Rien n’est décidé tant que vous n’avez pas choisi&nbsp;: votre fiche n’est montrée à personne. Ouvrez le lien "
        "dans un autre navigateur, ou répondez au mail reçu pour être aidé."
    ),
    reassurance="Tant que vous n’avez rien choisi, votre fiche n’est montrée à personne.",
)
