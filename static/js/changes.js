// How an edge differs from the compared snapshot: `change` of the REST interface, in classes and in words.

const REACHING = ["allowed", "partial", "unrestricted"];
const isSingle = (edge) => /^\d+\/[A-Z]+( |$)/.test(edge.label);

/** "new", "closed", "changed" or "". A line that stands for many is closed when nothing of it is left open. */
export function kindOf({ change, verdict }) {
  if (change?.opened) return "new";
  if (change?.closed) return REACHING.includes(verdict) ? "changed" : "closed";
  return change?.changed ? "changed" : "";
}

/** "new", "closed, was Partly", or of many "2 new, 1 closed". `words`: a verdict's word by its name. */
export function describeChange(edge, words) {
  const { change } = edge;
  if (!change) return "";
  const counts = [
    [change.opened, "new"],
    [change.closed, "closed"],
    [change.changed, "changed"],
  ].filter(([count]) => count);
  if (!isSingle(edge)) return counts.map(([count, word]) => `${count} ${word}`).join(", ");
  const was = change.was && change.was !== edge.verdict ? `was ${words[change.was].word}` : "";
  return counts.length ? [counts[0][1], was].filter(Boolean).join(", ") : "";
}

/** Whether edges came or went: those are drawn even where no line else is. */
export const cameOrWent = ({ change }) => Boolean(change?.opened || change?.closed);
