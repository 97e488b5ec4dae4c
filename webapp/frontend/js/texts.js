import { Regions } from "./texts/regions.js";
import { seekFromLines } from "./texts/seeking.js";

customElements.define("ma-regions", Regions);
seekFromLines();
