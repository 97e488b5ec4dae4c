/** What the keyboard does in the player: as in an editing program. */
import { goUp } from "../page/turning.js";

/** @param {import("./element.js").Player} player @returns actions for the registry */
export function playerActions(player) {
  const { transport, clock } = player;
  const of = (name, label, keys, run) => ({ name: `player.${name}`, label, keys, run, group: "Player", scope: player });
  const captions = { name: "captions.toggle", label: "Captions", keys: ["c"], run: () => player.subtitles.toggle(), group: "Player", scope: player };
  const step = (frames) => (event) => transport.step(frames, event?.repeat);
  return [
    of("play", "Play or stop", ["Space"], () => transport.toggle()),
    of("back", "Play backwards, faster each time", ["j"], (event) => player.shuttle("j", event)),
    of("stop", "Stop", ["k"], () => transport.shuttle("k")),
    of("forward", "Play forwards, faster each time", ["l"], (event) => player.shuttle("l", event)),
    of("previous", "One frame back", ["ArrowLeft"], step(-1)),
    of("next", "One frame on", ["ArrowRight"], step(1)),
    of("secondBack", "One second back", ["Shift+ArrowLeft"], step(-clock.framesInSecond)),
    of("secondOn", "One second on", ["Shift+ArrowRight"], step(clock.framesInSecond)),
    of("first", "First frame", ["Home"], () => transport.seek(0)),
    of("last", "Last frame", ["End"], () => transport.seek(clock.last)),
    // where there are no cuts the arrows scroll the page
    { ...of("cutBack", "Previous cut", ["ArrowUp"], () => player.goToCut(-1)), when: () => player.hasCuts },
    { ...of("cutOn", "Next cut", ["ArrowDown"], () => player.goToCut(1)), when: () => player.hasCuts },
    of("in", "Mark in", ["i"], () => player.mark("in")),
    of("out", "Mark out", ["o"], () => player.mark("out")),
    of("clear", "Clear the marks", ["Alt+x"], () => player.clearMarks()),
    of("slower", "Slower", [","], () => transport.changeRate(-1)),
    of("faster", "Faster", ["."], () => transport.changeRate(1)),
    of("mute", "Sound on or off", [], () => player.toggleSound()),
    ...(player.subtitles.tracks.length ? [captions] : []),
    of("full", "Full screen", ["f"], () => player.toggleFull()),
    of("up", "Back to the list", ["Escape"], () => document.fullscreenElement || goUp()),
  ];
}
