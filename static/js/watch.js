// Remembers which seconds of a film or recording were played, and goes on where it stopped, also in
// the other language. Without this script the transcript is read like any part, and the player
// starts at the second that the server knows.
const NEXT = 30; // seconds of playing after which the server is told, even without a pause

const path = location.pathname.replace(/^\/(ko|en)\//, "/");
const nameOf = (block) => `second.${path}.${block}`;

function remember(block, second) {
  try { sessionStorage.setItem(nameOf(block), String(second)); } catch { /* nothing is kept */ }
}

function remembered(block) {
  try { return Number(sessionStorage.getItem(nameOf(block))) || 0; } catch { return 0; }
}

// Whole seconds as sorted, disjoint pairs: "0-12 40-65".
function spansOf(seconds) {
  const spans = [];
  for (const second of [...seconds].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && last[1] === second) last[1] = second + 1;
    else spans.push([second, second + 1]);
  }
  return spans.map((span) => span.join("-")).join(" ");
}

function watch(player) {
  const length = Number(player.dataset.media);
  const part = player.closest("[data-block]");
  const block = part.dataset.block;
  const form = part.querySelector("[data-watched]");
  const played = new Set();
  let before = null;

  const here = () => Math.min(Math.floor(player.currentTime), length);
  const note = () => {
    const now = player.currentTime;
    const steady = before !== null && now > before && now - before < 2 * Math.max(player.playbackRate, 1);
    if (!player.seeking && steady) {
      for (let second = Math.floor(before); second < now && second < length; second += 1) played.add(second);
      if (played.size >= NEXT) tell();
    }
    before = player.seeking || player.paused ? null : now;
    remember(block, here());
  };

  // Whole or not at all: what did not arrive goes with the next report. A second told twice counts once.
  function tell() {
    if (!form || !played.size) return;
    const sent = [...played];
    const fields = new FormData(form);
    fields.set("spans", spansOf(sent));
    fields.set("stopped_at", String(player.ended ? 0 : here()));
    fields.set("idempotency_key", [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    for (const second of sent) played.delete(second);
    fetch(form.action, { method: "POST", body: new URLSearchParams(fields), redirect: "manual", keepalive: true, credentials: "same-origin" })
      .catch(() => { for (const second of sent) played.add(second); });
  }

  const told = Number(/#t=(\d+)/.exec(player.getAttribute("src"))?.[1] ?? 0);
  const from = remembered(block);
  if (from && from !== told && from < length - 3) player.src = `${player.getAttribute("src").split("#")[0]}#t=${from}`;

  player.addEventListener("timeupdate", note);
  player.addEventListener("seeking", () => { before = null; });
  for (const event of ["pause", "ended"]) player.addEventListener(event, () => { note(); tell(); });
  addEventListener("pagehide", tell);
  document.addEventListener("visibilitychange", () => { if (document.hidden) tell(); });
}

for (const player of document.querySelectorAll("[data-media]")) watch(player);
