// The employee's signing page: the terms in words, the files themselves, the code that was mailed, or his refusal.
(() => {
  "use strict";

  let shown = null;

  const termRow = ({ label, value }) => page.row({ field: value.length > 60 ? "wide" : "", label, values: [value] });

  const documentRow = ({ kind, label, sha256 }) => {
    const row = page.make("li");
    const seal = page.make("p", "Empreinte\u00a0: ", "seal");
    seal.append(page.make("code", sha256));
    row.dataset.kind = kind;
    row.append(page.make("span", label), seal);
    return row;
  };

  // The files are served by the documents slice; only one whose digest is the one to be signed gets a link.
  const linkDocuments = async (sheet) => {
    let files = [];
    try {
      files = (await page.post("../../documents/personal")).items ?? [];
    } catch {
      files = [];
    }
    let missing = false;
    for (const { kind, label, sha256 } of sheet.documents) {
      const file = files.find((each) => each.kind === kind && each.sha256 === sha256);
      const row = page.element("documents").querySelector(`[data-kind="${kind}"]`);
      if (!file || !row) { missing = true; continue; }
      const link = page.make("a", `${label} (PDF)`);
      link.href = file.url;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      row.querySelector("span, a").replaceWith(link);
    }
    if (missing) page.element("documents-trouble").textContent = "Un document ne peut pas être ouvert pour le moment. Rouvrez cette page dans quelques minutes, avant de signer.";
  };

  const standing = (sheet) => {
    shown = sheet;
    const open = sheet.state === "to_sign";
    page.announce(sheet.state, sheet.signed_at);
    page.show("lead", open);
    page.show("signing", open);
    page.show("freedom", sheet.may_refuse);
    page.show("refuse", true);
    page.show("sure", false);
    page.show("terms-part", sheet.terms.length > 0);
    page.show("documents-part", sheet.documents.length > 0);
    page.element("terms").replaceChildren(...sheet.terms.map(termRow));
    page.element("documents").replaceChildren(...sheet.documents.map(documentRow));
    page.element("statement").textContent = sheet.statement;
    page.element("code-sent").textContent = "";
    if (sheet.documents.length > 0) linkDocuments(sheet);
  };

  // A complaint about a part that is there no more is read in the outcome.
  const place = (id) => () => {
    if (!page.element(id).closest("[hidden]")) return page.element(id);
    page.show("outcome", true);
    return page.element("outcome-text");
  };

  page.element("send-code").addEventListener("click", () => {
    page.element("choice-trouble").textContent = "";
    page.send("code", {}, place("choice-trouble"), () => {
      page.element("code-sent").textContent = "Un code vous est envoyé par mail. Il arrive en général en moins d’une minute.";
      page.element("code").focus();
    });
  });

  page.element("sign-form").addEventListener("submit", (event) => {
    event.preventDefault();
    page.element("choice-trouble").textContent = "";
    const documents = Object.fromEntries(shown.documents.map(({ kind, sha256 }) => [kind, sha256]));
    page.send("signature", { documents, code: page.element("code").value, text_sha256: shown.text_sha256 }, place("choice-trouble"));
  });

  const asking = (sure, focused) => {
    page.show("sure", sure);
    page.show("refuse", !sure);
    page.element(focused).focus();
  };

  page.element("refuse").addEventListener("click", () => asking(true, "sure-text"));
  page.element("refuse-no").addEventListener("click", () => asking(false, "refuse"));
  page.element("refuse-yes").addEventListener("click", () => page.send("refusal", {}, place("refusal-trouble")));

  page.open({
    sheet: "sheet",
    standing,
    stale: ["documents-changed", "not-in-this-state", "already-signed"],
    outcome: {
      to_sign: ["Votre prêt, à lire et à signer", ""],
      not_ready: ["Vos documents sont en préparation", "Vous recevrez un mail quand ils seront prêts. Vous n’avez rien à faire maintenant."],
      signed_by_you: ["Vous avez signé", "Votre signature du {date} est enregistrée. Il manque encore celle d’une entreprise."],
      signed: ["Tout le monde a signé", "Vous avez signé le {date}. Votre contrat de travail continue, et vous retrouvez votre poste à la fin du prêt."],
      not_proceeding: ["Ce prêt ne se fait pas", "Vous n’avez rien à faire, et cela n’a aucune conséquence pour vous."],
    },
    trouble: {
      "code-not-valid": ["Ce code n’est pas le bon, ou n’est plus valable", "Tapez le code du dernier mail reçu, ou demandez-en un autre."],
      "code-just-sent": ["Un code vient de vous être envoyé", "Regardez vos mails. Vous pourrez en demander un autre dans une minute."],
      "documents-changed": ["Les documents ont changé", "Ils ont été mis à jour depuis leur affichage. Relisez-les avant de signer."],
      "documents-awaited": ["Les documents sont en préparation", "Revenez dans quelques minutes."],
      "legal-block": ["La signature doit attendre", "Une condition prévue par la loi n’est pas encore remplie. Vous n’avez rien à faire\u00a0: les deux entreprises savent quoi compléter."],
      "already-signed": ["Vous avez déjà signé", "Il ne vous reste rien à faire."],
      "not-in-this-state": ["Ce n’est plus possible", "La situation a changé depuis l’affichage de cette page."],
    },
  });
})();
