"""A small nomenclature of our own words."""

from __future__ import annotations

from likeness.proximity import Occupation, Skill
from likeness.ranking import Label

LABELS = [
    Label("fit", "Ajusteur / Ajusteuse mécanique", ("Mécanicien ajusteur", "Monteur-ajusteur"), ("Lire un plan",)),
    Label("weld", "Soudeur / Soudeuse", ("Soudeuse TIG", "Soudeur à l'arc"), ("Assembler des tôles par soudage",)),
    Label("cook", "Cuisinier / Cuisinière", ("Chef de partie",), ("Préparer des plats chauds et froids",)),
    Label("clean", "Agent / Agente de propreté", (), ("Nettoyer des locaux", "Vider les poubelles")),
    Label("lone", "Grutier", (), ()),
]

READ = Skill("s1", "Lire un plan mécanique", core=True)
MEASURE = Skill("s2", "Contrôler une pièce au pied à coulisse")
RIVET = Skill("s3", "Riveter une structure d'aéronef", core=True)
COOK = Skill("s4", "Préparer des plats chauds", core=True)
HYGIENE = Skill("s5", "Appliquer les règles d'hygiène")

OCCUPATIONS = [
    Occupation("car", "Ajusteur automobile", ("Monteur automobile",), (READ, MEASURE)),
    Occupation("plane", "Ajusteur aéronautique", ("Monteur de structures d'avion",), (READ, MEASURE, RIVET)),
    Occupation("kitchen", "Cuisinier", ("Chef de partie",), (COOK, HYGIENE)),
    Occupation("canteen", "Employé de cantine", (), (COOK, HYGIENE)),
    Occupation("bare", "Dompteur", (), ()),
]
