/**
 * <archive-map clusters subjects assets features points base pick datum edit label>: a map of our own outlines.
 *
 * The library is loaded when a map comes into view. `clusters` answers where pictures lie, `assets` which they are,
 * `subjects` the outlines; `features` is GeoJSON to show, `points` a list of [longitude, latitude]. `pick` names the field
 * that takes a clicked position, `edit` the one that holds a geometry as well-known text; `datum` the field beside them.
 */
class ArchiveMap extends HTMLElement {
  connectedCallback() {
    if (this.observer) return;
    this.observer = new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && this.start());
    this.observer.observe(this);
  }

  disconnectedCallback() {
    this.observer?.disconnect();
    this.observer = null;
    this.drawn?.stop();
    this.drawn = null;
  }

  async start() {
    this.observer.disconnect();
    const { CityMap } = await import("./map/citymap.js");
    if (this.isConnected && !this.drawn) this.drawn = new CityMap(this);
  }
}

customElements.define("archive-map", ArchiveMap);
