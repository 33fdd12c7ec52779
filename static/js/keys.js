// Keyboard shortcuts (apps/web/keymap.py lists them). Those of one character can be switched off in the
// settings, and none acts while something is being typed.

const PAUSE = 1500; // ms: longer between two keys, and they are no pair

let first = ""; // the "g" of "g m"
let since = 0;

/** `data-key="x"` on a link or button makes the key press it; on a field, go to it. "g m" is two keys. */
export function setUpKeys() {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return act(event, find("/"));
    if (event.ctrlKey || event.metaKey || event.altKey || !enabled() || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const pair = performance.now() - since < PAUSE ? find(`${first} ${event.key}`) : null;
    [first, since] = [event.key, performance.now()];
    act(event, pair ?? find(event.key));
  });
  const dialog = document.querySelector("#keys-dialog");
  for (const opener of document.querySelectorAll("[data-opens-keys]")) {
    opener.addEventListener("click", () => dialog.showModal());
  }
}

const enabled = () => document.documentElement.dataset.shortcuts !== "off";
export const isTyping = (target) => target.closest?.("input, select, textarea, [contenteditable]");

function find(key) {
  const bound = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  return bound.find((each) => each.getClientRects().length) ?? bound[0] ?? null;
}

function act(event, goal) {
  if (!goal) return;
  event.preventDefault();
  if (goal.matches("input") || "keyFocuses" in goal.dataset) goal.focus();
  else goal.click();
}
