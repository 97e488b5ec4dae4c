/** Markers: M sets one at the frame on screen; M again there goes to its words; the list follows without a new page. */
import { icon, make } from "../dom.js";
import { token } from "../lib/token.js";
import { secondsOf } from "../player/clips.js";
import { toast } from "../page/toasts.js";
import { say } from "../words.js";

/** Sends a form's fields; the answer's JSON, or null after what went wrong was said. */
export async function post(form, fields) {
  const headers = { "X-CSRFToken": token(), Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), headers }).catch(() => null);
  if (answer?.ok) return answer.status === 204 ? {} : answer.json();
  const told = await answer?.json().catch(() => null);
  toast(told?.detail ?? say("The server cannot be reached. What you typed is kept: try again in a moment."), "problem");
  return null;
}

export class Marking {
  constructor(place, player) {
    Object.assign(this, { place, player });
    this.form = place.querySelector("form[data-mark]");
    this.list = place.querySelector("[data-list=markers]");
    this.list.addEventListener("submit", (event) => this.change(event));
    this.list.addEventListener("change", (event) => event.target.form?.requestSubmit());
    this.form?.addEventListener("submit", (event) => this.typed(event));
  }

  get may() {
    return Boolean(this.form);
  }

  get seconds() {
    return [...this.list.children].map((line) => Number(line.dataset.seconds));
  }

  /** At the frame on screen; where one stands already, to its words. */
  async set() {
    const { clock, transport } = this.player;
    await transport.arrive();
    const frame = clock.frame;
    const there = [...this.list.children].find((line) => clock.frameAt(Number(line.dataset.seconds) + 0.001) === frame);
    if (there) return there.querySelector("input[name=text]")?.focus();
    const colour = this.form.elements.namedItem("colour").value;
    return this.add({ "at-exact": secondsOf(frame, this.player.getAttribute("fps") ?? "25"), colour, text: "" });
  }

  async add(fields) {
    const one = await post(this.form, fields);
    if (!one) return;
    this.show(one);
    toast(say("Marker at {time}", { time: one.timecode }));
  }

  typed(event) {
    event.preventDefault();
    const fields = Object.fromEntries(["at", "colour", "text"].map((name) => [name, this.form.elements.namedItem(name).value]));
    this.add(fields).then(() => this.form.reset());
  }

  /** A line like those the server has drawn, at its place in time. */
  show(one) {
    const colours = [...this.form.elements.namedItem("colour").options].map(({ value, text }) => make("option", { value, selected: value === one.colour }, text));
    const words = make("input", { className: "input", name: "text", maxLength: 2000, value: one.text, autocomplete: "off", "aria-label": say("Words of the marker at {time}", { time: one.timecode }) });
    // the first button is the one that Enter means
    const save = make("button", { className: "button quiet round", title: say("Save"), "aria-label": say("Save") }, icon("check") ?? "✓");
    const remove = make("button", { className: "button quiet round", name: "do", value: "remove", title: say("Remove"), "aria-label": say("Remove") }, icon("x") ?? "×");
    const form = make("form", { action: `/markers/${one.id}`, method: "post" }, words, make("select", { className: "input", name: "colour", "aria-label": say("Colour") }, ...colours), save, remove);
    const dot = make("span", { className: `dot ${one.colour}`, "aria-hidden": "true" });
    const link = make("a", { className: "mono", href: "#", "data-seek": one.seconds }, dot, one.timecode);
    const line = make("li", { "data-id": one.id, "data-seconds": one.seconds, "data-colour": one.colour }, link, form, make("span", { className: "muted small" }, one.by));
    const behind = [...this.list.children].find((other) => Number(other.dataset.seconds) > Number(one.seconds));
    this.list.insertBefore(line, behind ?? null);
    this.tell();
  }

  async change(event) {
    event.preventDefault();
    const form = event.target;
    const line = form.closest("li");
    const removes = event.submitter?.value === "remove";
    const [text, colour] = ["text", "colour"].map((name) => form.elements.namedItem(name).value);
    const done = await post(form, { text, colour, ...(removes ? { do: "remove" } : {}) });
    if (!done) return;
    if (removes) line.remove();
    else Object.assign(line.dataset, { colour });
    const dot = line.querySelector(".dot");
    if (dot) dot.className = `dot ${colour}`;
    if (!removes && document.activeElement?.form === form) this.player.focus({ preventScroll: true });
    this.tell();
  }

  tell() {
    this.place.querySelector("[data-count=markers]").textContent = String(this.list.children.length);
    this.place.dispatchEvent(new Event("ma-markers"));
  }

  /** To the marker before or behind the frame on screen. */
  go(way) {
    const { clock, transport } = this.player;
    const now = clock.secondsOf(clock.frame);
    const slack = 0.6 / clock.framesInSecond;
    const there = way > 0 ? this.seconds.find((each) => each > now + slack) : this.seconds.findLast((each) => each < now - slack);
    if (there !== undefined) transport.seek(clock.frameAt(there + 0.001));
  }
}
