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

/** A namespace of the overview: what it is, what one asks about it, and the lines that the drawing shows.
 *  `urls`: {map, report}; `lines`: {name, data} of its edges; `canExpand`: whether it can show its Services; `onChoose(data)`. */
export function showCard(panel, node, urls, { lines, canExpand }, onChoose) {
  const mapUrl = urls.map;
  const facts = [node.fact, isolationOf("Ingress", node.ingress), isolationOf("Egress", node.egress)];
  const asks = [
    [`What can ${node.label} reach?`, { ask: "from", from: node.label }],
    [`Who can reach ${node.label}?`, { ask: "to", to: node.label }],
    ["Where could it pivot to?", { ask: "path", from: node.label }],
  ];
  const links = asks.map(([words, ask], index) =>
    element("a", { class: "button", href: addressOf(mapUrl, ask), "data-key": index ? null : "f" }, words),
  );
  if (canExpand) links.push(expandLink(node));
  links.push(element("a", { class: "button", href: `${urls.report}?${new URLSearchParams({ namespaces: node.label })}` }, "Add to report"));
  fill(panel, "Namespace", node.label, listOf(facts), element("p", { class: "actions" }, ...links), listLines(lines, onChoose));
}

/** Closed edges that have lost an end, or the card of what is gone. `lines` as for a namespace; `before`: the
 *  compared snapshot's number, and the address of its proofs. */
export function showGone(panel, data, { lines }, before, onChoose) {
  if (!data.gone) return fill(panel, `Not in this snapshot`, data.label, element("p", {}, data.fact), listLines(lines, onChoose));
  const edges = data.gone.map((edge) => {
    const port = `${edge.port}/${edge.protocol}`;
    const address = `${before.url}?${new URLSearchParams({ from: edge.source, to: edge.target, port })}`;
    const was = edge.was ? ` was ${VERDICT_LOOKS[edge.was].word}` : "";
    return element("span", {}, element("a", { href: address }, `${edge.source} → ${edge.target} ${port}`), was);
  });
  const rest = data.change.closed - edges.length;
  const said = `There is no such edge any more: a namespace, the Service or its port is gone. What snapshot #${before.number} said:`;
  const more = rest > 0 ? element("p", { class: "muted" }, `and ${rest} more`) : null;
  fill(panel, `Closed since #${before.number}`, data.label, element("p", {}, said), listOf(edges), more);
}

/** A card that stands for many: which they are, each leading to what it can reach, and the lines shown. */
export function showMembers(panel, node, mapUrl, { lines }, onChoose) {
  const links = node.members.map((name) => element("a", { href: addressOf(mapUrl, { ask: "from", from: name }) }, name));
  const rest = node.count - node.members.length;
  const more = rest > 0 ? element("p", { class: "muted" }, `and ${rest.toLocaleString("en")} more`) : null;
  fill(panel, `${node.count.toLocaleString("en")} namespaces`, node.label, element("p", {}, node.fact), listLines(lines, onChoose), listOf(links), more);
}

/** The steps of one path of several hops, as the REST interface tells them, each leading to its proof. */
export function showPath(panel, target, steps, explainUrl) {
  const rows = steps.map((step) => {
    const port = `${step.port}/${step.protocol}`;
    const words = `${step.source} → ${step.target} on ${step.service || "pod"}:${port}`;
    const address = `${explainUrl}?${new URLSearchParams({ from: step.source, to: step.service, port })}`;
    const mark = step.certainty === "unknown" ? element("span", { class: "unknown" }, " · unknown") : "";
    return element("li", {}, step.service ? element("a", { href: address }, words) : words, mark);
  });
  const note = element("p", { class: "note warn" }, "A possible pivot, not a direct path: each workload on the way would have to be taken over.");
  fill(panel, `${steps.length} hop${steps.length === 1 ? "" : "s"}`, target, note, element("ol", { class: "reasons" }, ...rows));
}

function expandLink(node) {
  const address = new URL(location.href);
  const names = (address.searchParams.get("expand") ?? "").split(",").filter(Boolean);
  const isOpen = names.includes(node.label);
  const next = isOpen ? names.filter((name) => name !== node.label) : [...names, node.label];
  if (next.length) address.searchParams.set("expand", next.join(","));
  else address.searchParams.delete("expand");
  return element("a", { class: "button", href: address.href, "data-key": "e" }, isOpen ? "Fold its Services" : "Show its Services");
}

function listLines(lines, onChoose) {
  if (!lines.length) return element("p", { class: "muted" }, "No line of it is drawn with these verdicts.");
  const buttons = lines.map(({ name, data }) => {
    const button = element("button", { type: "button", class: `plain ${data.verdict}` }, `${name}: ${VERDICT_LOOKS[data.verdict]?.word ?? "Gone"} · ${describeEdge(data)}`);
    button.addEventListener("click", () => onChoose(data));
    return button;
  });
  return element("section", {}, element("h3", {}, "Lines drawn"), listOf(buttons));
}

function fill(panel, kind, name, ...parts) {
  const close = element("button", { type: "button", class: "plain", "data-close": "" }, "Close");
  const header = element(
    "header",
    {},
    element("p", { class: "muted small" }, kind, " ", close),
    element("h2", { class: "pair" }, name),
  );
  panel.replaceChildren(element("article", { class: "proof" }, header, ...parts.filter(Boolean)));
}

/** A question on the map; what it is compared with stays. */
function addressOf(mapUrl, ask) {
  const vs = new URLSearchParams(location.search).get("vs");
  return `${mapUrl}?${new URLSearchParams(vs ? { ...ask, vs } : ask)}`;
}

const listOf = (items) => element("ul", {}, ...items.map((item) => element("li", {}, item)));

function isolationOf(direction, isolation) {
  const words = { all: "isolated for all workloads", some: "isolated for some workloads", none: "not isolated by any policy" };
  return `${direction}: ${words[isolation]}`;
}
