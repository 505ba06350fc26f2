// What moderators set reaches phones ("phone"), the hall screen ("screen") and other desks ("desk").
// It rides on the poll's own live stream; live.js tells of each snapshot. Load it before live.js.
const TELL = [30, 10, 0];
// Looked up anew, for phone.js puts another in its place.
const here = () => document.querySelector("[data-stage]");
const mode = here().dataset.stage;

// The server's clock, as of this page; a page from the browser's history carries an old one.
const fresh = performance.getEntriesByType("navigation")[0]?.type !== "back_forward";
const ahead = fresh ? Number(here().dataset.now) - Date.now() : 0;

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

let told;
function count() {
  for (const place of document.querySelectorAll("[data-timer]")) {
    const ends = Number(place.dataset.ends);
    place.hidden = !ends;
    if (!ends) continue;
    const left = Math.max(0, Math.round((ends - Date.now() - ahead) / 1000));
    const text = left ? clock(left) : place.dataset.textOver;
    if (place.textContent !== text) place.textContent = text;
    place.classList.toggle("is-over", !left);
    tell(left, text);
  }
}

// A screen reader hears three moments, not every second.
function tell(left, text) {
  const line = document.querySelector("[data-timer-say]");
  if (!line || left === told || !TELL.includes(left)) return;
  told = left;
  line.textContent = text;
}

function take(timer) {
  for (const place of document.querySelectorAll("[data-timer]")) {
    const mine = timer && (!timer.question || String(timer.question) === place.dataset.question);
    place.dataset.ends = mine ? timer.ends : "";
  }
  count();
}

// What stands in place of the focused link or button once the part is replaced.
function whereFocusIs() {
  const { activeElement: at } = document;
  if (!at.closest("[data-screen-part]")) return "";
  return at.matches("a") ? `a[href="${CSS.escape(at.getAttribute("href"))}"]` : "[data-fullscreen]";
}

// Navigating would leave the full screen: the part is fetched and put in place.
let redrawing = false, again = false;
async function redraw() {
  again = redrawing; // what came meanwhile may not be on the page that is on its way
  if (redrawing) return;
  redrawing = true;
  try {
    const answer = await fetch(location.href, { cache: "no-cache" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("[data-screen-part]");
    const now = page.querySelector("[data-stage]");
    if (!answer.ok || !part) throw new Error(answer.statusText);
    const said = document.querySelector("[data-live-state]")?.textContent;
    const focus = whereFocusIs();
    document.querySelector("[data-screen-part]").replaceWith(part);
    const line = part.querySelector("[data-live-state]");
    if (line && said && !line.textContent) line.textContent = said;
    const root = here();
    root.dataset.key = now.dataset.key;
    root.toggleAttribute("data-held", "held" in now.dataset);
    offerFullscreen();
    if (focus) part.querySelector(focus)?.focus({ preventScroll: true });
    count();
    redrawing = false;
    asked = undefined;
    if (again) redraw();
  } catch {
    redrawing = false;
    setTimeout(redraw, 1000 + Math.random() * 1000);
  }
}

// A moderator's own act is on its way and brings its own page.
let leaving = false;
document.addEventListener("submit", () => { if (mode === "desk") leaving = true; });
function leave() {
  if (leaving) return;
  leaving = true;
  const { url } = here().dataset;
  const go = () => (url ? location.replace(url) : location.reload());
  setTimeout(go, mode === "phone" ? Math.random() * 600 : 0);
}

let asked; // what is being fetched: votes coming in meanwhile tell of it again and again
// phone.js puts the next question in place; where it is missing, the page is loaded anew.
function turn() {
  if (mode === "screen") redraw();
  else if (mode === "desk" || dispatchEvent(new CustomEvent("stage:turned", { cancelable: true }))) leave();
}

addEventListener("live:snapshot", (event) => {
  const { stage, state } = event.detail;
  const root = here();
  if (mode === "screen" && "held" in root.dataset && (!stage || stage.held)) event.preventDefault();
  // A pause or the close may bring another slide, and tells a phone that nothing is counted now.
  if (mode !== "desk" && root.dataset.state && root.dataset.state !== state) {
    root.dataset.state = state;
    turn();
  }
  if (!stage) return;
  take(stage.timer);
  const key = mode === "phone" ? stage.phone : String(stage.version);
  if (key === root.dataset.key || key === asked) return;
  asked = key;
  turn();
});

addEventListener("page:swapped", () => {
  asked = undefined;
  count();
});

addEventListener("live:turned", (event) => {
  if (mode !== "screen") return;
  event.preventDefault();
  redraw();
});

function offerFullscreen() {
  const button = document.querySelector("[data-fullscreen]");
  if (!button || !document.fullscreenEnabled) return;
  button.hidden = Boolean(document.fullscreenElement);
  button.onclick = () => document.documentElement.requestFullscreen();
}
document.addEventListener("fullscreenchange", offerFullscreen);
offerFullscreen();
count();
setInterval(count, 250);
