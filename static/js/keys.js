// Single-key shortcuts. They can be switched off, and never act while something is being typed.

const STORED = "portolan-shortcuts";

/** `data-key="x"` on a link or button makes the key press it; on a field, go to it. */
export function setUpKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !enabled() || isTyping(event.target)) return;
    const goal = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!goal) return;
    event.preventDefault();
    if (goal.matches("input")) goal.focus();
    else goal.click();
  });
  const button = document.querySelector("[data-shortcuts]");
  button?.addEventListener("click", () => {
    localStorage.setItem(STORED, enabled() ? "off" : "on");
    showState(button);
  });
  if (button) showState(button);
}

const enabled = () => localStorage.getItem(STORED) !== "off";
export const isTyping = (target) => target.closest?.("input, select, textarea, [contenteditable]");
const showState = (button) => button.setAttribute("aria-pressed", String(enabled()));
