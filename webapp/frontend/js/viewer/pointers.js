/** Dragging with one pointer, pinching with two. */

const middle = ([a, b]) => ({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 });
const apart = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) || 1;

/** Lets pointers on `picture` move and zoom `viewer`. */
export function follow(viewer, picture) {
  const down = new Map();

  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    down.set(event.pointerId, event);
    picture.setPointerCapture(event.pointerId);
    viewer.classList.add("is-dragging");
  });

  picture.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const old = [...down.values()];
    down.set(event.pointerId, event);
    if (down.size === 1) viewer.move(event.clientX - before.clientX, event.clientY - before.clientY);
    else if (down.size === 2) pinch(old, [...down.values()]);
  });

  function pinch(old, now) {
    const from = middle(old);
    const to = middle(now);
    viewer.move(to.clientX - from.clientX, to.clientY - from.clientY);
    viewer.zoom(viewer.state.scale * (apart(now) / apart(old)), viewer.pointOf(to));
  }

  const lift = (event) => {
    down.delete(event.pointerId);
    viewer.classList.toggle("is-dragging", down.size > 0);
  };
  picture.addEventListener("pointerup", lift);
  picture.addEventListener("pointercancel", lift);
}
