// The letters of a matrix: what each stands for, and how its cell looks. The REST interface describes them.

export const LETTERS = {
  A: { verdict: "allowed", glyph: "●", word: "Allowed by rule" },
  P: { verdict: "partial", glyph: "◩", word: "Partly" },
  U: { verdict: "unrestricted", glyph: "◆", word: "Unrestricted" },
  "?": { verdict: "unknown", glyph: "?", word: "Unknown" },
  D: { verdict: "denied", glyph: "·", word: "Denied" },
  E: { verdict: "empty", glyph: "", word: "No pair" },
  "-": { verdict: "none", glyph: "", word: "No Service port" },
};

/** What differs from the compared snapshot. */
const MARKS = {
  "+": { kind: "new", glyph: "+", word: "new" },
  "-": { kind: "closed", glyph: "−", word: "closed" },
  "~": { kind: "changed", glyph: "", word: "changed" },
};

const REACHING = new Set("APU");

/** One cell of `matrix` (the JSON of the REST interface) at `row` and `column` of its window. */
export function cellAt(matrix, row, column) {
  const letter = matrix.cells[row][column];
  return {
    ...LETTERS[letter],
    letter,
    source: matrix.rows[row],
    target: matrix.columns[column],
    id: `${matrix.rows[row]}>${matrix.columns[column]}`,
    mark: MARKS[matrix.marks?.[row][column]] ?? null,
    lacksDns: matrix.dns[row] === "b" && REACHING.has(letter),
  };
}

/** A row's or a column's name as people say it: a class by its members. */
export function nameIn(matrix, name) {
  const found = matrix.classes.find((each) => each.name === name);
  return found && found.count > 1 ? `${found.name}: ${found.count} ${found.label}` : found?.label ?? name;
}

/** "orders to payments: Partly, no DNS" */
export function describeCell(matrix, cell) {
  const mark = cell.mark && `${cell.mark.word} since #${matrix.meta.against.snapshot}`;
  const words = [cell.word, cell.lacksDns && "no DNS", mark].filter(Boolean).join(", ");
  return `${nameIn(matrix, cell.source)} to ${nameIn(matrix, cell.target)}: ${words}`;
}
