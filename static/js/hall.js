// Keeps the changing code of a hall fresh; without script the page loads itself anew instead.
const EVERY = 20_000;

const renew = async () => {
  const box = document.querySelector("[data-hall]"); // anew: the screen's parts are replaced
  if (!box) return;
  const answer = await fetch(box.dataset.hall, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) return;
  const { digits, qr } = await answer.json();
  const shown = box.querySelector("[data-hall-digits]");
  shown.textContent = digits;
  shown.parentElement.classList.toggle("screen__code--long", digits.length > 7); // while guessed
  const picture = new DOMParser().parseFromString(qr, "text/html").querySelector("svg");
  if (picture) box.querySelector("[data-hall-qr]").replaceChildren(picture);
};

setInterval(() => renew().catch(() => {}), EVERY); // offline: the next turn tries again
