/** Short messages at the foot of the page. */
import { make } from "../dom.js";
import { say } from "../words.js";

const SHOWN_MS = 6000;
let region = null;

function place() {
  if (!region?.isConnected) {
    region = make("div", { className: "ma-toasts", role: "status", "aria-live": "polite" });
    document.body.append(region);
  }
  return region;
}

/** Shows `text`; a `problem` stays until it is put away. */
export function toast(text, kind = "done") {
  const close = make("button", { type: "button", className: "ma-tool", "aria-label": say("Close") }, "×");
  const note = make("div", { className: `ma-toast is-${kind}` }, make("span", {}, text), close);
  close.addEventListener("click", () => note.remove());
  place().append(note);
  if (kind !== "problem") setTimeout(() => note.remove(), SHOWN_MS);
}

/** Messages of the server (`HX-Trigger: {"ma-toast": {"text", "kind"}}`) and of a broken connection. */
export function listenForToasts() {
  document.addEventListener("ma-toast", (event) => toast(event.detail.text, event.detail.kind));
  document.addEventListener("htmx:error", () =>
    toast(say("The server cannot be reached. What you typed is kept: try again in a moment."), "problem"),
  );
}
