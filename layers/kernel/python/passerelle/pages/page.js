// What every personal page does: reads the token behind "#", forgets it from the address bar, asks for what is to be
// read, sends what is chosen, and says what went wrong. The token lives in this closure alone: not in storage, not in
// the history, not in any address, and not in the page's own script, which comes after this one and speaks to `page`.
const page = (() => {
  "use strict";

  const here = document.currentScript.src;
  const token = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);

  const TROUBLE = {
    "link-not-valid": ["Ce lien ne fonctionne pas, ou plus", "Rouvrez le lien depuis le mail que vous avez reçu. S’il ne fonctionne toujours pas, demandez à votre employeur qu’un nouveau lien vous soit envoyé."],
    missing: ["Ouvrez le lien reçu par mail", "Cette page s’ouvre avec votre lien personnel. Pour votre sécurité, il ne reste pas dans la barre d’adresse\u00a0: rouvrez-le depuis votre mail."],
    unreachable: ["La page ne répond pas", "Vérifiez votre connexion, puis essayez de nouveau. Votre lien reste valable."],
  };

  let own = null; // what the page itself says and does, given to `open`
  let pending = null;

  const element = (id) => document.getElementById(id);
  const show = (id, visible) => { element(id).hidden = !visible; };

  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };

  const row = ({ field, label, values }) => {
    const node = make("div", undefined, field);
    node.append(make("dt", label), ...values.map((value) => make("dd", value)));
    return node;
  };

  const section = ({ heading, paragraphs }) => {
    const part = make("section");
    part.append(make("h3", heading), ...paragraphs.map((paragraph) => make("p", paragraph)));
    return part;
  };

  const items = (lines) => lines.map((line) => make("li", line));

  const day = (instant) => new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeZone: "Europe/Paris" }).format(new Date(instant));

  const randomKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const post = async (path, body = {}, key = randomKey()) => {
    let response;
    try {
      response = await fetch(new URL(path, here), {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
        body: JSON.stringify({ token, ...body }),
        credentials: "omit",
        cache: "no-store",
      });
    } catch {
      throw new Error("unreachable");
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(String(answer.type || "").split(":").pop());
    return answer;
  };

  // A repeated press after a lost answer repeats the same request, key included.
  const once = async (path, body) => {
    const name = JSON.stringify([path, body]);
    if (pending?.name !== name) pending = { name, key: randomKey() };
    try {
      const answer = await post(path, body, pending.key);
      pending = null;
      return answer;
    } catch (problem) {
      if (known(problem) !== "unreachable") pending = null;
      throw problem;
    }
  };

  const said = (code) => own.trouble[code] ?? TROUBLE[code];
  const known = (problem) => (said(problem.message) ? problem.message : "unreachable");

  const trouble = (code) => {
    const [title, text] = said(code);
    for (const id of ["waiting", "offer"]) show(id, false);
    element("trouble-title").textContent = title;
    element("trouble-text").textContent = text;
    show("again", code === "unreachable");
    show("trouble", true);
    element("trouble-title").focus();
  };

  // Where it stands, in the page's title and its outcome; `at` is the instant of the reader's own word.
  const announce = (state, at, otherwise) => {
    const [title, text] = own.outcome[state] ?? [otherwise, ""];
    element("title").textContent = title;
    document.title = `${title} – Passerelle`;
    element("outcome").dataset.state = state;
    element("outcome-text").textContent = text.replace("{date}", at ? day(at) : "");
    show("outcome", text !== "");
    for (const place of document.querySelectorAll(".trouble")) place.textContent = "";
  };

  const stand = (answer) => {
    own.standing(answer);
    scrollTo({ top: 0, behavior: "instant" });
    element("title").focus({ preventScroll: true });
  };

  const load = async () => {
    show("trouble", false);
    show("waiting", true);
    try {
      const answer = await post(own.sheet);
      own.read?.(answer);
      for (const id of ["waiting", "trouble"]) show(id, false);
      show("offer", true);
      stand(answer);
    } catch (problem) {
      trouble(known(problem));
    }
  };

  // `where` gives the place of the complaint once what changed meanwhile is shown anew.
  const complain = async (code, where) => {
    if (code === "link-not-valid") return trouble(code);
    if (own.stale.includes(code)) await load();
    if (element("offer").hidden) return undefined;
    const place = where();
    place.textContent = said(code).join(". ");
    place.focus();
    return undefined;
  };

  const busy = async (work) => {
    const buttons = [...document.querySelectorAll("button")];
    if (buttons.some((button) => button.getAttribute("aria-disabled") === "true")) return;
    buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
    try { await work(); } finally { buttons.forEach((button) => button.removeAttribute("aria-disabled")); }
  };

  // Send a step; its answer says where it stands now, unless `done` makes something else of it.
  const send = (path, body, where, done = stand) => busy(async () => {
    try {
      done(await once(path, body));
    } catch (problem) {
      await complain(known(problem), where);
    }
  });

  // The buttons `data-decision` send `body(decision)`; a complaint comes after those that were pressed.
  const choices = (path, body) => {
    for (const { dataset: { decision } } of document.querySelectorAll("[data-decision]")) {
      const alike = [...document.querySelectorAll(`[data-decision="${decision}"]`)];
      const where = () => {
        const pressed = alike.find((button) => button.closest("[hidden]") === null);
        pressed?.closest(".buttons").after(element("choice-trouble"));
        return element("choice-trouble");
      };
      for (const button of alike) button.onclick = () => send(path, body(decision), where);
    }
  };

  // Begin: `sheet` is asked for, `read` fills in what never changes by a step, `standing` shows where it stands;
  // `outcome` and `trouble` are the page's words for states and problems, `stale` the problems after which everything is
  // read anew.
  const open = (given) => {
    own = given;
    element("again").addEventListener("click", load);
    if (/^[A-Za-z0-9_-]{16,200}$/.test(token)) load();
    else trouble("missing");
  };

  // To another personal page that the same link opens.
  const goOn = (path) => location.assign(`${new URL(path, here).href}#${token}`);

  // For a person who is to hand the token to another program; says whether the browser did it.
  const copyToken = async () => {
    try {
      await navigator.clipboard.writeText(token);
      return true;
    } catch {
      return false;
    }
  };

  return { announce, choices, copyToken, day, element, goOn, items, make, open, post, row, section, send, show, stand };
})();
