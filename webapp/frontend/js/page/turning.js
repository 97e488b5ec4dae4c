/** Going to the previous or next item, or back up to where the item was found. */

const link = (kind) => document.querySelector(`a[rel~=${kind}][href], link[rel~=${kind}][href]`);

/** Follows the page's link of this kind ("prev", "next"), if it has one. */
export function turn(kind) {
  const target = link(kind);
  if (target) location.assign(target.href);
}

/** Back to the list: through history where one came from there, so that it stands as it was left. */
export function goUp() {
  const target = link("up");
  if (!target) return;
  const came = document.referrer && new URL(document.referrer);
  const same = came && came.origin === location.origin && came.pathname === new URL(target.href).pathname;
  if (same && history.length > 1) history.back();
  else location.assign(target.href);
}
