// How each verdict looks. Line, arrowhead, glyph and word all differ, so that colour is never needed.

import { describeChange } from "./changes.js";

export const VERDICT_LOOKS = {
  allowed: { word: "Allowed by rule", glyph: "━▶", color: "accent", line: "solid", width: 2.5, arrow: "triangle", fill: "filled" },
  partial: { word: "Partly", glyph: "╌▷", color: "accent", line: "dashed", dash: [9, 4], width: 2, arrow: "triangle", fill: "hollow" },
  unrestricted: { word: "Unrestricted", glyph: "━➤", color: "open", line: "solid", width: 4.5, arrow: "vee", fill: "filled" },
  unknown: { word: "Unknown", glyph: "┄○", color: "unknown", line: "dashed", dash: [2, 4], width: 2, arrow: "circle", fill: "hollow" },
  denied: { word: "Denied", glyph: "┄⊣", color: "deny", line: "dashed", dash: [2, 4], width: 1.5, arrow: "tee", fill: "filled" },
  empty: { word: "No pair", glyph: "┄", color: "deny", line: "dashed", dash: [1, 6], width: 1.5, arrow: "none", fill: "filled" },
};

/** What stands beside an edge in words: "5432/TCP · 2 of 5 pairs · no DNS". */
export function describeEdge(edge) {
  const isBundle = edge.label.endsWith("ports");
  const share = edge.verdict === "partial" && edge.pairs && !isBundle ? `${edge.allowed_pairs} of ${edge.pairs}` : "";
  const reaches = ["allowed", "partial", "unrestricted"].includes(edge.verdict);
  const dns = reaches && edge.dns === "blocked" ? "no DNS" : "";
  return [edge.label, share, dns, describeChange(edge, VERDICT_LOOKS)].filter(Boolean).join(" · ");
}
