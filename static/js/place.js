// Keeps the reader's place: tells the server, once each, which part of the lesson came into view.
// Without this script a button after each part does the same.
const tell = (form) => {
  const fields = new FormData(form);
  fields.set("client_at", new Date().toISOString());
  fetch(form.action, { method: "POST", body: new URLSearchParams(fields), redirect: "manual", keepalive: true, credentials: "same-origin" })
    .catch(() => {}); // the place is a comfort: offline, the next part tells again
};

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    tell(target.querySelector("[data-place]"));
  }
}, { rootMargin: "0px 0px -45% 0px" });

for (const block of document.querySelectorAll("[data-block]")) {
  if (block.querySelector("[data-place]")) seen.observe(block);
}
