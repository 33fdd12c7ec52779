// The style of the drawing, made from the same tokens as the page.

import { badgePicture } from "./badges.js";
import { VERDICT_LOOKS, describeEdge } from "./verdicts.js";

const TOKENS = ["bg", "canvas", "sunken", "text", "muted", "line", "control", "accent", "accent-tint", "partly", "open", "open-tint", "unknown", "deny", "danger", "ok", "focus"];
export const CARD = { width: 208, height: 68 };
export const TEXT = 12.5; // px at zoom 1

/** The tokens as the browser computes them for the present theme: {accent: "rgb(…)", …}. */
export function readColors() {
  const probe = document.createElement("span");
  probe.style.forcedColorAdjust = "none"; // else every token would be the colour of text
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
        "font-size": TEXT,
        "line-height": 1.35,
        "text-wrap": "wrap",
        "text-max-width": CARD.width - 16,
        "text-valign": "center",
        "overlay-opacity": 0,
      },
    },
    {
      selector: "node[kind = 'namespace'][!isMark], node[kind = 'service']",
      style: {
        "text-margin-y": -10,
        "background-image": (node) => badgePicture(node.data("ingress"), node.data("egress"), colors),
        "background-fit": "none",
        "background-width": 76,
        "background-height": 18,
        "background-position-y": "92%",
      },
    },
    { selector: "node[kind = 'workload']", style: { "background-image-opacity": 0, "text-margin-y": 0 } },
    { selector: "node[kind = 'class']", style: { "border-style": "double", "border-width": 5 } },
    {
      selector: "node[kind = 'box']",
      style: {
        "background-color": colors.sunken,
        "border-color": colors.control,
        label: "data(label)",
        "text-valign": "top",
        "text-margin-y": -4,
        padding: 14,
      },
    },
    {
      // One of some hundred: its border says whether policies isolate it, its name shows from near.
      selector: "node.mark",
      style: {
        width: 28,
        height: 22,
        label: "",
        "background-color": (node) => (isOpenSomewhere(node.data()) ? colors["open-tint"] : colors["accent-tint"]),
        "border-color": (node) => (isOpenSomewhere(node.data()) ? colors.open : colors.accent),
        "border-style": (node) => (isOpenSomewhere(node.data()) ? "dashed" : "solid"),
        "border-width": 2,
        "text-valign": "bottom",
        "text-margin-y": 3,
        "text-wrap": "none",
      },
    },
    {
      selector: "node.mark.near, node.mark.named, node.mark.chosen",
      style: { label: "data(label)", "text-background-color": colors.canvas, "text-background-opacity": 0.85, "z-index": 8 },
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
    {
      selector: "node[kind = 'gone']",
      style: { "border-style": "dashed", "border-color": colors.ok, color: colors.muted, "background-color": colors.canvas },
    },
    { selector: "node.far", style: { label: (node) => inTwoLines(node.data("label")), "text-max-width": CARD.width - 8, "text-overflow-wrap": (node) => (node.data("label").includes(" ") ? "whitespace" : "anywhere"), "line-height": 1.1, "text-margin-y": 0, "background-image-opacity": 0 } },
    { selector: "node.tiny", style: { "text-wrap": "ellipsis" } },
  ];
}

// A Service's name below its namespace's, where one line has no room for both.
const inTwoLines = (label) => (label.length > 16 ? label.replace("/", "/\n") : label);

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
      "text-background-color": colors.canvas,
      "text-background-opacity": 1,
      "text-background-padding": 2,
      "overlay-padding": 6,
      "overlay-opacity": 0,
    },
  };
  return [common, ...Object.entries(VERDICT_LOOKS).map(([verdict, look]) => verdictStyle(verdict, look, colors))];
}

const isOpenSomewhere = ({ ingress, egress }) => ingress !== "all" || egress !== "all";

// A line that stands for many is wider, but never so wide that it hides others.
function widthOf(edge, look) {
  const more = Math.log2(Math.max(1, edge.data("pairs"))) / 4;
  return Math.min(Math.max(5, look.width), look.width + more);
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

// What it was before is said beside the drawing: here is no room for it.
const describe = (edge) => describeEdge({ ...edge.data(), change: edge.data("change") && { ...edge.data("change"), was: null } });

function verdictStyle(verdict, look, colors) {
  return {
    selector: `edge[verdict = '${verdict}']`,
    style: {
      "line-color": colors[look.color],
      "line-style": look.line,
      "line-dash-pattern": look.dash ?? [1, 0],
      width: (edge) => widthOf(edge, look),
      "target-arrow-color": colors[look.color],
      "target-arrow-shape": look.arrow,
      "target-arrow-fill": look.fill,
    },
  };
}

function stateStyle(colors) {
  return [
    { selector: "edge.nodns", style: { "line-style": "dashed", "line-dash-pattern": [10, 3, 2, 3], color: colors.open } },
    { selector: "edge.new", style: { "underlay-color": colors.danger, "underlay-opacity": 0.28, "underlay-padding": 5, color: colors.danger, "z-index": 7 } },
    {
      selector: "edge.closed",
      style: {
        width: 2.5,
        "line-color": colors.ok,
        "line-style": "dashed",
        "line-dash-pattern": [7, 5],
        "target-arrow-color": colors.ok,
        "target-arrow-shape": "tee",
        color: colors.ok,
        "z-index": 7,
      },
    },
    // Beside the card on the many side, where each line has a row of its own.
    { selector: "edge.inward", style: { "source-label": describe } },
    { selector: "edge.outward", style: { "target-label": describe } },
    { selector: "edge.overview", style: { label: describe, "z-compound-depth": "top", "edge-distances": "intersection", "control-point-weights": 0.5, "control-point-distances": bulge } },
    { selector: "edge.mute", style: { label: "" } },
    { selector: "edge.mute.told", style: { label: describe } },
    // Of one card all lines: each says what it is at its other end, where no two meet.
    { selector: "edge.overview.inbound", style: { label: "", "source-label": describe, "source-text-offset": 70 } },
    { selector: "edge.overview.outbound", style: { label: "", "target-label": describe, "target-text-offset": 120 } },
    { selector: "edge.far", style: { "text-opacity": 0, "text-background-opacity": 0 } },
    { selector: "edge.far.told, edge.far.inbound, edge.far.outbound, edge.far.new, edge.far.closed", style: { "text-opacity": 1, "text-background-opacity": 1 } },
    { selector: "edge.quiet", style: { display: "none" } },
    { selector: "edge.dim", style: { opacity: 0.25 } },
    { selector: "edge.new.dim", style: { "underlay-opacity": 0.08 } },
    { selector: "node.dim", style: { "text-opacity": 0.6, "background-image-opacity": 0.35, "border-opacity": 0.5 } },
    { selector: "edge.chosen", style: { "underlay-color": colors.focus, "underlay-opacity": 0.22, "underlay-padding": 5, "z-index": 9 } },
    { selector: "node.chosen", style: { "border-color": colors.focus, "border-width": 3 } },
  ];
}
