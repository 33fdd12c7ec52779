// `data-copy="id"` on a button copies the text of that element. Browsers offer it to secure pages only.

export function setUpClipboard() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
      document.getElementById("live").textContent = "Copied";
    });
  }
}
