// Pages work without this script. It keeps a double click from sending a form twice, and it brings the state of an
// attempt up to date without loading the whole page.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  window.addEventListener("pageshow", () => { delete form.dataset.sent; }, { once: true });
});

async function bringUpToDate() {
  const live = document.getElementById("live");
  if (!live || !live.dataset.refresh) return;
  try {
    const answer = await fetch(location.href);
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById("live");
      if (now && now.innerHTML !== live.innerHTML) live.innerHTML = now.innerHTML;
      if (now && !now.dataset.refresh) { delete live.dataset.refresh; return; }
    }
  } catch {
    // The network is gone for a moment; the next try may reach the portal.
  }
  setTimeout(bringUpToDate, 1000 * live.dataset.refresh);
}

bringUpToDate();
