"""The page of the voluntary questions, which the link of a volunteer's opt-in opens."""

from typing import Final

from passerelle.pages import PersonalPage

QUESTIONS: Final = PersonalPage(
    path="/inclusion/personal",
    folder=__name__,
    summary="The page of the voluntary questions; opening it uses nothing up.",
    title="Quatre questions facultatives",
    without_script=(
        "Ne pas répondre ne change rien pour vous. Ouvrez le lien dans un autre navigateur, ou répondez au mail reçu "
        "pour être aidé."
    ),
    reassurance="Ne pas répondre ne change rien pour vous.",
)
