// @ts-check
/**
 * Everything by keyboard. A control says in the page which key it has (`data-key`), what it is called in the
 * command palette (`data-command`) and where `g` leads (`data-go`); this file knows no control by name.
 * Keys of a single letter can be switched off, for those whose speech or hands would press them by accident.
 */

import { word } from "./desk-page.js";

const OFF = "desk-keys-off";

/** @param {string} id @returns {HTMLDialogElement | undefined} */
function dialog(id) {
  const found = document.getElementById(id);
  return found instanceof HTMLDialogElement ? found : undefined;
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])"));
}

/** @param {Element} control */
function isThere(control) {
  return control instanceof HTMLElement && control.checkVisibility({ visibilityProperty: true }) && !control.matches(":disabled");
}

/** @param {Element} control */
function use(control) {
  if (!(control instanceof HTMLElement)) return;
  control.click();
  const next = control.dataset.focus ? document.getElementById(control.dataset.focus) : null;
  next?.focus();
}

function lettersAreOff() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false;
  }
}

// Single keys ----------------------------------------------------------------------------------------

let going = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return openPalette();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  if (document.querySelector("dialog[open]") || lettersAreOff()) return;
  if (pressed(event.key)) event.preventDefault();
});

/** @param {string} key @returns {boolean} whether it meant something */
function pressed(key) {
  if (Date.now() - going < 1_500) {
    going = 0;
    const place = document.querySelector(`[data-go="${CSS.escape(key.toLowerCase())}"]`);
    if (place) use(place);
    return place !== null;
  }
  if (key === "g") {
    going = Date.now();
    return true;
  }
  if (key === "?") return open("shortcuts");
  if (key === "j" || key === "ArrowDown" && onRow()) return step(1);
  if (key === "k" || key === "ArrowUp" && onRow()) return step(-1);
  if (key === "x") return choose();
  const controls = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  // What stands in a closed menu has a key too, as long as the menu itself can be seen.
  const control = controls.find((one) => isThere(one) || isThere(one.closest("details")?.querySelector("summary") ?? one));
  if (control) use(control);
  return control !== undefined;
}

function onRow() {
  return document.activeElement?.closest(".row-item") !== null && document.activeElement?.closest(".row-item") !== undefined;
}

/** @param {number} by */
function step(by) {
  const rows = [...document.querySelectorAll(".row-item .row-link")];
  if (rows.length === 0) return false;
  const focused = rows.findIndex((row) => row === document.activeElement);
  const current = rows.findIndex((row) => row.parentElement?.hasAttribute("aria-current"));
  const from = focused >= 0 ? focused : current;
  const next = rows[Math.max(0, Math.min(rows.length - 1, from + by))];
  if (!(next instanceof HTMLElement)) return false;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function choose() {
  const row = document.activeElement?.closest(".row-item") ?? document.querySelector(".row-item[aria-current]");
  const tick = row?.querySelector(".tick input");
  if (tick instanceof HTMLElement) tick.click();
  return tick !== null && tick !== undefined;
}

// The sheet ------------------------------------------------------------------------------------------

/** @param {string} id */
function open(id) {
  const found = dialog(id);
  if (!found || found.open) return false;
  found.showModal();
  return true;
}

function setUpSheet() {
  for (const button of document.querySelectorAll("[data-opens]")) {
    if (button instanceof HTMLElement) button.hidden = false;
  }
  const tick = document.getElementById("keys-on");
  if (!(tick instanceof HTMLInputElement)) return;
  tick.checked = !lettersAreOff();
  tick.addEventListener("change", () => {
    try {
      localStorage.setItem(OFF, tick.checked ? "no" : "yes");
    } catch {
      // Nothing can be kept here; it holds for this page.
    }
  });
}
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-opens], [data-closes]") : null;
  if (!(button instanceof HTMLElement)) return;
  if (button.dataset.opens === "palette") openPalette();
  else if (button.dataset.opens) open(button.dataset.opens);
  else button.closest("dialog")?.close();
});

// The palette ----------------------------------------------------------------------------------------

/** @typedef {{ label: string, key: string, run: () => void }} Command */

/** @type {Command[]} */
let commands = [];
/** @type {Command[]} */
let matching = [];
let chosen = 0;

function openPalette() {
  const [palette, input] = [dialog("palette"), document.getElementById("palette-words")];
  if (!palette || palette.open || !(input instanceof HTMLInputElement)) return;
  const seen = new Set();
  commands = [];
  for (const control of document.querySelectorAll("[data-command]")) {
    if (!(control instanceof HTMLElement) || seen.has(control.dataset.command)) continue;
    const label = control.dataset.command ?? "";
    seen.add(label);
    const key = control.dataset.go ? `G ${control.dataset.go.toUpperCase()}` : (control.dataset.key ?? "").toUpperCase();
    commands.push({ label, key, run: () => use(control) });
  }
  input.value = "";
  filter("");
  palette.showModal();
}

/** Letters in order are enough: "cl" finds "Close". @param {string} label @param {string} query */
function rank(label, query) {
  const [text, wanted] = [label.toLocaleLowerCase(), query.toLocaleLowerCase().trim()];
  const at = text.indexOf(wanted);
  if (at >= 0) return at === 0 ? 0 : 1;
  let from = 0;
  for (const letter of wanted) {
    from = text.indexOf(letter, from) + 1;
    if (from === 0) return -1;
  }
  return 2;
}

/** @param {string} query */
function filter(query) {
  const ranked = commands.map((command) => ({ command, rank: rank(command.label, query) })).filter(({ rank }) => rank >= 0);
  matching = ranked.sort((a, b) => a.rank - b.rank).map(({ command }) => command).slice(0, 12);
  if (query.trim()) {
    const label = word("searchFor").replace("%words%", query.trim());
    matching.push({ label, key: "", run: () => location.assign(`/desk/conversations?view=all&q=${encodeURIComponent(query.trim())}`) });
  }
  chosen = 0;
  renderPalette();
}

function renderPalette() {
  const [list, input] = [document.getElementById("palette-list"), document.getElementById("palette-words")];
  list?.replaceChildren(
    ...matching.map(({ label, key }, index) => {
      const line = document.createElement("li");
      line.id = `command-${index}`;
      line.role = "option";
      line.className = "pop-item";
      line.ariaSelected = String(index === chosen);
      line.append(label);
      if (key) {
        const mark = document.createElement("kbd");
        mark.textContent = key;
        line.append(mark);
      }
      line.addEventListener("click", () => run(index));
      return line;
    }),
  );
  input?.setAttribute("aria-activedescendant", `command-${chosen}`);
  document.getElementById(`command-${chosen}`)?.scrollIntoView({ block: "nearest" });
}

/** @param {number} index */
function run(index) {
  dialog("palette")?.close();
  matching[index]?.run();
}

document.getElementById("palette-words")?.addEventListener("input", (event) => {
  if (event.target instanceof HTMLInputElement) filter(event.target.value);
});
document.getElementById("palette-words")?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && matching.length > 0) {
    event.preventDefault();
    chosen = (chosen + step + matching.length) % matching.length;
    renderPalette();
  } else if (event.key === "Enter") {
    event.preventDefault();
    run(chosen);
  }
});

setUpSheet();
document.addEventListener("desk:shown", setUpSheet);
