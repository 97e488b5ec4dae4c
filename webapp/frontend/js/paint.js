/** Placeholders as backgrounds of what is not loaded yet. */
import { pixels } from "./lib/placeholder.js";

/** Px painted across and down, whatever the shape: browsers enlarge smoothly. */
const [ACROSS, DOWN] = [20, 20];

/** A CSS background image of the placeholder `text`; "" where there is none. */
export function paint(text) {
  const shown = text ? pixels(text, ACROSS, DOWN) : null;
  if (!shown) return "";
  const canvas = Object.assign(document.createElement("canvas"), { width: ACROSS, height: DOWN });
  canvas.getContext("2d").putImageData(new ImageData(shown, ACROSS, DOWN), 0, 0);
  return `url("${canvas.toDataURL()}")`;
}
