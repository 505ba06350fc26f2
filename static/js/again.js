// Fetches the page anew and puts its fresh part in place: while a poll runs, what follows from it
// changes. Waits while the page is out of sight or somebody is at a button of that part.
const part = () => document.querySelector("[data-again]");

async function look() {
  const old = part();
  if (!old || document.hidden || old.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-again]");
  const open = [...old.querySelectorAll("details[open]")].map((each) => each.id);
  if (!fresh || fresh.dataset.again === old.dataset.again) return;
  for (const id of open) fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  old.replaceWith(fresh);
  const line = document.querySelector("[data-again-say]");
  if (line) line.textContent = line.dataset.text;
}

const every = Number(part()?.dataset.every ?? 0) * 1000;
if (every) setInterval(() => look().catch(() => {}), every); // offline: the next turn tries again
