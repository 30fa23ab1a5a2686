// The employee's signing page: reads the token behind "#", forgets it from the address bar, shows what is to be signed.
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
    "code-not-valid": ["Ce code n’est pas le bon, ou n’est plus valable", "Tapez le code du dernier mail reçu, ou demandez-en un autre."],
    "code-just-sent": ["Un code vient de vous être envoyé", "Regardez vos mails. Vous pourrez en demander un autre dans une minute."],
    "documents-changed": ["Les documents ont changé", "Ils ont été mis à jour depuis leur affichage. Relisez-les avant de signer."],
    "documents-awaited": ["Les documents sont en préparation", "Revenez dans quelques minutes."],
    "legal-block": ["La signature doit attendre", "Une condition prévue par la loi n’est pas encore remplie. Vous n’avez rien à faire\u00a0: les deux entreprises savent quoi compléter."],
    "already-signed": ["Vous avez déjà signé", "Il ne vous reste rien à faire."],
    "not-in-this-state": ["Ce n’est plus possible", "La situation a changé depuis l’affichage de cette page."],
  };

  const OUTCOME = {
    to_sign: ["Votre prêt, à lire et à signer", ""],
    not_ready: ["Vos documents sont en préparation", "Vous recevrez un mail quand ils seront prêts. Vous n’avez rien à faire maintenant."],
    signed_by_you: ["Vous avez signé", "Votre signature du {date} est enregistrée. Il manque encore celle d’une entreprise."],
    signed: ["Tout le monde a signé", "Vous avez signé le {date}. Votre contrat de travail continue, et vous retrouvez votre poste à la fin du prêt."],
    not_proceeding: ["Ce prêt ne se fait pas", "Vous n’avez rien à faire, et cela n’a aucune conséquence pour vous."],
  };

  let shown = null;
  let pending = null;

  const element = (id) => document.getElementById(id);
  const show = (id, visible) => { element(id).hidden = !visible; };
  const randomKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const post = async (path, body, key = randomKey()) => {
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

  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };

  const trouble = (code) => {
    const [title, text] = TROUBLE[code] ?? TROUBLE.unreachable;
    for (const id of ["waiting", "offer"]) show(id, false);
    element("trouble-title").textContent = title;
    element("trouble-text").textContent = text;
    show("again", code === "unreachable");
    show("trouble", true);
    element("trouble-title").focus();
  };

  const termRow = ({ label, value }) => {
    const row = make("div", undefined, value.length > 60 ? "wide" : "");
    row.append(make("dt", label), make("dd", value));
    return row;
  };

  const documentRow = ({ kind, label, sha256 }) => {
    const row = make("li");
    const seal = make("p", "Empreinte\u00a0: ", "seal");
    seal.append(make("code", sha256));
    row.dataset.kind = kind;
    row.append(make("span", label), seal);
    return row;
  };

  const day = (instant) => new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeZone: "Europe/Paris" }).format(new Date(instant));

  // The files are served by the documents slice; only one whose digest is the one to be signed gets a link.
  const linkDocuments = async (sheet) => {
    element("documents-trouble").textContent = "";
    let files = [];
    try {
      files = (await post("../../documents/personal", { token })).items ?? [];
    } catch {
      files = [];
    }
    let missing = false;
    for (const { kind, label, sha256 } of sheet.documents) {
      const file = files.find((each) => each.kind === kind && each.sha256 === sha256);
      const row = element("documents").querySelector(`[data-kind="${kind}"]`);
      if (!file || !row) { missing = true; continue; }
      const link = make("a", `${label} (PDF)`);
      link.href = file.url;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      row.querySelector("span, a").replaceWith(link);
    }
    if (missing) element("documents-trouble").textContent = "Un document ne peut pas être ouvert pour le moment. Rouvrez cette page dans quelques minutes, avant de signer.";
  };

  const standing = (sheet) => {
    shown = sheet;
    const [title, text] = OUTCOME[sheet.state];
    const open = sheet.state === "to_sign";
    element("title").textContent = title;
    document.title = `${title} – Passerelle`;
    element("outcome").dataset.state = sheet.state;
    element("outcome-text").textContent = text.replace("{date}", sheet.signed_at ? day(sheet.signed_at) : "");
    show("outcome", text !== "");
    show("lead", open);
    show("signing", open);
    show("freedom", sheet.may_refuse);
    show("refuse", true);
    show("sure", false);
    show("terms-part", sheet.terms.length > 0);
    show("documents-part", sheet.documents.length > 0);
    element("terms").replaceChildren(...sheet.terms.map(termRow));
    element("documents").replaceChildren(...sheet.documents.map(documentRow));
    element("statement").textContent = sheet.statement;
    for (const id of ["choice-trouble", "refusal-trouble", "code-sent"]) element(id).textContent = "";
    for (const id of ["waiting", "trouble"]) show(id, false);
    show("offer", true);
    if (sheet.documents.length > 0) linkDocuments(sheet);
  };

  const goToTop = () => {
    scrollTo({ top: 0, behavior: "instant" });
    element("title").focus({ preventScroll: true });
  };

  const load = async () => {
    show("trouble", false);
    show("waiting", true);
    try {
      standing(await post("sheet", { token }));
      goToTop();
    } catch (problem) {
      trouble(problem.message);
    }
  };

  const failed = async (place, code) => {
    if (code === "link-not-valid") return trouble(code);
    if (["documents-changed", "not-in-this-state", "already-signed"].includes(code)) await load();
    if (element("offer").hidden) return undefined;
    const where = element(place).closest("[hidden]") ? "outcome-text" : place;
    element(where).textContent = (TROUBLE[code] ?? TROUBLE.unreachable).join(". ");
    if (where === "outcome-text") show("outcome", true);
    else element(where).focus();
    return undefined;
  };

  const busy = async (work) => {
    const buttons = [...document.querySelectorAll("button")];
    if (buttons.some((button) => button.getAttribute("aria-disabled") === "true")) return;
    buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
    try { await work(); } finally { buttons.forEach((button) => button.removeAttribute("aria-disabled")); }
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
      if (problem.message !== "unreachable") pending = null;
      throw problem;
    }
  };

  element("send-code").addEventListener("click", () => busy(async () => {
    element("choice-trouble").textContent = "";
    try {
      await once("code", { token });
      element("code-sent").textContent = "Un code vous est envoyé par mail. Il arrive en général en moins d’une minute.";
      element("code").focus();
    } catch (problem) {
      await failed("choice-trouble", problem.message);
    }
  }));

  element("sign-form").addEventListener("submit", (event) => {
    event.preventDefault();
    busy(async () => {
      element("choice-trouble").textContent = "";
      const documents = Object.fromEntries(shown.documents.map(({ kind, sha256 }) => [kind, sha256]));
      try {
        standing(await once("signature", { token, documents, code: element("code").value, text_sha256: shown.text_sha256 }));
        goToTop();
      } catch (problem) {
        await failed("choice-trouble", problem.message);
      }
    });
  });

  element("refuse").addEventListener("click", () => { show("sure", true); show("refuse", false); element("sure-text").focus(); });
  element("refuse-no").addEventListener("click", () => { show("sure", false); show("refuse", true); element("refuse").focus(); });
  element("refuse-yes").addEventListener("click", () => busy(async () => {
    try {
      standing(await once("refusal", { token }));
      goToTop();
    } catch (problem) {
      await failed("refusal-trouble", problem.message);
    }
  }));

  element("again").addEventListener("click", load);

  if (/^[A-Za-z0-9_-]{16,200}$/.test(token)) load();
  else trouble("missing");
})();
