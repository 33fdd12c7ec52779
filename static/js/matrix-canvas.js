// A large matrix: every cell a pixel of one picture, which is drawn as large as the window wants it. The cell
// that the keyboard stands on is a DOM element, so that it has focus, a name and a place.

import { element } from "./element.js";
import { readColors } from "./graph-style.js";
import { LETTERS, cellAt, describeCell, nameIn } from "./matrix-letters.js";

const HEAD = 132; // px for the names of rows and of columns
const SIZES = [2, 3, 4, 6, 8, 12, 18, 24]; // px a cell
const NAMED = 12; // px: above, every row and column has room for its name
const GLYPHED = 18;
const FILLS = { A: "accent", P: "partly", U: "open", "?": "unknown", D: "sunken", E: "canvas", "-": "canvas" };
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const PAGE = 20; // cells

/** As `makeGrid`; `focus(row, column)` moves the cursor, `resize(step)` changes the size of the cells. */
export function makeCanvas(box, matrix, show, { onChoose, onRead }) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const cursor = element("div", { role: "gridcell", tabindex: "0", class: "cursor" });
  const line = element("div", { role: "row" }, cursor);
  const sheet = element("div", { class: "sheet", role: "grid", "aria-label": "Rows reach columns" }, canvas, line);
  const scroll = element("div", { class: "scroll" }, sheet);
  box.replaceChildren(scroll);
  let colors = readColors();
  let picture = paint(matrix, show, colors);
  let place = [0, 0];
  let chosen = "";
  let frame = 0;
  let size = fitting();

  sheet.setAttribute("aria-rowcount", matrix.meta.row_count);
  sheet.setAttribute("aria-colcount", matrix.meta.column_count);
  scroll.addEventListener("scroll", redraw);
  canvas.addEventListener("click", (event) => cellUnder(event) && go(...cellUnder(event), true));
  canvas.addEventListener("mousemove", (event) => cellUnder(event) && read(...cellUnder(event)));
  cursor.addEventListener("keydown", onKey);
  cursor.addEventListener("focus", () => read(...place));
  new ResizeObserver(redraw).observe(scroll);
  document.addEventListener("themechange", () => {
    colors = readColors();
    picture = paint(matrix, show, colors);
    redraw();
  });
  settle();

  function fitting() {
    const room = Math.min((scroll.clientWidth - HEAD) / matrix.columns.length, (scroll.clientHeight - HEAD) / matrix.rows.length);
    return SIZES.findLast((each) => each <= room) ?? SIZES[0];
  }

  /** After the cells' size or the cursor's place changed. */
  function settle() {
    const [row, column] = place;
    const cell = cellAt(matrix, row, column);
    sheet.style.width = `${HEAD + matrix.columns.length * size}px`;
    sheet.style.height = `${HEAD + matrix.rows.length * size}px`;
    cursor.style.width = cursor.style.height = `${Math.max(size, 8)}px`;
    cursor.style.translate = `${HEAD + column * size}px ${HEAD + row * size}px`;
    cursor.setAttribute("aria-label", describeCell(matrix, cell));
    cursor.setAttribute("aria-selected", String(cell.id === chosen));
    line.setAttribute("aria-rowindex", matrix.meta.row_offset + row + 1);
    cursor.setAttribute("aria-colindex", matrix.meta.column_offset + column + 1);
    redraw();
  }

  /** Once a frame, however many things changed. */
  function redraw() {
    frame ||= requestAnimationFrame(draw);
  }

  function draw() {
    frame = 0;
    const [width, height] = [scroll.clientWidth, scroll.clientHeight];
    const scale = devicePixelRatio;
    canvas.width = width * scale;
    canvas.height = height * scale;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    drawCells(pen, width, height);
    drawNames(pen, width, height);
  }

  function seen(width, height) {
    const first = (offset) => Math.floor(offset / size);
    const count = (room) => Math.ceil(Math.max(0, room - HEAD) / size) + 1;
    return {
      rows: range(first(scroll.scrollTop), count(height), matrix.rows.length),
      columns: range(first(scroll.scrollLeft), count(width), matrix.columns.length),
    };
  }

  function drawCells(pen, width, height) {
    pen.imageSmoothingEnabled = false;
    pen.save();
    pen.beginPath();
    pen.rect(HEAD, HEAD, width - HEAD, height - HEAD);
    pen.clip();
    const [left, top] = [HEAD - scroll.scrollLeft, HEAD - scroll.scrollTop];
    pen.drawImage(picture, left, top, matrix.columns.length * size, matrix.rows.length * size);
    if (size >= GLYPHED) drawGlyphs(pen, left, top, seen(width, height));
    pen.restore();
  }

  function drawGlyphs(pen, left, top, { rows, columns }) {
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `${size * 0.55}px ${getComputedStyle(document.body).fontFamily}`;
    pen.strokeStyle = colors.canvas;
    for (const row of rows) {
      for (const column of columns) {
        const cell = cellAt(matrix, row, column);
        const [x, y] = [left + column * size, top + row * size];
        pen.strokeRect(x, y, size, size);
        const glyph = cell.mark?.glyph;
        if (!glyph && !show.has(cell.verdict)) continue;
        pen.fillStyle = "DE".includes(cell.letter) && !glyph ? colors.deny : colors.bg;
        pen.fillText(glyph || cell.glyph, x + size / 2, y + size / 2);
        if (cell.lacksDns) tick(pen, x, y);
      }
    }
  }

  function tick(pen, x, y) {
    pen.beginPath();
    pen.moveTo(x + size, y);
    pen.lineTo(x + size, y + size * 0.4);
    pen.lineTo(x + size * 0.6, y);
    pen.fill();
  }

  function drawNames(pen, width, height) {
    const { rows, columns } = seen(width, height);
    const every = Math.max(1, Math.ceil(NAMED / size)); // small cells: a name now and then
    pen.fillStyle = colors.bg;
    pen.fillRect(0, 0, width, HEAD);
    pen.fillRect(0, 0, HEAD, height);
    pen.fillStyle = colors.text;
    pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    for (const row of rows.filter((each) => each % every === 0)) {
      const y = HEAD - scroll.scrollTop + (row + 0.5) * size;
      if (y >= HEAD) pen.fillText(short(nameIn(matrix, matrix.rows[row])), HEAD - 8, y);
    }
    pen.textAlign = "left";
    for (const column of columns.filter((each) => each % every === 0)) {
      const x = HEAD - scroll.scrollLeft + (column + 0.5) * size;
      if (x < HEAD) continue;
      pen.save();
      pen.translate(x, HEAD - 8);
      pen.rotate(-Math.PI / 2);
      pen.fillText(short(nameIn(matrix, matrix.columns[column])), 0, 0);
      pen.restore();
    }
  }

  function cellUnder(event) {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.x - HEAD, event.clientY - box.y - HEAD];
    const [row, column] = [Math.floor((y + scroll.scrollTop) / size), Math.floor((x + scroll.scrollLeft) / size)];
    return x >= 0 && y >= 0 && row < matrix.rows.length && column < matrix.columns.length && [row, column];
  }

  function read(row, column) {
    onRead(describeCell(matrix, cellAt(matrix, row, column)));
  }

  function go(row, column, isChosen) {
    place = [clamp(row, matrix.rows.length), clamp(column, matrix.columns.length)];
    settle();
    reveal();
    cursor.focus({ preventScroll: true });
    read(...place);
    if (isChosen) onChoose(cellAt(matrix, ...place));
  }

  /** Scrolls until the cursor's cell is beside the names and not under them. */
  function reveal() {
    const [row, column] = place;
    scroll.scrollTop = within(scroll.scrollTop, row * size, scroll.clientHeight - HEAD - size);
    scroll.scrollLeft = within(scroll.scrollLeft, column * size, scroll.clientWidth - HEAD - size);
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextOf(event.key);
    if (!next && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (next) go(...next, false);
    else go(...place, true);
  }

  function nextOf(key) {
    const [row, column] = place;
    const jumps = { Home: [row, 0], End: [row, Infinity], PageUp: [row - PAGE, column], PageDown: [row + PAGE, column] };
    const step = MOVES[key];
    return jumps[key] ?? (step && [row + step[0], column + step[1]]);
  }

  return {
    mark(id) {
      chosen = id;
      settle();
    },
    focus: (row, column) => go(row, column, false),
    resize(step) {
      size = SIZES[clamp(SIZES.indexOf(size) + step, SIZES.length)];
      settle();
      reveal();
    },
  };
}

/** The matrix as a picture with a pixel a cell. */
function paint(matrix, show, colors) {
  const picture = element("canvas", { width: matrix.columns.length, height: matrix.rows.length });
  const pen = picture.getContext("2d");
  const image = pen.createImageData(picture.width, picture.height);
  const pixels = new Uint32Array(image.data.buffer);
  const blank = packed(colors.canvas);
  const codes = new Uint32Array(128).fill(blank);
  for (const [letter, fill] of Object.entries(FILLS)) {
    if (show.has(LETTERS[letter].verdict)) codes[letter.charCodeAt(0)] = packed(colors[fill]);
  }
  matrix.cells.forEach((line, row) => {
    for (let column = 0; column < line.length; column++) pixels[row * picture.width + column] = codes[line.charCodeAt(column)];
  });
  const marks = { "+": packed(colors.danger), "-": packed(colors.ok) };
  matrix.marks?.forEach((line, row) => {
    for (const [column, mark] of [...line].entries()) if (marks[mark]) pixels[row * picture.width + column] = marks[mark];
  });
  pen.putImageData(image, 0, 0);
  return picture;
}

/** "rgb(1, 2, 3)" as the four bytes of a pixel. */
function packed(color) {
  const [red, green, blue] = color.match(/[\d.]+/g).map(Number);
  return (255 << 24) | (blue << 16) | (green << 8) | red;
}

const short = (name) => (name.length > 20 ? `${name.slice(0, 19)}…` : name);
const clamp = (number, length) => Math.max(0, Math.min(number, length - 1));
const within = (now, start, room) => Math.min(start, Math.max(now, start - Math.max(0, room)));
const range = (first, count, length) => Array.from({ length: Math.max(0, Math.min(count, length - first)) }, (_, index) => first + index);
