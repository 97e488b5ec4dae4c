import { Grid } from "./grid/element.js";

customElements.define("ma-grid", Grid);
