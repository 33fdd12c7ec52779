// Times in the browser's own zone, where the settings ask for it; else as their tooltip.

const DAY = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };

export function setUpTimes() {
  const isOwn = document.documentElement.dataset.zone === "browser";
  const show = () => document.querySelectorAll("time[datetime]:not([data-local])").forEach((time) => tell(time, isOwn));
  show();
  // Panels and tables are fetched later.
  new MutationObserver(show).observe(document.querySelector("main"), { childList: true, subtree: true });
}

function tell(time, isOwn) {
  const local = inOwnZone(new Date(time.dateTime), time.textContent);
  time.dataset.local = "";
  if (!isOwn) {
    time.title ||= local;
    return;
  }
  time.title = time.textContent;
  time.textContent = local;
}

/** "14 Nov 2026, 09:12 GMT+1", with seconds if what was printed has them. */
function inOwnZone(date, printed) {
  const seconds = /\d:\d\d:\d\d/.test(printed) ? { second: "2-digit" } : {};
  const format = new Intl.DateTimeFormat("en-GB", { ...DAY, ...seconds });
  const parts = Object.fromEntries(format.formatToParts(date).map((part) => [part.type, part.value]));
  const clock = [parts.hour, parts.minute, parts.second].filter(Boolean).join(":");
  return `${parts.day} ${parts.month} ${parts.year}, ${clock} ${parts.timeZoneName}`;
}
