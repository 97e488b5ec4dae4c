/**
 * Sharp tiles over a viewer's picture, from the server's IIIF Image address: OpenSeadragon draws them, the viewer says where.
 *
 * The picture below stays, so that there is always something to see; keys, wheel and fingers remain the viewer's own.
 */
import { make } from "../dom.js";

const OPTIONS = {
  // the canvas needs no rights beyond the page's own, and looks alike everywhere
  drawer: "canvas",
  autoResize: false,
  animationTime: 0,
  blendTime: 0.15,
  constrainDuringPan: false,
  immediateRender: true,
  maxZoomPixelRatio: Infinity,
  minZoomImageRatio: 0,
  mouseNavEnabled: false,
  showNavigationControl: false,
  tabIndex: -1,
  tileRetryDelay: 1500,
  tileRetryMax: 4, // a busy server asks to come again
  visibilityRatio: 0,
};

/** Lays the tiles of `address` over the picture of `viewer`; resolves once they can be drawn, rejects where there are none. */
export async function layTiles(viewer, address) {
  const [{ default: OpenSeadragon }, answer] = await Promise.all([import("openseadragon"), fetch(`${address}/info.json`)]);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const source = { ...(await answer.json()), id: new URL(address, location.href).href };
  const layer = make("div", { className: "ma-tiles", "aria-hidden": "true" });
  layer.inert = true;
  viewer.image.after(layer);
  forgoInlineStyle();
  const seadragon = OpenSeadragon({ ...OPTIONS, element: layer });
  await new Promise((resolve, reject) => {
    seadragon.addTiledImage({ tileSource: source, success: resolve, error: reject });
  });
  return new Tiles(OpenSeadragon, seadragon, layer);
}

/**
 * OpenSeadragon adds a rule for phones, which our content policy forbids, unless it finds one of its own there already:
 * it finds an element of that name, which is none of HTML's and so no style.
 */
function forgoInlineStyle() {
  if (document.querySelector("style[data-openseadragon-mobile-css]")) return;
  const marker = document.createElementNS("urn:media-archive", "style");
  marker.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(marker);
}

class Tiles {
  constructor(OpenSeadragon, seadragon, layer) {
    Object.assign(this, { OpenSeadragon, seadragon, layer });
  }

  /** Draws what is in `view` of `picture` at `state` (see lib/zoom.js); while the picture moves there, only that is seen. */
  follow(state, view, picture, moving) {
    const { Point, Rect } = this.OpenSeadragon;
    const { viewport } = this.seadragon;
    const length = picture.width * state.scale; // of the whole picture's width, which is 1 to the tiles
    clearTimeout(this.pause);
    this.layer.classList.toggle("is-moving", moving);
    if (moving) this.pause = setTimeout(() => this.layer.classList.remove("is-moving"), 160);
    viewport.resize(new Point(view.width, view.height), false);
    viewport.fitBounds(new Rect(-state.x / length, -state.y / length, view.width / length, view.height / length), true);
    this.seadragon.forceRedraw();
  }

  remove() {
    clearTimeout(this.pause);
    this.seadragon.destroy();
    this.layer.remove();
  }
}
