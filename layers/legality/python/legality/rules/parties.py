"""Who may lend whom: the employers, the employment contract, the countries."""

from typing import Final

from legality.conditions import R1, holds, is_one_of, where
from legality.rule import Gate, Nature, Rule, Who, block, warn
from legality.vocabulary import OTHER_REGIME_KINDS, PUBLIC

CDD: Final = is_one_of("employee.contractType", "CDD")

RULES: Final = (
    Rule(
        "PMO-01",
        "L8241-2 du code du travail",
        "Un prêt lie trois personnes : la prêteuse, l'utilisatrice et le salarié.",
        "Désigner la partie qui manque au dossier.",
        Who.LENDER,
        (
            block(
                Gate.G4,
                when=R1 & ~(holds("lender.identified") & holds("host.identified") & holds("employee.identified")),
            ),
        ),
    ),
    Rule(
        "PMO-02",
        "L8241-1, L1251-1, L1252-1, L1253-1, L1254-1 du code du travail",
        "Le travail temporaire, le temps partagé, le groupement d'employeurs, le portage, les agences de mannequins, le"
        " sport et les organisations syndicales ou patronales ont leur propre régime de mise à disposition.",
        "Utiliser le régime propre à cet employeur ; ce n'est pas un prêt de main-d'œuvre à but non lucratif.",
        Who.LENDER,
        (block(Gate.G1, when=is_one_of("lender.kind", *OTHER_REGIME_KINDS)),),
    ),
    Rule(
        "PMO-36",
        "R6223-10 et R6223-11 du code du travail (apprentissage) ; D6325-30 (professionnalisation)",
        "Un apprenti, ou un salarié en contrat de professionnalisation, ne se prête pas.",
        "Conclure la convention tripartite d'accueil de l'article R6223-11, ou l'accueil de l'article D6325-30.",
        Who.LENDER,
        (block(Gate.G1, when=is_one_of("employee.contractType", "APPRENTICE", "PROFESSIONALISATION")),),
    ),
    Rule(
        "PMO-37",
        "L1251-1 du code du travail",
        "Un intérimaire est salarié de l'entreprise de travail temporaire : seule celle-ci le met à disposition.",
        "S'adresser à l'entreprise de travail temporaire.",
        Who.LENDER,
        (block(Gate.G1, when=is_one_of("employee.contractType", "TEMP")),),
    ),
    Rule(
        "PMO-38",
        "Logique de L1242-1 du code du travail (lecture à confirmer)",
        "La mission ne peut finir après le contrat à durée déterminée.",
        "Fixer la fin de mission au plus tard au terme du contrat.",
        Who.LENDER,
        (
            block(
                Gate.G4,
                when=CDD & where(lambda end, term: end is None or end > term, "mission.end", "employee.contractEnd"),
            ),
        ),
        Nature.READING,
    ),
    Rule(
        "PMO-39",
        "L1242-1 et suivants du code du travail (lecture à confirmer)",
        "Prêter un salarié en contrat à durée déterminée ne doit pas vider de son sens le motif de ce contrat.",
        "Faire vérifier le motif du contrat par un juriste et consigner sa réponse.",
        Who.LENDER,
        (warn(Gate.G1, when=CDD),),
        Nature.READING,
    ),
    Rule(
        "PMO-40",
        "Règle de la plateforme ; suspension du contrat : lecture à confirmer",
        "Un salarié en période d'essai, ou dont le contrat est suspendu, ne peut être prêté.",
        "Attendre la fin de l'essai ou de la suspension.",
        Who.LENDER,
        (
            block(
                Gate.G1,
                Gate.G5,
                when=holds("employee.inTrialPeriod") | holds("employee.contractSuspended"),
            ),
        ),
        Nature.POLICY,
    ),
    Rule(
        "PMO-41",
        "Règle de la plateforme",
        "Un mineur ne peut être prêté.",
        "Aucun : attendre la majorité.",
        Who.LENDER,
        (block(Gate.G1, when=holds("employee.minor")),),
        Nature.POLICY,
    ),
    Rule(
        "PMO-42",
        "L5221-4, par renvoi de L8241-2 du code du travail",
        "Un salarié étranger ne peut être prêté pour une mission hors de France.",
        "Fixer la mission en France.",
        Who.BOTH,
        (block(Gate.G2, when=holds("employee.foreignNational") & ~is_one_of("mission.country", "FR")),),
    ),
    Rule(
        "PMO-43",
        "L8251-1 et L8256-2 du code du travail",
        "Le titre de travail doit couvrir le métier, la catégorie et la zone de la mission (ressortissants de pays hors"
        " UE, EEE et Suisse).",
        "Obtenir un titre qui couvre ce poste et ce lieu.",
        Who.LENDER,
        (block(Gate.G4, when=holds("employee.foreignNational") & ~holds("employee.workPermitScopeOk")),),
    ),
    Rule(
        "PMO-44",
        "L1262-1 et L1262-2 du code du travail",
        "Aucun cas de détachement ne permet à une entreprise établie hors de France de prêter un salarié à une"
        " entreprise étrangère à son groupe.",
        "Aucun sur la plateforme : la prêteuse doit être établie en France.",
        Who.LENDER,
        (block(Gate.G1, when=~is_one_of("lender.country", "FR")),),
    ),
    Rule(
        "PMO-45",
        "R1221-36 du code du travail ; directive 96/71/CE",
        "Les missions hors de France relèvent du détachement : la plateforme ne les traite pas.",
        "Fixer la mission en France.",
        Who.BOTH,
        (block(Gate.G2, when=~is_one_of("mission.country", "FR")),),
    ),
    Rule(
        "PMO-46",
        "L8241-2 du code du travail (« entre entreprises »)",
        "L'utilisatrice est une personne publique : le texte parle d'un prêt entre entreprises.",
        "Faire examiner le dossier par un juriste et consigner sa réponse.",
        Who.PLATFORM,
        (warn(Gate.G2, when=is_one_of("host.kind", PUBLIC)),),
        Nature.READING,
    ),
    Rule(
        "PMO-47",
        "Règle de la plateforme",
        "Un salarié prêté ne remplace pas des grévistes.",
        "Attendre la fin du conflit ou changer de mission.",
        Who.HOST,
        (block(Gate.G2, when=holds("mission.replacesStrikers")),),
        Nature.POLICY,
    ),
)
