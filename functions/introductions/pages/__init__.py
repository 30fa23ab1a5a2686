"""The page of an employee's go link: the mission without a name, and his go or his no."""

from typing import Final

from passerelle.pages import PersonalPage

GO: Final = PersonalPage(
    path="/introductions/go",
    folder=__name__,
    summary="The page of the employee's link.",
    title="Votre feu vert",
    without_script=(
        "Rien n’est décidé tant que vous n’avez pas choisi&nbsp;: personne n’est nommé. Ouvrez le lien dans un autre "
        "navigateur, ou répondez sur papier avec un conseiller."
    ),
    reassurance="Tant que vous n’avez rien choisi, votre nom n’est donné à personne.",
)
