// Help for the quiz: lines are moved with buttons, an attempt is saved as one goes, and its time is told.
// Without this script every line has a list of places, a button saves, and the end of the time stands on the page.
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

for (const list of document.querySelectorAll("[data-ordering]")) {
  const said = list.parentElement.querySelector("[data-order-said]");
  const lines = () => [...list.querySelectorAll("[data-line]")];
  const keep = () => {
    lines().forEach((line, place) => { line.querySelector("select").value = String(place); });
    list.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const look = () => {
    const all = lines();
    for (const [place, line] of all.entries()) {
      line.querySelector("[data-up]").setAttribute("aria-disabled", String(place === 0));
      line.querySelector("[data-down]").setAttribute("aria-disabled", String(place === all.length - 1));
    }
  };
  for (const place of list.querySelectorAll("[data-place-select]")) place.hidden = true;
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-up], [data-down]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const line = button.closest("[data-line]");
    if (button.matches("[data-up]")) line.previousElementSibling.before(line);
    else line.nextElementSibling.after(line);
    keep();
    look();
    button.focus();
    const all = lines();
    said.textContent = fill(list.dataset.text, {
      item: line.querySelector(".line__text").textContent.trim(), n: all.indexOf(line) + 1, total: all.length,
    });
  });
  list.parentElement.querySelector("[data-keep-order]").addEventListener("click", () => {
    keep();
    said.textContent = list.dataset.orderKept;
  });
  look();
}

const form = document.querySelector("[data-attempt]");
if (form) {
  const line = form.querySelector("[data-saved]");
  let timer;
  let sending = Promise.resolve();
  const save = async () => {
    try {
      const answer = await fetch(form.dataset.save, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual", credentials: "same-origin" });
      line.textContent = answer.type === "opaqueredirect" || answer.ok ? line.dataset.text : line.dataset.textWrong;
    } catch { line.textContent = line.dataset.textFailed; }
  };
  form.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { sending = sending.then(save); }, 800);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}

const left = document.querySelector("[data-time-left]");
if (left) {
  const ends = performance.now() + Number(left.dataset.seconds) * 1000;
  const told = document.querySelector("[data-time-said]");
  const show = () => {
    const seconds = (ends - performance.now()) / 1000;
    const minutes = Math.ceil(seconds / 60);
    const text = seconds < 60 ? left.dataset.last : fill(left.dataset.minutes, { n: minutes });
    if (text !== left.textContent) {
      left.textContent = text;
      if ([1, 5].includes(minutes)) told.textContent = text; // said aloud twice, no more
    }
    if (seconds < -11) location.reload(); // the server has handed it in
    else setTimeout(show, 5000);
  };
  show();
}
