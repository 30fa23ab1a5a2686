// The volunteer's page: reads the token behind "#", forgets it from the address bar, asks for the card, sends the choice.
// The token lives in this closure alone: not in storage, not in the history, not in any address.
(() => {
  "use strict";

  const here = document.currentScript.src;
  const token = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);

  const TROUBLE = {
    "link-not-valid": ["Ce lien ne fonctionne pas, ou plus", "Rouvrez le lien depuis le mail que vous avez reçu. S’il ne fonctionne toujours pas, demandez à votre employeur qu’un nouveau lien vous soit envoyé."],
    missing: ["Ouvrez le lien reçu par mail", "Cette page s’ouvre avec votre lien personnel. Pour votre sécurité, il ne reste pas dans la barre d’adresse\u00a0: rouvrez-le depuis votre mail."],
    unreachable: ["La page ne répond pas", "Vérifiez votre connexion, puis essayez de nouveau. Votre lien reste valable."],
    "text-changed": ["Le texte a changé", "Le texte a été mis à jour depuis son affichage. Le voici\u00a0: relisez-le avant de choisir."],
    "profile-withdrawn": ["Cette fiche est retirée", "Un retrait est définitif. Si vous avez changé d’avis, demandez à votre employeur de vous proposer de nouveau."],
    "period-over": ["La période proposée est passée", "Votre fiche n’est montrée à personne. Vous n’avez rien à faire."],
    "company-not-active": ["Votre choix n’a pas pu être enregistré", "Votre employeur ne peut pas publier de fiche en ce moment. Essayez plus tard, ou parlez-lui-en."],
  };

  const OUTCOME = {
    published: ["Votre fiche est montrée", "Vous avez accepté le {date}. Les entreprises voient la fiche ci-dessous, et rien d’autre. Vous pouvez la retirer à tout moment, ici, en rouvrant le lien reçu par mail."],
    withdrawn: ["Votre fiche n’est montrée à personne", "Elle est retirée. Vous n’avez rien d’autre à faire, et cela n’a aucune conséquence pour vous."],
  };

  let shown = null;
  let pending = null;

  const element = (id) => document.getElementById(id);
  const show = (id, visible) => { element(id).hidden = !visible; };

  const randomKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const post = async (path, body, key) => {
    let response;
    try {
      response = await fetch(new URL(path, here), {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
        body: JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
      });
    } catch {
      throw new Error("unreachable");
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      const code = String(answer.type || "").split(":").pop();
      throw new Error(code in TROUBLE ? code : "unreachable");
    }
    return answer;
  };

  const make = (tag, text) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    return node;
  };

  const trouble = (code) => {
    const [title, text] = TROUBLE[code];
    for (const id of ["waiting", "offer"]) show(id, false);
    element("trouble-title").textContent = title;
    element("trouble-text").textContent = text;
    show("again", code === "unreachable");
    show("trouble", true);
    element("trouble-title").focus();
  };

  const cardRow = (line) => {
    const row = make("div");
    row.className = line.field;
    row.append(make("dt", line.label), ...line.values.map((value) => make("dd", value)));
    return row;
  };

  const section = ({ heading, paragraphs }) => {
    const part = make("section");
    part.append(make("h3", heading), ...paragraphs.map((paragraph) => make("p", paragraph)));
    return part;
  };

  const day = (instant) => new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeZone: "Europe/Paris" }).format(new Date(instant));

  const standing = ({ state, decided_at: at }) => {
    for (const id of ["lead", "shortcut", "choice"]) show(id, state === "undecided");
    show("outcome", state in OUTCOME);
    show("leaving", state === "published");
    show("reading", state !== "withdrawn");
    tell("");
    const [title, text] = OUTCOME[state] ?? [shown.title, ""];
    element("outcome").dataset.state = state;
    element("outcome-text").textContent = text.replace("{date}", at ? day(at) : "");
    element("title").textContent = title;
    document.title = `${title} – Passerelle`;
  };

  const tell = (message) => { element("choice-trouble").textContent = message; };

  const goToTop = () => {
    scrollTo({ top: 0, behavior: "instant" });
    element("title").focus({ preventScroll: true });
  };

  const offer = (answer) => {
    shown = answer;
    element("card").replaceChildren(...answer.card.map(cardRow));
    element("hidden").replaceChildren(...answer.hidden.map((line) => make("li", line)));
    element("sections").replaceChildren(...answer.sections.map(section));
    element("seal").textContent = answer.text_sha256;
    standing(answer);
    for (const id of ["waiting", "trouble"]) show(id, false);
    show("offer", true);
  };

  const load = async () => {
    show("trouble", false);
    show("waiting", true);
    try {
      offer(await post("card", { token }, randomKey()));
      goToTop();
    } catch (problem) {
      trouble(problem.message in TROUBLE ? problem.message : "unreachable");
    }
  };

  const choose = async (decision) => {
    const buttons = [...document.querySelectorAll("[data-decision]")];
    const body = { token, decision, text_sha256: shown.text_sha256 };
    // A repeated press after a lost answer repeats the same request, key included.
    if (pending?.decision !== decision || pending.text !== shown.text_sha256) {
      pending = { decision, text: shown.text_sha256, key: randomKey() };
    }
    buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
    try {
      standing(await post("decision", body, pending.key));
      pending = null;
      goToTop();
    } catch (problem) {
      await refused(decision, problem.message);
    } finally {
      buttons.forEach((button) => button.removeAttribute("aria-disabled"));
    }
  };

  const refused = async (decision, message) => {
    const code = message in TROUBLE ? message : "unreachable";
    if (code === "link-not-valid") return trouble(code);
    if (code !== "unreachable") pending = null;
    if (code === "text-changed" || code === "profile-withdrawn") await load();
    if (element("offer").hidden) return undefined;
    const pressed = document.querySelector(`[data-decision="${decision}"]`).closest(".buttons");
    if (pressed.closest("[hidden]") === null) pressed.after(element("choice-trouble"));
    tell(TROUBLE[code].join(". "));
    element("choice-trouble").focus();
    return undefined;
  };

  element("again").addEventListener("click", load);
  for (const button of document.querySelectorAll("[data-decision]")) {
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") choose(button.dataset.decision);
    });
  }

  if (/^[A-Za-z0-9_-]{16,200}$/.test(token)) load();
  else trouble("missing");
})();
