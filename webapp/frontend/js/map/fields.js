/** Fields of forms that the map fills: a position that is clicked, a geometry that is drawn. Both are WGS-84. */
import Feature from "ol/Feature.js";
import WKT from "ol/format/WKT.js";
import Point from "ol/geom/Point.js";
import Draw from "ol/interaction/Draw.js";
import Modify from "ol/interaction/Modify.js";
import Snap from "ol/interaction/Snap.js";
import VectorLayer from "ol/layer/Vector.js";
import { fromLonLat, toLonLat } from "ol/proj.js";
import VectorSource from "ol/source/Vector.js";

import { make } from "../dom.js";
import { say } from "../words.js";

const DECIMALS = 7;
/** Datums whose numbers can be drawn as they are. */
const SAME = new Set(["WGS-84", "CGCS2000"]);
const SHAPES = ["Point", "LineString", "Polygon"];

/** The datum beside the field is set to that of the map, and the field tells its form that it changed. */
function put(element, field, text) {
  field.value = text;
  const datum = document.getElementById(element.getAttribute("datum") ?? "");
  if (datum) datum.value = "WGS-84";
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Clicks give a position to the field that the element names. */
export function pick(element, map, style) {
  const field = document.getElementById(element.getAttribute("pick"));
  const projection = map.getView().getProjection();
  const source = new VectorSource();
  map.addLayer(new VectorLayer({ source, style, zIndex: 9 }));
  map.on("singleclick", ({ coordinate }) => {
    const [lon, lat] = toLonLat(coordinate, projection);
    source.clear();
    source.addFeature(new Feature(new Point(fromLonLat([lon, lat], projection))));
    put(element, field, `${lat.toFixed(DECIMALS)}, ${lon.toFixed(DECIMALS)}`);
  });
}

/** A geometry is drawn and changed on the map, and stands in the field as well-known text. */
export function edit(element, map, style) {
  const field = document.getElementById(element.getAttribute("edit"));
  const projections = { dataProjection: "EPSG:4326", featureProjection: map.getView().getProjection() };
  const source = new VectorSource();
  map.addLayer(new VectorLayer({ source, style, zIndex: 9 }));
  const wkt = new WKT({ splitCollection: false });
  const write = () => {
    const shapes = source.getFeatures();
    const text = shapes.length === 1 ? wkt.writeFeature(shapes[0], { ...projections, decimals: DECIMALS }) : shapes.length ? wkt.writeFeatures(shapes, { ...projections, decimals: DECIMALS }) : "";
    put(element, field, text);
  };
  const datum = document.getElementById(element.getAttribute("datum") ?? "")?.value ?? "WGS-84";
  if (SAME.has(datum)) read(field, wkt, source, projections);
  const modify = new Modify({ source });
  modify.on("modifyend", write);
  map.addInteraction(modify);
  toolbar(element, map, source, write);
  map.addInteraction(new Snap({ source }));
  return source;
}

/** What stands in the field already; what cannot be read is left to be corrected as text. */
function read(field, wkt, source, projections) {
  try {
    if (/^[A-Z]/i.test(field.value.trim())) source.addFeatures(wkt.readFeatures(field.value.trim(), projections));
  } catch {
    source.clear();
  }
}

function toolbar(element, map, source, write) {
  let drawing = null;
  const bar = make("div", { className: "map-tools", role: "toolbar", "aria-label": say("Draw") });
  const stop = () => {
    if (drawing) map.removeInteraction(drawing);
    drawing = null;
    for (const button of bar.children) button.setAttribute("aria-pressed", "false");
  };
  const begin = (type, button) => {
    const again = button.getAttribute("aria-pressed") === "true";
    stop();
    if (again) return;
    button.setAttribute("aria-pressed", "true");
    drawing = new Draw({ source, type });
    drawing.on("drawend", () => setTimeout(() => (stop(), write())));
    map.addInteraction(drawing);
  };
  const words = { Point: say("A point"), LineString: say("A line"), Polygon: say("An area") };
  for (const type of SHAPES) {
    const button = make("button", { type: "button", className: "button", "aria-pressed": "false", "data-shape": type }, words[type]);
    button.addEventListener("click", () => begin(type, button));
    bar.append(button);
  }
  const clear = make("button", { type: "button", className: "button" }, say("Remove what is drawn"));
  clear.addEventListener("click", () => (stop(), source.clear(), write()));
  bar.append(clear);
  element.prepend(bar);
}
