// The style of the drawing, made from the same tokens as the page.

import { badgePicture } from "./badges.js";
import { VERDICT_LOOKS, describeEdge } from "./verdicts.js";

const TOKENS = ["bg", "canvas", "sunken", "text", "muted", "line", "control", "accent", "accent-tint", "partly", "open", "open-tint", "unknown", "deny", "focus"];
export const CARD = { width: 208, height: 68 };

/** The tokens as the browser computes them for the present theme: {accent: "rgb(…)", …}. */
export function readColors() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colors = {};
  for (const token of TOKENS) {
    probe.style.color = `var(--${token})`;
    colors[token] = getComputedStyle(probe).color;
  }
  probe.remove();
  return colors;
}

export function makeStyle(colors) {
  return [...nodeStyle(colors), ...edgeStyle(colors), ...stateStyle(colors)];
}

function nodeStyle(colors) {
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        width: CARD.width,
        height: CARD.height,
        "background-color": colors.bg,
        "border-color": colors.line,
        "border-width": 1.5,
        color: colors.text,
        label: (node) => [node.data("label"), node.data("fact")].filter(Boolean).join("\n"),
        "font-family": "Inter Variable, sans-serif",
        "font-size": 12.5,
        "line-height": 1.35,
        "text-wrap": "wrap",
        "text-max-width": CARD.width - 16,
        "text-valign": "center",
        "overlay-opacity": 0,
      },
    },
    {
      selector: "node[kind = 'namespace'], node[kind = 'service']",
      style: {
        "text-margin-y": -10,
        "background-image": (node) => badgePicture(node.data("ingress"), node.data("egress"), colors),
        "background-fit": "none",
        "background-width": 76,
        "background-height": 18,
        "background-position-y": "92%",
      },
    },
    { selector: "node.focus", style: { "background-color": colors["accent-tint"], "border-color": colors.accent } },
    { selector: "node[kind = 'folded']", style: { "border-style": "dashed", "border-color": colors.control, color: colors.muted } },
    {
      selector: "node[kind = 'open-zone']",
      style: {
        height: (node) => openZoneHeight(node.data()),
        label: (node) => openZoneText(node.data()),
        "background-color": colors["open-tint"],
        "border-color": colors.open,
        "border-style": "dashed",
        color: colors.open,
      },
    },
    { selector: "node.far", style: { label: "data(label)", "text-wrap": "ellipsis", "text-margin-y": 0, "background-image-opacity": 0 } },
  ];
}

function edgeStyle(colors) {
  const common = {
    selector: "edge",
    style: {
      "curve-style": "unbundled-bezier",
      "edge-distances": "endpoints",
      "arrow-scale": 1.2,
      color: colors.muted,
      "font-family": "JetBrains Mono Variable, monospace",
      "font-size": 11,
      "min-zoomed-font-size": 8,
      "text-background-color": colors.canvas,
      "text-background-opacity": 1,
      "text-background-padding": 2,
      "overlay-padding": 6,
      "overlay-opacity": 0,
    },
  };
  return [common, ...Object.entries(VERDICT_LOOKS).map(([verdict, look]) => verdictStyle(verdict, look, colors))];
}

// The Open zone names its members inside its box, when they are few and nothing stands below it.
const NAMED = 8;
const LINE = 17; // px

function openZoneText(zone) {
  const names = namesMembers(zone) ? ["", ...zone.members] : [];
  return [zone.label, zone.fact, ...names].join("\n");
}

/** Also `graph.js` needs it: a higher card hangs from where a common one begins. */
export function openZoneHeight(zone) {
  return CARD.height + (namesMembers(zone) ? LINE * (zone.count + 1) : 0);
}

const namesMembers = ({ count, isCrowded }) => count <= NAMED && !isCrowded;

// Lines between cards of one row or column bend around the cards between them.
function bulge(edge) {
  const [from, to] = [edge.source().position(), edge.target().position()];
  const isAligned = from.x === to.x || from.y === to.y;
  return Math.hypot(to.x - from.x, to.y - from.y) * 0.12 + (isAligned ? 60 : 20);
}

const describe = (edge) => describeEdge(edge.data());

function verdictStyle(verdict, look, colors) {
  return {
    selector: `edge[verdict = '${verdict}']`,
    style: {
      "line-color": colors[look.color],
      "line-style": look.line,
      "line-dash-pattern": look.dash ?? [1, 0],
      width: look.width,
      "target-arrow-color": colors[look.color],
      "target-arrow-shape": look.arrow,
      "target-arrow-fill": look.fill,
    },
  };
}

function stateStyle(colors) {
  return [
    { selector: "edge.nodns", style: { "line-style": "dashed", "line-dash-pattern": [10, 3, 2, 3], color: colors.open } },
    // Beside the card on the many side, where each line has a row of its own.
    { selector: "edge.inward", style: { "source-label": describe, "source-text-offset": 100 } },
    { selector: "edge.outward", style: { "target-label": describe, "target-text-offset": 100 } },
    { selector: "edge.overview", style: { label: describe, "z-compound-depth": "top", "edge-distances": "intersection", "control-point-weights": 0.5, "control-point-distances": bulge } },
    { selector: "edge.quiet", style: { display: "none" } },
    { selector: "edge.dim", style: { opacity: 0.25 } },
    { selector: "node.dim", style: { "text-opacity": 0.6, "background-image-opacity": 0.35, "border-opacity": 0.5 } },
    { selector: "edge.chosen", style: { "underlay-color": colors.focus, "underlay-opacity": 0.22, "underlay-padding": 5, "z-index": 9 } },
    { selector: "node.chosen", style: { "border-color": colors.focus, "border-width": 3 } },
  ];
}
