/** Markers over the player's strip: a tick in its colour for each. */
import { make } from "../dom.js";

export function ticks(place, player) {
  const layer = make("div", { className: "ma-ticks", "aria-hidden": "true" });
  player.strip.element.append(layer);
  const draw = () => {
    const { clock } = player;
    const whole = clock.duration || 1;
    layer.replaceChildren(
      ...[...place.querySelectorAll("[data-list=markers] > li")].map((line) => {
        const tick = make("span", { className: `dot ${line.dataset.colour}` });
        tick.style.left = `${Math.min(100, (Number(line.dataset.seconds) / whole) * 100)}%`;
        return tick;
      }),
    );
  };
  place.addEventListener("ma-markers", draw);
  player.media.addEventListener("loadedmetadata", draw);
  draw();
}
