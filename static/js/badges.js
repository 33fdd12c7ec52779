// The two gate badges of a card, as one picture: solid = isolated for all workloads, half = for some, dashed = none.

const WORDS = { ingress: "IN", egress: "OUT" };
const WIDTH = 34;

/** A data address for `background-image`. `colors`: {accent, open, bg}; isolation is "all", "some" or "none". */
export function badgePicture(ingress, egress, colors) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="76" height="18">${badge("ingress", ingress, 1, colors)}${badge(
    "egress",
    egress,
    41,
    colors,
  )}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}

function badge(direction, isolation, x, colors) {
  const color = isolation === "none" ? colors.open : colors.accent;
  const dash = isolation === "none" ? ' stroke-dasharray="3 2"' : "";
  const half =
    isolation === "some"
      ? `<path d="M${x + 5} 2h${WIDTH / 2 - 5}v14h-${WIDTH / 2 - 5}a4 4 0 0 1-4-4v-6a4 4 0 0 1 4-4z" fill="${color}" opacity=".28"/>`
      : "";
  const solid = isolation === "all" ? ' stroke-width="1.6"' : "";
  return (
    `<rect x="${x}" y="2" width="${WIDTH}" height="14" rx="4" fill="${colors.bg}" stroke="${color}"${solid}${dash}/>${half}` +
    `<text x="${x + WIDTH / 2}" y="12.3" fill="${color}" font-family="sans-serif" font-size="9" font-weight="700" text-anchor="middle">${WORDS[direction]}</text>`
  );
}
