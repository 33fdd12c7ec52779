// Builds DOM elements. Text only ever becomes text: names and labels of a cluster are strangers' words.

const SVG = "http://www.w3.org/2000/svg";

/** element("a", {href: "…", class: "row"}, "text", child, …) */
export function element(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

export function svgElement(tag, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, tag), attributes, children);
}

function dress(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}
