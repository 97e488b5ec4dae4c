/** Waveforms made on the server: pairs of least and greatest sample, as audiowaveform writes them. */

/**
 * Loudness between 0 and 1, one value for each stored pair, the loudest of all channels.
 *
 * @param {{data: number[], bits?: number, channels?: number}} file
 */
export function readPeaks(file) {
  const { data = [], bits = 8, channels = 1 } = file;
  const full = 2 ** (bits - 1);
  const pair = 2 * channels;
  const peaks = new Float32Array(Math.floor(data.length / pair));
  for (let i = 0; i < peaks.length; i += 1) {
    for (let k = 0; k < pair; k += 1) {
      peaks[i] = Math.max(peaks[i], Math.min(1, Math.abs(data[i * pair + k]) / full));
    }
  }
  return peaks;
}

/** The loudest peak under each of `columns` pixels. */
export function columnsOf(peaks, columns) {
  const out = new Float32Array(columns);
  if (!peaks.length) return out;
  for (let column = 0; column < columns; column += 1) {
    const from = Math.floor((column * peaks.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * peaks.length) / columns));
    for (let i = from; i < to; i += 1) out[column] = Math.max(out[column], peaks[i]);
  }
  return out;
}
