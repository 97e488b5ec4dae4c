/** The page of a delivery. */
import { Uploads } from "./upload/element.js";

customElements.define("ma-uploads", Uploads);
