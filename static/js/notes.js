// Bookmarks without leaving the place, notes that save themselves. Without this script the same
// forms are sent by their buttons.
const WAIT = 1200, AGAIN = 8000;
const texts = document.querySelector("[data-note-texts]").dataset;

const send = (form, fields) => fetch(form.action, {
  method: "POST", body: new URLSearchParams(fields), credentials: "same-origin",
  headers: { Accept: "application/json" },
});

for (const form of document.querySelectorAll("form[data-bookmark]")) {
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form, event.submitter ?? undefined);
    fields.set("bookmark", button.value);
    try {
      const answer = await send(form, fields);
      if (!answer.ok) throw new Error(answer.status);
      const { bookmarked } = await answer.json();
      button.value = bookmarked ? "no" : "yes";
      button.setAttribute("aria-pressed", bookmarked);
    } catch { form.submit(); }
  });
}

for (const form of document.querySelectorAll("form[data-note]")) {
  const status = form.querySelector("[data-note-status]");
  const area = form.elements.note;
  let timer, sending = false, saved = area.value;

  const save = async () => {
    clearTimeout(timer);
    if (sending || area.value === saved) return;
    sending = true;
    const text = area.value;
    try {
      const answer = await send(form, new FormData(form));
      const told = await answer.json();
      if (answer.status !== 200 && answer.status !== 409) throw new Error(answer.status);
      form.elements.before.value = told.before;
      if (answer.status === 409) {
        status.textContent = `${texts.changed} “${told.stored}”`;
      } else {
        saved = text;
        status.textContent = texts.saved;
      }
    } catch {
      status.textContent = texts.waiting;
      timer = setTimeout(save, AGAIN);
    }
    sending = false;
    if (area.value !== text) timer = setTimeout(save, WAIT);
  };

  area.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, WAIT); });
  area.addEventListener("blur", save);
  addEventListener("online", save);
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
}
