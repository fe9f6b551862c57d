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

// Submitting: files can be dropped, the page lists them with their sizes, and a lost connection leaves the form as it is.
// Its token stays the same, so if the files did arrive, sending them again leads to the attempt that is stored.
function sizeOf(bytes) {
  const [value, unit] = bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1e3)), "kilobyte"] : [bytes / 1e6, "megabyte"];
  const form = { style: "unit", unit, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, form).format(value);
}

function listFiles(form) {
  const list = form.querySelector(".portal-files");
  const lines = [...form.elements.files.files].map((file) => {
    const line = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    line.append(name, ` (${sizeOf(file.size)})`);
    return line;
  });
  list.replaceChildren(...lines);
  list.hidden = lines.length === 0;
}

function addFiles(form, dropped) {
  const input = form.elements.files;
  const files = new DataTransfer();
  const names = new Set([...dropped].map((file) => file.name));
  // A dropped file replaces a chosen one of the same name.
  const chosen = input.multiple ? [...input.files].filter((file) => !names.has(file.name)) : [];
  const all = [...chosen, ...dropped];
  for (const file of input.multiple ? all : all.slice(-1)) files.items.add(file);
  input.files = files.files;
  listFiles(form);
}

function send(form, address) {
  const status = form.querySelector(".portal-upload");
  const request = new XMLHttpRequest();
  request.open("POST", address);
  request.responseType = "document";
  request.upload.onprogress = (event) => {
    if (event.lengthComputable) {
      status.textContent = form.dataset.sending.replace("PERCENT", Math.floor((100 * event.loaded) / event.total));
    }
  };
  request.onload = () => {
    if (request.responseURL !== address) { location.assign(request.responseURL); return; }
    const main = request.response && request.response.querySelector("main");
    if (!main) { lost(); return; }
    document.querySelector("main").replaceWith(main);
    prepareUpload();
    main.focus();
  };
  const lost = () => {
    delete form.dataset.sent;
    status.textContent = form.dataset.lost;
  };
  request.onerror = lost;
  request.send(new FormData(form));
}

function prepareUpload() {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  form.querySelector(".portal-upload").textContent = form.dataset.drop;
  form.elements.files.addEventListener("change", () => listFiles(form));
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return;
    event.preventDefault();
    send(form, event.submitter && event.submitter.hasAttribute("formaction") ? event.submitter.formAction : form.action);
  });
  listFiles(form);
}

for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = document.querySelector("form[data-upload]");
    if (!form || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("portal-over", kind === "dragover");
    if (kind === "drop") addFiles(form, event.dataTransfer.files);
  });
}
document.addEventListener("dragleave", () => {
  const form = document.querySelector("form[data-upload]");
  if (form) form.classList.remove("portal-over");
});
prepareUpload();
window.addEventListener("pageshow", () => {
  const form = document.querySelector("form[data-upload]");
  if (form) listFiles(form);
});
