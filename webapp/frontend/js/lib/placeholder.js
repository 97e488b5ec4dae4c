/**
 * Placeholders: a picture as a few cosines in some 40 characters, painted until the picture itself is there.
 * The form is told in `media_archive/renditions/stills/fingerprints.py`, which writes them.
 */
const HEAD = 6;
const CHROMA_WAVES = 3;
const LEVELS = 7;

/** What `text` says as `{across, down, luma, blue, red}`, amplitudes row by row; null where it is no placeholder. */
export function read(text) {
  const bytes = unpacked(text);
  const [across, down] = [(bytes[0] ?? 0) >> 4, (bytes[0] ?? 0) & 15];
  const count = across * down - 1 + 2 * (CHROMA_WAVES ** 2 - 1);
  if (across < 1 || down < 1 || bytes.length !== HEAD + Math.ceil(count / 2)) return null;
  let at = 0;
  const level = () => {
    const byte = bytes[HEAD + (at >> 1)];
    return ((at++ % 2 ? byte & 15 : byte >> 4) - LEVELS - 1) / LEVELS;
  };
  const amplitudes = (mean, most, waves) => [mean, ...Array.from({ length: waves - 1 }, () => level() * most)];
  const luma = amplitudes(bytes[1], bytes[4], across * down);
  const blue = amplitudes(bytes[2] - 128, bytes[5], CHROMA_WAVES ** 2);
  const red = amplitudes(bytes[3] - 128, bytes[5], CHROMA_WAVES ** 2);
  return { across, down, luma, blue, red };
}

/** The picture in `width` × `height` pixels of red, green, blue and opacity; null where `text` is no placeholder. */
export function pixels(text, width, height) {
  const known = read(text);
  if (!known) return null;
  const { across, down, luma, blue, red } = known;
  const columns = cosines(width, Math.max(across, CHROMA_WAVES));
  const rows = cosines(height, Math.max(down, CHROMA_WAVES));
  const shown = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      const light = sum(luma, across, columns[x], rows[y]);
      const cb = sum(blue, CHROMA_WAVES, columns[x], rows[y]);
      const cr = sum(red, CHROMA_WAVES, columns[x], rows[y]);
      shown.set([light + 1.402 * cr, light - 0.344136 * cb - 0.714136 * cr, light + 1.772 * cb, 255], at);
    }
  }
  return shown;
}

/** For each of `length` points the values of the first `waves` cosines. */
const cosines = (length, waves) =>
  Array.from({ length }, (_, at) =>
    Array.from({ length: waves }, (_, wave) => Math.cos((Math.PI * wave * (at + 0.5)) / length)),
  );

function sum(amplitudes, across, column, row) {
  let total = 0;
  for (let i = 0; i < amplitudes.length; i += 1) total += amplitudes[i] * column[i % across] * row[Math.floor(i / across)];
  return total;
}

function unpacked(text) {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
}
