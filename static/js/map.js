// The reach map: one state (the address), shown by the renderings that the page has, by chips and by the panel.

import { fetchFragment, wasCancelled } from "./api.js";
import { setUpChips, showChips } from "./chips.js";
import { setUpCopy } from "./copy.js";
import { makeDrawing } from "./drawing.js";
import { drawn } from "./frames.js";
import { isTyping } from "./keys.js";
import { makeMatrix } from "./matrix.js";
import { showCard, showGone, showMembers, showPair, showPath, showProof } from "./panel.js";
import { setUpPicture } from "./picture.js";
import { setUpSentence } from "./sentence.js";
import { VERDICTS, addressOf, readState } from "./state.js";

const NARROW = "(width <= 900px)"; // there the table leads
const page = document.querySelector("#map");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const aside = part("aside");
const panel = part("panel");
const chips = [...page.querySelectorAll(".chip")];
const drawing = part("canvas") && makeDrawing(page, onChoose);
const matrix = part("matrix") && makeMatrix(part("matrix"), onCell, onMove);
let state = readState();
state.sel ||= page.dataset.sel; // a question about two ends opens its proof

if (matchMedia(NARROW).matches && !part("table") && !new URLSearchParams(location.search).has("view")) {
  location.replace(tableLink().href);
}
setUpSentence(part("question"));
setUpChips(chips, onToggle);
setUpCopy(part("copy"));
if (part("png")) setUpPicture(part("png"), part("svg"), showFailure);
addEventListener("popstate", () => apply(readState()));
document.addEventListener("keydown", (event) => event.key === "Escape" && state.sel && !isTyping(event.target) && close());
page.addEventListener("click", onLink);
for (const link of page.querySelectorAll("a[data-view]")) link.addEventListener("click", () => remember(link.dataset.view));
window.portolan = { cy: drawing?.cy };
await load(true);
await drawn();
document.documentElement.dataset.ready = "";

/** Fetches the answer for the present state and shows it; the first table came with the page. */
async function load(isFirst = false) {
  part("answer").classList.add("busy");
  try {
    await Promise.all([drawing?.load(state), matrix?.load(state), part("table") && !isFirst && loadTable()]);
    part("failure").hidden = true;
  } catch (error) {
    if (wasCancelled(error)) return;
    showFailure(error.message);
  }
  part("answer").classList.remove("busy");
  await showSelection();
}

function showFailure(message) {
  part("failure").hidden = false;
  part("failure").firstElementChild.textContent = message;
}

async function loadTable() {
  const url = new URL(addressOf(state));
  url.searchParams.set("fragment", "table");
  const body = await fetchFragment("table", url);
  part("table").replaceChildren(...body.children);
}

/** Takes over another state, from a click or from the browser's history. */
async function apply(next) {
  const answerOf = ({ show, top, left }) => [[...show].sort(), top, left].join();
  const isSameAnswer = answerOf(next) === answerOf(state);
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
  return replaceState({ show });
}

function onMove(corner) {
  return replaceState(corner);
}

function replaceState(change) {
  const next = { ...state, ...change };
  history.replaceState(null, "", addressOf(next));
  return apply(next);
}

function onChoose(data) {
  if (!data) return state.sel ? close() : undefined;
  const folded = [data.id, data.source, data.target].find((id) => id?.startsWith("folded:"));
  if (folded) return unfold(folded.split(">")[0]);
  return select(data.id);
}

/** A cell of two classes leads to their members, any other to its proof. */
function onCell(cell) {
  if (!matrix.isOfClasses()) return select(cell.id);
  const address = new URL(addressOf({ ...state, sel: "", top: 0, left: 0 }));
  address.searchParams.set("by", "namespace");
  address.searchParams.set("rows", `class:${cell.source}`);
  address.searchParams.set("columns", `class:${cell.target}`);
  location.assign(address);
}

/** A folded card shows its verdict's own cards; what found no room is in the table. */
function unfold(id) {
  const verdict = id.replace("folded:", "");
  const home = /^folded:more:ns:(.*)$/.exec(id);
  if (home) return location.assign(`${page.dataset.map}?${new URLSearchParams({ ask: "to", to: home[1] })}`);
  if (VERDICTS.includes(verdict)) return onToggle(verdict);
  location.assign(addressOf(state, tableLink().href));
}

function tableLink() {
  return page.querySelector('[data-view="table"]');
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

async function showSelection() {
  const { sel } = state;
  const isOpen = sel.includes(">") || Boolean(drawing && sel); // a card is in the drawing alone
  aside.classList.toggle("explaining", isOpen);
  panel.hidden = !isOpen;
  matrix?.mark(sel);
  for (const row of page.querySelectorAll("tr[data-id]")) {
    row.classList.toggle("selected", row.dataset.id === state.sel);
  }
  await drawing?.select(sel);
  if (isOpen && sel === state.sel) await showPanel(drawing?.find(sel));
  if (sel === state.sel) drawing?.mark(); // drawn last: the words need not wait for it
}

/** `data`: the node or the edge of the drawing that is selected, if it is one. */
async function showPanel(data) {
  if (data?.gone || data?.kind === "gone") showGone(panel, data, drawing.about(data.id), { number: page.dataset.versus, url: page.dataset.before }, onChoose);
  else if (data?.steps) showPath(panel, data.label, data.steps, page.dataset.explain);
  else if (["namespace", "box"].includes(data?.kind)) showCard(panel, data, page.dataset, drawing.about(data.id), onChoose);
  else if (data?.members) showMembers(panel, data, page.dataset.map, drawing.about(data.id), onChoose);
  else if (data?.ask) await showProof(panel, proofUrl(idOf(data.ask)));
  else if (isPair(state.sel)) await showPair(panel, endsOf(state.sel), page.dataset, proofUrl);
  else await showProof(panel, proofUrl(state.sel));
}

/** A cell of the matrix, or a line between two cards: without a port. */
function isPair(id) {
  return !endsOf(id).includes(":");
}

function endsOf(id) {
  return id.replace(/(^|>)(ns|svc|source|target):/g, "$1");
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

/** The view that opens when an address names none (apps/web/first_view.py). */
function remember(view) {
  document.cookie = `view=${view};path=/;max-age=31536000;samesite=lax`;
}

/** The other renderings keep the selection and the filter. */
function rewriteLinks() {
  for (const link of document.querySelectorAll("a[data-keeps-state]")) link.href = addressOf({ ...state, top: 0, left: 0 }, link.href);
}
