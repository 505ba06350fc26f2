// In an offline pack: checks practice answers and keeps what was done, to be told later.
// A classic script: modules do not load from a folder on a disk.
(() => {
  const box = document.querySelector(".kept");
  const { base, course, language } = box.dataset;
  const NAME = `hanmadang.${course}`, MOST = 950;
  let memory = [];

  const read = () => {
    try { return JSON.parse(localStorage.getItem(NAME)) ?? memory; } catch { return memory; }
  };
  // Where there is too much, of each unit only the last block reached is kept.
  const trimmed = (events) => {
    if (events.length <= MOST) return events;
    const last = new Map(events.map(({ e, m, u }, place) => [`${e}/${m}/${u}`, place]));
    const needed = events.filter(({ e, m, u }, place) => e !== "block_reached" || last.get(`${e}/${m}/${u}`) === place);
    return needed.slice(-MOST);
  };
  const write = (events) => {
    memory = trimmed(events);
    try { localStorage.setItem(NAME, JSON.stringify(memory)); } catch { /* kept until the page closes */ }
    show();
  };
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const file = () => JSON.stringify({ hanmadang: 1, events: read() });
  const code = () => {
    const bytes = new TextEncoder().encode(file());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  const link = box.querySelector("[data-send]");
  const show = () => {
    box.querySelector("[data-count]").textContent = read().length;
    link.href = `${base}/${language}/my/offline#${code()}`;
  };

  const page = document.querySelector("main[data-unit]");
  const { module: m, unit: u, version } = page?.dataset ?? {};
  const keep = (event, once) => {
    const events = read();
    if (once && events.some((old) => old.m === m && old.u === u && old.e === event.e && old.b === event.b)) return;
    write([...events, { k: fresh(), c: course, m, u, v: Number(version), t: new Date().toISOString(), ...event }]);
  };

  for (const part of document.querySelectorAll(".script")) part.hidden = false;

  box.querySelector("[data-save]").addEventListener("click", () => {
    const saved = document.createElement("a");
    saved.href = URL.createObjectURL(new Blob([file()], { type: "application/json" }));
    saved.download = `answers-${course}.json`;
    saved.click();
    const status = box.querySelector("[data-status]");
    status.textContent = status.dataset.saved;
  });

  if (page) {
    keep({ e: "opened" }, true);
    const seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        keep({ e: "block_reached", b: Number(target.dataset.block) }, true);
      }
    }, { rootMargin: "0px 0px -45% 0px" });
    for (const block of document.querySelectorAll("[data-block]")) seen.observe(block);
    page.querySelector("[data-read]")?.addEventListener("click", ({ target }) => {
      keep({ e: "completed" }, true);
      target.textContent = target.dataset.done;
      target.disabled = true;
    });
  }

  const quiz = document.querySelector("[data-quiz]");
  if (!quiz) { show(); return; }
  const said = quiz.dataset;
  const GOOD = "good", BAD = "bad", PARTLY = "partly", KEPT = "kept", ORDER = "order", NUMBER = "number";
  const SHORT = { [GOOD]: said.right, [BAD]: said.wrong, [PARTLY]: said.partly, [KEPT]: said.short, [NUMBER]: said.noNumber };
  const WORDS = { [GOOD]: said.right, [BAD]: said.wrong, [PARTLY]: said.partly, [KEPT]: said.kept, [ORDER]: said.order, [NUMBER]: said.number };

  // Of typed answers only what is plain is said here; the rest is checked by the house.
  const folded = (text, exact) => {
    const wide = text.normalize("NFKC");
    const one = (exact ? wide : wide.toLowerCase()).normalize("NFC");
    return one.replace(/[\p{P}\p{Z}\p{C}]/gu, "") || one.replace(/\s/g, "");
  };
  const number = (text, units) => {
    const unit = units.filter((each) => text.endsWith(each)).sort((a, b) => b.length - a.length)[0];
    const bare = (unit ? text.slice(0, -unit.length) : text).trim();
    return /^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(bare) ? Number(bare.replaceAll(",", "")) : null;
  };
  const typed = (input) => {
    const { ranges, units, accepted, case: exact } = JSON.parse(input.dataset.key), text = input.value.trim();
    if (accepted) return accepted.some((each) => folded(each, exact) === folded(text, exact)) ? GOOD : KEPT;
    const value = number(text, units);
    if (value === null) return /[\p{N}천백십만억조]/u.test(text) ? KEPT : NUMBER;
    const found = ranges.find(([low, high]) => low <= value && value <= high);
    return !found ? BAD : found[2] ? GOOD : PARTLY;
  };
  const part = (control) => {
    if (!control.value.trim()) return null;
    if (control.dataset.part === "typed") return typed(control);
    return control.dataset.right.split(" ").includes(control.value) ? GOOD : BAD;
  };

  const controls = (field) => {
    const found = [...field.querySelectorAll("[data-part]")];
    const place = (control) => Number(control.closest("[data-index]")?.dataset.index ?? 0);
    return found.sort((a, b) => place(a) - place(b));
  };
  const options = (field) => [...field.querySelectorAll("input[type=radio], input[type=checkbox]")];
  const value = (control) => control.value.trim() === "" ? null : control.dataset.part === "typed" ? control.value.trim() : Number(control.value);

  // What stands in a question's fields, as the house reads it; none where nothing does.
  const response = (field) => {
    if (options(field).length) return options(field).filter((each) => each.checked).map((each) => Number(each.value)).sort((a, b) => a - b);
    const values = controls(field).map(value);
    return values.every((each) => each === null) ? [] : values;
  };
  const fill = (field, before) => {
    for (const input of options(field)) input.checked = before.includes(Number(input.value));
    controls(field).forEach((control, place) => { control.value = before[place] ?? ""; });
  };

  const ofOptions = (field) => {
    const all = options(field), chosen = all.filter((input) => input.checked);
    for (const text of field.querySelectorAll("[data-feedback]")) text.hidden = !chosen.some((input) => input.value === text.dataset.feedback);
    if (all.every((input) => input.checked === input.hasAttribute("data-right"))) return GOOD;
    return all[0].type === "checkbox" && chosen.some((input) => input.hasAttribute("data-right")) ? PARTLY : BAD;
  };
  const ofParts = (field) => {
    const states = controls(field).map((control) => {
      const state = part(control), row = control.closest("[data-row]")?.querySelector("[data-said]");
      if (row) { row.textContent = `(${(state ? SHORT[state] : said.open).replace(/\.$/, "")})`; row.dataset.state = state ?? BAD; }
      return state ?? BAD;
    });
    if (states.includes(NUMBER)) return NUMBER;
    if (states.includes(KEPT)) return KEPT;
    if (states.every((state) => state === states[0])) return states[0];
    return PARTLY;
  };
  const judge = (field) => {
    const given = response(field), isOrder = field.dataset.kind === "ordering";
    const complete = !isOrder || new Set(given.filter((each) => each !== null)).size === given.length;
    for (const each of field.querySelectorAll("[data-said]")) each.textContent = "";
    const state = !complete ? ORDER : options(field).length ? ofOptions(field) : ofParts(field);
    const verdict = field.querySelector("[data-verdict]");
    verdict.textContent = WORDS[state];
    verdict.dataset.state = state;
    return state;
  };

  const fields = [...quiz.querySelectorAll("[data-question]")];
  const last = (slug) => read().filter((event) => event.u === u && event.m === m && event.q === slug).at(-1)?.r;
  for (const field of fields) {
    const before = last(field.dataset.question);
    if (!before) continue;
    fill(field, before);
    judge(field);
  }
  quiz.addEventListener("submit", (event) => {
    event.preventDefault();
    const answered = fields.filter((field) => response(field).length);
    const states = answered.map((field) => {
      const state = judge(field), given = response(field), q = field.dataset.question;
      const isAnswer = state !== ORDER && state !== NUMBER;
      if (isAnswer && JSON.stringify(last(q)) !== JSON.stringify(given)) keep({ e: "answered", q, r: given });
      return state;
    });
    const count = (state) => states.filter((each) => each === state).length;
    const score = said.score.replace("{right}", count(GOOD)).replace("{total}", fields.length);
    const later = count(KEPT) ? ` ${said.later.replace("{n}", count(KEPT))}` : "";
    quiz.querySelector("[data-status-quiz]").textContent = answered.length ? score + later : said.none;
  });
  show();
})();
