// The reach map: one state (the address), drawn as graph, outline, chips and panel.

import { fetchFragment, fetchJson, wasCancelled } from "./api.js";
import { setUpChips, showChips } from "./chips.js";
import { setUpCopy } from "./copy.js";
import { choose, draw, fit, makeGraph, zoomBy } from "./graph.js";
import { isTyping } from "./keys.js";
import { chooseInOutline, fillOutline } from "./outline.js";
import { showCard, showMembers, showProof } from "./panel.js";
import { setUpSentence } from "./sentence.js";
import { VERDICTS, addressOf, readState } from "./state.js";

const NARROW = 900; // px: below, the table leads
const page = document.querySelector("#map");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const aside = part("aside");
const panel = part("panel");
const list = part("outline");
const chips = [...page.querySelectorAll(".chip")];
const cy = part("canvas") && makeGraph(part("canvas"), onChoose);
let state = readState();
state.sel ||= page.dataset.sel; // a question about two ends opens its proof
let known = new Map(); // id -> data of every node and edge of the answer

if (cy && innerWidth <= NARROW && !new URLSearchParams(location.search).has("view")) {
  location.replace(tableLink().href);
}
setUpSentence(part("question"));
setUpChips(chips, onToggle);
setUpCopy(part("copy"));
if (cy) setUpTools();
addEventListener("popstate", () => apply(readState()));
document.addEventListener("keydown", (event) => event.key === "Escape" && state.sel && !isTyping(event.target) && close());
page.addEventListener("click", onLink);
window.portolan = { cy };
await load();
document.documentElement.dataset.ready = "";

/** Fetches the answer for the present state and shows it. */
async function load() {
  part("answer").classList.add("busy");
  try {
    await (cy ? loadGraph() : loadTable());
    part("failure").hidden = true;
  } catch (error) {
    if (wasCancelled(error)) return;
    part("failure").hidden = false;
    part("failure").firstElementChild.textContent = error.message;
  }
  part("answer").classList.remove("busy");
  showSelection();
}

async function loadGraph() {
  const url = new URL(page.dataset.graph, location.href);
  url.searchParams.set("show", [...state.show].join(","));
  const graph = await fetchJson("answer", url);
  known = new Map([...graph.nodes, ...graph.edges].map((each) => [each.id, each]));
  draw(cy, graph);
  fillOutline(list, graph, onChoose);
  const { answer, drawn, folded, hidden } = graph.meta;
  document.querySelector("#live").textContent = answer;
  part("canvas").setAttribute("aria-label", `${answer}. The list of answers beside it says the same.`);
  part("tally").textContent = `${drawn} drawn · ${folded} folded · ${hidden} hidden`;
  part("nothing").hidden = drawn + folded > 0 || hidden === 0;
}

async function loadTable() {
  const url = new URL(addressOf(state));
  url.searchParams.set("fragment", "table");
  const body = await fetchFragment("answer", url);
  part("table").replaceChildren(...body.children);
}

/** Takes over another state, from a click or from the browser's history. */
async function apply(next) {
  const isSameAnswer = [...next.show].sort().join() === [...state.show].sort().join();
  state = next;
  showChips(chips, state.show);
  rewriteLinks();
  if (isSameAnswer) showSelection();
  else await load();
}

function onToggle(verdict) {
  const show = new Set(state.show);
  if (!show.delete(verdict)) show.add(verdict);
  if (!show.size) return; // one verdict at least is shown
  const next = { ...state, show };
  history.replaceState(null, "", addressOf(next));
  return apply(next);
}

function onChoose(data) {
  if (!data) return state.sel ? close() : undefined;
  const folded = [data.id, data.source, data.target].find((id) => id?.startsWith("folded:"));
  if (folded) return unfold(folded.split(">")[0]);
  return select((data.kind ? firstEdgeOf(data) : data).id);
}

/** A folded card shows its verdict's own cards; what found no room is in the table. */
function unfold(id) {
  const verdict = id.replace("folded:", "");
  if (VERDICTS.includes(verdict)) return onToggle(verdict);
  location.assign(addressOf(state, tableLink().href));
}

function tableLink() {
  return page.querySelector('[data-key="2"]');
}

/** In a focus view a card stands for its first edge; in the overview it stands for itself. */
function firstEdgeOf(node) {
  if (page.dataset.focus === "") return node;
  const edges = [...known.values()].filter((each) => each.source === node.id || each.target === node.id);
  return edges.find((edge) => edge.ask) ?? node;
}

function select(id) {
  if (id === state.sel) return;
  state = { ...state, sel: id };
  history.pushState(null, "", addressOf(state));
  rewriteLinks();
  showSelection();
}

function close() {
  const id = state.sel;
  select("");
  [...page.querySelectorAll("[data-id]")].find((row) => row.dataset.id === id)?.focus();
}

function showSelection() {
  const isOpen = state.sel !== "";
  aside.classList.toggle("explaining", isOpen);
  panel.hidden = !isOpen;
  if (cy) choose(cy, state.sel);
  if (list) chooseInOutline(list, state.sel);
  for (const row of page.querySelectorAll("tr[data-id]")) {
    row.classList.toggle("selected", row.dataset.id === state.sel);
  }
  if (isOpen) showPanel(known.get(state.sel));
}

function showPanel(data) {
  if (data?.kind === "namespace") showCard(panel, data, page.dataset.map);
  else if (data?.kind) showMembers(panel, data, page.dataset.map);
  else showProof(panel, proofUrl(data?.ask ? idOf(data.ask) : state.sel));
}

function idOf(ask) {
  return `${ask.source}>${ask.target}:${ask.port}/${ask.protocol}`;
}

function proofUrl(edge) {
  const [source, rest] = edge.split(">");
  const cut = rest?.lastIndexOf(":") ?? -1;
  const query = { from: source, to: rest?.slice(0, cut) ?? "", port: rest?.slice(cut + 1) ?? "", fragment: "1" };
  return `${page.dataset.explain}?${new URLSearchParams(query)}`;
}

/** Rows of the table are links to the proof page; here they open the panel instead. */
function onLink(event) {
  const row = event.target.closest("a.row")?.closest("[data-id]");
  if (event.target.closest("[data-close]")) close();
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  select(row.dataset.id);
}

/** The other view keeps the selection and the filter. */
function rewriteLinks() {
  for (const link of page.querySelectorAll("a[data-keeps-state]")) link.href = addressOf(state, link.href);
}

function setUpTools() {
  part("zoom-in").addEventListener("click", () => zoomBy(cy, 1.25));
  part("zoom-out").addEventListener("click", () => zoomBy(cy, 0.8));
  part("fit").addEventListener("click", () => fit(cy));
}
