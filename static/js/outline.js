// The answer as a list of buttons, beside the drawing: what a canvas cannot tell a keyboard or a screen reader.

import { cameOrWent, kindOf } from "./changes.js";
import { element } from "./element.js";
import { VERDICTS } from "./state.js";
import { VERDICT_LOOKS, describeEdge } from "./verdicts.js";

const GONE = { word: "Gone", glyph: "┄⊣" };

/** Fills `list` with `graph`, also with the lines of an overview where a filter chose them, or where edges came
 *  or went; `onChoose(data)` as for the drawing. */
export function fillOutline(list, graph, isFiltered, onChoose) {
  list.replaceChildren(...rowsOf(graph, isFiltered).map((row) => element("li", {}, makeButton(row, onChoose))));
}

/** Shows which of them is chosen, and brings it into view. */
export function chooseInOutline(list, id) {
  list.querySelector('[aria-pressed="true"]')?.setAttribute("aria-pressed", "false");
  const button = [...list.querySelectorAll("button")].find((each) => each.dataset.id === id);
  if (!button) return;
  button.setAttribute("aria-pressed", "true");
  list.parentElement.scrollTop = button.offsetTop - list.parentElement.offsetTop - 40;
}

function rowsOf(graph, isFiltered) {
  const labels = new Map(graph.nodes.map((node) => [node.id, node.label]));
  const folded = graph.nodes.filter((node) => node.kind === "folded");
  if (graph.meta.form === "paths") return graph.nodes.filter((node) => !node.id.startsWith("source:"));
  const named = (edges) =>
    edges
      .map((edge) => ({ ...edge, name: nameOf(edge, labels, graph.meta) }))
      .sort((a, b) => cameOrWent(b) - cameOrWent(a) || rankOf(a) - rankOf(b));
  if (graph.meta.focus) return [...named(graph.edges.filter((edge) => edge.ask || edge.gone)), ...folded];
  const cards = graph.nodes.filter((node) => !node.parent);
  return [...named(graph.edges.filter((edge) => isFiltered || cameOrWent(edge))), ...cards];
}

const rankOf = (edge) => (edge.gone ? VERDICTS.length : VERDICTS.indexOf(edge.verdict));

function nameOf(edge, labels, meta) {
  if (!meta.focus && edge.id.startsWith(`${edge.ask?.source}>${edge.ask?.target}:`)) return `${edge.ask.source} → ${edge.ask.target}`;
  const [source, target] = [labels.get(edge.source), labels.get(edge.target)];
  if (meta.direction === "from") return target;
  return target === meta.focus || edge.target.startsWith("target:") ? source : `${source} → ${target}`;
}

function makeButton(row, onChoose) {
  const look = row.gone ? GONE : VERDICT_LOOKS[row.verdict];
  const kind = row.source ? kindOf(row) : "";
  const button = element(
    "button",
    { type: "button", "data-id": row.id, "aria-pressed": "false", class: [row.kind === "folded" ? "denied" : row.verdict, kind].filter(Boolean).join(" ") },
    look ? element("span", { "aria-hidden": "true" }, look.glyph) : null,
    element("span", { class: "name" }, row.name ?? row.label),
    element("span", { class: "fact" }, look ? `${look.word} · ${describeEdge(row)}` : row.kind === "folded" && !row.fact ? "folded · show" : row.fact),
  );
  button.addEventListener("click", () => onChoose(row));
  return button;
}
