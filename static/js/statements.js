// One vote without loading the whole page: the answer's statement takes the place of this one.
// Whatever goes wrong, the form is sent as any other; its key makes a second arrival harmless.
const PLACE = "[data-statement]";

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok || !answer.redirected) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.querySelector(PLACE);
  // What the rest of the page says changes with the first vote, the last one, and a refusal.
  const plain = (each) => !each.querySelector(".flashes, .notice") && each.querySelector("[data-stances]");
  if (!next || !plain(page) || document.querySelector("main .why + [data-statement]")) return location.assign(answer.url);
  document.querySelector(PLACE).replaceWith(next);
  next.focus({ preventScroll: true });
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest(`${PLACE} form[data-stances]`);
  if (!form || !event.submitter) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const { name, value } = event.submitter;
  try { await send(form, event.submitter); } catch {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(input);
    form.submit();
  }
});
