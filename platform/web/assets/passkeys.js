// @ts-check
/**
 * Passkeys: `form[data-passkey]` fetches options from the address in `data-start`, has the person's device
 * answer them, and is then sent like any other form, with the answer in its hidden fields.
 */

/** @param {HTMLFormElement} form @param {string} name @returns {HTMLInputElement} */
function field(form, name) {
  const found = form.elements.namedItem(name);
  if (!(found instanceof HTMLInputElement)) throw new Error(`the form has no ${name}`);
  return found;
}

/** @param {HTMLFormElement} form */
async function begin(form) {
  const response = await fetch(form.dataset.start ?? "", {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({ form_token: field(form, "form_token").value }),
  });
  const body = await response.json();
  // A refusal comes in words.
  if (!response.ok) throw new Refused([body.detail, body.remedy].filter(Boolean).join(" "));
  return body;
}

class Refused extends Error {}

/** @param {HTMLFormElement} form @param {{ publicKey: object }} options @returns {Promise<Credential | null>} */
function ask(form, { publicKey }) {
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

/** @param {HTMLFormElement} form @param {unknown} error @returns {string} */
function inWords(form, error) {
  if (error instanceof Refused) return error.message;
  const cancelled = error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");
  return (cancelled ? form.dataset.cancelled : form.dataset.failed) ?? "";
}

/** @param {HTMLFormElement} form */
async function prove(form) {
  const problem = form.querySelector("[data-passkey-problem]");
  const button = form.querySelector("button");
  if (problem instanceof HTMLElement) problem.hidden = true;
  if (button) button.disabled = true;
  try {
    const { ticket, options } = await begin(form);
    const credential = await ask(form, options);
    if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
    field(form, "ticket").value = ticket;
    field(form, "credential").value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch (error) {
    if (problem instanceof HTMLElement) {
      problem.textContent = inWords(form, error);
      problem.hidden = false;
    }
    if (button) button.disabled = false;
  }
}

if (window.PublicKeyCredential && "parseCreationOptionsFromJSON" in PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void prove(form);
    });
  }
  for (const hint of document.querySelectorAll("[data-passkey-missing]")) {
    if (hint instanceof HTMLElement) hint.hidden = true;
  }
}
