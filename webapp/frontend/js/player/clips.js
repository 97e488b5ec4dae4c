/** The form for a clip follows the player's marks: shown as timecode, sent as exact seconds. */

/** @returns exact seconds "n/d" of the beginning of a frame, of which `fps` ("30000/1001") are shown in a second */
export function secondsOf(frame, fps) {
  const [shown, span = 1] = String(fps).split("/").map(Number);
  return `${frame * span}/${shown}`;
}

/** Fills the form's fields when marks are set, and forgets the exact points where a person writes others. */
export function followMarks(form, player = document) {
  const field = (name) => form.elements.namedItem(name);
  player.addEventListener("ma-marks", ({ target, detail }) => {
    // both frames belong to the marks; a clip ends with the first frame behind it
    fill("in", detail.in, target, detail.fps);
    fill("out", detail.out === null ? null : detail.out + 1, target, detail.fps);
  });
  form.addEventListener("input", ({ target }) => {
    const exact = field(`${target.name}-exact`);
    if (exact) exact.value = "";
  });

  function fill(name, frame, { clock }, fps) {
    field(name).value = frame === null ? "" : clock.timecode(frame);
    field(`${name}-exact`).value = frame === null ? "" : secondsOf(frame, fps);
  }
}
