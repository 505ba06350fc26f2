// In an offline pack: checks practice answers and keeps what was done, to be told later.
// A classic script: modules do not load from a folder on a disk.
(() => {
  const box = document.querySelector(".kept");
  const { base, course, language } = box.dataset;
  const NAME = `hanmadang.${course}`, MOST = 900;
  let memory = [];

  const read = () => {
    try { return JSON.parse(localStorage.getItem(NAME)) ?? memory; } catch { return memory; }
  };
  const write = (events) => {
    memory = events.slice(-MOST);
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

  const last = (slug) => read().filter((event) => event.u === u && event.m === m && event.q === slug).at(-1)?.r;

  const check = (field) => {
    const inputs = [...field.querySelectorAll("input")];
    const chosen = inputs.filter((input) => input.checked);
    const right = chosen.length > 0 && inputs.every((input) => input.checked === input.hasAttribute("data-right"));
    const verdict = field.querySelector("[data-verdict]");
    verdict.textContent = right ? verdict.dataset.good : verdict.dataset.bad;
    verdict.dataset.state = right ? "good" : "bad";
    for (const text of field.querySelectorAll("[data-feedback]")) text.hidden = !chosen.some((input) => input.value === text.dataset.feedback);
    return chosen.map((input) => Number(input.value));
  };

  const quiz = document.querySelector("[data-quiz]");
  if (quiz) {
    for (const field of quiz.querySelectorAll("[data-question]")) {
      const before = last(field.dataset.question);
      if (!before) continue;
      for (const input of field.querySelectorAll("input")) input.checked = before.includes(Number(input.value));
      check(field);
    }
    quiz.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const field of quiz.querySelectorAll("[data-question]")) {
        if (!field.querySelector("input:checked")) continue;
        const response = check(field), q = field.dataset.question;
        if (JSON.stringify(last(q)) !== JSON.stringify(response)) keep({ e: "answered", q, r: response });
      }
    });
  }
  show();
})();
