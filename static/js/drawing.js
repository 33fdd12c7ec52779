// The drawing with what stands around it: the outline that says the same, the tally, and the tools.

import { fetchJson } from "./api.js";
import { choose, draw, fit, makeGraph, zoomBy } from "./graph.js";
import { chooseInOutline, fillOutline } from "./outline.js";

/** `onChoose(data | null)` is called with the node or edge that was clicked, on the canvas or in the outline. */
export function makeDrawing(page, onChoose) {
  const part = (name) => page.querySelector(`[data-part="${name}"]`);
  const list = part("outline");
  const chosen = (data) => onChoose(data?.kind ? firstEdgeOf(data) : data);
  const cy = makeGraph(part("canvas"), chosen);
  let known = new Map(); // id -> data of every node and edge of the answer
  let focus = "";

  part("zoom-in").addEventListener("click", () => zoomBy(cy, 1.25));
  part("zoom-out").addEventListener("click", () => zoomBy(cy, 0.8));
  part("fit").addEventListener("click", () => fit(cy));

  async function load(state) {
    const url = new URL(page.dataset.graph, location.href);
    url.searchParams.set("show", [...state.show].join(","));
    const graph = await fetchJson("graph", url);
    known = new Map([...graph.nodes, ...graph.edges].map((each) => [each.id, each]));
    focus = graph.meta.focus;
    draw(cy, graph);
    fillOutline(list, graph, chosen);
    const { answer, drawn, folded, hidden } = graph.meta;
    document.querySelector("#live").textContent = answer;
    part("canvas").setAttribute("aria-label", `${answer}. The list of answers beside it says the same.`);
    part("tally").textContent = `${drawn} drawn · ${folded} folded · ${hidden} hidden`;
    part("nothing").hidden = drawn + folded > 0 || hidden === 0;
  }

  /** In a focus view a card stands for its first edge; in the overview it stands for itself. */
  function firstEdgeOf(node) {
    if (focus === "" || node.kind === "folded") return node;
    const edges = [...known.values()].filter((each) => each.source === node.id || each.target === node.id);
    return edges.find((edge) => edge.ask) ?? node;
  }

  return {
    cy,
    load,
    find: (id) => known.get(id),
    mark(id) {
      choose(cy, id);
      chooseInOutline(list, id);
    },
  };
}
