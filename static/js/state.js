// The address is the state: what is asked, how it is shown, what is selected. Reading and writing, nothing else.

export const VERDICTS = ["allowed", "partial", "unrestricted", "unknown", "denied", "empty"];
export const SHOWN_AT_FIRST = ["allowed", "partial", "unrestricted", "unknown"];

/** Returns {show: Set of verdicts, sel: id of an edge, a cell or a node, or "", top, left: where the window of
 *  the matrix begins}; the question itself is the server's. */
export function readState(search = location.search) {
  const parameters = new URLSearchParams(search);
  const asked = (parameters.get("show") ?? "").split(",").filter((verdict) => VERDICTS.includes(verdict));
  return {
    show: new Set(asked.length ? asked : SHOWN_AT_FIRST),
    sel: parameters.get("sel") ?? "",
    top: wholeNumber(parameters.get("top")),
    left: wholeNumber(parameters.get("left")),
  };
}

/** The address `href` with `state` written into it; what is as at first is left out. */
export function addressOf(state, href = location.href) {
  const address = new URL(href, location.href);
  const show = listVerdicts(state.show);
  put(address.searchParams, "show", show === SHOWN_AT_FIRST.join(",") ? null : show);
  put(address.searchParams, "sel", state.sel || null);
  put(address.searchParams, "top", state.top || null);
  put(address.searchParams, "left", state.left || null);
  // What an address may hold unescaped stays readable.
  address.search = address.search.replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",");
  return address.href;
}

/** A set of verdicts as addresses have it, always in the same order. */
export const listVerdicts = (show) => VERDICTS.filter((verdict) => show.has(verdict)).join(",");

const wholeNumber = (text) => (/^\d{1,6}$/.test(text ?? "") ? Number(text) : 0);

function put(parameters, name, value) {
  if (value === null) parameters.delete(name);
  else parameters.set(name, value);
}
