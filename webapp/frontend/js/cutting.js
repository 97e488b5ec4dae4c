import { register } from "./actions.js";
import { Keeping } from "./cutting/keeping.js";
import { Marking } from "./cutting/marking.js";
import { ticks } from "./cutting/ticks.js";

const place = document.getElementById("cutting");
// the player's own script may come later than this one
customElements.whenDefined("ma-player").then(() => {
  const player = document.querySelector("ma-player");
  if (!place || !player) return;
  const marking = new Marking(place, player);
  const keeping = new Keeping(place, player);
  const of = (name, label, keys, run, more) => ({ name: `cutting.${name}`, label, keys, run, group: "Player", scope: player, ...more });
  register(
    of("mark", "Set a marker", ["m"], () => marking.set(), { when: () => marking.may }),
    of("before", "Previous marker", ["Shift+m"], () => marking.go(-1)),
    of("behind", "Next marker", ["Alt+m"], () => marking.go(1)),
    of("keep", "Keep the clip in the open bin", ["Enter"], () => keeping.keep(), { when: () => keeping.may }),
  );
  ticks(place, player);
});
