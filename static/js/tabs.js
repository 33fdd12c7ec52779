// Turns the sections of a proof into tabs. Without scripts they stand below each other.

import { element } from "./element.js";
import { loadLate } from "./fragment.js";

/** `proof`: an element that holds `.tabpanel` sections, each with an id and a heading. */
export function makeTabs(proof) {
  const sections = [...proof.querySelectorAll(".tabpanel")];
  if (sections.length < 2) return sections.forEach(loadLate);
  const bar = element("div", { class: "tabs", role: "tablist", "aria-label": "Evidence" });
  const tabs = sections.map((section) => makeTab(section));
  bar.append(...tabs);
  sections[0].before(bar);
  proof.classList.add("tabbed");
  bar.addEventListener("click", (event) => show(tabs, sections, tabs.indexOf(event.target)));
  bar.addEventListener("keydown", (event) => move(event, tabs, sections));
  show(tabs, sections, 0);
}

function makeTab(section) {
  const tab = element(
    "button",
    { type: "button", role: "tab", id: `tab-${section.id}`, "aria-controls": section.id },
    section.querySelector("h3").textContent,
  );
  section.setAttribute("role", "tabpanel");
  section.setAttribute("aria-labelledby", tab.id);
  return tab;
}

function show(tabs, sections, chosen) {
  if (chosen < 0) return;
  tabs.forEach((tab, index) => {
    tab.setAttribute("aria-selected", String(index === chosen));
    tab.tabIndex = index === chosen ? 0 : -1;
    sections[index].hidden = index !== chosen;
  });
  scrollToHit(sections[chosen]);
  loadLate(sections[chosen]);
}

function move(event, tabs, sections) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = (tabs.indexOf(event.target) + step + tabs.length) % tabs.length;
  show(tabs, sections, next);
  tabs[next].focus();
}

/** Brings the first deciding line of each YAML into its own box, two lines below the edge. */
export function scrollToHit(within) {
  for (const yaml of within.querySelectorAll(".yaml")) {
    const hit = yaml.querySelector(".hit");
    if (hit) yaml.scrollTop = hit.offsetTop - yaml.offsetTop - 2 * hit.offsetHeight;
  }
}
