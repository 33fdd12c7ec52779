// `data-tick="all"` or `"none"` on a button ticks the boxes of its form's table.

export function setUpTicks() {
  for (const button of document.querySelectorAll("[data-tick]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const box of button.form.querySelectorAll("table input[type=checkbox]")) box.checked = button.dataset.tick === "all";
    });
  }
}
