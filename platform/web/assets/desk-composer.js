// @ts-check
/** The composer: drafts that are kept, canned replies, mentions, attachments, and sending by key. */

import { load, refresh, send, show, toast, word } from "./desk-page.js";
import { say } from "./desk-live.js";

const DRAFT_PAUSE = 700;
const WRITING_PAUSE = 4_000;

/** @returns {HTMLFormElement | undefined} */
function composer() {
  const form = document.getElementById("composer");
  return form instanceof HTMLFormElement ? form : undefined;
}

/** @param {HTMLFormElement} form @returns {HTMLTextAreaElement} */
function wordsOf(form) {
  return /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("words"));
}

/** @param {HTMLFormElement} form @param {string} name @returns {string} */
function value(form, name) {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement || field instanceof RadioNodeList ? field.value : "";
}

// Drafts ---------------------------------------------------------------------------------------------

/** @type {ReturnType<typeof setTimeout> | undefined} */
let saving;
let lastWriting = 0;

document.addEventListener("input", (event) => {
  const form = composer();
  if (!form || !(event.target instanceof Node) || !form.contains(event.target)) return;
  state(form, "");
  clearTimeout(saving);
  saving = setTimeout(() => void save(form), DRAFT_PAUSE);
  if (Date.now() - lastWriting > WRITING_PAUSE && wordsOf(form).value) {
    lastWriting = Date.now();
    say({ t: "writing", conversation: form.dataset.keep, kind: value(form, "kind") });
  }
});

/** @param {HTMLFormElement} form @param {boolean} [leaving] */
async function save(form, leaving = false) {
  clearTimeout(saving);
  saving = undefined;
  const body = new URLSearchParams({
    form_token: value(form, "form_token"),
    kind: value(form, "kind"),
    words: wordsOf(form).value,
  });
  try {
    const response = await fetch(form.dataset.draft ?? "", { method: "POST", body, keepalive: leaving });
    state(form, (response.ok ? form.dataset.saved : form.dataset.unsaved) ?? "");
  } catch {
    state(form, form.dataset.unsaved ?? "");
  }
}

/** @param {HTMLFormElement} form @param {string} text */
function state(form, text) {
  const line = form.querySelector("#draft-state");
  if (line && line.textContent !== text) line.textContent = text;
}

/** Whoever leaves in mid-sentence finds it again, even if the next page is faster than the draft. */
function saveNow() {
  const form = composer();
  if (!form || saving === undefined) return;
  try {
    const words = { kind: value(form, "kind"), words: wordsOf(form).value };
    sessionStorage.setItem(`draft ${form.dataset.keep}`, JSON.stringify(words));
  } catch {
    // Nothing can be kept here; the server has all but the last words.
  }
  void save(form, true);
}

function findAgain() {
  const form = composer();
  if (!form) return;
  const place = `draft ${form.dataset.keep}`;
  try {
    const kept = sessionStorage.getItem(place);
    sessionStorage.removeItem(place);
    if (kept === null) return;
    const { kind, words } = JSON.parse(kept);
    wordsOf(form).value = words;
    const tab = form.querySelector(`input[name=kind][value=${kind === "note" ? "note" : "reply"}]`);
    if (tab instanceof HTMLInputElement) tab.checked = true;
  } catch {
    // Storage is closed to us.
  }
}
findAgain();
document.addEventListener("desk:moved", findAgain);
window.addEventListener("pagehide", saveNow);
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("a[data-visit]")) saveNow();
}, true);

// Sending --------------------------------------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.id !== "composer") return;
  event.preventDefault();
  clearTimeout(saving);
  saving = undefined;
  const words = wordsOf(form);
  if (!words.value.trim() || form.getAttribute("aria-busy")) return words.focus();
  const key = form.elements.namedItem("key");
  const seen = form.elements.namedItem("seen");
  const shown = document.getElementById("conversation")?.dataset.last;
  if (seen instanceof HTMLInputElement && shown) seen.value = shown;
  const closes = event.submitter instanceof HTMLButtonElement && event.submitter.value === "close";
  const sent = await send(form, event.submitter);
  // What could not be sent stays where it was typed.
  if (!sent) return;
  // A new key: the same words said twice on purpose are two messages.
  if (key instanceof HTMLInputElement) key.value = crypto.randomUUID();
  words.value = "";
  state(form, "");
  const scroll = document.getElementById("scroll");
  if (scroll) scroll.scrollTop = scroll.scrollHeight;
  if (closes) document.querySelector("#closing > summary")?.dispatchEvent(new MouseEvent("click"));
  else if (document.contains(words)) words.focus();
});

document.addEventListener("keydown", (event) => {
  const form = composer();
  if (!form || !(event.target instanceof Node) || !form.contains(event.target)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const then = event.shiftKey ? "close" : "stay";
    const button = form.querySelector(`button[name=then][value=${then}]`);
    form.requestSubmit(button instanceof HTMLElement ? button : null);
  } else if (event.key === "Escape" && suggestions().hidden) {
    wordsOf(form).blur();
    document.getElementById("scroll")?.focus();
  }
});

// Attachments ----------------------------------------------------------------------------------------

document.addEventListener("change", async (event) => {
  const input = event.target;
  const form = composer();
  if (!(input instanceof HTMLInputElement) || input.id !== "attach" || !form) return;
  for (const file of input.files ?? []) {
    const body = new FormData();
    body.append("form_token", value(form, "form_token"));
    body.append("kind", value(form, "kind"));
    body.append("key", crypto.randomUUID());
    body.append("back", value(form, "back"));
    body.append("file", file);
    toast(word("uploading"));
    const found = await load(input.dataset.to ?? "", { method: "POST", body });
    if (found) show(found.page);
    if (found?.page.querySelector("#notice [role=alert]")) break;
  }
  input.value = "";
  await refresh("conversation");
});

// Suggestions: canned replies after a slash, people after an at sign -----------------------------------

/** `fill` is where the text is asked for, when it is not known yet. */
/** @typedef {{ label: string, hint: string, text?: string, fill?: string }} Suggestion */

function suggestions() {
  return /** @type {HTMLElement} */ (document.getElementById("suggestions") ?? document.createElement("ul"));
}

/** The word under the caret that asks for something. @param {HTMLTextAreaElement} words */
function asked(words) {
  const before = words.value.slice(0, words.selectionStart);
  const found = /(?:^|\s)([/@])([^\s/@]{0,30})$/u.exec(before);
  return found ? { sign: found[1], query: found[2] ?? "", from: before.length - (found[2] ?? "").length - 1 } : undefined;
}

/** @type {Suggestion[]} */
let offered = [];
let chosen = 0;
let round = 0;

document.addEventListener("input", async (event) => {
  const words = event.target;
  if (!(words instanceof HTMLTextAreaElement) || words.id !== "words") return;
  const wanted = asked(words);
  const mine = ++round;
  if (!wanted) return hide(words);
  const id = composer()?.dataset.keep ?? "";
  const list = wanted.sign === "/" ? "canned" : "people";
  const address = `/desk/conversations/${id}/${list}?q=${encodeURIComponent(wanted.query)}`;
  try {
    const response = await fetch(address, { headers: { accept: "application/json" } });
    if (mine !== round) return;
    offered = response.ok ? await response.json() : [];
  } catch {
    offered = [];
  }
  chosen = 0;
  render(words);
});

/** @param {HTMLTextAreaElement} words */
function render(words) {
  const list = suggestions();
  list.replaceChildren(
    ...offered.map(({ label, hint }, index) => {
      const line = document.createElement("li");
      line.id = `suggestion-${index}`;
      line.role = "option";
      line.ariaSelected = String(index === chosen);
      line.className = "pop-item";
      const name = document.createElement("strong");
      name.textContent = label;
      const more = document.createElement("span");
      more.className = "muted";
      more.textContent = hint;
      line.append(name, more);
      line.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        chosen = index;
        void take(words);
      });
      return line;
    }),
  );
  list.hidden = offered.length === 0;
  if (list.hidden) words.removeAttribute("aria-activedescendant");
  else words.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
  document.getElementById(`suggestion-${chosen}`)?.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLTextAreaElement} words */
function hide(words) {
  offered = [];
  render(words);
}

/** @param {HTMLTextAreaElement} words */
async function take(words) {
  const [wanted, picked] = [asked(words), offered[chosen]];
  hide(words);
  if (!wanted || !picked) return;
  const end = words.selectionStart;
  const text = picked.text ?? (await filled(picked.fill ?? ""));
  if (text === undefined) return toast(word("offline"));
  words.setRangeText(text, wanted.from, end, "end");
  words.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {string} address @returns {Promise<string | undefined>} */
async function filled(address) {
  const form = composer();
  if (!form) return undefined;
  const body = new URLSearchParams({ form_token: value(form, "form_token") });
  try {
    const response = await fetch(address, { method: "POST", body, headers: { accept: "application/json" } });
    return response.ok ? (await response.json()).text : undefined;
  } catch {
    return undefined;
  }
}

document.addEventListener("keydown", (event) => {
  const words = event.target;
  if (!(words instanceof HTMLTextAreaElement) || words.id !== "words" || suggestions().hidden) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    chosen = (chosen + step + offered.length) % offered.length;
    render(words);
  } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
    event.preventDefault();
    void take(words);
  } else if (event.key === "Escape") {
    event.preventDefault();
    hide(words);
  }
});

/** Buttons that start a suggestion for those who do not know the signs. */
function offerButtons() {
  for (const button of document.querySelectorAll("#composer [data-insert]")) {
    if (!(button instanceof HTMLButtonElement) || !button.hidden) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const form = composer();
      if (!form) return;
      const words = wordsOf(form);
      const before = words.value.slice(0, words.selectionStart);
      const space = before && !/\s$/u.test(before) ? " " : "";
      words.focus();
      words.setRangeText(space + (button.dataset.insert ?? ""), words.selectionStart, words.selectionEnd, "end");
      words.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
offerButtons();
document.addEventListener("desk:shown", offerButtons);

/** What was taken back is typed again, as the server kept it. */
document.addEventListener("desk:done", (event) => {
  const { done, page } = /** @type {CustomEvent} */ (event).detail;
  const [form, kept] = [composer(), page.getElementById("words")];
  if (done !== "undone" || !form || !(kept instanceof HTMLTextAreaElement)) return;
  const words = wordsOf(form);
  words.value = words.value ? `${kept.value}\n${words.value}` : kept.value;
  words.focus();
});
