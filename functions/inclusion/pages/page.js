// The voluntary questions: what they are for, each with its own choices, and taking answers back.
(() => {
  "use strict";

  let sheet = null;

  const choice = (question, { code, label }) => {
    const node = page.make("label", undefined, "option");
    const input = page.make("input");
    Object.assign(input, { type: "radio", name: question, value: code });
    node.append(input, page.make("span", label));
    return node;
  };

  const asked = ({ question, label, choices }) => {
    const node = page.make("fieldset");
    node.id = `question-${question}`;
    const state = page.make("p", "", "state");
    const back = page.make("button", `Retirer cette réponse`, "plain");
    Object.assign(back, { type: "button", hidden: true });
    back.setAttribute("aria-label", `Retirer la réponse à\u00a0: ${label}`);
    back.onclick = () => page.send("withdrawal", { questions: [question] }, here);
    node.append(page.make("legend", label), ...choices.map((one) => choice(question, one)), state, back);
    return node;
  };

  const read = (answer) => {
    sheet = answer;
    page.element("sections").replaceChildren(...answer.sections.map(page.section));
    page.element("seal").textContent = answer.text_sha256;
    page.element("form").replaceChildren(...answer.questions.map(asked));
  };

  const standing = ({ answered }) => {
    for (const { question } of sheet.questions) {
      const node = page.element(`question-${question}`);
      const given = answered.includes(question);
      node.querySelector(".state").textContent = given ? "Réponse enregistrée. Elle n’est pas réaffichée, pas même à vous." : "Sans réponse.";
      node.querySelector("button").hidden = !given;
      for (const input of node.querySelectorAll("input")) input.checked = false;
    }
    page.show("withdraw", answered.length > 0);
    page.announce(answered.length > 0 ? "answered" : "none", null, sheet.title);
  };

  const here = () => page.element("trouble-here");
  const chosen = () => Object.fromEntries(new FormData(page.element("form")));

  page.element("keep").onclick = () => page.send("answers", { text_sha256: sheet.text_sha256, ...chosen() }, here);
  page.element("withdraw").onclick = () => page.send("withdrawal", {}, here);
  page.element("back").onclick = () => page.goOn("../../profiles/opt-in");

  page.open({
    sheet: "sheet",
    read,
    standing,
    stale: ["text-changed"],
    outcome: {
      answered: ["Vos réponses sont enregistrées", "Merci. Vous pouvez les retirer à tout moment, ici, par le même lien\u00a0: elles sont alors effacées aussitôt."],
    },
    trouble: {
      "text-changed": ["Le texte a changé", "Le texte a été mis à jour depuis son affichage. Le voici\u00a0: relisez-le avant de répondre."],
    },
  });
})();
