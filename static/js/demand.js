// The editors' desk: each running poll's own live stream says that something changed; the desk's parts are then fetched anew.
const PACE = 800;
let waiting = false, again = false;

async function redraw() {
  if (waiting) { again = true; return; }
  waiting = true;
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok) for (const part of document.querySelectorAll("[data-demand-part]")) replace(part, page);
  } catch { again = true; }
  setTimeout(() => {
    waiting = false;
    if (again) { again = false; redraw(); }
  }, PACE);
}

// What somebody is using stays under their finger.
function replace(part, page) {
  const next = page.querySelector(`[data-demand-part="${part.dataset.demandPart}"]`);
  if (next && !part.contains(document.activeElement) && !part.querySelector("details[open]")) part.replaceWith(next);
}

for (const root of document.querySelectorAll("[data-demand-live]")) {
  const { Live } = await import(root.dataset.liveModule);
  class Demand extends Live {
    apply(snapshot) {
      if (snapshot.version <= this.version && snapshot.state === "open") return;
      this.version = snapshot.version;
      redraw();
      if (snapshot.state === "closed") this.close();
    }
  }
  new Demand(root);
}
