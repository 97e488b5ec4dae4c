import { Viewer } from "./viewer/element.js";

customElements.define("ma-viewer", Viewer);
