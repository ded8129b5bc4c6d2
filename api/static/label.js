// The labelling page's keys, and its figures kept up to date. Each label is a form of the page, sent as any other.

import { all, load, one } from "./text.js";

const EVERY_MS = 5000;
const LEVELS = { 1: "full", 2: "partial", 3: "none" };
const form = one("#choose");
const note = one("#note");
const keys = one("#keys");
let sent = false;

// --- keys

function press(event) {
  if (event.key === "Escape" && event.target === note) {
    one("#claim").focus();
    return;
  }
  const elsewhere = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat;
  if (elsewhere || !keys.checked || event.target.closest("textarea, input")) return;
  const done = act(event.key.toLowerCase());
  if (done) event.preventDefault();
}

/** Whether the key means something here. */
function act(key) {
  if (LEVELS[key] && form) form.requestSubmit(one(`[value=${LEVELS[key]}]`, form));
  else if (key === "u" && one("#undo")) one("#undo").requestSubmit();
  else if (key === "n" && form) {
    one("#noting").open = true;
    note.focus();
  } else if (key === "?") {
    one("#help").open = !one("#help").open;
    one("#help summary").focus();
  } else return false;
  return true;
}

/** One label a page, however often a key is pressed before the next page is there. */
function once(event) {
  if (sent && event.target.closest(".label")) event.preventDefault();
  sent = true;
}

/** Who turns the keys off finds them off the next time. */
function remember() {
  localStorage.setItem("label-keys", keys.checked ? "on" : "off");
}

// --- figures

async function refresh() {
  if (document.hidden || sent) return;
  const fresh = await load(location.pathname).catch(() => null);
  if (!fresh || sent) return;
  if (!one("#progress", fresh)) return clearInterval(timer);
  if (!form && one("#choose", fresh)) return location.reload();
  for (const place of all("#progress, #to-judge, #to-decide")) place.replaceChildren(...one(`#${place.id}`, fresh).childNodes);
}

keys.checked = localStorage.getItem("label-keys") !== "off";
keys.addEventListener("change", remember);
document.addEventListener("keydown", press);
document.addEventListener("submit", once);
// A page that the browser kept is as it was when it was left.
window.addEventListener("pageshow", () => (sent = false));
const timer = setInterval(refresh, EVERY_MS);
