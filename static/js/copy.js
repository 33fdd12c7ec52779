// Copies the address, which is the whole state. Browsers offer that to secure pages and to this machine only.

export function setUpCopy(button) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    const words = button.querySelector("span");
    words.textContent = "Link copied";
    words.classList.remove("sr-only");
  });
}
