// Audience questions. Counts follow the poll's own live stream; the list itself never jumps under a finger:
// it says that it has changed ("tell"; at the desk also for questions nobody sees yet) or, in the hall, is redrawn ("follow").
const REDRAW = 1500;
const number = new Intl.NumberFormat(document.documentElement.lang);

function show(id, count) {
  for (const place of document.querySelectorAll(`[data-upvotes="${CSS.escape(id)}"]`)) place.textContent = number.format(count);
}

function tell(root) {
  const link = root.querySelector("[data-asks-more]");
  if (!link || link.classList.contains("is-changed")) return;
  link.classList.add("is-changed");
  link.textContent = link.dataset.textChanged;
}

let redrawing = false;
function redraw(root) {
  if (redrawing) return;
  redrawing = true;
  setTimeout(async () => {
    redrawing = false;
    try {
      const answer = await fetch(location.href, { cache: "no-cache" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.querySelector("[data-asks-part]");
      if (answer.ok && part) root.querySelector("[data-asks-part]").replaceWith(part);
    } catch { redraw(root); }
  }, REDRAW * (1 + Math.random()));
}

async function watch(root) {
  const { Live } = await import(root.dataset.liveModule);
  const { asks: mode, asksVersion, asksAsked } = root.dataset;
  class Asks extends Live {
    apply(snapshot) {
      if (snapshot.version < this.version) return;
      this.version = snapshot.version;
      const { version, asked, counts } = snapshot.asks ?? { version: Infinity, asked: 0, counts: [] };
      for (const [id, count] of counts) show(id, count);
      const before = this.last;
      this.last = JSON.stringify(snapshot.asks);
      if (mode === "follow") {
        if (before ? before !== this.last : version > Number(asksVersion)) redraw(root);
      } else if (version > Number(asksVersion) || (asksAsked && asked > Number(asksAsked))) tell(root);
      if (snapshot.state === "closed") this.close();
    }
  }
  new Asks(root);
}

// The server leads back to its list whether an up-vote counted or not: the question's form there tells.
async function listed(answer, id) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(`form[data-upvote] [data-upvotes="${CSS.escape(id)}"]`)?.closest("form");
}

// An up-vote without leaving the place; whatever was not counted is sent again the ordinary way, so that the server's page says why.
async function upvote(event) {
  const form = event.target.closest("form[data-upvote]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const place = form.querySelector("[data-upvotes]");
  const before = place.textContent;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), cache: "no-store" });
    const now = answer.ok && answer.redirected && (await listed(answer, place.dataset.upvotes));
    const next = now && now.elements.to.value;
    if (!next || next === form.elements.to.value) throw new Error(answer.statusText);
    // The stream may have brought the new count already.
    if (place.textContent === before) show(place.dataset.upvotes, Number(now.querySelector("[data-upvotes]").textContent.replace(/\D/g, "")));
    form.elements.to.value = next;
    form.querySelector("button").setAttribute("aria-pressed", next === "off");
    delete form.dataset.busy;
  } catch { form.submit(); }
}

// Before the page's own care for forms, which would disable the button.
document.addEventListener("submit", upvote, true);
for (const root of document.querySelectorAll("[data-asks]")) watch(root);
