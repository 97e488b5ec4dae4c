/**
 * Finding out before anything is sent whether the archive has a file: first by its fingerprint, which costs two small
 * reads; only where that is known, or where the file is small anyway, by the SHA-256 of all of it.
 */
const TOGETHER = 200;
const PAUSE_MS = 150;
/** Files up to so many bytes are digested before they are sent, larger ones meanwhile. */
const FIRST = 64 << 20;

export class Checker {
  constructor(address, server, { read, settled, digested }) {
    this.server = server;
    this.say = { read, settled, digested };
    this.asked = new Map();
    this.batch = [];
    this.number = 0;
    this.worker = address ? new Worker(address, { type: "module" }) : null;
    this.worker?.addEventListener("message", ({ data }) => this.answered(data));
    this.worker?.addEventListener("error", () => this.giveUp());
  }

  /** Checks `entry`; `settled(entry, {sha256, asset})` follows. */
  check(entry) {
    if (!this.worker) this.say.settled(entry, {});
    else this.ask(entry, false, (fingerprint) => this.collect({ entry, fingerprint }));
  }

  ask(entry, whole, then) {
    this.number += 1;
    this.asked.set(this.number, { entry, then });
    this.worker.postMessage({ id: this.number, file: entry.file, whole });
  }

  answered({ id, read, fingerprint, sha256, problem }) {
    const { entry, then } = this.asked.get(id) ?? {};
    if (!entry) return;
    if (read !== undefined) {
      this.say.read(entry, read);
      return;
    }
    this.asked.delete(id);
    if (problem) this.say.settled(entry, { problem });
    else then(fingerprint ?? sha256);
  }

  /** A browser without such workers: files are sent without being looked for. */
  giveUp() {
    this.worker = null;
    for (const { entry } of this.asked.values()) this.say.settled(entry, {});
    this.asked.clear();
  }

  collect(one) {
    this.batch.push(one);
    if (this.batch.length >= TOGETHER) this.send();
    else this.timer ??= setTimeout(() => this.send(), PAUSE_MS);
  }

  async send() {
    clearTimeout(this.timer);
    this.timer = null;
    const batch = this.batch.splice(0);
    const asked = { fingerprints: batch.filter((one) => one.fingerprint).map((one) => one.fingerprint), sha256: batch.filter((one) => one.sha256).map((one) => one.sha256) };
    const told = await this.server.known(asked).catch(() => ({ fingerprints: [], sha256: {} }));
    const suspected = new Set(told.fingerprints);
    for (const one of batch) {
      if (one.sha256) this.say.settled(one.entry, { sha256: one.sha256, asset: told.sha256[one.sha256] });
      else this.go(one.entry, suspected.has(one.fingerprint));
    }
  }

  go(entry, isSuspected) {
    if (isSuspected) this.ask(entry, true, (sha256) => this.collect({ entry, sha256 }));
    else if (entry.size <= FIRST) this.ask(entry, true, (sha256) => this.say.settled(entry, { sha256 }));
    else {
      this.say.settled(entry, {});
      this.ask(entry, true, (sha256) => this.say.digested(entry, sha256));
    }
  }
}
