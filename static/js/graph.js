// The drawing: Cytoscape with the positions that the server gave. No layout runs here, so the same question
// always gives the same picture.

import { shapeEdges } from "./curves.js";
import { CARD, makeStyle, openZoneHeight, readColors } from "./graph-style.js";

const HOVER_DELAY = 250; // ms before a hovered card shows its edges
const FAR = 0.5; // below this zoom a card says its name only
const SMALLEST_TEXT = 11; // px on screen
const MOST_ZOOM = 1.25;
const SLOT = 15; // px between two lines that end at one card
const WAYS = { to: "inward", from: "outward" };

/** `onChoose(data | null)` is called with the data of what was clicked, null for the background. */
export function makeGraph(container, onChoose) {
  const cy = window.cytoscape({
    container,
    layout: { name: "preset" },
    style: makeStyle(readColors()),
    minZoom: 0.1,
    maxZoom: 3,
    autoungrabify: true,
    boxSelectionEnabled: false,
    autounselectify: true,
  });
  cy.on("tap", (event) => onChoose(event.target === cy ? null : event.target.data()));
  cy.on("zoom", () => fitText(cy));
  showEdgesOnHover(cy);
  document.addEventListener("themechange", () => cy.style().fromJson(makeStyle(readColors())).update());
  new ResizeObserver(() => cy.resize()).observe(container);
  return cy;
}

/** Replaces what is drawn by `graph` (the JSON of the REST interface). */
export function draw(cy, graph) {
  const isOverview = !graph.meta.focus;
  cy.batch(() => {
    cy.elements().remove();
    const isCrowded = graph.nodes.some((node) => node.kind === "folded");
    cy.add(graph.nodes.map((node) => nodeElement({ ...node, isCrowded })));
    cy.add(graph.edges.map((edge) => edgeElement(edge, isOverview ? "overview quiet" : WAYS[graph.meta.direction])));
    if (!isOverview) markFocus(cy, graph.meta.direction);
  });
  if (!isOverview) shapeEdges(cy);
  fit(cy);
}

export function fit(cy) {
  cy.fit(undefined, 40);
  if (cy.zoom() > MOST_ZOOM) {
    cy.zoom(MOST_ZOOM);
    cy.center();
  }
  fitText(cy);
}

export function zoomBy(cy, factor) {
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

/** Marks one element and dims what has nothing to do with it; "" marks nothing. */
export function choose(cy, id) {
  cy.elements().removeClass("chosen dim");
  cy.edges(".overview").addClass("quiet");
  const chosen = cy.getElementById(id);
  if (chosen.empty()) return;
  chosen.addClass("chosen");
  reveal(chosen);
  const related = chosen.isNode() ? chosen.closedNeighborhood() : chosen.union(chosen.connectedNodes());
  cy.elements().difference(related).addClass("dim");
}

/** The card that is asked about, tall enough for a slot a line. */
function markFocus(cy, direction) {
  const ids = cy.edges().map((edge) => edge.data(direction === "to" ? "target" : "source"));
  const hubs = cy.nodes().filter((node) => ids.includes(node.id()) || isHub(node.id(), direction));
  hubs.addClass("focus");
  if (hubs.length === 1) hubs.style("height", Math.max(CARD.height, SLOT * (hubs[0].degree() + 1)));
}

function isHub(id, direction) {
  return direction === "to" ? /^(target|svc):/.test(id) : id.startsWith("source:");
}

function nodeElement({ x, y, ...data }) {
  const hang = data.kind === "open-zone" ? (openZoneHeight(data) - CARD.height) / 2 : 0;
  return { group: "nodes", data, position: { x, y: y + hang } };
}

function edgeElement(data, way) {
  const reaches = ["allowed", "partial", "unrestricted"].includes(data.verdict);
  const classes = [way, reaches && data.dns === "blocked" && "nodns"];
  return { group: "edges", data, classes: classes.filter(Boolean).join(" ") };
}

function showEdgesOnHover(cy) {
  let timer;
  cy.on("mouseover", "node", ({ target }) => {
    clearTimeout(timer);
    timer = setTimeout(() => reveal(target), HOVER_DELAY);
  });
  cy.on("mouseout", "node", () => {
    clearTimeout(timer);
    hideUnchosen(cy);
  });
}

function reveal(element) {
  const edges = element.isEdge() ? element : element.connectedEdges();
  edges.removeClass("quiet");
}

function hideUnchosen(cy) {
  const chosen = cy.$(".chosen");
  const kept = chosen.union(chosen.connectedEdges());
  cy.edges(".overview").difference(kept).addClass("quiet");
}

function fitText(cy) {
  const isFar = cy.zoom() < FAR;
  cy.batch(() => {
    cy.nodes().toggleClass("far", isFar);
    if (isFar) cy.nodes().style("font-size", SMALLEST_TEXT / cy.zoom());
    else cy.nodes().removeStyle("font-size");
  });
}
