// Live poll results. Every message is a whole snapshot with a version, so a lost one never matters:
// {version, state, questions: [{id, answered, options: [{id, count, share, …more}], figures?: {name: number}}]}, share in percent, null = too few.
// Typed answers: words: [{label, lang, count, share, size}] and entries, how many there are in all.
const POLL = 2000, RETRY_STREAM = 20000, SAY = 10000;
const number = new Intl.NumberFormat(document.documentElement.lang);
const phrase = (format, values) => format.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

export class Live {
  constructor(root) {
    this.root = root;
    this.version = Number(root.dataset.version ?? 0);
    this.paused = false;
    this.spoken = 0;
    this.mode = "late";
    this.pauseButton = root.querySelector("[data-live-pause]");
    this.pauseButton?.addEventListener("click", () => this.toggle());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.disconnect() : this.connect()));
    addEventListener("pagehide", () => this.disconnect());
    addEventListener("pageshow", (event) => { if (event.persisted) this.connect(); });
    if (this.pauseButton) this.pauseButton.hidden = false;
    addEventListener("page:swapped", () => this.adopt());
    // A hall screen shows the final result as the moderator turns its pages.
    this.stays = root.dataset.stage === "screen";
    if (root.dataset.state === "closed" && !this.stays) this.close();
    else this.connect();
  }

  connect() {
    if (this.paused || this.closed || document.hidden) return;
    this.disconnect();
    if (!window.EventSource || !this.root.dataset.stream) return this.poll();
    const source = (this.source = new EventSource(this.root.dataset.stream));
    const take = (event) => { this.stopPolling(); this.apply(JSON.parse(event.data)); };
    source.onopen = () => this.stopPolling();
    source.onmessage = take;
    source.addEventListener("snapshot", take);
    source.onerror = () => {
      if (this.source !== source) return;
      if (source.readyState === EventSource.CLOSED) this.again = setTimeout(() => this.connect(), RETRY_STREAM);
      if (!this.timer) this.poll();
    };
  }

  disconnect() {
    this.source?.close();
    this.source = undefined;
    clearTimeout(this.again);
    this.stopPolling();
  }

  stopPolling() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  // While the stream is away: ask for the snapshot, politely and not in step with the whole hall.
  async poll() {
    const turn = (this.timer = setTimeout(() => this.poll(), POLL + Math.random() * 1000));
    try {
      const headers = this.etag ? { "If-None-Match": this.etag } : {};
      const answer = await fetch(this.root.dataset.snapshot, { headers, cache: "no-store" });
      if (this.timer !== turn) return;
      if (answer.ok) {
        this.etag = answer.headers.get("ETag");
        this.apply(await answer.json());
      } else if (answer.status !== 304) throw new Error(answer.statusText);
      this.show("live");
    } catch { if (this.timer === turn) this.show("late"); }
  }

  apply(snapshot) {
    if (this.paused || snapshot.version < this.version) return;
    this.version = snapshot.version;
    this.show("live");
    // stage.js follows the moderator, and holds the numbers of a hall screen.
    if (!dispatchEvent(new CustomEvent("live:snapshot", { detail: snapshot, cancelable: true }))) return;
    for (const question of snapshot.questions) {
      const figure = this.root.querySelector(`[data-question-id="${CSS.escape(question.id)}"]`);
      if (figure) draw(figure, question);
    }
    this.say(snapshot);
    if (snapshot.state === "closed" && !this.stays) this.close();
  }

  // A screen reader hears a summary at most each ten seconds, not every change.
  say(snapshot) {
    const line = this.root.querySelector("[data-live-summary]");
    const question = snapshot.questions.at(-1);
    if (!line || !question || Date.now() - this.spoken < SAY) return;
    const first = question.options.reduce((best, option) => ((option.count ?? 0) > (best?.count ?? 0) ? option : best), null);
    const label = first && this.root.querySelector(`[data-option-id="${CSS.escape(first.id)}"] [data-label]`);
    if (!label) return;
    this.spoken = Date.now();
    line.textContent = phrase(line.dataset.format, { count: number.format(question.answered), option: label.textContent.trim() });
  }

  toggle() {
    this.paused = !this.paused;
    const words = this.pauseButton.dataset;
    this.pauseButton.textContent = this.paused ? words.textResume : words.textPause;
    if (this.paused) { this.disconnect(); this.show("paused"); } else { this.etag = undefined; this.connect(); }
  }

  close() {
    this.closed = true;
    this.disconnect();
    if (this.pauseButton) this.pauseButton.hidden = true;
    this.show("closed");
  }

  // phone.js has put another page's part in place; the connection stays.
  adopt() {
    const next = this.root.isConnected ? null : document.querySelector("[data-live]");
    if (!next) return;
    this.root = next;
    this.version = Math.max(this.version, Number(next.dataset.version ?? 0));
    this.pauseButton = undefined;
    this.show(this.mode);
  }

  show(mode) {
    if (this.mode === mode && this.root.dataset.liveMode) return;
    this.mode = this.root.dataset.liveMode = mode;
    const line = this.root.querySelector("[data-live-state]"); // the hall screen may have put a new one
    if (line) line.textContent = line.dataset[`text${mode[0].toUpperCase()}${mode.slice(1)}`];
  }
}

// A figure may name a bar by its place; the hall screen holds every label in two languages.
function nameOf(figure, place, line) {
  const label = figure.querySelectorAll("[data-label]")[place];
  const language = line.closest("[lang]").lang;
  return (label?.querySelector(`[lang="${language}"]`) ?? label)?.textContent.trim() ?? "–";
}

// A moderator has shown or hidden the bars: the page is asked for anew, not by the whole hall in one instant.
let turning = false;
function turned(figure, question) {
  const shown = figure.dataset.revealed;
  const open = question.options.length > 0 || question.words !== undefined;
  if (!shown || (shown === "yes") === open) return false;
  if (!dispatchEvent(new CustomEvent("live:turned", { cancelable: true }))) return true;
  if (!turning) setTimeout(() => location.reload(), Math.random() * 1000);
  return (turning = true);
}

// Typed answers come and go, so their list and table are built anew.
const made = (tag, name, text, lang) => Object.assign(document.createElement(tag), { className: name, textContent: text }, lang && { lang });
function drawWords(figure, { words, entries }) {
  const list = figure.querySelector("[data-words]");
  if (!list) return;
  list.replaceChildren(...words.slice(0, Number(list.dataset.most)).map(({ label, lang, count, size }) => {
    const item = made("li", `words__word words__word--s${size}`, "");
    item.append(made("span", "", label, lang), " ", made("span", "words__count nums", number.format(count)));
    return item;
  }));
  figure.querySelector("[data-words-table]")?.replaceChildren(...words.map(({ label, lang, count, share }) => {
    const row = document.createElement("tr");
    const head = made("th", "", label, lang);
    head.scope = "row";
    row.append(head, made("td", "num", number.format(count)), made("td", "num", share === null ? "–" : `${share.toFixed(1)}%`));
    return row;
  }));
  const none = figure.querySelector("[data-words-none]");
  if (none) none.hidden = words.length > 0;
  const more = figure.querySelector("[data-words-more]");
  if (!more) return;
  more.hidden = entries <= words.length;
  more.textContent = phrase(more.dataset.format, { shown: number.format(words.length), all: number.format(entries) });
}

export function draw(figure, question) {
  if (turned(figure, question)) return;
  const answered = figure.querySelector("[data-answered]");
  if (answered) answered.textContent = phrase(answered.dataset.format, { count: number.format(question.answered) });
  if (question.words) drawWords(figure, question);
  // Hidden from the public stream, yet the desk's page shows it: what stands there stays.
  if (question.options.length === 0) return;
  for (const line of figure.querySelectorAll("[data-figure]")) {
    const value = question.figures?.[line.dataset.figure] ?? null;
    const said = value === null ? "–" : "names" in line.dataset ? nameOf(figure, value, line) : value.toFixed(line.dataset.places);
    line.textContent = phrase(line.dataset.pattern, { value: said });
    line.hidden = value === null && line.dataset.figure !== "";
  }
  for (const { id, count, share, ...more } of question.options) {
    const row = figure.querySelector(`[data-option-id="${CSS.escape(id)}"]`);
    if (!row) continue;
    const few = count === null || count === undefined;
    const percent = share === null || share === undefined ? "" : share.toFixed(1);
    const amount = few ? figure.dataset.few : number.format(count);
    row.dataset.count = few ? "" : count;
    row.dataset.share = percent;
    row.querySelector("[data-bar]").setAttribute("width", `${percent || 0}%`);
    row.querySelector("[data-value]").textContent = few || !percent ? amount : phrase(figure.dataset.format, { count: amount, share: percent });
    const cells = figure.querySelector(`[data-row-id="${CSS.escape(id)}"]`);
    if (!cells) continue;
    cells.querySelector('[data-cell="count"]').textContent = amount;
    cells.querySelector('[data-cell="share"]').textContent = percent ? `${percent}%` : "–";
    for (const [name, value] of Object.entries(more)) {
      const cell = cells.querySelector(`[data-cell="${name}"]`);
      if (cell) cell.textContent = value === null ? "–" : value.toFixed(cell.dataset.places);
    }
  }
}

for (const root of document.querySelectorAll("[data-live]")) new Live(root);
