// The unit editor with script: saves by itself, adds rows without a new page, warns before leaving.
const WAIT = 2000;
let dirty = false;
let timer;
let busy = Promise.resolve();

const form = () => document.querySelector("[data-editor]");
const status = () => document.querySelector("[data-editor-status]");
const tell = (text) => { if (status() && status().textContent !== text) status().textContent = text; };

function body(press) {
  const data = new URLSearchParams(new FormData(form()));
  if (press) data.set("press", press);
  return data;
}

async function save() {
  clearTimeout(timer);
  if (!dirty || !form()) return;
  dirty = false;
  try {
    const answer = await fetch(form().action, { method: "POST", body: body(), headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (!answer.ok) { dirty = true; tell(form().dataset.textConflict); return; }
    form().elements.revision.value = said.revision;
    if (!dirty) tell(said.saved);
  } catch {
    dirty = true;
    tell(form().dataset.textOffline);
  }
}

// One after another: a save under way must not overtake the next, or its revision would be stale.
const queue = (work) => { busy = busy.then(work, work); return busy; };

async function step(press) {
  const answer = await fetch(form().action, { method: "POST", body: body(press) });
  if (!answer.ok) { dirty = false; HTMLFormElement.prototype.submit.call(form()); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("#editor").replaceWith(page.querySelector("#editor"));
  dirty = false;
  const anchor = document.querySelector("#editor").dataset.at;
  const place = anchor && document.getElementById(anchor);
  const field = place?.matches("input, textarea, select") ? place : place?.querySelector("input:not([type=hidden]), textarea, select");
  (place ?? form()).scrollIntoView({ block: "start" });
  (field ?? place)?.focus({ preventScroll: true });
}

document.addEventListener("input", (event) => {
  if (!event.target.form?.matches("[data-editor]")) return;
  dirty = true;
  tell(form().dataset.textUnsaved);
  clearTimeout(timer);
  timer = setTimeout(() => queue(save), WAIT);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-editor]")) return;
  const press = event.submitter?.name === "press" ? event.submitter.value : "";
  clearTimeout(timer);
  if (/^(add|block|question|up|down|remove):/.test(press)) {
    event.preventDefault();
    queue(() => step(press)).catch(() => tell(form().dataset.textOffline));
    return;
  }
  dirty = false;
}, true);

addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
