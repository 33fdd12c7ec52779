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
  const asks = {
    [`What can ${node.label} reach?`]: { ask: "from", from: node.label },
    [`Who can reach ${node.label}?`]: { ask: "to", to: node.label },
  };
  const close = element("button", { type: "button", class: "plain", "data-close": "" }, "Close");
  const header = element(
    "header",
    {},
    element("p", { class: "muted small" }, "Namespace ", close),
    element("h2", { class: "pair" }, node.label),
  );
  const facts = [node.fact, isolationOf("Ingress", node.ingress), isolationOf("Egress", node.egress)];
  const card = element(
    "article",
    { class: "proof" },
    header,
    element("ul", {}, ...facts.map((fact) => element("li", {}, fact))),
    element("ul", { class: "actions" }, ...Object.entries(asks).map(([words, ask]) => element("li", {}, askLink(words, ask, mapUrl)))),
  );
  panel.replaceChildren(card);
}

function askLink(words, ask, mapUrl) {
  return element("a", { class: "button", href: `${mapUrl}?${new URLSearchParams(ask)}` }, words);
}

function isolationOf(direction, isolation) {
  const words = { all: "isolated for all workloads", some: "isolated for some workloads", none: "not isolated by any policy" };
  return `${direction}: ${words[isolation]}`;
}
