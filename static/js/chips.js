// The legend is the filter: each chip is a verdict, pressed while its edges are shown.

/** `onToggle(verdict)` is called for a click on a chip. */
export function setUpChips(chips, onToggle) {
  for (const chip of chips) {
    chip.addEventListener("click", (event) => {
      event.preventDefault();
      onToggle(chip.value);
    });
  }
}

export function showChips(chips, shown) {
  for (const chip of chips) chip.setAttribute("aria-pressed", String(shown.has(chip.value)));
}
