/** What is said, under the film: a button and a key turn the captions on and off. */
import { register } from "../actions.js";

export function offerCaptions() {
  const button = document.querySelector('[data-action="captions.toggle"]');
  const track = document.querySelector("ma-player video track[kind=captions]")?.track;
  if (!button || !track) return;
  track.mode = "disabled";
  const toggle = () => {
    track.mode = track.mode === "showing" ? "disabled" : "showing";
    button.setAttribute("aria-pressed", String(track.mode === "showing"));
  };
  register({ name: "captions.toggle", label: "Captions", group: "Player", keys: ["c"], run: toggle });
  button.hidden = false;
}
