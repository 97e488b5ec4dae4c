/** What the queue asks of the server beside the bytes. */
const token = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

/** A refusal of the server, with its words and status. */
export class Refusal extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

async function ask(address, method = "GET", body = undefined) {
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, told.detail ?? answer.statusText);
}

export class Server {
  constructor(src) {
    this.src = src;
  }

  /** How the delivery stands. */
  standing = () => ask(this.src);

  /** Path -> what is there of it. */
  async files() {
    const found = new Map();
    for (let after = ""; after !== null; ) {
      const page = await ask(`${this.src}/files?after=${encodeURIComponent(after)}`);
      for (const one of page.items) found.set(one.path, one);
      after = page.next;
    }
    return found;
  }

  known = (asked) => ask(`${this.src}/known`, "POST", asked);
  leaveOut = (files) => ask(`${this.src}/left-out`, "POST", { files });
  digests = (sha256) => ask(`${this.src}/digests`, "POST", { sha256 });
  handOver = () => ask(`${this.src}/hand-over`, "POST");
  headers = () => ({ "X-CSRFToken": token() });
}
