// @ts-check
/**
 * Shows what fits while somebody types: the combobox with a list of the ARIA Authoring Practices. The focus
 * stays in the field; the arrow keys move through the list; Enter opens what is chosen, or sends the form
 * when nothing is. Without this script the form works all the same.
 */

/** @typedef {{ href: string, title: string, parts: [string, boolean][], kind: string }} Choice */
/** @typedef {{ options: Choice[], said: string }} Suggestions */

/** Milliseconds of quiet before the server is asked. */
const QUIET = 120;
/** Letters below which everything fits. */
const SHORTEST = 2;

class HelpSearch extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input[type=search]");
    const list = this.querySelector("[role=listbox]");
    const status = this.querySelector("[data-said]");
    if (!(input instanceof HTMLInputElement) || !(list instanceof HTMLElement) || !status) return;
    this.input = input;
    this.list = list;
    this.status = status;
    /** @type {Choice[]} */
    this.choices = [];
    this.chosen = -1;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.close());
    // A press would take the focus, and with it the list, before the click arrives.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), QUIET);
  }

  async ask() {
    const text = this.input?.value.trim() ?? "";
    this.asking?.abort();
    if (text.length < SHORTEST) return this.close();
    this.asking = new AbortController();
    const query = new URLSearchParams({ q: text, lang: document.documentElement.lang });
    const audience = this.querySelector("input[name=audience]");
    if (audience instanceof HTMLInputElement) query.set("audience", audience.value);
    try {
      const answer = await fetch(`${this.dataset.source}?${query}`, { signal: this.asking.signal });
      if (answer.ok) this.show(await answer.json());
    } catch {
      // Asked anew meanwhile, or no network: the form is still there.
    }
  }

  /** @param {Suggestions} found */
  show(found) {
    if (!this.list || !this.status || document.activeElement !== this.input) return;
    this.choices = found.options;
    this.choose(-1);
    this.list.replaceChildren(...found.options.map((choice, at) => this.option(choice, at)));
    this.list.hidden = found.options.length === 0;
    this.input?.setAttribute("aria-expanded", String(!this.list.hidden));
    this.status.textContent = found.said;
  }

  /** @param {Choice} choice @param {number} at */
  option(choice, at) {
    const item = document.createElement("li");
    item.id = `${this.list?.id}-${at}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const title = document.createElement("span");
    for (const [text, typed] of choice.parts) {
      const part = typed ? document.createElement("mark") : document.createElement("span");
      part.textContent = text;
      title.append(part);
    }
    const kind = document.createElement("span");
    kind.className = "small muted";
    kind.textContent = choice.kind;
    item.append(title, " ", kind);
    item.addEventListener("click", () => location.assign(choice.href));
    return item;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.isComposing) return;
    const open = this.list && !this.list.hidden;
    const last = (this.choices?.length ?? 0) - 1;
    switch (event.key) {
      case "ArrowDown":
        if (!open) this.ask();
        else this.choose(this.chosen === last ? -1 : (this.chosen ?? -1) + 1);
        break;
      case "ArrowUp":
        if (!open) return;
        this.choose(this.chosen === -1 ? last : (this.chosen ?? 0) - 1);
        break;
      case "Escape":
        // The first press closes the list, the next empties the field, as browsers do.
        if (!open) return;
        this.close();
        break;
      case "Enter": {
        const choice = this.choices?.[this.chosen ?? -1];
        if (!open || !choice) return;
        location.assign(choice.href);
        break;
      }
      case "Tab":
        this.close();
        return;
      default:
        return;
    }
    event.preventDefault();
  }

  /** @param {number} at */
  choose(at) {
    this.chosen = at;
    const options = this.list?.children ?? [];
    for (const [place, option] of [...options].entries()) {
      option.setAttribute("aria-selected", String(place === at));
      if (place === at) option.scrollIntoView({ block: "nearest" });
    }
    if (at < 0) this.input?.removeAttribute("aria-activedescendant");
    else this.input?.setAttribute("aria-activedescendant", `${this.list?.id}-${at}`);
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (!this.list || this.list.hidden) return;
    this.list.hidden = true;
    this.choices = [];
    this.choose(-1);
    this.input?.setAttribute("aria-expanded", "false");
    if (this.status) this.status.textContent = "";
  }
}

customElements.define("help-search", HelpSearch);
