import { Cull } from "./cull/element.js";
import { Pane } from "./cull/pane.js";

customElements.define("ma-pane", Pane);
customElements.define("ma-cull", Cull);
