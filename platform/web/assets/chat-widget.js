// @ts-check
/**
 * Puts a chat button on a page of another site: `<script src="https://…/chat/widget.js" async></script>`.
 *
 * On the tag, `data-language` chooses the language, `data-token` hands over the site's signed word on who
 * its customer is, and `data-side="start"` puts the button on the other side. From scripts of the site:
 * `document.querySelector("switchboard-chat")` has `open()`, `close()` and `identify(token)`.
 */
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement) || customElements.get("switchboard-chat")) return;
  const home = new URL(script.src).origin;
  /** @type {Record<string, { open: string, close: string, unread: string, title: string }>} */
  const all = JSON.parse('"WORDS"');
  const asked = script.dataset.language || document.documentElement.lang || navigator.language || "en";
  const language = Object.keys(all).find((known) => asked.toLowerCase().startsWith(known)) ?? Object.keys(all)[0] ?? "en";
  const words = all[language];

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; z-index: 2147483000; color-scheme: light dark;
      font: 600 1rem/1.25 system-ui, sans-serif; }
    :host([data-side="start"]) { inset-inline: 1rem auto; }
    button { display: flex; align-items: center; gap: .5rem; min-block-size: 3.25rem; padding: .5rem 1.25rem; border: 2px solid transparent;
      border-radius: 2rem; background: light-dark(oklch(.44 .15 268), oklch(.8 .09 268)); color: light-dark(#fff, oklch(.2 .04 268));
      font: inherit; cursor: pointer; box-shadow: 0 2px 12px oklch(0 0 0 / .28); }
    button:hover { background: light-dark(oklch(.37 .14 268), oklch(.87 .063 268)); }
    button:focus-visible { outline: 3px solid light-dark(oklch(.5 .19 268), oklch(.84 .079 268)); outline-offset: 3px; }
    svg { inline-size: 1.5rem; block-size: 1.5rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .count { min-inline-size: 1.5rem; padding: .125rem .375rem; border-radius: 1rem; background: light-dark(#fff, oklch(.2 .04 268));
      color: light-dark(oklch(.44 .15 268), oklch(.8 .09 268)); font-size: .875rem; text-align: center; }
    iframe { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; inline-size: min(24rem, calc(100vw - 2rem));
      block-size: min(42rem, calc(100dvh - 2rem)); border: 1px solid light-dark(oklch(.8 .01 265), oklch(.4 .016 265)); border-radius: .75rem;
      background: light-dark(oklch(.982 .004 265), oklch(.185 .014 265)); box-shadow: 0 8px 40px oklch(0 0 0 / .3); }
    :host([data-side="start"]) iframe { inset-inline: 1rem auto; }
    [hidden] { display: none !important; }
    @media (width < 30rem) { iframe { inset: 0 !important; inline-size: 100vw; block-size: 100dvh; border: 0; border-radius: 0; } }
    @media (forced-colors: active) { button { border-color: ButtonText; } }
    @media print { :host { display: none; } }`);

  class SwitchboardChat extends HTMLElement {
    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.innerHTML = `<button type="button" aria-expanded="false"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719"/></svg><span></span><span class="count" hidden></span></button>`;
      /** @type {HTMLButtonElement} */
      this.button = /** @type {HTMLButtonElement} */ (root.querySelector("button"));
      this.count = /** @type {HTMLElement} */ (root.querySelector(".count"));
      /** @type {HTMLIFrameElement | undefined} */
      this.frame = undefined;
      this.token = script instanceof HTMLScriptElement ? script.dataset.token : undefined;
      const label = this.button.querySelector("span");
      if (label) label.textContent = words.open;
      this.button.addEventListener("click", () => this.open());
      addEventListener("message", (event) => this.hear(event));
    }

    connectedCallback() {
      this.lang = language;
      if (script instanceof HTMLScriptElement && script.dataset.side) this.dataset.side = script.dataset.side;
    }

    open() {
      if (!this.frame) {
        this.frame = document.createElement("iframe");
        this.frame.src = `${home}/chat/frame?lang=${language}`;
        this.frame.title = words.title;
        this.shadowRoot?.append(this.frame);
      }
      this.frame.hidden = false;
      this.button.hidden = true;
      this.button.setAttribute("aria-expanded", "true");
      this.unread(0);
      this.frame.focus();
      this.tell({ opened: true });
    }

    close() {
      if (this.frame) this.frame.hidden = true;
      this.button.hidden = false;
      this.button.setAttribute("aria-expanded", "false");
      this.button.focus();
    }

    /** The site's signed word on who its customer is. @param {string} token */
    identify(token) {
      this.token = token;
      this.tell({ token });
    }

    /** @param {object} news */
    tell(news) {
      this.frame?.contentWindow?.postMessage({ switchboard: news }, home);
    }

    /** @param {number} count */
    unread(count) {
      this.count.hidden = count === 0;
      this.count.textContent = `${count}`;
      this.button.setAttribute("aria-label", count ? `${words.open}, ${words.unread}: ${count}` : words.open);
    }

    /** @param {MessageEvent} event */
    hear(event) {
      if (event.origin !== home || event.source !== this.frame?.contentWindow) return;
      const said = event.data?.switchboard;
      if (typeof said !== "object" || said === null) return;
      if (said.ready) this.tell(this.token ? { token: this.token } : {});
      if (said.close) this.close();
      if (typeof said.unread === "number" && this.frame?.hidden) this.unread(said.unread);
    }
  }

  customElements.define("switchboard-chat", SwitchboardChat);
  const place = () => document.body.append(document.createElement("switchboard-chat"));
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
})();
