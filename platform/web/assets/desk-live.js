// @ts-check
/**
 * What happens elsewhere, told at once. The socket says only "look": the page fetches what it shows, so
 * that a lost message costs a moment and never a word. See the table of messages in faces/desk/README.md.
 */

/** @typedef {{ t: string } & Record<string, unknown>} Message */

const heard = new EventTarget();
const LONGEST_WAIT = 15_000;

/** @type {WebSocket | undefined} */
let socket;
let attempts = 0;
/** What the server should know again after a reconnection. @type {Message | undefined} */
let looking;

/** @param {string} type @param {(message: Message) => void} then */
export function on(type, then) {
  heard.addEventListener(type, (event) => then(/** @type {CustomEvent} */ (event).detail));
}

/** @param {Message} message */
export function say(message) {
  if (message.t === "look") looking = message;
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** @param {string} type @param {object} [detail] */
function tell(type, detail = {}) {
  heard.dispatchEvent(new CustomEvent(type, { detail }));
}

function connect() {
  const address = new URL("/desk/live", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(address);
  socket.addEventListener("open", () => {
    const again = attempts > 0;
    attempts = 0;
    document.body.dataset.live = "yes";
    if (looking) say(looking);
    // Whatever happened meanwhile was not heard.
    if (again) tell("again");
  });
  socket.addEventListener("message", ({ data }) => {
    const message = /** @type {Message} */ (JSON.parse(data));
    tell(message.t, message);
  });
  socket.addEventListener("close", ({ code }) => {
    document.body.dataset.live = "no";
    // The session is over: the next page leads to the sign-in.
    if (code === 4401) return location.reload();
    attempts += 1;
    const wait = Math.min(LONGEST_WAIT, 250 * 2 ** Math.min(attempts, 6));
    setTimeout(connect, wait * (0.5 + Math.random()));
  });
}

// For those who take work, wherever they are, and for everybody who looks at it.
if (document.body.dataset.work === "yes" || document.body.classList.contains("work")) connect();
