// Pages work without this script. It keeps a double click from sending a form twice, and it brings the state of an
// attempt up to date without loading the whole page.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  window.addEventListener("pageshow", () => { delete form.dataset.sent; }, { once: true });
});

// What the live part of the page waits for after it has been brought up to date: "events", "time", or nothing more.
async function bringUpToDate(live) {
  const before = live.dataset.events ? "events" : "time";
  const answer = await fetch(location.href);
  if (!answer.ok) return before;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.getElementById("live");
  if (!now) return before;
  if (now.innerHTML !== live.innerHTML) live.innerHTML = now.innerHTML;
  if (!now.dataset.refresh) return "";
  return now.dataset.events ? "events" : "time";
}

function askFromTimeToTime(live) {
  setTimeout(async () => {
    // If the network is gone for a moment, the next try may reach the portal.
    const goesOn = await bringUpToDate(live).catch(() => "time");
    if (goesOn) askFromTimeToTime(live);
  }, 1000 * live.dataset.refresh);
}

function listen(live) {
  const events = new EventSource(live.dataset.events);
  const giveUp = () => { events.close(); askFromTimeToTime(live); };
  // The first event comes at once, unless something on the way holds the stream back.
  const silence = setTimeout(giveUp, 5000);
  let failures = 0;
  events.onmessage = async () => {
    clearTimeout(silence);
    failures = 0;
    const goesOn = await bringUpToDate(live).catch(() => "events");
    if (goesOn === "events") return;
    // The attempt has been graded. Its report may still be drawn, which no event tells.
    events.close();
    if (goesOn) askFromTimeToTime(live);
  };
  events.onerror = () => {
    // The browser connects again by itself, unless the portal refused.
    failures += 1;
    if (events.readyState === EventSource.CLOSED || failures > 2) { clearTimeout(silence); giveUp(); }
  };
}

const live = document.getElementById("live");
if (live && live.dataset.refresh) {
  if (window.EventSource && live.dataset.events) listen(live);
  else askFromTimeToTime(live);
}

// A button names its keys in `aria-keyshortcuts`. All of them need Control or Alt, so no key is lost while typing.
document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.altKey) return;
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const keys = `${event.ctrlKey ? "Control" : "Alt"}+${key}`;
  const button = document.querySelector(`button[aria-keyshortcuts="${CSS.escape(keys)}"]`);
  if (button) { event.preventDefault(); button.click(); }
});
