/**
 * Where a list stood, kept with the entry of the browser's history, so that coming back lands on the same row.
 * Also in the session's storage, for pages that link back to the list instead of going back.
 */
const KEY = "ma-grid:";

/** @param {string} src the list's address @param {object} place anything JSON */
export function remember(src, place) {
  const kept = { src, ...place };
  history.replaceState({ ...history.state, maGrid: kept }, "");
  try {
    sessionStorage.setItem(KEY + src, JSON.stringify(kept));
  } catch {
    // full or forbidden: the history entry is enough for going back
  }
}

/** The place kept for `src` if this page was come back to; null on a fresh visit. */
export function recall(src) {
  const own = history.state?.maGrid;
  if (own?.src === src) return own;
  return cameFromItem() ? stored(src) : null;
}

function stored(src) {
  try {
    return JSON.parse(sessionStorage.getItem(KEY + src));
  } catch {
    return null;
  }
}

function cameFromItem() {
  if (!document.referrer) return false;
  const from = new URL(document.referrer);
  return from.origin === location.origin && /^\/(assets\/[^/]+|shoots\/[^/]+\/cull)/.test(from.pathname);
}
