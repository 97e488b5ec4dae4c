import { followMarks } from "./player/clips.js";
import { Player } from "./player/element.js";

customElements.define("ma-player", Player);
const form = document.querySelector("form[data-clip]");
if (form) followMarks(form);
