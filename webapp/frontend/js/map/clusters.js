/** Where pictures lie: gathered by the server in cells about as wide as a fingertip, asked for anew when the map has moved. */
import Feature from "ol/Feature.js";
import Point from "ol/geom/Point.js";
import VectorLayer from "ol/layer/Vector.js";
import { fromLonLat, transformExtent } from "ol/proj.js";
import VectorSource from "ol/source/Vector.js";

import { levelAt, withParameter, written } from "../lib/places.js";

/** The level of cells by which the first look is fitted. */
const WHOLE_LEVEL = 13;

export class Clusters {
  /** @param {string} address @param {object} style @param {import("ol/View.js").default} view @param {AbortSignal} signal */
  constructor(address, style, view, signal) {
    Object.assign(this, { address, view, signal });
    this.layer = new VectorLayer({ source: new VectorSource(), style, zIndex: 5 });
  }

  /** The extent of all that was found; null where there is none. */
  async whole() {
    const found = await this.#ask(WHOLE_LEVEL);
    if (!found.length) return null;
    const [lats, lons] = [found.map(([lat]) => lat), found.map(([, lon]) => lon)];
    const least = (values) => values.reduce((a, b) => Math.min(a, b));
    const most = (values) => values.reduce((a, b) => Math.max(a, b));
    return [least(lons), least(lats), most(lons), most(lats)];
  }

  async #ask(level, box) {
    let address = withParameter(this.address, "level", level);
    if (box) address = withParameter(address, "bbox", box);
    const answer = await fetch(address, { signal: this.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }

  /** Asks for what is in view; answers that come too late are not drawn. */
  async refresh(extent) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const projection = this.view.getProjection();
    const box = written(transformExtent(extent, projection, "EPSG:4326"));
    const level = levelAt(this.zoom);
    try {
      const found = await this.#ask(level, box);
      if (turn !== this.turn) return;
      this.level = level;
      this.layer.getSource().clear(true);
      this.layer.getSource().addFeatures(found.map(([lat, lon, count]) => new Feature({ geometry: new Point(fromLonLat([lon, lat], projection)), count, lat, lon })));
    } catch (error) {
      if (!this.signal.aborted) console.warn(`the map could not be asked: ${error.message}`); // the next movement asks again
    }
  }

  /** The zoom as of a map of 256 px for the world, whatever the projection. */
  get zoom() {
    const resolution = this.view.getResolution();
    const whole = this.view.getProjection().getUnits() === "degrees" ? 360 : 2 * Math.PI * 6_378_137;
    return Math.log2(whole / 256 / resolution);
  }
}
