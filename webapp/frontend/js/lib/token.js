/** What forms of this page prove themselves with; changes sent by scripts carry it in a header. */
export const token = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

/** Sends `body` as JSON; the answer as fetch gives it. */
export const send = (address, body, signal) =>
  fetch(address, { method: "POST", body: JSON.stringify(body), signal, headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() } });
