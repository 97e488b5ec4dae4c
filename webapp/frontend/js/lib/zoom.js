/**
 * A picture under a window: `scale` is CSS px for one picture px, `x` and `y` where its top left corner is.
 * All functions are pure; sizes are `{width, height}`.
 */
const MOST = 8;

/** The scale at which the whole picture is in view, never above its own pixels. */
export const fitScale = (view, picture) =>
  Math.min(view.width / picture.width, view.height / picture.height, 1);

/** The whole picture, centred. */
export function fit(view, picture) {
  return settle({ scale: fitScale(view, picture), x: 0, y: 0 }, view, picture);
}

/** Scale to `scale` so that the picture's point under `point` (window px) stays under it, as far as the edges allow. */
export function zoomTo(state, scale, point, view, picture) {
  const bounded = Math.min(MOST, Math.max(fitScale(view, picture), scale));
  const factor = bounded / state.scale;
  const x = point.x - (point.x - state.x) * factor;
  const y = point.y - (point.y - state.y) * factor;
  return settle({ scale: bounded, x, y }, view, picture);
}

export const pan = (state, dx, dy, view, picture) =>
  settle({ ...state, x: state.x + dx, y: state.y + dy }, view, picture);

/** No empty border where there is picture left; centred where it is smaller than the window. */
function settle(state, view, picture) {
  return {
    scale: state.scale,
    x: held(state.x, view.width, picture.width * state.scale),
    y: held(state.y, view.height, picture.height * state.scale),
  };
}

function held(at, view, length) {
  if (length <= view) return (view - length) / 2;
  return Math.min(0, Math.max(view - length, at));
}

/** Scale for a wheel event: a notch of 100 px is a fifth; trackpads send many small ones. */
export const wheelFactor = (deltaY, deltaMode) => Math.exp(-deltaY * (deltaMode === 1 ? 0.06 : 0.0018));
