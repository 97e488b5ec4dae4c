import { Player } from "./player/element.js";

customElements.define("ma-player", Player);
