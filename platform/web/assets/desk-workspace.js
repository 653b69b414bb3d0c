// @ts-check
/** The workspace: moving between conversations, keeping lists and timeline up to date, what is read. */

import { load, patch, refresh, send, visit } from "./desk-page.js";
import { on, say } from "./desk-live.js";

/** @template {HTMLElement} T @param {string} id @param {new () => T} kind @returns {T | undefined} */
function part(id, kind) {
  const found = document.getElementById(id);
  return found instanceof kind ? found : undefined;
}

const talk = () => part("conversation", HTMLElement);
const current = () => talk()?.dataset.conversation;

// Going places ---------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-visit]") : null;
  if (!(link instanceof HTMLAnchorElement) || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const views = part("views", HTMLElement);
  if (views?.matches(":popover-open")) views.hidePopover();
  void visit(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  if (form.hasAttribute("data-quiet")) {
    event.preventDefault();
    void send(form, event.submitter);
  } else if (form.hasAttribute("data-visit")) {
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value) query.append(name, value);
    }
    form.closest("details")?.removeAttribute("open");
    void visit(`${form.action}?${query}`);
  }
});

window.addEventListener("popstate", () => void visit(location.href, { push: false }));

// Menus close when somebody goes on elsewhere.
document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute("open");
  }
});
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.classList.contains("drop") || !menu.open) return;
    const first = menu.querySelector(".pop :is(select, input:not([type=hidden]), textarea, button)");
    if (first instanceof HTMLElement) first.focus();
  },
  true,
);
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.drop[open]");
  if (event.key !== "Escape" || !menu || event.defaultPrevented) return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
  event.preventDefault();
});

// Staying up to date ---------------------------------------------------------------------------------

/** Runs at most once in `pause` ms, and once more at the end. @param {() => Promise<void>} what @param {number} pause */
function calmly(what, pause) {
  let waiting = false;
  let again = false;
  return async function run() {
    if (waiting) {
      again = true;
      return;
    }
    waiting = true;
    await what();
    setTimeout(() => {
      waiting = false;
      if (again) {
        again = false;
        void run();
      }
    }, pause);
  };
}

const refreshList = calmly(() => refresh("list"), 400);
const refreshTalk = calmly(async () => {
  const stays = atEnd();
  await refresh("conversation");
  if (stays) toEnd();
  read();
}, 120);

on("conversation", ({ id }) => {
  if (id === current()) void refreshTalk();
});
on("lists", () => void refreshList());
on("again", () => {
  void refreshList();
  if (current()) void refreshTalk();
});

// The timeline ---------------------------------------------------------------------------------------

function atEnd() {
  const scroll = part("scroll", HTMLElement);
  return scroll ? scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120 : false;
}

function toEnd() {
  const scroll = part("scroll", HTMLElement);
  if (scroll) scroll.scrollTop = scroll.scrollHeight;
}

document.addEventListener("click", async (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-earlier]") : null;
  const [scroll, timeline] = [part("scroll", HTMLElement), part("timeline", HTMLElement)];
  if (!(link instanceof HTMLAnchorElement) || !scroll || !timeline) return;
  event.preventDefault();
  const found = await load(link.href);
  const older = found?.page.getElementById("timeline");
  if (!found || !older) return;
  const height = scroll.scrollHeight;
  const known = new Set([...timeline.children].map((child) => child.id));
  timeline.prepend(...[...older.children].filter((child) => !known.has(child.id) && !child.hasAttribute("data-fleeting")));
  const [now, next] = [document.getElementById("earlier"), found.page.getElementById("earlier")];
  if (now && next) patch(now, next);
  else now?.remove();
  scroll.scrollTop += scroll.scrollHeight - height;
});

/** @type {string | undefined} */
let readUpTo;

/** What is on the screen of somebody who is there counts as read. */
function read() {
  const [pane, form] = [talk(), part("composer", HTMLFormElement)];
  if (!pane || !form || document.visibilityState !== "visible" || !document.hasFocus()) return;
  const mark = `${pane.dataset.conversation} ${pane.dataset.last}`;
  if (mark === readUpTo) return;
  readUpTo = mark;
  const token = form.elements.namedItem("form_token");
  const body = new URLSearchParams({ upto: pane.dataset.last ?? "0" });
  if (token instanceof HTMLInputElement) body.set("form_token", token.value);
  void fetch(`/desk/conversations/${pane.dataset.conversation}/read`, { method: "POST", body }).then(refreshList);
}
document.addEventListener("visibilitychange", read);
window.addEventListener("focus", read);

// Who else is here -----------------------------------------------------------------------------------

/** @type {Map<string, { name: string, writing: boolean, until: number }>} */
const others = new Map();
let typingUntil = 0;

on("looking", ({ conversation, staff, name, writing, gone }) => {
  if (conversation !== current()) return;
  if (gone) others.delete(String(staff));
  else others.set(String(staff), { name: String(name), writing: writing === true, until: Date.now() + 40_000 });
  showOthers();
});
on("typing", ({ conversation }) => {
  if (conversation !== current()) return;
  typingUntil = Date.now() + 6_000;
  showOthers();
  setTimeout(showOthers, 6_100);
});
setInterval(showOthers, 10_000);

function showOthers() {
  const [box, typing] = [part("lookers", HTMLElement), part("typing", HTMLElement)];
  for (const [staff, { until }] of others) if (until < Date.now()) others.delete(staff);
  const lines = [...others.values()].map(({ name, writing }) => {
    const chip = document.createElement("span");
    chip.className = writing ? "chip writing" : "chip";
    chip.textContent = ((writing ? box?.dataset.writing : box?.dataset.looking) ?? "").replace("%name%", name);
    return chip;
  });
  if (box && box.textContent !== lines.map((line) => line.textContent).join("")) box.replaceChildren(...lines);
  const text = typingUntil > Date.now() ? (typing?.dataset.text ?? "") : "";
  if (typing && typing.textContent !== text) {
    typing.textContent = text;
    if (text) typing.prepend(dots());
    if (text && atEnd()) toEnd();
  }
}

function dots() {
  const box = document.createElement("span");
  box.className = "dots";
  box.ariaHidden = "true";
  box.append(...[1, 2, 3].map(() => document.createElement("i")));
  return box;
}

function look() {
  others.clear();
  typingUntil = 0;
  showOthers();
  say({ t: "look", conversation: current() ?? null });
}
// Said again and again, for others forget it.
setInterval(() => current() && document.visibilityState === "visible" && say({ t: "look", conversation: current() }), 20_000);

// Several at once ------------------------------------------------------------------------------------

function showChosen() {
  const [list, count] = [part("list", HTMLElement), part("bulk-count", HTMLElement)];
  const chosen = document.querySelectorAll("#rows .tick input:checked").length;
  list?.classList.toggle("choosing", chosen > 0);
  if (count) count.textContent = (count.dataset.text ?? "").replace("%count%", String(chosen));
}
document.addEventListener("change", (event) => {
  if (event.target instanceof Element && event.target.closest("#rows .tick")) showChosen();
});

document.addEventListener("desk:shown", showChosen);
document.addEventListener("desk:moved", () => {
  toEnd();
  look();
  read();
  part("conversation-title", HTMLElement)?.focus({ preventScroll: true });
});

toEnd();
look();
read();
showChosen();
