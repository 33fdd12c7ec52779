// The drawing: Cytoscape with the positions that the server gave. No layout runs here, so the same question
// always gives the same picture.

import { cameOrWent, kindOf } from "./changes.js";
import { shapeEdges } from "./curves.js";
import { CARD, TEXT, makeStyle, openZoneHeight, readColors } from "./graph-style.js";

const HOVER_DELAY = 250; // ms before a hovered card shows its edges
const FAR = 0.6; // below this zoom a card says its name only, in two lines
const TINY = 0.35; // and below this one in one line, cut where it does not fit
const WORDLESS = 0.5; // below this zoom a line says what it is only while it is looked at
const LABEL_ROOM = 100; // px on screen between a card and the middle of a line's label
const NEAR = 0.9; // above this zoom a mark says its name
const SMALLEST_TEXT = 11; // px on screen
const MOST_ZOOM = 1.25;
const MOST_LABELS = 12; // more lines than these say what they are once they are looked at
const SLOT = 15; // px between two lines that end at one card
const WAYS = { to: "inward", from: "outward", path: "outward" };

/** `onChoose(data | null)` is called with the data of what was clicked, null for the background; `onHover(id)`
 *  with the card that the pointer rests on, `""` when it leaves. */
export function makeGraph(container, onChoose, onHover) {
  const cy = window.cytoscape({
    container,
    layout: { name: "preset" },
    style: makeStyle(readColors()),
    minZoom: 0.05,
    maxZoom: 3,
    autoungrabify: true,
    boxSelectionEnabled: false,
    autounselectify: true,
  });
  cy.on("tap", (event) => onChoose(event.target === cy ? null : event.target.data()));
  cy.on("zoom", () => fitText(cy));
  restOn(cy, onHover);
  document.addEventListener("themechange", () => cy.style().fromJson(makeStyle(readColors())).update());
  new ResizeObserver(() => cy.resize()).observe(container);
  return cy;
}

/** Replaces what is drawn by `graph` (the JSON of the REST interface). The lines of an overview are drawn at
 *  rest only where a filter chose them (`isFiltered`), or where edges came or went. */
export function draw(cy, graph, isFiltered) {
  const { focus, form, direction } = graph.meta;
  const isOverview = !focus;
  const isKept = (edge) => isFiltered || cameOrWent(edge);
  const isCrowd = graph.edges.filter(isKept).length > MOST_LABELS;
  const muteOf = (edge) => (isCrowd && !cameOrWent(edge) ? "mute" : "");
  const wayOf = (edge) => (isOverview ? `overview ${isKept(edge) ? "kept" : "quiet"} ${muteOf(edge)}` : WAYS[direction]);
  cy.batch(() => {
    cy.elements().remove();
    const isCrowded = graph.nodes.some((node) => node.kind === "folded");
    cy.add(graph.nodes.map((node) => nodeElement({ ...node, isCrowded }, form)));
    cy.add(graph.edges.map((edge) => edgeElement(edge, wayOf(edge))));
    if (!isOverview) markFocus(cy, direction);
  });
  if (!isOverview) shapeEdges(cy);
  fit(cy);
}

/** In a drawing without lines: those of one node, in place of another's. */
export function replaceLines(cy, edges) {
  cy.batch(() => {
    cy.edges().remove();
    cy.nodes(".named").removeClass("named");
    cy.add(edges.map((edge) => edgeElement(edge, "overview")));
    cy.edges().connectedNodes().addClass("named");
  });
  fitText(cy);
}

export function fit(cy) {
  if (cy.elements().empty()) return;
  const most = cy.maxZoom();
  cy.maxZoom(MOST_ZOOM);
  // Without labels, as their size depends on the zoom. It says that the zoom changed, whether it did or not.
  cy.fit(cy.elements().boundingBox({ includeLabels: false }), 40);
  cy.maxZoom(most);
}

export function zoomBy(cy, factor) {
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

/** Marks one element and dims what has nothing to do with it; "" marks nothing. */
export function choose(cy, id) {
  cy.elements().removeClass("chosen");
  cy.getElementById(id).addClass("chosen");
  attend(cy, id);
}

/** Shows the edges of one element and dims the rest, as long as the pointer rests there or it is chosen. */
export function attend(cy, id) {
  cy.elements().removeClass("dim told inbound outbound");
  cy.edges(".overview").not(".kept").addClass("quiet");
  const found = cy.getElementById(id);
  if (found.empty()) return;
  const inside = found.union(found.children());
  const edges = found.isEdge() ? found : inside.connectedEdges();
  edges.removeClass("quiet");
  if (found.isEdge()) edges.addClass("told");
  else edges.forEach((edge) => edge.addClass(inside.contains(edge.target()) ? "inbound" : "outbound"));
  const related = inside.union(edges).union(edges.connectedNodes());
  cy.elements().difference(related.union(related.parent())).addClass("dim");
}

/** The card that is asked about, tall enough for a slot a line. */
function markFocus(cy, direction) {
  const ids = cy.edges().map((edge) => edge.data(direction === "to" ? "target" : "source"));
  const isHub = (id) => (direction === "to" ? /^(target|svc):/.test(id) : id.startsWith("source:"));
  const hubs = cy.nodes().filter((node) => isHub(node.id()) || (direction !== "path" && ids.includes(node.id())));
  hubs.addClass("focus");
  if (hubs.length === 1) hubs.style("height", Math.max(CARD.height, SLOT * (hubs[0].degree() + 1)));
}

function nodeElement({ x, y, ...data }, form) {
  const hang = data.kind === "open-zone" ? (openZoneHeight(data) - CARD.height) / 2 : 0;
  const isMark = form === "field" && data.kind === "namespace";
  return { group: "nodes", data: { ...data, isMark }, position: { x, y: y + hang }, classes: isMark ? "mark" : "" };
}

function edgeElement(data, way) {
  const reaches = ["allowed", "partial", "unrestricted"].includes(data.verdict);
  const classes = [way, reaches && data.dns === "blocked" && "nodns", kindOf(data)];
  return { group: "edges", data, classes: classes.filter(Boolean).join(" ") };
}

function restOn(cy, onHover) {
  let timer;
  cy.on("mouseover", "node", ({ target }) => {
    clearTimeout(timer);
    timer = setTimeout(() => onHover(target.id()), HOVER_DELAY);
  });
  const leave = () => {
    clearTimeout(timer);
    onHover("");
  };
  cy.on("mouseout", "node", leave);
  cy.container().addEventListener("mouseleave", leave);
}

function fitText(cy) {
  const zoom = cy.zoom();
  cy.batch(() => {
    cy.nodes().not(".mark").toggleClass("far", zoom < FAR).toggleClass("tiny", zoom < TINY);
    cy.nodes(".mark").toggleClass("near", zoom > NEAR);
    cy.edges().toggleClass("far", zoom < WORDLESS);
    cy.edges(".inward").style("source-text-offset", LABEL_ROOM / Math.min(zoom, 1));
    cy.edges(".outward").style("target-text-offset", LABEL_ROOM / Math.min(zoom, 1));
    if (zoom * TEXT < SMALLEST_TEXT) cy.elements().style("font-size", SMALLEST_TEXT / zoom);
    else cy.elements().removeStyle("font-size");
  });
}
