// `#L12-L21` marks these lines of the YAML on the page and brings the first into view.

export function setUpLines() {
  addEventListener("hashchange", markLines);
  markLines();
}

function markLines() {
  const asked = /^#L(\d+)(?:-L(\d+))?$/.exec(location.hash);
  if (!asked) return;
  const first = Number(asked[1]);
  const last = Number(asked[2] ?? first);
  for (const line of document.querySelectorAll(".yaml .line")) {
    const number = Number(line.id.replace("L", ""));
    line.classList.toggle("hit", number >= first && number <= last);
  }
  document.getElementById(`L${first}`)?.scrollIntoView({ block: "center" });
}
