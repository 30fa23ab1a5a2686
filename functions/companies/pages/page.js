// The invited person's page: what the role allows, the code to accept with, and his no.
(() => {
  "use strict";

  const read = (answer) => {
    page.element("allows").replaceChildren(...page.items(answer.allows));
  };

  const standing = ({ state, until, title }) => {
    for (const id of ["lead", "reading"]) page.show(id, state === "open");
    if (until !== null) page.element("until").textContent = page.day(until);
    page.announce(state, null, title);
  };

  page.element("copy").onclick = async () => {
    const done = await page.copyToken();
    page.element("copied").textContent = done
      ? "Le code est copié."
      : "Votre navigateur ne permet pas la copie\u00a0: le code est la fin de l’adresse du lien, après le signe «\u00a0#\u00a0».";
  };
  page.element("decline").onclick = () => page.send("refusal", {}, () => page.element("choice-trouble"));

  page.open({
    sheet: "sheet",
    read,
    standing,
    stale: ["already-accepted"],
    outcome: {
      accepted: ["Vous avez accepté", "Vous pouvez agir pour cette entreprise\u00a0: connectez-vous. Vous pouvez la quitter à tout moment."],
      declined: ["Vous avez refusé", "Le lien ne fonctionne plus, et votre nom et votre adresse sont effacés de cette invitation. Vous n’avez rien d’autre à faire."],
    },
    trouble: {
      "link-not-valid": ["Ce lien ne fonctionne pas, ou plus", "Ouvrez le lien du mail le plus récent. S’il ne fonctionne pas non plus, demandez une autre invitation à la personne qui vous invite."],
      "already-accepted": ["Cette invitation est déjà acceptée", "Connectez-vous\u00a0: vous pouvez quitter l’entreprise à tout moment."],
    },
  });
})();
