// The side panel: the proof of one edge, as the server writes it, or the card of one namespace.

import { fetchFragment, wasCancelled } from "./api.js";
import { element } from "./element.js";
import { makeTabs, scrollToHit } from "./tabs.js";

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

/** A namespace of the overview: what it is, and the two questions that one asks about it. */
export function showCard(panel, node, mapUrl) {
  const facts = [node.fact, isolationOf("Ingress", node.ingress), isolationOf("Egress", node.egress)];
  const asks = [
    [`What can ${node.label} reach?`, { ask: "from", from: node.label }],
    [`Who can reach ${node.label}?`, { ask: "to", to: node.label }],
  ];
  const links = asks.map(([words, ask]) => element("a", { class: "button", href: addressOf(mapUrl, ask) }, words));
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
