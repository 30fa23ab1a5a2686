"""French words of work that say nearly the same, written by hand: one line of a group is enough to add one.

Common words alone, as any dictionary has them: who does something (`ROLES`), and what it is about (`THINGS`). Nothing
is taken from a nomenclature. A word may be in several groups; its groups do not join.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from likeness.french import words

ROLES: Final = """
responsable chef directeur manager gérant dirigeant gestionnaire; directeur président administrateur patron dirigeant;
superviseur encadrant chef contremaître responsable surveillant;
coordinateur coordonnateur animateur organisateur planificateur;
adjoint assistant second sous-directeur vice-président; assistant aide auxiliaire adjoint commis;
opérateur conducteur machiniste pilote agent technicien; ouvrier opérateur agent manœuvre préposé employé;
employé agent préposé commis; technicien spécialiste agent; conseiller consultant expert spécialiste chargé;
expert spécialiste professionnel; vendeur marchand commerçant négociant détaillant;
commercial vendeur représentant négociateur délégué; acheteur approvisionneur; poseur installateur monteur;
monteur assembleur ajusteur; réparateur dépanneur mécanicien maintenance;
formateur enseignant professeur instructeur moniteur éducateur; professeur instituteur maître enseignant;
chercheur scientifique; concepteur créateur designer dessinateur développeur; développeur programmeur;
analyste chargé; fabricant producteur fabrication production confection; inspecteur contrôleur vérificateur auditeur;
contrôle inspection vérification; surveillant gardien veilleur vigile agent; chauffeur conducteur livreur;
livreur coursier; artisan ouvrier; soigneur soignant; ingénieur concepteur; exploitant producteur cultivateur éleveur;
cultivateur agriculteur producteur exploitant; auteur écrivain rédacteur; rédacteur journaliste reporter;
traducteur interprète; secrétaire assistant; hôte réceptionniste accueil; serveur barman; cuisinier chef restaurateur;
laveur nettoyeur; trieur classeur; tailleur coupeur découpeur; coupeur découpeur scieur; peintre laqueur vernisseur;
régleur ajusteur metteur; façonneur mouleur formeur; juge magistrat; avocat juriste; médecin docteur praticien;
thérapeute praticien; comptable trésorier; courtier agent intermédiaire négociateur; recruteur recrutement
"""
THINGS: Final = """
voiture automobile véhicule auto; camion routier; autobus bus car autocar; avion aéronef aéronautique aviation;
bateau navire maritime naval marin; maritime marin mer; train ferroviaire ferré rail; vélo cycle bicyclette;
moto motocycle; engin machine équipement matériel; machine équipement appareil;
appareil instrument dispositif équipement; outil outillage; bâtiment construction btp; construction travaux chantier;
maison habitation logement domicile; domicile particulier; logement hébergement hôtel; immobilier foncier;
école scolaire enseignement; enfant enfance jeune; bébé nourrisson crèche; âgé vieux senior gériatrie;
handicap handicapé; malade patient; santé médical sanitaire soin; médicament pharmacie pharmaceutique; dent dentaire;
œil optique vue; animal animalier vétérinaire; poule volaille avicole; vache bovin; mouton ovin; cochon porc porcin;
cheval équin équestre; poisson pêche aquacole; abeille apiculture; forêt forestier sylviculture bois;
arbre arboriculture; bois menuiserie; meuble ameublement mobilier; jardin paysage; fleur floral horticulture;
vigne vin viticole vinicole; vin caviste; blé céréale; fruit légume maraîcher; légume potager maraîchage;
agriculture agricole ferme; aliment alimentaire alimentation agroalimentaire nourriture; viande boucherie;
pain boulangerie; gâteau pâtisserie; bière brasserie; lait laitier; boisson alcool; repas restauration cuisine;
restaurant restauration; vêtement habillement textile confection; tissu textile étoffe; cuir maroquinerie peau;
bijou bijouterie orfèvrerie joaillerie; cheveu coiffure; beauté esthétique cosmétique; métal métallique métallurgie;
fer ferronnerie métal; acier sidérurgie; fonderie fondeur; soudage soudure; tube tuyau canalisation; eau hydraulique;
déchet ordure recyclage; ménage nettoyage propreté entretien; nettoyage lavage entretien;
entretien maintenance réparation; électricité électrique électricien; électronique microélectronique; courant énergie;
pétrole pétrolier gaz; mine minier extraction carrière; pierre roche; verre vitrage vitre;
plastique plasturgie polymère; caoutchouc pneu pneumatique; papier carton; imprimerie impression;
livre édition librairie; journal presse; photo photographie; image vidéo; film cinéma; radio audiovisuel;
télévision tv audiovisuel; musique musical; danse chorégraphie; théâtre spectacle scène; spectacle événement;
événement événementiel; art artistique; sport sportif; jeu jouet; ordinateur informatique numérique;
logiciel informatique application software; internet web digital numérique; réseau télécommunication télécom;
donnée data; sécurité sûreté protection; arme armement armurerie; armée militaire; incendie feu pompier;
police policier; loi droit juridique; tribunal justice judiciaire; notaire notarial; argent finance financier;
banque bancaire; impôt fiscal fiscalité; comptabilité comptable; paie salaire rémunération; personnel humain rh;
emploi insertion travail; formation enseignement pédagogie; client clientèle; vente commerce commercial;
commerce magasin boutique; magasin boutique; stock entrepôt magasinage; logistique transport; transport acheminement;
colis courrier postal; emballage conditionnement; qualité qualiticien; achat approvisionnement;
publicité communication marketing; voyage tourisme touristique; tourisme touriste; mode couture; couture couturier;
étude recherche; laboratoire analyse; chimie chimique; biologie biologique; génie ingénierie; entreprise société;
industrie industriel usine; fabrication production; environnement environnemental écologie; climat climatisation;
froid frigorifique réfrigération; chauffage chaudière thermique; toit toiture couverture; sol carrelage revêtement;
mur cloison maçonnerie; route voirie; grue levage; administratif administration; commune municipal mairie;
mort funéraire obsèques; religion religieux culte; langue linguistique; géologie géologue; rédaction écriture;
dessin graphisme graphique
"""


def _alike(*lists: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for group in ";".join(lists).split(";"):
        together = words(group)
        for word in together:
            found.setdefault(word, {}).update(dict.fromkeys(other for other in together if other != word))
    return {word: tuple(others) for word, others in found.items()}


ALIKE: Final = _alike(ROLES, THINGS)
"""For each word, those that say nearly the same; all as `french.words` gives them."""
