// Menus are <details>: they open without scripts. This closes them by Escape, and by a click elsewhere.

export function setUpMenus() {
  document.addEventListener("click", (event) => closeAll((menu) => !menu.contains(event.target)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.picker[open]");
    if (!open) return;
    event.stopImmediatePropagation();
    open.open = false;
    open.querySelector("summary").focus();
  });
}

function closeAll(which) {
  for (const menu of document.querySelectorAll("details.picker[open]")) {
    if (which(menu)) menu.open = false;
  }
}
