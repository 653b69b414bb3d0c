// @ts-check
/**
 * Offers, and being told of what is new: on the page for everybody; by sound and by the system's own
 * notifications for those who switched them on. The tone is made here, so that there is nothing to load.
 */

import { refresh, send, word } from "./desk-page.js";
import { on } from "./desk-live.js";

/** @param {"sound" | "popups"} what */
function wants(what) {
  try {
    return localStorage.getItem(`desk-${what}`) === "yes";
  } catch {
    return false;
  }
}

/** @type {AudioContext | undefined} */
let audio;

/** Two soft notes, rising for an offer and falling for a message. @param {boolean} rising */
function tone(rising) {
  if (!wants("sound")) return;
  audio ??= new AudioContext();
  const start = audio.currentTime;
  const notes = rising ? [587, 880] : [659, 523];
  notes.forEach((pitch, index) => {
    if (!audio) return;
    const [note, volume] = [audio.createOscillator(), audio.createGain()];
    const from = start + index * 0.14;
    note.frequency.value = pitch;
    note.type = "sine";
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(0.12, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 0.35);
    note.connect(volume).connect(audio.destination);
    note.start(from);
    note.stop(from + 0.4);
  });
}

/** Names nobody: a notification may be seen by others. @param {string} title @param {string} tag */
function popUp(title, tag) {
  if (!wants("popups") || !("Notification" in window) || Notification.permission !== "granted") return;
  if (document.visibilityState === "visible" && document.hasFocus()) return;
  const shown = new Notification(title, { tag, icon: "/favicon.ico" });
  shown.addEventListener("click", () => window.focus());
}

on("offer", async () => {
  await refresh("shell");
  tone(true);
  popUp(word("newOffer"), "offer");
});
on("offer_ended", () => void refresh("shell"));
on("presence", () => void refresh("shell"));
on("again", () => void refresh("shell"));
on("mentioned", () => {
  tone(false);
  popUp(word("mentioned"), "mention");
});
on("message", () => {
  if (document.visibilityState === "visible" && document.hasFocus()) return;
  tone(false);
  popUp(word("newMessage"), "message");
});

/** Time runs on offers. An answer that comes too late is told so by the server. */
function count() {
  for (const bar of document.querySelectorAll("progress[data-until]")) {
    if (!(bar instanceof HTMLProgressElement)) continue;
    const left = Math.max(0, (Number(bar.dataset.until) - Date.now()) / 1000);
    bar.value = left;
    const text = bar.parentElement?.querySelector("[data-left]");
    if (text instanceof HTMLElement) text.textContent = (text.dataset.left ?? "").replace("%left%", String(Math.ceil(left)));
    if (left === 0) bar.closest(".offer")?.remove();
  }
}
setInterval(count, 250);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-shell")) return;
  // An accepted offer leads to its conversation, wherever one is.
  if (form.hasAttribute("data-leads") && !document.getElementById("list")) return;
  event.preventDefault();
  void send(form, event.submitter).then(() => document.dispatchEvent(new CustomEvent("desk:moved")));
});

for (const what of /** @type {const} */ (["sound", "popups"])) {
  document.addEventListener("change", async (event) => {
    const tick = event.target;
    if (!(tick instanceof HTMLInputElement) || tick.id !== `wants-${what}`) return;
    if (what === "popups" && tick.checked && (await Notification.requestPermission()) !== "granted") tick.checked = false;
    try {
      localStorage.setItem(`desk-${what}`, tick.checked ? "yes" : "no");
    } catch {
      tick.checked = false;
    }
    if (what === "sound") tone(true);
  });
}

function showWants() {
  for (const hidden of document.querySelectorAll("[data-scripted]")) if (hidden instanceof HTMLElement) hidden.hidden = false;
  for (const what of /** @type {const} */ (["sound", "popups"])) {
    const tick = document.getElementById(`wants-${what}`);
    if (tick instanceof HTMLInputElement) tick.checked = wants(what);
  }
}
showWants();
document.addEventListener("desk:shown", showWants);
