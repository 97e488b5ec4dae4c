/** What a queue of uploads knows of its files, without a page or a network. */

/** States of a file, in the order in which it goes through them; `there`: the archive has its bytes already. */
export const STATES = ["waiting", "checking", "ready", "sending", "arrived", "there", "failed"];
const LITTER = new Set(["thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", "lost.dir", "indexervolumeguid"]);
const LITTER_FOLDERS = new Set(["__macosx", "@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found", "recycler"]);

/** Whether a path is one of the hidden and system files that nobody misses. */
export function isLitter(path) {
  const parts = path.split("/").map((part) => part.toLowerCase());
  const name = parts.pop();
  return name.startsWith(".") || LITTER.has(name) || parts.some((part) => part.startsWith(".") || LITTER_FOLDERS.has(part));
}

/**
 * How a file that was chosen stands to what the server has under its path: null where it is new, else
 * {state, came, href}. A file that changed since is new.
 */
export function resumed(file, served) {
  const same = served && served.size === file.size && (served.modified === null || served.modified === file.modified);
  if (!same) return null;
  if (served.left_out) return { state: "there", came: file.size, href: null };
  return { state: served.finished ? "arrived" : "waiting", came: served.came, href: served.href };
}

/** Sums over a queue, kept by what changes: looking through 10,000 files at every step would take longer than sending. */
export class Totals {
  constructor() {
    this.files = 0;
    this.bytes = 0;
    this.came = 0;
    this.byState = Object.fromEntries(STATES.map((state) => [state, 0]));
  }

  add(entry) {
    this.files += 1;
    this.bytes += entry.size;
    this.came += entry.came;
    this.byState[entry.state] += 1;
  }

  state(entry, state) {
    this.byState[entry.state] -= 1;
    this.byState[state] += 1;
    entry.state = state;
    if (state === "there" || state === "arrived") this.progress(entry, entry.size);
  }

  progress(entry, came) {
    this.came += came - entry.came;
    entry.came = came;
  }

  get settled() {
    return this.byState.arrived + this.byState.there;
  }

  /** Whether nothing is left to be sent. */
  get isOver() {
    return this.files > 0 && this.settled === this.files;
  }
}

/** Rows that are in view: [first, last) of `count` rows of `height`, with some beyond each edge. */
export function rowsInView(top, view, height, count, beyond = 6) {
  const first = Math.max(0, Math.floor(top / height) - beyond);
  return [first, Math.min(count, Math.ceil((top + view) / height) + beyond)];
}
