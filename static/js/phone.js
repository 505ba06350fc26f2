// A phone in a led poll: when the moderator goes on, the page's main part is fetched once and put in place.
// What was chosen and not sent stays if its question is still on. Whatever else the server answers, the page is opened the ordinary way.
const SPREAD = 600, AGAIN = 1000, LONGEST = 8000, PATIENCE = 15_000;
const PASSING = new Set([408, 425, 429]);
const main = document.querySelector("main");
const place = () => main.querySelector("[data-stage]");

// It must stand before it speaks, and outlive the parts around it.
const voice = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
main.append(voice);

let composing = false; // a syllable half typed would be lost
document.addEventListener("compositionstart", () => { composing = true; });
document.addEventListener("compositionend", () => { composing = false; });

let due = false, again = false;
function follow() {
  if (due) { again = true; return; }
  due = true;
  setTimeout(turn, Math.random() * SPREAD);
}

// An answer on its way brings its own page, unless the line is dead.
function isBusy() {
  const sending = main.querySelector("form[data-sending]");
  const later = ({ detail }) => setTimeout(turn, detail?.word === "Waiting" ? 0 : 5000);
  if (sending) sending.addEventListener("answers:done", later, { once: true });
  else if (composing) document.addEventListener("compositionend", () => setTimeout(turn), { once: true });
  return Boolean(sending) || composing;
}

async function turn(tries = 0) {
  if (isBusy()) return;
  again = false;
  const url = place().dataset.url ?? location.pathname + location.search;
  let page;
  try {
    const answer = await fetch(url, { cache: "no-cache", redirect: "manual", signal: AbortSignal.timeout?.(PATIENCE) });
    const isFinal = answer.type === "opaqueredirect" || (answer.status >= 400 && answer.status < 500 && !PASSING.has(answer.status));
    if (isFinal) return location.replace(url);
    if (!answer.ok) throw new Error(answer.statusText);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    setTimeout(() => turn(tries + 1), Math.min(LONGEST, AGAIN * 2 ** tries) * (0.5 + Math.random()));
    return;
  }
  if (isBusy()) return;
  if (!page.querySelector("main [data-stage]")) return location.replace(url);
  swap(page, url);
  due = false;
  if (again) follow();
}

function swap(page, url) {
  const { question } = place().dataset;
  const top = scrollY, kept = entered(), focus = whereFocusIs();
  for (const node of [...main.childNodes]) if (node !== voice) node.remove();
  main.prepend(...page.querySelector("main").childNodes);
  document.title = page.title;
  if (url !== location.pathname + location.search) move(page, url);
  const now = place();
  for (const { id, value, checked } of kept) fill(document.getElementById(id), value, checked);
  const isSame = now.dataset.question === question;
  refocus(focus, now.querySelector("[data-led]"));
  if (isSame) scrollTo({ top, behavior: "instant" });
  else now.scrollIntoView({ block: "start" });
  voice.textContent = now.dataset.say;
  dispatchEvent(new Event("page:swapped"));
}

// Fields that differ from what the page brought; after an error the page brought what was just sent.
function entered() {
  const all = [...main.querySelectorAll("form[data-queue] :is(input, select, textarea)")].filter((field) => field.id && field.type !== "hidden");
  const wasRefused = main.querySelector("[data-error-summary]");
  const isMine = (field) => {
    if (wasRefused) return true;
    if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
  };
  return all.filter(isMine).map(({ id, value, checked }) => ({ id, value, checked }));
}

function fill(field, value, checked) {
  if (!field || field.matches(":disabled")) return;
  if (field.matches("[type=radio], [type=checkbox]")) field.checked = checked;
  else field.value = value;
}

function whereFocusIs() {
  const { activeElement: at } = document;
  if (at === main || !main.contains(at)) return null;
  const range = at.matches("textarea, input[type=text]") ? [at.selectionStart, at.selectionEnd] : null;
  return { id: at.id, range };
}

// The same field if it is still there, else the line before the question; nobody else's focus is taken away.
function refocus(focus, line) {
  if (!focus) return;
  const same = focus.id && document.getElementById(focus.id);
  const isThere = same && !same.matches(":disabled");
  (isThere ? same : line)?.focus({ preventScroll: true });
  if (isThere && focus.range) same.setSelectionRange(...focus.range);
}

// From the thanks back to the question: another address, with the scripts that it needs.
function move(page, url) {
  history.replaceState(null, "", url);
  const [link, other] = [document, page].map((each) => each.querySelector(".site-header a[hreflang]"));
  if (link && other) link.href = other.getAttribute("href");
  for (const { src } of page.querySelectorAll("script[type=module][src]")) import(src);
}

addEventListener("stage:turned", (event) => { event.preventDefault(); follow(); });
