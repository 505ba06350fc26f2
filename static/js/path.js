// The path follows the sliders in place. Without this script the button does the same.
const form = document.querySelector("#wishes");
const said = form?.querySelector("[data-path-said]");
const parts = ["[data-path]", "[data-week]"];
let timer;
let latest = 0;

async function save() {
  const turn = ++latest;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== latest) return; // a later move is on its way
    for (const part of parts) {
      const fresh = page.querySelector(part);
      const old = document.querySelector(part);
      if (fresh && old) old.replaceWith(fresh);
    }
    said.textContent = document.querySelector("[data-path]").dataset.said;
  } catch {
    if (turn === latest) said.textContent = said.dataset.textFailed;
  }
}

form?.addEventListener("input", ({ target }) => {
  const shown = target.matches("[data-slider]") && target.parentElement.querySelector("output");
  if (shown) shown.textContent = target.value;
});
form?.addEventListener("change", () => {
  clearTimeout(timer);
  timer = setTimeout(save, 400);
});
form?.addEventListener("submit", () => {
  clearTimeout(timer);
  latest += 1;
});
