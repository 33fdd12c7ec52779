// A small matrix as a table of the page: one cell is a stop of the Tab key, arrows move from cell to cell.

import { element } from "./element.js";
import { cellAt, describeCell, nameIn } from "./matrix-letters.js";

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** `onChoose(cell)` for a click or Enter, `onRead(text)` for the cell that is pointed at. */
export function makeGrid(box, matrix, show, { onChoose, onRead }) {
  const rows = matrix.rows.map((name, row) => makeRow(matrix, show, name, row));
  const grid = element(
    "table",
    { role: "grid", class: "matrixgrid", "aria-label": "Rows reach columns" },
    element("thead", {}, element("tr", {}, element("td"), ...matrix.columns.map((name) => head(matrix, name)))),
    element("tbody", {}, ...rows),
  );
  box.replaceChildren(grid);
  const at = (row, column) => rows[row]?.cells[column + 1];
  const placeOf = (cell) => [rows.indexOf(cell.parentElement), cell.cellIndex - 1];
  const cellOf = (event) => event.target.closest?.("td[data-id]");
  at(0, 0)?.setAttribute("tabindex", "0");
  grid.addEventListener("click", (event) => cellOf(event) && go(cellOf(event), true));
  grid.addEventListener("mouseover", (event) => cellOf(event) && onRead(cellOf(event).getAttribute("aria-label")));
  grid.addEventListener("keydown", onKey);
  grid.addEventListener("focusin", (event) => cellOf(event) && onRead(cellOf(event).getAttribute("aria-label")));

  function go(cell, isChosen) {
    grid.querySelector('td[tabindex="0"]')?.setAttribute("tabindex", "-1");
    cell.setAttribute("tabindex", "0");
    cell.focus();
    if (isChosen) onChoose(cellAt(matrix, ...placeOf(cell)));
  }

  function onKey(event) {
    const cell = cellOf(event);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextOf(event.key, placeOf(cell));
    if (!next && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (next) go(at(...next) ?? cell, false);
    else go(cell, true);
  }

  function nextOf(key, [row, column]) {
    if (key === "Home") return [row, 0];
    if (key === "End") return [row, matrix.columns.length - 1];
    const step = MOVES[key];
    return step && [Math.max(0, row + step[0]), Math.max(0, column + step[1])];
  }

  return {
    mark(id) {
      for (const cell of grid.querySelectorAll("td[data-id]")) cell.setAttribute("aria-selected", String(cell.dataset.id === id));
    },
    focus: (row, column) => at(row, column) && go(at(row, column), false),
  };
}

function head(matrix, name) {
  return element("th", { scope: "col" }, element("span", {}, nameIn(matrix, name)));
}

function makeRow(matrix, show, name, row) {
  const cells = matrix.columns.map((_, column) => makeCell(matrix, show, row, column));
  return element("tr", {}, element("th", { scope: "row" }, nameIn(matrix, name)), ...cells);
}

function makeCell(matrix, show, row, column) {
  const cell = cellAt(matrix, row, column);
  const isShown = show.has(cell.verdict);
  const classes = ["cell", isShown ? cell.verdict : "plain", isShown && cell.lacksDns && "nodns", cell.mark?.kind, cell.source === cell.target && "own"];
  return element(
    "td",
    {
      role: "gridcell",
      class: classes.filter(Boolean).join(" "),
      tabindex: "-1",
      "data-id": cell.id,
      "aria-label": describeCell(matrix, cell),
      "aria-selected": "false",
    },
    cell.mark?.glyph || (isShown ? cell.glyph : ""),
  );
}
