/** How things look on the map, in the colours of the page's theme. */
import CircleStyle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import Text from "ol/style/Text.js";

import { radiusOf, short } from "../lib/places.js";

const KINDS = { project: "#c4442e", landmark: "#9a6bd0", street: "#4a8bd6", pipeline: "#4ba65b", place: "#8b8b8b", event: "#d6b32e" };
/** Metres a pixel from which names are written. */
const NAMES_BELOW = 8;

/** @param {HTMLElement} element of whose theme the colours are */
export function looks(element) {
  const colour = (name) => getComputedStyle(element).getPropertyValue(name).trim();
  const [text, ground, accent, line] = ["--text", "--ground", "--accent", "--line-strong"].map(colour);
  const halo = new Stroke({ color: ground, width: 3 });
  const font = "12px system-ui, 'Noto Sans CJK SC', sans-serif";
  return {
    net: new Stroke({ color: line, width: 0.5, lineDash: [2, 4] }),
    netAcross: new Text({ font, textBaseline: "bottom", fill: new Fill({ color: text }), stroke: halo }),
    netDown: new Text({ font, textAlign: "end", fill: new Fill({ color: text }), stroke: halo }),
    subject(feature, resolution) {
      const tint = KINDS[feature.get("kind")] ?? line;
      const name = resolution < NAMES_BELOW ? new Text({ text: feature.get("name"), font, overflow: true, fill: new Fill({ color: text }), stroke: halo }) : undefined;
      const stroke = new Stroke({ color: tint, width: 2 });
      return new Style({ stroke, fill: new Fill({ color: `${tint}26` }), image: new CircleStyle({ radius: 5, fill: new Fill({ color: tint }), stroke: halo }), text: name });
    },
    cluster(feature) {
      const count = feature.get("count");
      const image = new CircleStyle({ radius: radiusOf(count), fill: new Fill({ color: accent }), stroke: new Stroke({ color: "#ffffff", width: 2 }) });
      return new Style({ image, text: new Text({ text: short(count), font: `600 ${font}`, fill: new Fill({ color: "#ffffff" }) }) });
    },
    shown: new Style({ stroke: new Stroke({ color: accent, width: 3 }), fill: new Fill({ color: `${accent}26` }), image: new CircleStyle({ radius: 5, fill: new Fill({ color: accent }), stroke: new Stroke({ color: "#ffffff", width: 1.5 }) }) }),
  };
}
