// What this device keeps of learning until somebody takes it over: what was opened, how far it was
// read, what was answered. Nothing leaves the device before its reader says so.
const NAME = "learned", DAYS = 90, MOST = 400;

export const read = () => {
  try {
    const since = Date.now() - DAYS * 864e5;
    const events = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    return events.filter((event) => Date.parse(event.t) > since).slice(-MOST);
  } catch { return []; }
};

const write = (events) => {
  try {
    if (events.length) localStorage.setItem(NAME, JSON.stringify(events.slice(-MOST)));
    else localStorage.removeItem(NAME);
  } catch { /* full or refused: then nothing is kept */ }
};

export const add = (fresh) => {
  const events = read(), known = new Set(events.map(({ k }) => k));
  const news = fresh.filter(({ k }) => !known.has(k));
  if (news.length) write([...events, ...news]);
};

export const forget = (keys) => write(read().filter(({ k }) => !keys.has(k)));

const counted = (events) => ({
  units: new Set(events.map(({ c, m, u }) => `${c}/${m}/${u}`)).size,
  answers: events.filter(({ e }) => e === "answered").length,
});

const hash = (text) => {
  let code = 0xcbf29ce484222325n; // FNV-1a: a name for one happening, no secret
  for (const byte of new TextEncoder().encode(text)) code = BigInt.asUintN(64, (code ^ BigInt(byte)) * 0x100000001b3n);
  return code.toString(16).padStart(16, "0");
};

// A lesson read without an account.
const lesson = document.querySelector("[data-keep]");
if (lesson) {
  const { course: c, module: m, unit: u, version } = lesson.dataset, v = Number(version);
  const keep = (event) => {
    const name = [c, m, u, v, event.e, event.b ?? ""].join("/");
    add([{ k: event.k ?? hash(name), c, m, u, v, t: new Date().toISOString(), ...event }]);
  };
  keep({ e: "opened", n: document.querySelector("h1").textContent.trim() });
  const answers = JSON.parse(lesson.dataset.answers || "[]");
  for (const { k, q, r } of answers) keep({ e: "answered", k, q, r });
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      keep({ e: "block_reached", b: Number(target.dataset.block) });
    }
  }, { rootMargin: "0px 0px -45% 0px" });
  for (const block of document.querySelectorAll("[data-block]")) seen.observe(block);
}

// What is kept, with the buttons to take it over or to forget it.
for (const box of document.querySelectorAll("[data-kept]")) {
  const events = read(), { units, answers } = counted(events);
  const status = box.querySelector("[data-kept-status]");
  const none = box.querySelector("[data-kept-none]"), some = box.querySelector("[data-kept-some]");
  if (none) none.hidden = events.length > 0;
  if (!events.length) continue;
  box.hidden = some.hidden = false;
  for (const place of box.querySelectorAll("[data-units]")) place.textContent = units;
  for (const place of box.querySelectorAll("[data-answers]")) place.textContent = answers;
  const list = box.querySelector("[data-kept-list]");
  if (list) {
    const titles = new Map(events.filter(({ n }) => n).map(({ c, m, u, n }) => [`${c}/${m}/${u}`, n]));
    for (const name of new Set(events.map(({ c, m, u }) => `${c}/${m}/${u}`))) {
      const link = document.createElement("a"), item = document.createElement("li");
      link.href = `${list.dataset.base}/${name}`;
      link.textContent = titles.get(name) ?? name;
      item.append(link);
      list.append(item);
    }
  }
  box.querySelector("[data-forget]")?.addEventListener("click", () => {
    forget(new Set(events.map(({ k }) => k)));
    some.hidden = true;
    if (none) none.hidden = false;
    status.textContent = status.dataset.forgotten;
  });
  box.querySelector("form[data-take]")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target, button = form.querySelector("button[type=submit]");
    const fields = new FormData(form);
    fields.set("events", JSON.stringify({ hanmadang: 1, events }));
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, credentials: "same-origin", headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.said ?? answer.status);
      forget(new Set(events.map(({ k }) => k)));
      some.hidden = true;
      status.textContent = told.said;
    } catch {
      button.disabled = false;
      status.textContent = status.dataset.failed;
    }
  });
}
