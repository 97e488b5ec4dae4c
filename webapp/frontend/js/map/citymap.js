/** The map itself: OpenLayers on a canvas, north up, with our own outlines and the server's clusters. */
import Attribution from "ol/control/Attribution.js";
import ScaleLine from "ol/control/ScaleLine.js";
import Zoom from "ol/control/Zoom.js";
import { isEmpty } from "ol/extent.js";
import Feature from "ol/Feature.js";
import GeoJSON from "ol/format/GeoJSON.js";
import Point from "ol/geom/Point.js";
import { defaults } from "ol/interaction/defaults.js";
import VectorLayer from "ol/layer/Vector.js";
import { bbox } from "ol/loadingstrategy.js";
import OpenLayers from "ol/Map.js";
import { fromLonLat, transformExtent } from "ol/proj.js";
import VectorSource from "ol/source/Vector.js";
import View from "ol/View.js";

import { make } from "../dom.js";
import { cellAround, withParameter, written } from "../lib/places.js";
import { say } from "../words.js";
import { Clusters } from "./clusters.js";
import { edit, pick } from "./fields.js";
import { ground, projectionOf, serviceOf } from "./ground.js";
import { looks } from "./looks.js";
import { Panel } from "./panel.js";

/** Nothing is there to be fitted: China. */
const SOMEWHERE = [97, 22, 123, 42];
const CLOSEST = 20;
const PADDING = [48, 48, 48, 48];

export class CityMap {
  /** @param {HTMLElement} element see map.js */
  constructor(element) {
    this.element = element;
    this.life = new AbortController();
    const service = serviceOf(element);
    this.look = looks(element);
    this.projection = projectionOf(service);
    this.view = new View({ projection: this.projection, center: fromLonLat([110, 34], this.projection), zoom: 5, maxZoom: CLOSEST, enableRotation: false });
    const canvas = make("div", { className: "map-canvas", tabIndex: 0, role: "application", "aria-label": element.getAttribute("label") ?? say("Map") });
    element.append(canvas);
    this.map = new OpenLayers({
      target: canvas,
      view: this.view,
      layers: ground(service, this.look),
      interactions: defaults({ altShiftDragRotate: false, pinchRotate: false }),
      controls: [new Zoom({ zoomInTipLabel: say("Zoom in"), zoomOutTipLabel: say("Zoom out") }), new ScaleLine(), ...(service?.credit ? [new Attribution({ collapsible: false })] : [])],
    });
    if (service?.file) this.addFile(service);
    this.addSubjects();
    this.addShown();
    this.addClusters();
    if (element.hasAttribute("pick")) pick(element, this.map, this.look.shown);
    if (element.hasAttribute("edit")) this.drawn = edit(element, this.map, this.look.shown);
    this.fit();
  }

  stop() {
    this.life.abort();
    this.map.setTarget(undefined);
  }

  /** The ground out of a file is known when its head was read; without it the map is as it is without a ground. */
  async addFile(service) {
    try {
      const { fileLayer } = await import("./file.js");
      this.map.getLayers().insertAt(0, await fileLayer(service, this.look));
    } catch (error) {
      console.warn(`the ground of the map cannot be read: ${error.message}`);
    }
  }

  addSubjects() {
    const address = this.element.getAttribute("subjects");
    if (!address) return;
    const source = new VectorSource({ format: new GeoJSON(), strategy: bbox, url: (extent, _resolution, projection) => withParameter(address, "bbox", written(transformExtent(extent, projection, "EPSG:4326"))) });
    this.map.addLayer(new VectorLayer({ source, style: this.look.subject, declutter: true, zIndex: 2 }));
  }

  /** GeoJSON and points that the page itself shows. */
  addShown() {
    const address = this.element.getAttribute("features");
    const points = JSON.parse(this.element.getAttribute("points") ?? "[]");
    if (!address && !points.length) return;
    this.shown = new VectorSource(address ? { url: address, format: new GeoJSON() } : {});
    this.shown.addFeatures(points.map((point) => new Feature(new Point(fromLonLat(point, this.projection)))));
    this.shown.on("featuresloadend", () => this.fitTo(this.shown.getExtent()));
    this.map.addLayer(new VectorLayer({ source: this.shown, style: this.look.shown, zIndex: 4 }));
  }

  addClusters() {
    const address = this.element.getAttribute("clusters");
    if (!address) return;
    this.clusters = new Clusters(address, this.look.cluster, this.view, this.life.signal);
    this.map.addLayer(this.clusters.layer);
    this.map.on("moveend", () => this.clusters.refresh(this.view.calculateExtent(this.map.getSize())));
    if (!this.element.hasAttribute("assets")) return;
    this.panel = new Panel(this.element, this.element.getAttribute("assets"), this.life.signal);
    this.map.on("singleclick", ({ pixel }) => this.onClick(pixel));
    this.map.on("pointermove", ({ pixel, dragging }) => {
      if (!dragging) this.map.getTargetElement().classList.toggle("is-over", this.map.hasFeatureAtPixel(pixel));
    });
  }

  /** A circle tells its pictures; elsewhere the outlines tell what they are. */
  onClick(pixel) {
    const found = this.map.getFeaturesAtPixel(pixel, { hitTolerance: 4 });
    const cluster = found.find((one) => one.get("count"));
    if (cluster) return this.panel.show(cellAround(cluster.get("lat"), cluster.get("lon"), this.clusters.level));
    const subjects = found.filter((one) => one.get("kind")).map((one) => ({ id: one.get("id"), name: one.get("name") }));
    return subjects.length ? this.panel.showSubjects(subjects) : this.panel.hide();
  }

  /** The first look: what is drawn, else what was found, else where outlines are. */
  async fit() {
    const own = this.drawn ?? this.shown;
    if (own && !isEmpty(own.getExtent())) return this.fitTo(own.getExtent());
    const whole = (await this.clusters?.whole().catch(() => null)) ?? SOMEWHERE;
    return this.fitTo(transformExtent(whole, "EPSG:4326", this.projection));
  }

  fitTo(extent) {
    if (isEmpty(extent) || this.life.signal.aborted) return;
    this.view.fit(extent, { padding: PADDING, maxZoom: 16 });
    this.element.classList.add("is-ready");
  }
}
