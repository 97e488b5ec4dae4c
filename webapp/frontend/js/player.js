import { followMarks } from "./player/clips.js";
import { Player } from "./player/element.js";

customElements.define("ma-player", Player);
const form = document.querySelector("form[data-clip]");
if (form) followMarks(form);
// markers and bins come after the player, which does not wait for them
if (document.getElementById("cutting")) import("./cutting.js");
