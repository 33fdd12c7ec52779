// S-curves between columns: two control points, level with the ends, so that lines leave and arrive flat.
// Lines that share an end get slots of their own on it; else they merge and lose their verdicts.

const BULGE = 48; // px beside two cards of one column
const MARGIN = 14; // px between the first slot and the corner of a card

/** Gives every edge of `cy` its ends and control points, as style values. Call it after positions are set. */
export function shapeEdges(cy) {
  for (const node of cy.nodes()) {
    spread(node, node.outgoers("edge"), "source");
    spread(node, node.incomers("edge"), "target");
  }
  for (const edge of cy.edges()) bend(edge);
}

function spread(node, edges, end) {
  const other = end === "source" ? "target" : "source";
  const ordered = edges.sort((a, b) => a[other]().position("y") - b[other]().position("y"));
  const room = node.height() - 2 * MARGIN;
  ordered.forEach((edge, index) => {
    const share = ordered.length === 1 ? 0.5 : index / (ordered.length - 1);
    edge.scratch(`${end}Slot`, room * (share - 0.5));
  });
}

function bend(edge) {
  const way = Math.sign(edge.target().position("x") - edge.source().position("x"));
  const start = endPoint(edge.source(), edge.scratch("sourceSlot"), way || 1);
  const finish = endPoint(edge.target(), edge.scratch("targetSlot"), -way || 1);
  const middle = way ? (start.x + finish.x) / 2 : start.x + BULGE;
  const controls = [
    { x: middle, y: start.y },
    { x: middle, y: finish.y },
  ].map((point) => relativeTo(start, finish, point));
  edge.style({
    "source-endpoint": `${start.dx}px ${start.dy}px`,
    "target-endpoint": `${finish.dx}px ${finish.dy}px`,
    "control-point-weights": controls.map((control) => control.weight).join(" "),
    "control-point-distances": controls.map((control) => control.distance).join(" "),
  });
}

function endPoint(node, slot, side) {
  const dx = (side * node.width()) / 2;
  return { x: node.position("x") + dx, y: node.position("y") + slot, dx, dy: slot };
}

/** A point as Cytoscape wants it: the share of the way from start to finish, and the distance off that line. */
function relativeTo(start, finish, point) {
  const along = { x: finish.x - start.x, y: finish.y - start.y };
  const length = Math.hypot(along.x, along.y) || 1;
  const off = { x: point.x - start.x, y: point.y - start.y };
  return {
    weight: (off.x * along.x + off.y * along.y) / length ** 2,
    distance: (off.y * along.x - off.x * along.y) / length,
  };
}
