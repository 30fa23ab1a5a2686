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

  const standing = ({ state, decided_at: at, confirm_by: until, review }) => {
    for (const id of ["lead", "shortcut", "choice"]) page.show(id, state === "undecided");
    page.show("leaving", state === "published" && until === null);
    page.show("confirm", state === "published" && until !== null);
    page.show("reading", ["undecided", "published"].includes(state));
    page.show("rights", state === "published");
    if (until !== null) page.element("confirm-by").textContent = page.day(until);
    page.element("review-text").textContent = review?.text ?? "";
    page.show("review-text", review !== null);
    page.show("review-ask", review === null || review.outcome !== null);
    page.announce(state, at, shown.title);
  };

  page.choices("decision", (decision) => ({ decision, text_sha256: shown.text_sha256 }));

  const here = () => page.element("rights-trouble");
  page.element("review").onclick = () => page.send("review", { reason: page.element("review-reason").value }, here, (answer) => {
    standing(answer);
    page.element("review-title").scrollIntoView();
  });
  page.element("inclusion").onclick = () => page.goOn("../../inclusion/personal");
  page.element("erasure").onclick = ({ currentTarget }) => {
    currentTarget.setAttribute("aria-expanded", "true");
    page.show("erasure-sure", true);
    page.element("erasure-now").focus();
  };
  page.element("erasure-now").onclick = () => page.send("erasure", {}, here, () => page.stand({ state: "erased", decided_at: null, confirm_by: null, review: null }));

  page.open({
    sheet: "card",
    read,
    standing,
    stale: ["text-changed", "profile-withdrawn"],
    outcome: {
      published: ["Votre fiche est montrée", "Vous avez accepté le {date}. Les entreprises voient la fiche ci-dessous, et rien d’autre. Vous pouvez la retirer à tout moment, ici, en rouvrant le lien reçu par mail."],
      erased: ["Vos données sont en cours d’effacement", "Cela prend quelques minutes. Vous n’avez rien d’autre à faire, et cela n’a aucune conséquence pour vous."],
      withdrawn: ["Votre fiche n’est montrée à personne", "Elle est retirée. Vous n’avez rien d’autre à faire, et cela n’a aucune conséquence pour vous."],
    },
    trouble: {
      "text-changed": ["Le texte a changé", "Le texte a été mis à jour depuis son affichage. Le voici\u00a0: relisez-le avant de choisir."],
      "profile-withdrawn": ["Cette fiche est retirée", "Un retrait est définitif. Si vous avez changé d’avis, demandez à votre employeur de vous proposer de nouveau."],
      "nothing-to-review": ["Votre fiche n’est pas montrée", "Il n’y a rien à regarder pour le moment."],
      "period-over": ["La période proposée est passée", "Votre fiche n’est montrée à personne. Vous n’avez rien à faire."],
      "company-not-active": ["Votre choix n’a pas pu être enregistré", "Votre employeur ne peut pas publier de fiche en ce moment. Essayez plus tard, ou parlez-lui-en."],
    },
  });
})();
