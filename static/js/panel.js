// The side panel: the proof of one edge, as the server writes it, or the card of one namespace.

import { fetchFragment, fetchJson, wasCancelled } from "./api.js";
import { element } from "./element.js";
import { makeTabs, scrollToHit } from "./tabs.js";
import { VERDICT_LOOKS, describeEdge } from "./verdicts.js";

const MOST_PORTS = 50; // of a pair, beside its proof
// What a cell of the matrix shows first: the most permissive of its edges.
const RANKING = ["unrestricted", "allowed", "partial", "unknown", "denied", "empty"];

/** Loads the proof at `url` into `panel`. */
export async function showProof(panel, url) {
  panel.classList.add("busy");
  try {
    const body = await fetchFragment("proof", url);
    panel.replaceChildren(...body.children);
    panel.querySelectorAll(".proof").forEach(makeTabs);
    panel.scrollTop = 0;
    scrollToHit(panel);
  } catch (error) {
    if (wasCancelled(error)) return;
    panel.replaceChildren(element("p", { class: "note danger", role: "alert" }, error.message));
  }
  panel.classList.remove("busy");
}

/** A cell of the matrix, `orders>payments` or `orders>payments/db`: the proof of its most permissive edge, and
 *  below it the others. `urls`: {reach, map}; `proofUrl(edge id)`. */
export async function showPair(panel, pair, urls, proofUrl) {
  const [source, target] = pair.split(">");
  panel.classList.add("busy");
  try {
    const { count, results } = await fetchJson("pair", `${urls.reach}?${new URLSearchParams({ source, target, limit: MOST_PORTS })}`);
    if (!count) return fill(panel, "No edge", `${source} → ${target}`, element("p", {}, `${target} has no Service port.`));
    results.sort((a, b) => RANKING.indexOf(a.verdict) - RANKING.indexOf(b.verdict));
    await showProof(panel, proofUrl(idOf(results[0])));
    if (count > 1) panel.append(otherEdges(source, target, count, results, urls.map));
  } catch (error) {
    if (!wasCancelled(error)) panel.replaceChildren(element("p", { class: "note danger", role: "alert" }, error.message));
  } finally {
    panel.classList.remove("busy");
  }
}

function otherEdges(source, target, count, edges, mapUrl) {
  const rows = edges.slice(1).map((edge) => {
    const words = `${edge.target} ${describeEdge({ ...edge, label: `${edge.port}/${edge.protocol}` })}: ${VERDICT_LOOKS[edge.verdict].word}`;
    return element("a", { href: addressOf(mapUrl, { from: source, to: edge.target, port: `${edge.port}/${edge.protocol}`, sel: idOf(edge) }) }, words);
  });
  const all = element("a", { href: addressOf(mapUrl, { from: source, to: target, view: "table", show: RANKING.join(",") }) }, `All ${count} in the table`);
  return element("section", { class: "proof" }, element("h3", {}, `From ${source} to ${target}, ${count} Service ports`), listOf(rows), element("p", {}, all));
}

const idOf = (edge) => `${edge.source}>${edge.target}:${edge.port}/${edge.protocol}`;

/** A namespace of the overview: what it is, and the two questions that one asks about it. */
export function showCard(panel, node, mapUrl) {
  const facts = [node.fact, isolationOf("Ingress", node.ingress), isolationOf("Egress", node.egress)];
  const asks = [
    [`What can ${node.label} reach?`, { ask: "from", from: node.label }],
    [`Who can reach ${node.label}?`, { ask: "to", to: node.label }],
  ];
  const links = asks.map(([words, ask], index) =>
    element("a", { class: "button", href: addressOf(mapUrl, ask), "data-key": index ? null : "f" }, words),
  );
  fill(panel, "Namespace", node.label, listOf(facts), element("p", { class: "actions" }, ...links));
}

/** A card that stands for many: which they are, each leading to what it can reach. */
export function showMembers(panel, node, mapUrl) {
  const links = node.members.map((name) => element("a", { href: addressOf(mapUrl, { ask: "from", from: name }) }, name));
  fill(panel, `${node.count} namespaces`, node.label, element("p", {}, node.fact), listOf(links));
}

function fill(panel, kind, name, ...parts) {
  const close = element("button", { type: "button", class: "plain", "data-close": "" }, "Close");
  const header = element(
    "header",
    {},
    element("p", { class: "muted small" }, kind, " ", close),
    element("h2", { class: "pair" }, name),
  );
  panel.replaceChildren(element("article", { class: "proof" }, header, ...parts));
}

const addressOf = (mapUrl, ask) => `${mapUrl}?${new URLSearchParams(ask)}`;
const listOf = (items) => element("ul", {}, ...items.map((item) => element("li", {}, item)));

function isolationOf(direction, isolation) {
  const words = { all: "isolated for all workloads", some: "isolated for some workloads", none: "not isolated by any policy" };
  return `${direction}: ${words[isolation]}`;
}
