/**
 * The queue: every file is checked, then sent unless the archive has it, a few at a time, by tus 1.0.0. What breaks off
 * goes on where it stopped, for as long as the page is open; a page opened anew asks the server how far each file is.
 *
 * Events: "change" (something is to be drawn), "over" (all is there).
 */
import { resumed, Totals } from "../lib/deliveries.js";
import { Checker } from "./checking.js";

const AT_ONCE = 3;
const CHECKED_AHEAD = 64;
const AGAIN_MS = 4000;
/** Bytes of one request: proxies in between have bounds. */
const CHUNK = 32 << 20;
/** Files up to so many bytes come with the request that begins them. */
const SMALL = 4 << 20;
const DELAYS = [0, 500, 1500, 3000];

/** The server's words, where they are words and no page. */
function told(error, status) {
  const body = error.originalResponse.getBody().trim();
  return body && !body.startsWith("<") && body.length < 500 ? body : String(status);
}

export class Queue extends EventTarget {
  constructor({ delivery, endpoint, hasher, server }) {
    super();
    Object.assign(this, { delivery, endpoint, server, entries: [], totals: new Totals(), isPaused: false });
    this.paths = new Set();
    this.running = new Map();
    this.digests = {};
    this.known = [];
    this.next = { check: 0, send: [] };
    this.checker = new Checker(hasher, server, {
      read: (entry, read) => this.note(entry, { read }),
      settled: (entry, told) => this.checked(entry, told),
      digested: (entry, sha256) => this.digested(entry, sha256),
    });
  }

  /** Adds files; `served` is what the server has of the delivery already. */
  add(files, served) {
    for (const { file, path } of files) {
      if (this.paths.has(path)) continue;
      this.paths.add(path);
      const entry = { file, path, size: file.size, modified: file.lastModified, state: "waiting", came: 0, read: 0, reason: "" };
      Object.assign(entry, resumed(entry, served.get(path)));
      this.entries.push(entry);
      this.totals.add(entry);
    }
    this.go();
  }

  pause() {
    this.isPaused = true;
    for (const upload of this.running.values()) upload.abort();
    for (const entry of this.running.keys()) this.put(entry, "ready");
    this.next.send.unshift(...this.running.keys());
    this.running.clear();
    this.changed();
  }

  resume() {
    this.isPaused = false;
    this.go();
  }

  /** Everything that failed is tried again. */
  retry() {
    for (const entry of this.entries.filter((one) => one.state === "failed")) {
      entry.reason = "";
      this.put(entry, "ready");
      this.next.send.push(entry);
    }
    this.go();
  }

  go() {
    this.changed();
    if (this.isPaused) return;
    let ahead = this.totals.byState.checking + this.next.send.length;
    for (; ahead < CHECKED_AHEAD && this.next.check < this.entries.length; this.next.check += 1) {
      const entry = this.entries[this.next.check];
      if (entry.state !== "waiting") continue;
      ahead += 1;
      this.put(entry, "checking");
      if (entry.href) this.checked(entry, {}); // some of it came before: it goes on
      else this.checker.check(entry);
    }
    while (this.running.size < AT_ONCE && this.next.send.length) this.send(this.next.send.shift());
    if (this.totals.isOver) this.end();
  }

  checked(entry, { sha256, asset, problem }) {
    if (entry.state !== "checking") return;
    entry.sha256 = sha256;
    if (problem) {
      this.fail(entry, problem);
      return;
    }
    if (asset) {
      entry.asset = asset;
      this.known.push(entry);
      this.leaveOut();
      this.put(entry, "there");
    } else {
      this.put(entry, "ready");
      this.next.send.push(entry);
    }
    this.go();
  }

  /** Tells the server which files stay on the card; what it does not confirm is sent after all. */
  leaveOut() {
    this.leaving ??= Promise.resolve().then(async () => {
      this.leaving = null;
      const some = this.known.splice(0);
      const files = some.map(({ path, size, sha256 }) => ({ path, size, sha256 }));
      const told = await this.server.leaveOut(files).catch(() => ({ left_out: [] }));
      const noted = new Set(told.left_out);
      for (const entry of some.filter((one) => !noted.has(one.path))) {
        this.totals.progress(entry, 0);
        this.put(entry, "ready");
        this.next.send.push(entry);
      }
      this.go();
    });
  }

  digested(entry, sha256) {
    this.digests[entry.path] = sha256;
    this.telling ??= setTimeout(() => this.tellDigests(), 1000);
  }

  async tellDigests() {
    this.telling = null;
    const some = this.digests;
    this.digests = {};
    if (!Object.keys(some).length) return;
    await this.server.digests(some).catch(() => {
      this.digests = { ...some, ...this.digests };
      this.telling ??= setTimeout(() => this.tellDigests(), AGAIN_MS);
    });
  }

  async send(entry) {
    this.put(entry, "sending");
    this.running.set(entry, { abort() {} });
    const { Upload } = await import("tus-js-client");
    if (this.running.has(entry) && !this.isPaused) this.begin(entry, Upload);
  }

  begin(entry, Upload) {
    const metadata = { delivery: this.delivery, path: entry.path, modified: String(entry.modified) };
    if (entry.sha256) metadata.sha256 = entry.sha256;
    const upload = new Upload(entry.file, {
      endpoint: this.endpoint,
      uploadUrl: entry.href ?? null,
      chunkSize: CHUNK,
      retryDelays: DELAYS,
      uploadDataDuringCreation: entry.size <= SMALL,
      storeFingerprintForResuming: false,
      metadata,
      headers: this.server.headers(),
      onUploadUrlAvailable: () => (entry.href = upload.url),
      onProgress: (came) => this.note(entry, { came }),
      onSuccess: () => this.sent(entry),
      onError: (error) => this.broken(entry, error),
    });
    this.running.set(entry, upload);
    upload.start();
  }

  sent(entry) {
    this.running.delete(entry);
    this.put(entry, "arrived");
    this.go();
  }

  /** A refusal is final; a server that cannot be reached is asked again and again. */
  broken(entry, error) {
    this.running.delete(entry);
    const status = error.originalResponse?.getStatus() ?? 0;
    if (status === 401 || status === 403) {
      // the session has ended: nothing failed, and nothing can be sent before the next sign-in
      this.put(entry, "ready");
      this.next.send.unshift(entry);
      this.pause();
      this.dispatchEvent(new Event("shut-out"));
      return;
    }
    if (status >= 400 && status < 500 && ![404, 409, 410, 423].includes(status)) {
      this.fail(entry, told(error, status));
      return;
    }
    if (status === 404 || status === 410) entry.href = null; // ended meanwhile: begun anew
    entry.tries = (entry.tries ?? 0) + 1;
    if (status === 409 && entry.tries > 5) {
      this.fail(entry, told(error, status));
      return;
    }
    this.put(entry, "ready");
    setTimeout(() => {
      this.next.send.push(entry);
      this.go();
    }, AGAIN_MS);
    this.changed();
  }

  fail(entry, reason) {
    entry.reason = reason;
    this.put(entry, "failed");
    this.go();
  }

  put(entry, state) {
    if (entry.state !== state) this.totals.state(entry, state);
  }

  note(entry, { came, read }) {
    if (came !== undefined) this.totals.progress(entry, came);
    if (read !== undefined) entry.read = read;
    this.changed();
  }

  async end() {
    if (this.leaving || this.ended) return;
    this.ended = true;
    await this.tellDigests();
    this.dispatchEvent(new Event("over"));
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}
