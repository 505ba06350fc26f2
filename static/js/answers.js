// Poll answers survive a bad connection: kept on the device until the server has said yes, then removed.
// The key makes a second arrival harmless. Without this script the form is sent as any other.
const STORE = "answers.waiting", DAY = 86_400_000;
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

const read = () => {
  try {
    const all = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    return Object.fromEntries(Object.entries(all).filter(([, item]) => Date.now() - item.at < DAY));
  } catch { return {}; }
};
const write = (all) => {
  try {
    if (Object.keys(all).length) localStorage.setItem(STORE, JSON.stringify(all));
    else localStorage.removeItem(STORE);
    return true;
  } catch { return false; }
};
const keep = (item) => write({ ...read(), [item.key]: item });
const drop = (key) => { const { [key]: _, ...rest } = read(); write(rest); };

const tell = (form, word) => {
  const line = form?.querySelector("[data-queue-status]");
  if (!line) return;
  line.hidden = false;
  line.textContent = line.dataset[`text${word}`];
};

// "sent" with the answer, "refused" with it, or "waiting" when nobody answered.
async function send(item) {
  try {
    const answer = await fetch(item.url, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": item.key },
      body: item.body,
      credentials: "same-origin",
    });
    if (PASSING.has(answer.status)) return { word: "Waiting" };
    drop(item.key);
    return { word: answer.ok ? "Sent" : "Refused", answer };
  } catch { return { word: "Waiting" }; }
}

let flushing = false;
async function flush() {
  if (flushing || !navigator.onLine) return;
  flushing = true;
  for (const item of Object.values(read()).sort((a, b) => a.at - b.at)) {
    const { word } = await send(item);
    const form = [...document.querySelectorAll("form[data-queue]")].find((each) => each.elements.idempotency_key?.value === item.key)
      ?? document.querySelector("form[data-queue]");
    tell(form, word);
    if (word === "Waiting") { setTimeout(flush, 5000 + Math.random() * 5000); break; }
  }
  flushing = false;
}

// On the document: phone.js may put another form in place.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-queue]");
  const key = form?.elements.idempotency_key?.value;
  if (!key || event.defaultPrevented || form.enctype === "multipart/form-data") return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const body = new URLSearchParams(new FormData(form, event.submitter)).toString();
  const item = { key, url: event.submitter?.getAttribute("formaction") ?? form.action, body, at: Date.now() };
  if (!keep(item)) return form.submit();
  tell(form, "Sending");
  const { word, answer } = await send(item);
  delete form.dataset.sending;
  tell(form, word);
  if (word === "Sent" && answer.redirected) location.assign(answer.url);
  else if (word === "Refused") form.submit();
  else if (word === "Waiting") setTimeout(flush, 3000);
  form.dispatchEvent(new CustomEvent("answers:done", { bubbles: true, detail: { word } }));
});

addEventListener("online", flush);
flush();
