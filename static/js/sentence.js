// The question's pickers: choosing another Service offers that Service's ports.

import { element } from "./element.js";

export function setUpSentence(form) {
  const target = form.elements.namedItem("to");
  const port = form.elements.namedItem("port");
  if (!target?.matches("select") || !port) return;
  target.addEventListener("change", () => {
    const ports = target.selectedOptions[0]?.dataset.ports ?? "";
    const any = port.options[0];
    port.replaceChildren(any, ...ports.split(" ").filter(Boolean).map((name) => element("option", { value: name }, name)));
  });
}
