/** The ground of the map from one file on our own server (PMTiles): pictures, or vector tiles drawn plainly. */
import MVT from "ol/format/MVT.js";
import TileLayer from "ol/layer/Tile.js";
import VectorTileLayer from "ol/layer/VectorTile.js";
import ImageTile from "ol/source/ImageTile.js";
import VectorTile from "ol/source/VectorTile.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import { PMTiles, TileType } from "pmtiles";

const WATER = "#6fa3c766";
/** Tiles that are not there are empty, not wrong. */
const NOTHING = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });

/** The layer of the file; rejects where it cannot be read. */
export async function fileLayer({ file, credit }, look) {
  const tiles = new PMTiles(new URL(file, location.href).href);
  const header = await tiles.getHeader();
  const told = { attributions: credit || undefined, minZoom: header.minZoom, maxZoom: header.maxZoom };
  return header.tileType === TileType.Mvt ? vectors(tiles, told, look) : pictures(tiles, told);
}

function pictures(tiles, told) {
  const loader = async (z, x, y) => {
    const found = await tiles.getZxy(z, x, y);
    return found ? createImageBitmap(new Blob([found.data])) : NOTHING;
  };
  return new TileLayer({ source: new ImageTile({ ...told, loader }) });
}

function vectors(tiles, told, look) {
  const source = new VectorTile({ ...told, format: new MVT(), url: "{z}/{x}/{y}", tileLoadFunction: (tile) => load(tiles, tile) });
  const line = new Style({ stroke: look.net, fill: new Fill({ color: `${look.net.getColor()}1a` }) });
  const water = new Style({ stroke: new Stroke({ color: WATER, width: 1 }), fill: new Fill({ color: WATER }) });
  return new VectorTileLayer({ source, declutter: true, style: (feature) => (feature.get("layer") === "water" ? water : line) });
}

function load(tiles, tile) {
  const [z, x, y] = tile.getTileCoord();
  tile.setLoader(async (extent, _resolution, projection) => {
    const found = await tiles.getZxy(z, x, y);
    tile.setFeatures(found ? tile.getFormat().readFeatures(found.data, { extent, featureProjection: projection }) : []);
  });
}
