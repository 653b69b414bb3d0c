// @ts-check
/**
 * Live chat over the page that the server made: `<chat-room>` has the conversation so far and a form, and
 * works without this script. With it, messages come by a socket. What was written is kept in the tab until
 * the server has acknowledged it, so that no lost line, reload or restart loses or repeats a word. The
 * protocol is described in channels/chat/README.md.
 */

/** @typedef {{ href: string, name: string, size: string }} SentFile */
/** @typedef {{ by: "you" | "staff" | "program" | "house", name?: string, at: string, time: string, text: string, file?: SentFile, key?: string }} Shown */
/** @typedef {{ n: number, shown?: Shown }} Entry */
/** @typedef {{ key: string, text: string }} Unsent */
/** @typedef {{ is: "waiting" | "with" | "closed", text: string, rated?: boolean }} Standing */

const SILENCE = 25_000;
const ANSWER = 10_000;
const SHORTEST_WAIT = 400;
const LONGEST_WAIT = 20_000;
/** A line that is back sooner than this was hardly gone. */
const WORTH_SAYING = 1_500;
const TYPING_EVERY = 3_000;
const TYPING_LASTS = 6_000;
const UNSENT = "chat-unsent";
const DRAFT = "chat-draft";
/** Codes after which dialling again the same way is of no use. */
const RELOAD = new Set([4401, 4409, 4410]);

/** A connection that dials again, later and later, never all pages at once. */
class Connection {
  /** @param {string} address @param {{ hello: () => object, frame: (frame: any) => void, state: (up: boolean) => void, over: (code: number) => void }} hooks */
  constructor(address, hooks) {
    this.address = address;
    this.hooks = hooks;
    this.tries = 0;
    this.up = false;
    /** @type {WebSocket | undefined} */
    this.socket = undefined;
    this.timer = 0;
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.hurry());
    addEventListener("pagehide", () => this.socket?.close(1000));
    addEventListener("pageshow", (event) => event.persisted && this.dial());
    this.dial();
  }

  dial() {
    clearTimeout(this.timer);
    const socket = new WebSocket(new URL(this.address, location.href.replace(/^http/, "ws")));
    this.socket = socket;
    socket.addEventListener("open", () => socket.send(JSON.stringify(this.hooks.hello())));
    socket.addEventListener("message", (event) => this.take(socket, event));
    socket.addEventListener("close", (event) => this.lost(socket, event.code));
    this.watch(socket, ANSWER);
  }

  /** @param {WebSocket} socket @param {MessageEvent} event */
  take(socket, event) {
    if (socket !== this.socket) return;
    this.watch(socket, SILENCE);
    const frame = JSON.parse(event.data);
    if (frame.t === "welcome") {
      this.tries = 0;
      this.up = true;
      this.hooks.state(true);
    }
    this.hooks.frame(frame);
  }

  /** Asks for a sign of life after a silence, and hangs up when none comes. @param {WebSocket} socket @param {number} after */
  watch(socket, after) {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (socket !== this.socket) return;
      if (!this.up || after === ANSWER) return this.lost(socket, 1006);
      this.send({ t: "ping" });
      this.watch(socket, ANSWER);
    }, after);
  }

  /** @param {WebSocket} socket @param {number} code */
  lost(socket, code) {
    if (socket !== this.socket) return;
    clearTimeout(this.timer);
    this.socket = undefined;
    socket.close();
    if (this.up) this.hooks.state(false);
    this.up = false;
    if (RELOAD.has(code)) return this.hooks.over(code);
    // Between half of it and all of it, so that a restarted server is not stormed.
    const wait = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** this.tries) * (0.5 + Math.random() / 2);
    this.tries += 1;
    if (this.tries === 3) this.hooks.state(false);
    this.timer = window.setTimeout(() => this.dial(), code === 4429 ? LONGEST_WAIT : wait);
  }

  hurry() {
    if (this.socket) return;
    this.tries = 0;
    this.dial();
  }

  /** @param {object} frame @returns {boolean} */
  send(frame) {
    if (!this.up || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }
}

/** What was written and not acknowledged, kept over reloads of this tab until another chat begins in it. */
class Outbox {
  constructor() {
    this.place = UNSENT;
    /** @type {Unsent[]} */
    this.unsent = [];
    try {
      this.unsent = JSON.parse(sessionStorage.getItem(this.place) ?? "[]");
    } catch {
      // Storage is closed to us: then a reload is the one thing that loses a word on its way.
    }
  }

  /** @param {string} text @returns {Unsent} */
  add(text) {
    const message = { key: newKey(), text };
    this.unsent.push(message);
    this.keep();
    return message;
  }

  /** @param {string} key @returns {Unsent | undefined} */
  remove(key) {
    const found = this.unsent.find((message) => message.key === key);
    this.unsent = this.unsent.filter((message) => message !== found);
    this.keep();
    return found;
  }

  keep() {
    try {
      sessionStorage.setItem(this.place, JSON.stringify(this.unsent));
    } catch {
      // As above.
    }
  }
}

/** @returns {string} */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @template {HTMLElement} T @param {ParentNode} root @param {string} what @param {new () => T} type @returns {T} */
function need(root, what, type) {
  const found = root.querySelector(what);
  if (!(found instanceof type)) throw new Error(`the page has no ${what}`);
  return found;
}

/** Words with addresses as links. @param {string} text @returns {(Node | string)[]} */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/).map((part, index) => {
    if (index % 2 === 0) return part;
    const link = document.createElement("a");
    Object.assign(link, { href: part, textContent: part, target: "_blank", rel: "noopener noreferrer nofollow" });
    return link;
  });
}

/** The conversation as it is seen. */
class Log {
  /** @param {ChatRoom} room */
  constructor(room) {
    this.room = room;
    this.box = need(room, "[data-log]", HTMLElement);
    this.list = need(room, "[data-lines]", HTMLOListElement);
    this.jump = need(room, "[data-jump]", HTMLButtonElement);
    this.note = need(room, "[data-typing-note]", HTMLElement);
    this.hush = 0;
    this.jump.addEventListener("click", () => this.toEnd());
    this.box.addEventListener("scroll", () => this.isAtEnd() && (this.jump.hidden = true), { passive: true });
    this.toEnd();
  }

  isAtEnd() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 60;
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight;
    this.jump.hidden = true;
  }

  /** @param {string} part @param {string} value @returns {HTMLElement | null} */
  find(part, value) {
    return this.list.querySelector(`[data-${part}="${CSS.escape(value)}"]`);
  }

  /** @param {string} name @returns {HTMLElement} */
  stamp(name) {
    const fragment = need(this.room, `template[data-${name}]`, HTMLTemplateElement).content.cloneNode(true);
    const made = fragment.firstChild;
    if (!(made instanceof HTMLElement)) throw new Error(`the template ${name} is empty`);
    return made;
  }

  /** Puts an entry in its place, or brings the one there up to date. @param {Entry} entry */
  put({ n, shown }) {
    if (!shown) return;
    const wasAtEnd = this.isAtEnd();
    const known = this.find("n", `${n}`) ?? (shown.key ? this.find("key", shown.key) : null);
    const line = known ?? this.stamp("line");
    this.fill(line, shown);
    line.dataset.n = `${n}`;
    delete line.dataset.unsent;
    line.querySelector(".said-failed")?.remove();
    if (!known) this.list.insertBefore(line, this.list.querySelector("[data-unsent]"));
    if (shown.by !== "you" && !wasAtEnd) this.jump.hidden = known !== null;
    else this.toEnd();
    if (shown.by === "staff") this.typing(false);
  }

  /** @param {HTMLElement} line @param {Shown} shown */
  fill(line, shown) {
    line.className = `said ${shown.by}`;
    const who = need(line, ".said-who", HTMLElement);
    who.textContent = shown.by === "you" ? this.room.dataset.you ?? "" : shown.name ?? "";
    who.classList.toggle("hidden-text", shown.by === "you");
    need(line, ".said-text", HTMLElement).replaceChildren(...linked(shown.text));
    const time = need(line, "time", HTMLTimeElement);
    Object.assign(time, { dateTime: shown.at, textContent: shown.time });
    line.querySelector(".said-file")?.remove();
    if (!shown.file) return;
    const link = this.stamp("file");
    link.setAttribute("href", shown.file.href);
    link.querySelectorAll("span").forEach((span, index) => (span.textContent = index ? shown.file?.size ?? "" : shown.file?.name ?? ""));
    need(line, ".said-body", HTMLElement).append(link);
  }

  /** Something written that is not sent yet. @param {Unsent} message */
  pend({ key, text }) {
    const line = this.find("key", key) ?? this.stamp("line");
    this.fill(line, { by: "you", at: "", time: "", text });
    Object.assign(line.dataset, { key, unsent: "" });
    line.querySelector(".said-failed")?.remove();
    if (!line.parentElement) this.list.append(line);
    this.toEnd();
  }

  /** @param {string} key @param {string} mark */
  mark(key, mark) {
    const line = this.find("key", key);
    if (line) need(line, ".said-mark", HTMLElement).textContent = mark;
  }

  /** Our own newest words that are stored, or seen, say so; older ones need not. @param {number} seen */
  marks(seen) {
    const own = [...this.list.querySelectorAll(".said.you[data-n]")].filter((line) => line instanceof HTMLElement);
    const last = own.at(-1);
    for (const line of own) {
      const isSeen = Number(line.dataset.n) <= seen;
      const mark = isSeen ? this.room.dataset.seenMark : this.room.dataset.sent;
      need(line, ".said-mark", HTMLElement).textContent = line === last ? mark ?? "" : "";
    }
  }

  /** @param {boolean} on */
  typing(on) {
    clearTimeout(this.hush);
    const wasAtEnd = this.isAtEnd();
    this.note.hidden = !on;
    if (on) this.hush = window.setTimeout(() => this.typing(false), TYPING_LASTS);
    if (on && wasAtEnd) this.toEnd();
  }
}

class ChatRoom extends HTMLElement {
  connectedCallback() {
    this.classList.add("lively");
    for (const plain of this.querySelectorAll("[data-plain]")) if (plain instanceof HTMLElement) plain.hidden = true;
    for (const lively of this.querySelectorAll("[data-lively]")) if (lively instanceof HTMLElement) lively.hidden = false;
    this.last = Number(this.dataset.last);
    this.seen = Number(this.dataset.seen);
    this.read = 0;
    this.unread = 0;
    this.title = "";
    this.pageTitle = document.title;
    this.log = new Log(this);
    this.outbox = new Outbox();
    for (const message of this.outbox.unsent) this.log.pend(message);
    this.compose();
    this.attach();
    this.menu();
    this.connection = new Connection(this.dataset.socket ?? "", {
      hello: () => ({ t: "hello", last: this.last }),
      frame: (frame) => this.take(frame),
      state: (up) => this.tell(up),
      over: () => location.reload(),
    });
    addEventListener("focus", () => this.noteRead());
    document.addEventListener("visibilitychange", () => this.noteRead());
    this.addEventListener("focusin", () => this.noteRead());
  }

  /** @param {any} frame */
  take(frame) {
    switch (frame.t) {
      case "welcome":
        this.seen = frame.seen;
        this.standing(frame.state);
        for (const message of this.outbox.unsent) this.say(message);
        break;
      case "entry":
        this.last = frame.n;
        if (frame.shown?.key) this.outbox.remove(frame.shown.key);
        this.log.put(frame);
        if (frame.shown && frame.shown.by !== "you") this.heard();
        break;
      case "changed":
        this.log.put(frame);
        break;
      case "ack":
        this.outbox.remove(frame.key);
        break;
      case "typing":
        this.log.typing(true);
        break;
      case "read":
        this.seen = frame.n;
        break;
      case "state":
        this.standing(frame.state);
        break;
      case "refused":
        this.refused(frame);
        break;
    }
    this.log.marks(this.seen);
  }

  /** @param {{ code: string, text: string, remedy: string, key?: string, wait?: number }} refused */
  refused({ text, remedy, key, wait }) {
    const message = this.outbox.unsent.find((unsent) => unsent.key === key);
    if (!key || !message) return;
    if (wait !== undefined) {
      setTimeout(() => this.say(message), wait);
      return;
    }
    this.log.mark(key, this.dataset.notSent ?? "");
    const note = this.log.stamp("failed");
    need(note, "[data-reason]", HTMLElement).textContent = `${text} ${remedy}`;
    need(note, "[data-again]", HTMLButtonElement).addEventListener("click", () => {
      note.remove();
      this.say(message);
    });
    need(note, "[data-drop]", HTMLButtonElement).addEventListener("click", () => {
      this.outbox.remove(key);
      this.log.find("key", key)?.remove();
      this.text.value ||= message.text;
      this.text.focus();
    });
    this.log.find("key", key)?.append(note);
  }

  /** @param {Standing} standing */
  standing(standing) {
    const state = need(this, "[data-state]", HTMLElement);
    if (state.textContent !== standing.text) state.textContent = standing.text;
    this.dataset.is = standing.is;
    const closed = standing.is === "closed";
    const hadFocus = this.text === document.activeElement;
    need(this, "[data-open]", HTMLElement).hidden = closed;
    const after = need(this, "[data-closed]", HTMLElement);
    after.hidden = !closed;
    const end = this.querySelector("[data-end]");
    if (end instanceof HTMLElement) end.hidden = closed;
    // Whoever was typing must not be left nowhere.
    if (closed && hadFocus) after.querySelector("input, a")?.focus();
  }

  get text() {
    return need(this, "[data-compose] textarea", HTMLTextAreaElement);
  }

  compose() {
    const form = need(this, "[data-compose]", HTMLFormElement);
    const { text } = this;
    let told = 0;
    const grow = () => {
      text.style.blockSize = "auto";
      text.style.blockSize = `${Math.min(text.scrollHeight + 2, 160)}px`;
    };
    try {
      text.value ||= sessionStorage.getItem(DRAFT) ?? "";
    } catch {
      // Then a reload forgets what was half typed.
    }
    grow();
    text.addEventListener("input", () => {
      grow();
      try {
        sessionStorage.setItem(DRAFT, text.value);
      } catch {
        // As above.
      }
      if (text.value.trim() && performance.now() - told > TYPING_EVERY && this.connection?.send({ t: "typing" })) {
        told = performance.now();
      }
    });
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const words = text.value.trim();
      if (!words) return;
      const message = this.outbox?.add(words);
      text.value = "";
      text.dispatchEvent(new Event("input"));
      told = 0;
      if (message) this.say(message);
      text.focus();
    });
  }

  /** @param {Unsent} message */
  say(message) {
    this.log?.pend(message);
    const sent = this.connection?.send({ t: "say", ...message });
    this.log?.mark(message.key, (sent ? this.dataset.sending : this.dataset.waiting) ?? "");
  }

  attach() {
    const form = need(this, "[data-attach]", HTMLFormElement);
    const input = need(form, "input[type=file]", HTMLInputElement);
    const progress = need(this, "[data-progress]", HTMLElement);
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (!file) return;
      if (file.size > Number(this.dataset.largest)) {
        progress.textContent = this.dataset.tooLarge ?? "";
        input.value = "";
        return;
      }
      const request = new XMLHttpRequest();
      const say = (/** @type {number} */ percent) => {
        progress.textContent = `${this.dataset.uploading} ${file.name}: ${percent} %`;
      };
      let said = 0;
      say(0);
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        const percent = Math.floor((100 * loaded) / Math.max(total, 1));
        // A screen reader need not hear every step.
        if (percent - said >= 20) say((said = percent));
      });
      request.addEventListener("load", () => {
        const answer = request.response ?? {};
        const refused = [answer.detail, answer.remedy].filter(Boolean).join(" ");
        progress.textContent = request.status < 300 ? this.dataset.uploaded ?? "" : refused || (this.dataset.notSent ?? "");
        if (request.status < 300) setTimeout(() => (progress.textContent = ""), 6_000);
      });
      request.addEventListener("error", () => (progress.textContent = this.dataset.notSent ?? ""));
      request.open("POST", this.dataset.upload ?? "");
      request.responseType = "json";
      request.setRequestHeader("accept", "application/json");
      request.send(new FormData(form));
      input.value = "";
    });
  }

  /** The menu closes like one: by Escape, or by doing something else. */
  menu() {
    const menu = need(this, ".chat-menu", HTMLDetailsElement);
    addEventListener("click", (event) => {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
  }

  /** @param {boolean} up */
  tell(up) {
    const banner = need(this, "[data-banner]", HTMLElement);
    const words = need(this, "[data-banner-text]", HTMLElement);
    clearTimeout(this.telling);
    if (up) {
      if (!banner.hidden) words.textContent = this.dataset.online ?? "";
      this.telling = window.setTimeout(() => (banner.hidden = true), 2_000);
    } else {
      this.telling = window.setTimeout(() => {
        words.textContent = this.dataset.offline ?? "";
        banner.hidden = false;
      }, WORTH_SAYING);
    }
  }

  /** Our side said something. */
  heard() {
    if (document.visibilityState !== "visible" || !document.hasFocus()) {
      this.unread += 1;
      document.title = `(${this.unread}) ${this.pageTitle}`;
      tellHost({ unread: this.unread });
    }
    this.noteRead();
  }

  noteRead() {
    if (document.visibilityState !== "visible" || !document.hasFocus()) return;
    if (this.unread) tellHost({ unread: 0 });
    this.unread = 0;
    document.title = this.pageTitle ?? "";
    if (this.last && this.read !== this.last && this.connection?.send({ t: "read", n: this.last })) this.read = this.last;
  }
}

/* Inside another site's page. */

/** @type {{ window: Window, origin: string } | undefined} */
let host;

/** @param {object} news */
function tellHost(news) {
  host?.window.postMessage({ switchboard: news }, host.origin);
}

/** A host's word on who its customer is goes to our server, which alone can judge it. @param {string} token */
async function identify(token) {
  const place = document.querySelector("[data-identity]");
  if (!(place instanceof HTMLElement)) return;
  const body = new URLSearchParams({ token, proof: place.dataset.proof ?? "" });
  const response = await fetch(place.dataset.identity ?? "", { method: "POST", body, headers: { accept: "application/json" } });
  // Only a page on which something is different now is loaded again.
  if (response.status === 201) location.reload();
}

if (window.parent !== window) {
  addEventListener("message", (event) => {
    // Who may frame us is limited by our own policy; nobody else is our parent.
    if (event.source !== window.parent || typeof event.data?.switchboard !== "object") return;
    const said = event.data.switchboard;
    host ??= { window: window.parent, origin: event.origin };
    if (typeof said.token === "string") void identify(said.token);
    if (said.opened) document.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  });
  window.parent.postMessage({ switchboard: { ready: true } }, "*");
  const close = document.querySelector("[data-chat-close]");
  if (close instanceof HTMLElement) {
    close.hidden = false;
    close.addEventListener("click", () => tellHost({ close: true }));
  }
  addEventListener("keydown", (event) => event.key === "Escape" && tellHost({ close: true }));
}

if (document.querySelector("chat-start")) {
  try {
    sessionStorage.removeItem(UNSENT);
    sessionStorage.removeItem(DRAFT);
  } catch {
    // Then there is nothing to remove.
  }
}
customElements.define("chat-room", ChatRoom);
