/**
 * <ma-progress src refresh ended>: numbers of work under way, put into the slots that the server has drawn.
 *
 * The source sends JSON objects, as an event stream or when asked: `[data-field=NAME]` inside the element shows field
 * NAME, in the form `data-format` says (count, size, rate, duration, text). `done`, `total`, `bytes`, `total_bytes`
 * give the bar, and the rate and the time left where the source does not send them. `ended: true` ends it: the part of the page
 * named by `refresh` (a selector) is fetched anew, or the page is loaded again.
 */
import htmx from "htmx.org";

import * as format from "../lib/format.js";
import { Rate } from "../lib/rate.js";

const FORMATS = { count: format.count, size: format.size, rate: format.rate, duration: format.duration, text: String };
const USUAL = { bytes: "size", total_bytes: "size", rate: "rate", left: "duration" };
const SOONEST_MS = 2000;
const LATEST_MS = 15_000;

export class Progress extends HTMLElement {
  connectedCallback() {
    this.speed = new Rate();
    this.wait = SOONEST_MS;
    if (this.getAttribute("src") && !this.hasAttribute("ended")) this.listen();
  }

  disconnectedCallback() {
    this.source?.close();
    clearTimeout(this.timer);
  }

  listen() {
    this.source = new EventSource(this.getAttribute("src"));
    this.source.addEventListener("message", (event) => this.show(JSON.parse(event.data)));
    this.source.addEventListener("error", () => {
      // a stream that was refused is closed for good; one that broke off is opened again by the browser
      if (this.source.readyState === EventSource.CLOSED && !this.over) this.poll();
    });
  }

  async poll() {
    try {
      const answer = await fetch(this.getAttribute("src"), { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      this.show(await answer.json());
      this.wait = SOONEST_MS;
    } catch {
      this.wait = Math.min(LATEST_MS, this.wait * 2); // not reachable now: asked again, less often
    }
    if (!this.over && this.isConnected) this.timer = setTimeout(() => this.poll(), this.wait);
  }

  show(sent) {
    const facts = { ...sent, ...this.computed(sent) };
    for (const slot of this.querySelectorAll("[data-field]")) this.put(slot, facts[slot.dataset.field]);
    const bar = this.querySelector("progress");
    const [done, total] = facts.total_bytes ? [facts.bytes, facts.total_bytes] : [facts.done, facts.total];
    if (bar && total > 0) Object.assign(bar, { max: total, value: Math.min(total, done ?? 0) });
    if (facts.ended) this.end(facts);
  }

  computed(sent) {
    const byBytes = sent.total_bytes > 0;
    this.speed.note((byBytes ? sent.bytes : sent.done) ?? 0, performance.now() / 1000);
    return {
      rate: sent.rate ?? (byBytes ? this.speed.perSecond : null),
      left: sent.left ?? this.speed.left(byBytes ? sent.total_bytes : sent.total),
    };
  }

  put(slot, value) {
    if (value === undefined) return;
    const name = slot.dataset.format ?? USUAL[slot.dataset.field] ?? (typeof value === "number" ? "count" : "text");
    slot.textContent = value === null ? "–" : FORMATS[name](value);
  }

  end(facts) {
    if (this.over) return;
    this.over = true;
    this.source?.close();
    clearTimeout(this.timer);
    this.setAttribute("ended", "");
    const event = new CustomEvent("ma-ended", { bubbles: true, cancelable: true, detail: facts });
    if (this.dispatchEvent(event)) this.renew();
  }

  renew() {
    const part = this.getAttribute("refresh");
    if (!part) location.reload();
    else htmx.ajax("GET", location.href, { target: part, select: part, swap: "outerHTML" });
  }
}
