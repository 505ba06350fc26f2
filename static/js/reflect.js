// Keeps what a reader writes at a reflection as they write. Without this script a button does it.
const PAUSE = 1500; // milliseconds without a key

function keepAsWritten(form) {
  const field = form.elements.body;
  const status = form.querySelector("[data-status]");
  let kept = field.value;
  let timer;
  let last = Promise.resolve();

  const send = async () => {
    const words = field.value;
    if (words === kept) return;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual", keepalive: true, credentials: "same-origin" });
      if (answer.type !== "opaqueredirect") throw new Error(String(answer.status));
      kept = words;
      status.textContent = status.dataset.textKept;
    } catch {
      status.textContent = status.dataset.textFailed;
    }
  };
  // One after another: an older text must not arrive after a newer one.
  const keep = () => { clearTimeout(timer); last = last.then(send); };

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, PAUSE); });
  field.addEventListener("blur", keep);
  addEventListener("pagehide", keep);
  form.addEventListener("submit", () => { clearTimeout(timer); kept = field.value; });
}

for (const form of document.querySelectorAll("form[data-reflection]")) keepAsWritten(form);
