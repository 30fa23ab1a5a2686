"""The page of an employee's signing link: his documents, his signature or his refusal."""

from typing import Final

from passerelle.pages import PersonalPage

SIGN: Final = PersonalPage(
    path="/agreements/sign",
    folder=__name__,
    summary="The page an employee's signing link opens; opening it uses nothing up.",
    title="Votre prêt, à lire et à signer",
    without_script=(
        "Rien n’est signé tant que vous ne l’avez pas fait. Ouvrez le lien dans un autre navigateur, ou demandez à "
        "votre employeur les documents sur papier."
    ),
    reassurance="Rien n’est signé tant que vous ne l’avez pas fait vous-même.",
    farewell=" Vous préférez le papier&nbsp;? Demandez-le à votre employeur.",
)
