// The matrix: fetches its window, shows it as a table of the page while it is small and as a picture above
// that, and keeps the parts around it in step.

import { fetchJson } from "./api.js";
import { element } from "./element.js";
import { drawn } from "./frames.js";
import { makeCanvas } from "./matrix-canvas.js";
import { makeGrid } from "./matrix-grid.js";
import { cellAt, nameIn } from "./matrix-letters.js";

const MOST_CELLS = 60; // a row and a column, of a table

/** `box`: the element of `_matrix.html`; `onChoose(cell)` as `cellAt` gives it; `onMove({top, left})`. */
export function makeMatrix(box, onChoose, onMove) {
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const onRead = (text) => (part("matrix-read").textContent = text);
  let matrix;
  let view;

  part("cells-larger").addEventListener("click", () => view.resize(1));
  part("cells-smaller").addEventListener("click", () => view.resize(-1));
  part("matrix-pager").addEventListener("click", (event) => event.target.dataset.move && onMove(moved(event.target.dataset.move)));
  part("matrix-pick").addEventListener("submit", (event) => {
    event.preventDefault();
    const { row, column } = event.target.elements;
    view.focus(row.selectedIndex, column.selectedIndex);
    onChoose(cellAt(matrix, row.selectedIndex, column.selectedIndex));
  });

  /** Shows the window of `state`, and returns the matrix. */
  async function load(state) {
    matrix = await fetchJson("matrix", windowUrl(box.dataset.url, state));
    view = showCells(state);
    drawn().then(fillPick); // up to a thousand options: the picture comes first
    showPager();
    const { row_count: rows, column_count: columns, counts } = matrix.meta;
    const hidden = Object.entries(counts).reduce((sum, [verdict, count]) => sum + (state.show.has(verdict) ? 0 : count), 0);
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    part("matrix-tally").textContent =
      `${words(matrix.rows.length)} of ${words(rows)} rows · ${words(matrix.columns.length)} of ${words(columns)} columns drawn · ` +
      `${words(total - hidden)} cells shown · ${words(hidden)} hidden`;
    return matrix;
  }

  function showCells(state) {
    const isSmall = matrix.rows.length <= MOST_CELLS && matrix.columns.length <= MOST_CELLS;
    const isEmpty = !matrix.rows.length || !matrix.columns.length;
    part("matrix-tools").hidden = part("matrix-pick").hidden = isSmall;
    if (isEmpty) return showNothing();
    const make = isSmall ? makeGrid : makeCanvas;
    return make(part("matrix-cells"), matrix, state.show, { onChoose, onRead });
  }

  function showNothing() {
    part("matrix-cells").replaceChildren(element("p", { class: "note" }, "There is no Service port to reach here, so the matrix has no columns."));
    return { mark() {}, focus() {}, resize() {} };
  }

  function fillPick() {
    const fill = (select, names) => select.replaceChildren(...names.map((name) => element("option", { value: name }, nameIn(matrix, name))));
    const { row, column } = part("matrix-pick").elements;
    fill(row, matrix.rows);
    fill(column, matrix.columns);
  }

  function showPager() {
    const { row_offset: top, column_offset: left, row_count: rows, column_count: columns } = matrix.meta;
    const ends = { up: top === 0, left: left === 0, down: top + matrix.rows.length >= rows, right: left + matrix.columns.length >= columns };
    part("matrix-pager").hidden = Object.values(ends).every(Boolean);
    for (const button of part("matrix-pager").children) button.disabled = ends[button.dataset.move];
  }

  function moved(way) {
    const { row_offset: top, column_offset: left } = matrix.meta;
    const size = Number(new URL(box.dataset.url, location.href).searchParams.get("row_limit"));
    const step = { up: [-size, 0], down: [size, 0], left: [0, -size], right: [0, size] }[way];
    return { top: Math.max(0, top + step[0]), left: Math.max(0, left + step[1]) };
  }

  return { load, mark: (id) => view?.mark(id), isOfClasses: () => matrix.meta.by === "class" };
}

const words = (number) => number.toLocaleString("en");

function windowUrl(address, { top, left }) {
  const url = new URL(address, location.href);
  if (top) url.searchParams.set("row_offset", top);
  if (left) url.searchParams.set("column_offset", left);
  return url;
}
