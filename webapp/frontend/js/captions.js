import { Captions } from "./captions/element.js";

customElements.define("ma-captions", Captions);
