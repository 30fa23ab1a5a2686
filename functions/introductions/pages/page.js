// The employee's go page: reads the token behind "#", forgets it from the address bar, asks for the sheet, sends the choice.
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
    "sheet-changed": ["La proposition a changé", "Elle a été modifiée depuis son affichage. La voici\u00a0: relisez-la avant de choisir."],
    "committed-elsewhere": ["Vous avez déjà donné votre feu vert à une autre proposition", "Un seul feu vert à la fois. Pour choisir celle-ci, arrêtez d’abord l’autre avec le lien de son mail. Refuser reste possible, sans conséquence."],
    "not-proceeding": ["Cette proposition est sans suite", "Vous n’avez rien à faire, et cela n’a aucune conséquence pour vous."],
    "no-term-sheet": ["La proposition est en cours d’écriture", "Elle n’est pas prête. Rouvrez ce lien plus tard."],
    "agreement-signed": ["Votre accord de prêt est signé", "Pour l’arrêter, parlez-en à votre employeur ou à un conseiller\u00a0: cela reste votre droit."],
    "legal-block": ["La loi ne le permet pas encore", "Votre feu vert n’a pas été enregistré. Les entreprises doivent d’abord compléter leur dossier."],
  };

  const OUTCOME = {
    go: ["Vous avez donné votre feu vert", "C’était le {date}. Si les deux entreprises signent aussi, vous serez présentés. Vous pouvez encore arrêter, ici, en rouvrant le lien reçu par mail."],
    disclosed: ["Les présentations sont faites", "Les deux entreprises et vous avez accepté la même proposition\u00a0: votre employeur va vous présenter l’entreprise d’accueil. Vous pouvez encore arrêter."],
    agreed: ["Votre accord de prêt est signé", "Tout est dans le document que vous avez signé. Pour l’arrêter, parlez-en à votre employeur ou à un conseiller\u00a0: cela reste votre droit."],
    closed: ["Cette proposition est sans suite", "Vous n’avez rien à faire, et cela n’a aucune conséquence pour vous."],
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
    show("leaving", state === "go" || state === "disclosed");
    show("reading", state !== "closed");
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
    element("card").replaceChildren(...answer.lines.map(cardRow));
    element("start").replaceChildren(...answer.start.map((line) => make("li", line)));
    element("looks").replaceChildren(...answer.looks.map((line) => make("li", line)));
    show("no-looks", answer.looks.length === 0);
    element("sections").replaceChildren(...answer.sections.map(section));
    element("seal").textContent = answer.sha256 ?? "";
    standing(answer);
    for (const id of ["waiting", "trouble"]) show(id, false);
    show("offer", true);
  };

  const load = async () => {
    show("trouble", false);
    show("waiting", true);
    try {
      offer(await post("sheet", { token }, randomKey()));
      goToTop();
    } catch (problem) {
      trouble(problem.message in TROUBLE ? problem.message : "unreachable");
    }
  };

  const choose = async (decision) => {
    const buttons = [...document.querySelectorAll("[data-decision]")];
    const body = decision === "go" ? { token, decision, sha256: shown.sha256 } : { token, decision };
    // A repeated press after a lost answer repeats the same request, key included.
    if (pending?.decision !== decision || pending.sheet !== shown.sha256) {
      pending = { decision, sheet: shown.sha256, key: randomKey() };
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
    if (code === "sheet-changed" || code === "not-proceeding" || code === "agreement-signed") await load();
    if (element("offer").hidden) return undefined;
    const pressed = [...document.querySelectorAll(`[data-decision="${decision}"]`)].find((button) => button.closest("[hidden]") === null);
    pressed?.closest(".buttons").after(element("choice-trouble"));
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
