/** Lines with a time lead the player there; the line that is being said is marked. */
import { cueAt } from "../lib/vtt.js";

const player = () => document.querySelector("ma-player video, ma-player audio");

export function seekFromLines() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-seek]");
    const media = player();
    if (!link || !media) return;
    event.preventDefault();
    media.currentTime = Number(link.dataset.seek);
  });
  const media = player();
  for (const list of document.querySelectorAll("ol.lines")) if (media) follow(list, media);
}

function follow(list, media) {
  const cues = [...list.querySelectorAll("[data-seek]")].map((link) => ({ start: Number(link.dataset.seek), line: link.closest("li") }));
  if (!cues.length) return;
  media.addEventListener("timeupdate", () => {
    const now = cueAt(cues, media.currentTime + 0.01);
    for (const { line } of cues) line.classList.toggle("is-now", line === now?.line && media.currentTime > 0);
  });
}
