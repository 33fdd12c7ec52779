// Asking the server. A newer request of the same kind cancels the older one.

const running = new Map();

/** JSON of the REST interface; an error carries the problem document's own words. */
export async function fetchJson(kind, url) {
  const response = await ask(kind, url); // as the page's `preload` asks, else it would be asked twice
  return response.json();
}

/** A piece of a page. It is parsed as a document of its own, so nothing in it can run. */
export async function fetchFragment(kind, url) {
  const response = await ask(kind, url);
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  return document.adoptNode(parsed.body);
}

export const wasCancelled = (error) => error.name === "AbortError";

async function ask(kind, url) {
  running.get(kind)?.abort();
  const control = new AbortController();
  running.set(kind, control);
  const response = await fetch(url, { signal: control.signal });
  if (isForNobody(response)) await startAnew();
  if (!response.ok) throw new Error(await complaint(response));
  return response;
}

/** The session is over, or must be renewed: REST says 401, a piece of a page leads to the form to log in. */
const isForNobody = (response) => response.status === 401 || (response.redirected && new URL(response.url).pathname === "/login/");

/** What a page's opening does, a fetch cannot. Nothing that stands here is told meanwhile. */
function startAnew() {
  location.reload();
  return new Promise(() => {});
}

async function complaint(response) {
  const at = new Date().toISOString().slice(11, 19);
  const isProblem = response.headers.get("Content-Type")?.includes("problem+json");
  const detail = isProblem ? (await response.json()).detail : response.statusText;
  return `${detail || "The server could not answer"} (HTTP ${response.status}, ${at} UTC)`;
}
