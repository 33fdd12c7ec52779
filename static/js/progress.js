// Follows a running snapshot: asks every two seconds for the same piece of the page, until the piece says no more.

import { fetchFragment } from "./api.js";

const EVERY = 2000; // milliseconds
const TOLD_AT = 25; // per cent: a screen reader hears quarters, not each tick

export function setUpProgress() {
  const piece = document.querySelector("[data-poll]");
  if (piece) setTimeout(() => renew(piece), EVERY);
}

async function renew(piece) {
  try {
    const body = await fetchFragment("progress", piece.dataset.poll);
    const fresh = body.firstElementChild;
    tellQuarter(piece, fresh);
    piece.replaceWith(fresh);
    piece = fresh;
  } catch {
    // The server may be restarting; the next tick asks again.
  }
  if (piece.dataset.poll) setTimeout(() => renew(piece), EVERY);
}

function tellQuarter(before, after) {
  const quarter = (piece) => Math.floor(Number(piece.dataset.percent || 100) / TOLD_AT);
  if (quarter(before) === quarter(after) && after.dataset.poll) return;
  document.querySelector("#live").textContent = after.dataset.spoken;
  document.title = after.dataset.title;
}
