/**
 * A worker that digests files, a piece at a time, so that a film of 100 GB takes no more memory than a photograph.
 *
 * In: {id, file, whole}. Out: {id, fingerprint} at once, and with `whole` {id, read} now and then and {id, sha256}; or
 * {id, problem}. The fingerprint is SHA-256 over size, first and last 64 KiB, as the archive keeps it of every file.
 */
import { sha256 } from "@noble/hashes/sha2.js";

import { hex, sampled } from "./lib/digests.js";

const PIECE = 4 << 20;
/** Up to so many bytes the browser's own digest is faster, where it has one: it wants the whole file in memory. */
const AT_ONCE = 64 << 20;

const bytes = async (blob) => new Uint8Array(await blob.arrayBuffer());

async function fingerprint(file) {
  const digest = sha256.create().update(new TextEncoder().encode(String(file.size)));
  for (const [start, end] of sampled(file.size)) digest.update(await bytes(file.slice(start, end)));
  return hex(digest.digest());
}

async function whole(id, file) {
  if (self.crypto?.subtle && file.size <= AT_ONCE) {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    postMessage({ id, read: file.size });
    return hex(new Uint8Array(digest));
  }
  const digest = sha256.create();
  for (let at = 0; at < file.size; at += PIECE) {
    digest.update(await bytes(file.slice(at, at + PIECE)));
    postMessage({ id, read: Math.min(file.size, at + PIECE) });
  }
  return hex(digest.digest());
}

/** One file after the other: cards are read fastest so. */
let last = Promise.resolve();

self.addEventListener("message", ({ data: { id, file, whole: all } }) => {
  last = last.then(async () => {
    try {
      if (all) postMessage({ id, sha256: await whole(id, file) });
      else postMessage({ id, fingerprint: await fingerprint(file) });
    } catch (error) {
      postMessage({ id, problem: error.name || "Error" });
    }
  });
});
