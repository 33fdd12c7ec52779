// `data-fragment="address"`: a piece of the page that takes the server a while, asked for once the rest stands.

import { fetchFragment } from "./api.js";

export function setUpFragments() {
  for (const place of document.querySelectorAll("[data-fragment]")) load(place);
}

/** `data-late`: the same, asked for when it comes into sight. */
export function loadLate(within) {
  for (const place of within.querySelectorAll("[data-late]")) {
    place.dataset.fragment = place.dataset.late;
    delete place.dataset.late;
    load(place);
  }
}

async function load(place) {
  try {
    const body = await fetchFragment(place.dataset.fragment, place.dataset.fragment);
    place.replaceChildren(...body.children);
  } catch (error) {
    const told = document.createElement("p");
    told.className = "problem";
    told.textContent = error.message;
    place.append(told); // what stands there already leads to the whole page
  }
}
