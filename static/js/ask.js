// The ask box: a combobox (ARIA 1.2) whose options the server finds. Without scripts it is a plain form.

import { fetchJson, wasCancelled } from "./api.js";
import { element } from "./element.js";

const PAUSE = 120; // ms: while one types on, nothing is asked

/** Sets up a field `.ask`, whose `data-options` is the address that completes a line. With `data-head="from:"`
 *  it is the field of one value: the names that may stand after that key, without the labels. */
export function setUpAsk(form) {
  const input = form.querySelector("input[role=combobox]");
  const list = form.querySelector("[role=listbox]");
  const says = form.querySelector("[role=status]");
  const { head = "" } = form.dataset;
  let options = [];
  let active = -1;
  let timer = 0;
  let isStale = false; // what is listed is for a line that was typed on since

  input.addEventListener("input", () => later());
  input.addEventListener("focus", () => later());
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", () => close());
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) take(options[Number(row.dataset.index)]);
  });

  function later() {
    isStale = true;
    choose(-1);
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  async function ask() {
    const line = input.value;
    try {
      const url = new URL(form.dataset.options, location.href);
      url.searchParams.set("q", head + line);
      options = (await fetchJson("options", url)).options.filter((option) => !head || !option.label.includes("="));
    } catch (error) {
      if (wasCancelled(error)) return;
      options = [];
      says.textContent = error.message;
    }
    if (input.value !== line) return; // it was typed on meanwhile, and is asked for again
    if (document.activeElement === input) open();
  }

  function open() {
    isStale = false;
    active = -1;
    list.replaceChildren(...options.map((option, index) => makeRow(list, option, index)));
    show(options.length > 0);
    says.textContent = options.length ? `${options.length} suggestions` : "No suggestion";
  }

  function close() {
    clearTimeout(timer);
    show(false);
  }

  function show(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  }

  function onKey(event) {
    const isOpen = !list.hidden;
    if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      event.preventDefault();
      close();
    } else if (event.key === "Escape") {
      input.blur();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) later();
      else if (!isStale) move(event.key === "ArrowDown" ? 1 : -1);
    } else if (isOpen && active >= 0 && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      take(options[active]);
    }
  }

  /** Past either end stands the field itself. */
  function move(step) {
    const places = options.length + 1;
    choose(((active + 1 + step + places) % places) - 1);
  }

  function choose(place) {
    active = place;
    for (const row of list.children) {
      const isActive = Number(row.dataset.index) === active;
      row.setAttribute("aria-selected", String(isActive));
      if (isActive) row.scrollIntoView({ block: "nearest" });
    }
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[active].id);
  }

  function take(option) {
    if (option.url) return location.assign(option.url);
    input.value = head ? option.label : option.text;
    input.focus();
    return head ? close() : later();
  }
}

function makeRow(list, option, index) {
  return element(
    list.matches("ul") ? "li" : "span",
    { role: "option", id: `${list.id}-${index}`, "data-index": index, "aria-selected": "false" },
    element("span", { class: "label" }, option.label),
    list.matches("ul") ? element("span", { class: "detail" }, option.detail) : null,
  );
}
