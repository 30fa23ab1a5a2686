"""What people are told of the use of their data (RGPD, articles 13 and 14), in French, by audience.

Pure. A notice is frozen by its version and its hash: what somebody was told on a day can be shown later. The platform
speaks of a `profil masqué`, never of an anonymous one: whoever holds the key can still tell whose it is (law.md §3.1).
"""

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Audience = Literal["volunteers", "companies", "advisers"]

AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)
VERSION: Final = "notice-2"
"""Change it with every change of the words below."""

_RIGHTS: Final = """
## Vos droits

Vous pouvez demander à lire vos données, à les corriger, à les recevoir dans un format réutilisable, à les
faire effacer, à en limiter l’usage, ou vous opposer à leur publication.

Vous pouvez demander qu’une personne revoie un classement ou un refus ; elle vous répond sous trente jours.

Écrivez à {contact}, ou demandez le formulaire papier à votre conseiller. Une réponse vient sous un mois.

Si elle ne vous satisfait pas, vous pouvez vous plaindre auprès de la CNIL : 3 place de Fontenoy, TSA 80715,
75334 Paris Cedex 07, www.cnil.fr/plaintes.
"""

_WORDS: Final[Mapping[Audience, str]] = MappingProxyType(
    {
        "volunteers": """
## Qui est responsable

Votre employeur pour les données qu’il confie ; {operator} et lui, ensemble, pour la publication de votre
profil masqué et les rapprochements (RGPD, article 26).

## Pourquoi, et sur quelle base

Vous proposer une mission dans une autre entreprise, à but non lucratif (Code du travail, articles L8241-1 à
L8241-3). Base : l’intérêt légitime, sous réserve de votre accord, que vous pouvez retirer d’un geste (RGPD,
article 6, 1, f).

Établir et exécuter la convention et l’avenant, si vous les signez. Base : le contrat et la loi (RGPD, article
6, 1, b et c).

## Ce que voient les autres

Un profil masqué : métier, compétences courantes, tranche d’expérience, zone large, mois de disponibilité. Ni
nom, ni employeur, ni commune.

Votre nom n’est lu par l’entreprise hôte qu’après trois signatures, dont votre feu vert. Chaque lecture est
notée, et vous pouvez savoir qui a regardé votre carte.

## Comment se fait le rapprochement

Une formule publiée ordonne les profils selon le métier, les compétences, la distance, les dates et les
horaires. Elle n’exclut personne ; ce sont des personnes qui décident.

## Combien de temps

Profil retiré : invisible aussitôt, effacé sous trente jours. Profil sans suite : douze mois. Dossier d’une
mission : trois mois après sa fin, puis six ans dans une archive fermée.

## Vous êtes libre

Refuser ou vous retirer n’a aucune conséquence pour vous.
""",
        "companies": """
## Qui est responsable

{operator}, pour les comptes, les rapprochements et les statistiques. Vous, pour vos salariés : vous les
informez avant de les décrire (Code du travail, articles L1222-3 et L1222-4).

## Pourquoi, et sur quelle base

Vérifier que vous pouvez agir pour votre entreprise, vous écrire, établir les documents. Base : le contrat et
l’intérêt légitime (RGPD, article 6, 1, b et f).

## Ce qui est gardé

Le nom, le SIREN, le SIRET et l’adresse de l’entreprise ; le nom, l’adresse électronique et le téléphone de
votre contact ; le nom et l’adresse électronique de ceux que vous invitez à agir pour elle. Tout est dans un
coffre que chaque lecture signale.

## Qui les lit

Vous. L’autre entreprise, après trois signatures seulement. Avant cela, il est interdit de chercher qui se
cache derrière un profil ou une demande masqués. Le conseiller qui vous approche lit le nom de l’entreprise et
votre contact, pour vous appeler.

Si vous ouvrez une séance, chaque entreprise qui s’y inscrit lit le nom de la vôtre et votre contact ; si vous
vous inscrivez, l’organisateur les lit. Cela finit quand les places sont rendues, ou trente jours après la
séance.

## Combien de temps

Tant que votre compte est ouvert. Journal des opérations : trois ans. Dossier d’une mission : trois mois après
sa fin, puis six ans dans une archive fermée.
""",
        "advisers": """
## Qui est responsable

{operator}.

## Pourquoi, et sur quelle base

Vous ouvrir un accès et montrer qui a fait quoi. Base : le contrat et l’intérêt légitime (RGPD, article 6, 1,
b et f).

## Ce qui est gardé

Votre adresse électronique, l’identifiant de votre compte, et ce que vous faites ici.

## Qui les lit

L’opérateur. Personne d’autre.

## Combien de temps

Tant que votre compte est ouvert ; le journal des opérations, trois ans.
""",
    }
)
"""The words of each audience: a line `##` begins a section, a blank line ends a paragraph."""


class NoticeSection(BaseModel):
    """A heading and its paragraphs."""

    model_config = ConfigDict(frozen=True)

    heading: Annotated[str, Field(examples=["Combien de temps"])]
    paragraphs: Annotated[tuple[str, ...], Field(examples=[["Tant que votre compte est ouvert."]])]


class Notice(BaseModel):
    """The information notice of one audience."""

    model_config = ConfigDict(frozen=True)

    audience: Annotated[Audience, Field(examples=["volunteers"])]
    version: Annotated[str, Field(examples=[VERSION])]
    title: Annotated[str, Field(examples=["Vos données sur Passerelle"])]
    sections: tuple[NoticeSection, ...]

    @property
    def sha256(self) -> str:
        """SHA-256 of the notice as canonical JSON: keys sorted, no spaces, UTF-8."""
        document = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(document.encode()).hexdigest()


def notice(audience: Audience, operator: str, contact: str) -> Notice:
    """The present notice of an audience, with the operator and the privacy contact of this stage."""
    words = f"{_WORDS[audience]}\n{_RIGHTS}".format(operator=operator, contact=contact)
    sections = tuple(_section(part) for part in words.split("## ")[1:])
    return Notice(audience=audience, version=VERSION, title="Vos données sur Passerelle", sections=sections)


def _section(part: str) -> NoticeSection:
    heading, *paragraphs = (" ".join(block.split()) for block in part.strip().split("\n\n"))
    return NoticeSection(heading=heading, paragraphs=tuple(paragraphs))
