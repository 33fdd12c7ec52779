// The drawing with what stands around it: the outline that says the same, the tally, and the tools.

import { fetchJson, wasCancelled } from "./api.js";
import { attend, choose, draw, fit, makeGraph, replaceLines, zoomBy } from "./graph.js";
import { chooseInOutline, fillOutline } from "./outline.js";
import { listVerdicts } from "./state.js";

const STEP = 80; // px
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [1, 0], ArrowRight: [-1, 0] };

/** `onChoose(data | null)` is called with the node or edge that was clicked, on the canvas or in the outline. */
export function makeDrawing(page, onChoose) {
  const part = (name) => page.querySelector(`[data-part="${name}"]`);
  const list = part("outline");
  const chosen = (data) => onChoose(data?.kind ? firstEdgeOf(data) : data);
  const cy = makeGraph(part("canvas"), chosen, onHover);
  let known = new Map(); // id -> data of every node and edge of the answer
  let meta = { focus: "", form: "" };
  let moved = []; // where there are no lines but those of a chosen one: those that came or went
  let state;
  let selected = "";
  const isFiltered = new URL(page.dataset.graph, location.href).searchParams.has("q");

  part("zoom-in").addEventListener("click", () => zoomBy(cy, 1.25));
  part("zoom-out").addEventListener("click", () => zoomBy(cy, 0.8));
  part("fit").addEventListener("click", () => fit(cy));
  part("canvas").addEventListener("keydown", onArrow);

  /** Arrow keys move the drawing as they scroll a page: down shows what is below. */
  function onArrow(event) {
    const way = ARROWS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    cy.panBy({ x: way[0] * STEP, y: way[1] * STEP });
  }

  async function load(next) {
    state = next;
    const graph = await fetchJson("graph", graphUrl());
    remember([...graph.nodes, ...graph.edges], true);
    meta = graph.meta;
    moved = hasNoLines() ? graph.edges : [];
    draw(cy, graph, isFiltered);
    fillOutline(list, graph, isFiltered, chosen);
    document.querySelector("#live").textContent = meta.answer;
    part("canvas").setAttribute("aria-label", `${meta.answer}. The list of answers beside it says the same. Arrow keys move the drawing.`);
    tally(meta);
    const { drawn, folded, hidden } = meta;
    part("nothing").hidden = drawn + folded > 0 || hidden === 0;
  }

  /** Too many nodes for the lines of all: those of one are fetched when it is chosen or hovered. */
  const hasNoLines = () => ["field", "classes"].includes(meta.form);

  function remember(elements, isAll) {
    if (isAll) known = new Map();
    for (const each of elements) known.set(each.id, each);
  }

  function graphUrl(around = "") {
    const url = new URL(page.dataset.graph, location.href);
    url.searchParams.set("show", listVerdicts(state.show));
    if (around) url.searchParams.set("around", around);
    return url;
  }

  function tally({ drawn, folded, hidden }, name = "") {
    const count = (number) => number.toLocaleString("en");
    const isPlain = !meta.focus && !(isFiltered && meta.form === "cards") && !meta.against && !name;
    const lines = `${count(drawn)} drawn · ${count(folded)} folded · ${count(hidden)} hidden`;
    const nodes = `${count(cy.nodes().length)} nodes · lines of a chosen or hovered one: `;
    part("tally").textContent = (isPlain ? nodes : name ? `${name}: ` : "") + lines;
  }

  /** The lines of one node, where the drawing holds no lines of its own. */
  async function showAround(id) {
    const node = known.get(id);
    if (!hasNoLines() || !node?.kind) return;
    const graph = await fetchJson("around", graphUrl(id));
    if (id !== (selected || hovered)) return;
    remember(graph.edges, false);
    replaceLines(cy, graph.edges);
    tally(graph.meta, node.label);
  }

  let hovered = "";
  async function onHover(id) {
    hovered = id;
    if (meta.focus && meta.form !== "paths") return;
    if (id && !selected) await settle(showAround(id));
    if (hovered === id) attend(cy, id || selected);
  }

  async function settle(work) {
    try {
      await work;
    } catch (error) {
      if (!wasCancelled(error)) part("tally").textContent = error.message;
    }
  }

  /** In a focus view a card stands for its first edge; in the overview, and of paths, it stands for itself. */
  function firstEdgeOf(node) {
    if (meta.form !== "focus" || node.kind === "folded") return node;
    const edges = [...known.values()].filter((each) => each.source === node.id || each.target === node.id);
    return edges.find((edge) => edge.ask) ?? edges.find((edge) => edge.gone) ?? node;
  }

  return {
    cy,
    load,
    /** Of paths a line stands for the way to its end. */
    find: (id) => (meta.form === "paths" ? known.get(known.get(id)?.target) : undefined) ?? known.get(id),
    /** Shows in the list what is chosen, and fetches the lines that `about` tells of. */
    async select(id) {
      selected = id;
      chooseInOutline(list, id);
      if (id) await settle(showAround(id));
      else if (moved.length) replaceLines(cy, moved);
    },
    /** Shows it in the picture too, which takes longer. */
    mark: () => choose(cy, selected),
    /** The lines of a node with the names of their ends, and whether it can show its Services. */
    about(id) {
      const edges = cy.getElementById(id).union(cy.getElementById(id).children()).connectedEdges();
      const nameOf = (edge) => `${edge.source().data("label")} → ${edge.target().data("label")}`;
      return { lines: edges.map((edge) => ({ name: nameOf(edge), data: edge.data() })), canExpand: meta.form === "cards" };
    },
  };
}
