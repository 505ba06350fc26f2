// Small help for forms: focus the error summary, send once, keep a draft.
const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.focus();
  document.title = `${summary.querySelector("h2, h3").textContent.trim()}: ${document.title}`;
}

const buttons = (form) => [...form.elements].filter((element) => element.type === "submit");

// After the event, so that the pressed button's own value is still sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches("[data-queue]") || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  forget(form);
  setTimeout(() => { for (const button of buttons(form)) button.disabled = true; }, 0);
});

// A page that comes back from the browser's cache must be usable again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of buttons(form)) button.disabled = false;
  }
});

const place = (form) => `draft.${form.dataset.draft}`;
const kept = (form) => [...form.elements].filter((field) => field.matches("textarea, input[type=text], input[type=url], input:not([type])") && field.name);

function forget(form) {
  if (!form.dataset.draft) return;
  try { localStorage.removeItem(place(form)); } catch { /* nothing was kept */ }
}

function restore(form) {
  let draft = {};
  try { draft = JSON.parse(localStorage.getItem(place(form)) ?? "{}"); } catch { return; }
  const empty = kept(form).filter((field) => !field.value && draft[field.name]);
  for (const field of empty) field.value = draft[field.name];
  const status = form.querySelector("[data-draft-status]");
  if (empty.length && status) {
    status.hidden = false;
    status.textContent = status.dataset.textRestored;
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  restore(form);
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const draft = Object.fromEntries(kept(form).map((field) => [field.name, field.value]));
      try { localStorage.setItem(place(form), JSON.stringify(draft)); } catch { /* full or refused */ }
    }, 800);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}
