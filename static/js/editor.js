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
    if (!answer.ok) { dirty = true; tell(form().dataset.textConflict); return answer.status; }
    form().elements.revision.value = said.revision;
    if (!dirty) tell(said.saved);
  } catch {
    dirty = true;
    tell(form().dataset.textOffline);
  }
}

// One after another: a save under way must not overtake the next, or its revision would be stale.
const queue = (work) => { busy = busy.then(work, work); return busy; };

// To the page that shows both texts; sent as without script.
function leave() {
  dirty = false;
  HTMLFormElement.prototype.submit.call(form());
}

async function step(press) {
  const answer = await fetch(form().action, { method: "POST", body: body(press) });
  if (!answer.ok) { leave(); return; }
  await show(answer, press);
}

// Where one was: the same arrow after a move, Undo after something was taken out, else the first empty field.
function target(place, verb) {
  if (verb === "remove") return document.getElementById("undo");
  const moved = document.getElementById(`${place?.id}-${verb}`);
  const fields = place?.matches("input, textarea, select") ? [place] : [...place?.querySelectorAll("input:not([type=hidden]), textarea, select") ?? []];
  return moved ?? fields.find((each) => !each.value) ?? fields[0] ?? place;
}

async function show(answer, press) {
  const verb = press.split(":")[0];
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("#editor").replaceWith(page.querySelector("#editor"));
  dirty = false;
  const anchor = document.querySelector("#editor").dataset.at;
  const place = anchor && document.getElementById(anchor);
  const next = target(place, verb) ?? document.querySelector(`#editor button[value="${press}"]`);
  (place || next || form()).scrollIntoView({ block: "nearest" });
  next?.focus({ preventScroll: verb !== "remove" });
}

// The file is chosen in place: no page between.
function pick(press) {
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.addEventListener("change", () => queue(() => send(press.slice(5), chooser.files[0])).catch(() => tell(form().dataset.textOffline)));
  chooser.click();
}

async function send(at, file) {
  await save();
  if (dirty) return;
  tell(form().dataset.textSending);
  const data = new FormData();
  data.set("csrf_token", form().elements.csrf_token.value);
  data.set("at", at);
  data.set("file", file);
  const answer = await fetch(form().dataset.files, { method: "POST", body: data });
  if (answer.ok) { await show(answer, "file"); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  refuse(at, page.querySelector(".error"));
}

function refuse(at, error) {
  const field = document.getElementById(`f-${at.replaceAll(".", "-")}`);
  tell(error?.textContent.trim() ?? form().dataset.textOffline);
  if (!error || !field) return;
  field.closest(".field").querySelector(".error")?.remove();
  error.id = `${field.id}-error`;
  field.closest(".cluster").before(error);
  field.setAttribute("aria-describedby", error.id);
  field.setAttribute("aria-invalid", "true");
  field.focus();
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
  if (!press && !event.submitter?.hasAttribute("formaction")) {
    event.preventDefault();
    dirty = true;
    queue(save).then((status) => { if (status === 409) leave(); });
    return;
  }
  if (/^(add|open|block|question|up|down|remove):|^checked$/.test(press)) {
    event.preventDefault();
    queue(() => step(press)).catch(() => tell(form().dataset.textOffline));
    return;
  }
  if (press.startsWith("file:")) {
    event.preventDefault();
    pick(press);
    return;
  }
  dirty = false;
}, true);

addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
