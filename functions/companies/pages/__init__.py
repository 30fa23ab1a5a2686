"""The page of an invitation's link: what somebody is invited to, how he accepts, and his no."""

from typing import Final

from passerelle.pages import PersonalPage

INVITATION: Final = PersonalPage(
    path="/companies/invitation",
    folder=__name__,
    summary="The page an invitation's link opens; opening it uses nothing up.",
    title="Une entreprise vous invite",
    without_script=(
        "Rien n’est décidé tant que vous n’avez pas choisi. Ouvrez le lien dans un autre navigateur, ou demandez de "
        "l’aide à la personne qui vous invite."
    ),
    reassurance="Tant que vous n’avez pas accepté, vous n’êtes membre d’aucune entreprise.",
)
