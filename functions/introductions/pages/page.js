// The employee's go page: the mission proposed without a name, when it may begin, who looked, and his go or his no.
(() => {
  "use strict";

  let shown = null;

  const read = (answer) => {
    shown = answer;
    page.element("card").replaceChildren(...answer.lines.map(page.row));
    page.element("start").replaceChildren(...page.items(answer.start));
    page.element("looks").replaceChildren(...page.items(answer.looks));
    page.show("no-looks", answer.looks.length === 0);
    page.element("sections").replaceChildren(...answer.sections.map(page.section));
    page.element("seal").textContent = answer.sha256 ?? "";
  };

  const standing = ({ state, decided_at: at }) => {
    for (const id of ["lead", "shortcut", "choice"]) page.show(id, state === "undecided");
    page.show("leaving", state === "go" || state === "disclosed");
    page.show("reading", state !== "closed");
    page.announce(state, at, shown.title);
  };

  page.choices("decision", (decision) => (decision === "go" ? { decision, sha256: shown.sha256 } : { decision }));

  page.open({
    sheet: "sheet",
    read,
    standing,
    stale: ["sheet-changed", "not-proceeding", "agreement-signed"],
    outcome: {
      go: ["Vous avez donné votre feu vert", "C’était le {date}. Si les deux entreprises signent aussi, vous serez présentés. Vous pouvez encore arrêter, ici, en rouvrant le lien reçu par mail."],
      disclosed: ["Les présentations sont faites", "Les deux entreprises et vous avez accepté la même proposition\u00a0: votre employeur va vous présenter l’entreprise d’accueil. Vous pouvez encore arrêter."],
      agreed: ["Votre accord de prêt est signé", "Tout est dans le document que vous avez signé. Pour l’arrêter, parlez-en à votre employeur ou à un conseiller\u00a0: cela reste votre droit."],
      closed: ["Cette proposition est sans suite", "Vous n’avez rien à faire, et cela n’a aucune conséquence pour vous."],
    },
    trouble: {
      "sheet-changed": ["La proposition a changé", "Elle a été modifiée depuis son affichage. La voici\u00a0: relisez-la avant de choisir."],
      "committed-elsewhere": ["Vous avez déjà donné votre feu vert à une autre proposition", "Un seul feu vert à la fois. Pour choisir celle-ci, arrêtez d’abord l’autre avec le lien de son mail. Refuser reste possible, sans conséquence."],
      "not-proceeding": ["Cette proposition est sans suite", "Vous n’avez rien à faire, et cela n’a aucune conséquence pour vous."],
      "no-term-sheet": ["La proposition est en cours d’écriture", "Elle n’est pas prête. Rouvrez ce lien plus tard."],
      "agreement-signed": ["Votre accord de prêt est signé", "Pour l’arrêter, parlez-en à votre employeur ou à un conseiller\u00a0: cela reste votre droit."],
      "legal-block": ["La loi ne le permet pas encore", "Votre feu vert n’a pas été enregistré. Les entreprises doivent d’abord compléter leur dossier."],
    },
  });
})();
