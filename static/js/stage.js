// What moderators set reaches phones ("phone"), the hall screen ("screen") and other desks ("desk").
// It rides on the poll's own live stream; live.js tells of each snapshot. Load it before live.js.
const TELL = [30, 10, 0];
const root = document.querySelector("[data-stage]");
const mode = root.dataset.stage;

// The server's clock, as of this page; a page from the browser's history carries an old one.
const fresh = performance.getEntriesByType("navigation")[0]?.type !== "back_forward";
const ahead = fresh ? Number(root.dataset.now) - Date.now() : 0;

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
let redrawing = false;
async function redraw() {
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
    root.dataset.key = now.dataset.key;
    root.toggleAttribute("data-held", "held" in now.dataset);
    offerFullscreen();
    if (focus) part.querySelector(focus)?.focus({ preventScroll: true });
    count();
    redrawing = false;
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
  const go = () => (root.dataset.url ? location.replace(root.dataset.url) : location.reload());
  setTimeout(go, mode === "phone" ? Math.random() * 600 : 0);
}

addEventListener("live:snapshot", (event) => {
  const { stage } = event.detail;
  if (mode === "screen" && "held" in root.dataset && (!stage || stage.held)) event.preventDefault();
  // A pause or the close may bring another slide.
  const { state } = event.detail;
  if (mode === "screen" && root.dataset.state !== state) {
    root.dataset.state = state;
    redraw();
  }
  if (!stage) return;
  take(stage.timer);
  const key = mode === "phone" ? stage.phone : String(stage.version);
  if (key === root.dataset.key) return;
  if (mode === "screen") redraw();
  else leave();
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
