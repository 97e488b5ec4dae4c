import { Cut } from "./cutting/element.js";

customElements.define("ma-cut", Cut);
