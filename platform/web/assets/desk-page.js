// @ts-check
/**
 * Pages without reloading: a page is fetched like any other and what differs is put in place, so that
 * whatever somebody has under their hands (typed words, an open menu, the scroll position) stays.
 *
 * `data-keep`   is never touched, unless its value (whose it is) changes
 * `data-of`     is put in place whole when it is about something else
 * `data-keyed`  has children that are told apart by their id
 * `data-grow`   a keyed list that only ever gets longer; `data-fleeting` children may go again
 */

/** The parts of a page that are brought up to date, by id. */
const PARTS = ["views", "list", "conversation", "customer", "notice", "me", "offers", "board"];
/** Attributes that belong to the person in front of the page. */
const THEIRS = new Set(["open", "data-open", "tabindex"]);

/** @param {Element} now @param {Element} next */
export function patch(now, next) {
  if (now.isEqualNode(next)) return;
  const kept = now.getAttribute("data-keep");
  if (kept !== null && kept === next.getAttribute("data-keep")) return;
  const isAnother = now.getAttribute("data-of") !== next.getAttribute("data-of");
  if (now.tagName !== next.tagName || now.id !== next.id || kept !== null || isAnother) {
    now.replaceWith(next);
    return;
  }
  copyAttributes(now, next);
  if (now.hasAttribute("data-keyed")) patchKeyed(now, next);
  else patchChildren(now, next);
}

/** @param {Element} now @param {Element} next */
function copyAttributes(now, next) {
  for (const { name } of [...now.attributes]) {
    if (!next.hasAttribute(name) && !THEIRS.has(name)) now.removeAttribute(name);
  }
  for (const { name, value } of [...next.attributes]) {
    if (!THEIRS.has(name) && now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
}

/** @param {Element} now @param {Element} next */
function patchChildren(now, next) {
  const [here, there] = [[...now.childNodes], [...next.childNodes]];
  there.forEach((node, index) => {
    const old = here[index];
    if (!old) now.append(node);
    else if (old instanceof Element && node instanceof Element) patch(old, node);
    else if (!old.isEqualNode(node)) old.replaceWith(node);
  });
  for (const node of here.slice(there.length)) node.remove();
}

/** @param {Element} now @param {Element} next */
function patchKeyed(now, next) {
  const grows = now.hasAttribute("data-grow");
  const wanted = [...next.children];
  const ids = new Set(wanted.map((child) => child.id));
  for (const child of [...now.children]) {
    if (!ids.has(child.id) && (!grows || child.hasAttribute("data-fleeting"))) child.remove();
  }
  // A list that grows may hold older entries in front of those that were sent.
  let place = grows ? firstOf(now, ids) : now.firstElementChild;
  for (const child of wanted) {
    const old = [...now.children].find((one) => one.id === child.id);
    if (!old) now.insertBefore(child, place);
    else {
      if (old !== place) now.insertBefore(old, place);
      place = old.nextElementSibling;
      patch(old, child);
    }
  }
}

/** @param {Element} list @param {Set<string>} ids */
function firstOf(list, ids) {
  return [...list.children].find((child) => ids.has(child.id)) ?? null;
}

/** Brings the page to what `fresh` shows. @param {Document} fresh */
export function show(fresh) {
  for (const id of PARTS) {
    const [now, next] = [document.getElementById(id), fresh.getElementById(id)];
    if (now && next) patch(now, next);
  }
  if (fresh.body.dataset.pane) document.body.dataset.pane = fresh.body.dataset.pane;
  document.dispatchEvent(new CustomEvent("desk:shown"));
}

/**
 * Fetches a page. A refusal is a page too, with its notice.
 * @param {string} url @param {RequestInit} [how] @returns {Promise<{ page: Document, url: string } | undefined>}
 */
export async function load(url, how) {
  let response;
  try {
    response = await fetch(url, { ...how, headers: { accept: "text/html", ...how?.headers } });
  } catch {
    toast(word("offline"));
    return undefined;
  }
  const path = new URL(response.url).pathname;
  if (path.startsWith("/desk/sign-in")) {
    location.assign(response.url);
    return undefined;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!page.body.classList.contains("desk")) {
    toast(page.querySelector("h1")?.textContent ?? word("offline"));
    return undefined;
  }
  return { page, url: response.url };
}

let latest = 0;

/** Goes to another page of the workspace. @param {string} url @param {{ push?: boolean }} [how] */
export async function visit(url, { push = true } = {}) {
  const mine = ++latest;
  const found = await load(url);
  // Whoever moves on quickly gets the last place they asked for.
  if (!found || mine !== latest) return;
  if (!found.page.getElementById("list")) return location.assign(url);
  if (push) history.pushState(null, "", found.url);
  document.title = found.page.title;
  show(found.page);
  document.dispatchEvent(new CustomEvent("desk:moved"));
}

/** Sends a form and shows what came of it. @param {HTMLFormElement} form @param {HTMLElement | null} [button] */
export async function send(form, button) {
  const fields = new URLSearchParams();
  const data = new FormData(form, button instanceof HTMLButtonElement ? button : undefined);
  for (const [name, value] of data) if (typeof value === "string") fields.append(name, value);
  form.setAttribute("aria-busy", "true");
  const found = await load(form.action, { method: "POST", body: fields });
  form.removeAttribute("aria-busy");
  if (!found) return false;
  for (const menu of document.querySelectorAll("details.drop[open]")) menu.removeAttribute("open");
  const refused = found.page.querySelector("#notice [role=alert]") !== null;
  const place = new URL(found.url);
  place.searchParams.delete("done");
  place.searchParams.delete("then");
  if (!refused && place.href !== location.href) {
    history.pushState(null, "", place);
    document.title = found.page.title;
  }
  const done = new URL(found.url).searchParams.get("done");
  show(found.page);
  announceNotice();
  document.dispatchEvent(new CustomEvent("desk:done", { detail: { done, page: found.page } }));
  return !refused;
}

/** A deed that was done is said in passing; a refusal stays until it is dealt with. */
function announceNotice() {
  const done = document.querySelector("#notice [role=status]");
  if (!done) return;
  toast(done.textContent?.trim() ?? "");
  done.remove();
}

/** Fetches part of this page again. @param {string} part */
export async function refresh(part) {
  const url = new URL(location.href);
  url.searchParams.delete("done");
  url.searchParams.set("part", part);
  const found = await load(url.href);
  if (found) show(found.page);
}

/** @param {string} key @returns {string} a word of the page */
export function word(key) {
  return document.getElementById("desk-words")?.dataset[key] ?? "";
}

/** Says something in passing. @param {string} text */
export function toast(text) {
  const box = document.getElementById("toasts");
  if (!box || !text) return;
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = text;
  box.replaceChildren(line);
  setTimeout(() => line.remove(), 5000);
}
