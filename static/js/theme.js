// Light, dark or as the system says. The choice is a cookie, so that the server's first byte has it.

/** Wires the theme buttons; a "themechange" event on `document` tells those who draw by hand. */
export function setUpTheme() {
  const buttons = [...document.querySelectorAll("[data-theme-choice]")];
  for (const button of buttons) {
    button.addEventListener("click", () => choose(button.dataset.themeChoice, buttons));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
}

function choose(theme, buttons) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax`;
  for (const button of buttons) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
  tell();
}

function tell() {
  document.dispatchEvent(new CustomEvent("themechange"));
}
