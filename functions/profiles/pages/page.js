// The volunteer's page: the card as companies see it, what they do not see, and his yes or no.
(() => {
  "use strict";

  let shown = null;

  const read = (answer) => {
    shown = answer;
    page.element("card").replaceChildren(...answer.card.map(page.row));
    page.element("hidden").replaceChildren(...page.items(answer.hidden));
    page.element("sections").replaceChildren(...answer.sections.map(page.section));
    page.element("seal").textContent = answer.text_sha256;
  };

  const standing = ({ state, decided_at: at }) => {
    for (const id of ["lead", "shortcut", "choice"]) page.show(id, state === "undecided");
    page.show("leaving", state === "published");
    page.show("reading", state !== "withdrawn");
    page.announce(state, at, shown.title);
  };

  page.choices("decision", (decision) => ({ decision, text_sha256: shown.text_sha256 }));

  page.open({
    sheet: "card",
    read,
    standing,
    stale: ["text-changed", "profile-withdrawn"],
    outcome: {
      published: ["Votre fiche est montrée", "Vous avez accepté le {date}. Les entreprises voient la fiche ci-dessous, et rien d’autre. Vous pouvez la retirer à tout moment, ici, en rouvrant le lien reçu par mail."],
      withdrawn: ["Votre fiche n’est montrée à personne", "Elle est retirée. Vous n’avez rien d’autre à faire, et cela n’a aucune conséquence pour vous."],
    },
    trouble: {
      "text-changed": ["Le texte a changé", "Le texte a été mis à jour depuis son affichage. Le voici\u00a0: relisez-le avant de choisir."],
      "profile-withdrawn": ["Cette fiche est retirée", "Un retrait est définitif. Si vous avez changé d’avis, demandez à votre employeur de vous proposer de nouveau."],
      "period-over": ["La période proposée est passée", "Votre fiche n’est montrée à personne. Vous n’avez rien à faire."],
      "company-not-active": ["Votre choix n’a pas pu être enregistré", "Votre employeur ne peut pas publier de fiche en ce moment. Essayez plus tard, ou parlez-lui-en."],
    },
  });
})();
