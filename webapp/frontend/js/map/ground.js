/** What lies under everything: a net of degrees, and the map service of the settings where there is one. */
import Graticule from "ol/layer/Graticule.js";
import TileLayer from "ol/layer/Tile.js";
import { addEquivalentProjections, get } from "ol/proj.js";
import Projection from "ol/proj/Projection.js";
import XYZ from "ol/source/XYZ.js";
import TileGrid from "ol/tilegrid/TileGrid.js";

const WORLD = [-180, -90, 180, 90];
const FINEST = 20;

/** CGCS2000 differs from WGS-84 by centimetres: its tiles lie in the same degrees. */
function degrees() {
  const projection = get("EPSG:4490") ?? new Projection({ code: "EPSG:4490", units: "degrees", extent: WORLD, axisOrientation: "neu", global: true });
  addEquivalentProjections([get("EPSG:4326"), projection]);
  return get("EPSG:4326");
}

/** The service as `{url, projection, credit}`, or the file as `{file, credit}`; null where there is neither. */
export function serviceOf(element) {
  const told = element.getAttribute("base");
  return told ? JSON.parse(told) : null;
}

/** The projection that the map is drawn in: that of its ground. */
export const projectionOf = (service) => (service?.url && service.projection !== "EPSG:3857" ? degrees() : get("EPSG:3857"));

/** Layers from the ground up. */
export function ground(service, look) {
  const net = new Graticule({ strokeStyle: look.net, showLabels: true, wrapX: false, targetSize: 180, lonLabelStyle: look.netAcross, latLabelStyle: look.netDown });
  if (!service?.url) return [net];
  const inDegrees = service.projection !== "EPSG:3857";
  const tileGrid = inDegrees ? new TileGrid({ extent: WORLD, origin: [-180, 90], tileSize: 256, resolutions: Array.from({ length: FINEST }, (_, z) => 360 / 256 / 2 ** z) }) : undefined;
  const source = new XYZ({ url: service.url, projection: projectionOf(service), tileGrid, attributions: service.credit || undefined, attributionsCollapsible: false });
  return [new TileLayer({ source }), net];
}
