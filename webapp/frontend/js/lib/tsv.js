/** Blocks of cells as spreadsheets put them on the clipboard: tabs between cells, lines between rows, quotes around both. */

/** @returns {string[][]} rows of cells; a last line break begins no row */
export function parse(text) {
  const rows = [[""]];
  let quoted = false;
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let i = 0; i < plain.length; i += 1) {
    const character = plain[i];
    const row = rows.at(-1);
    if (quoted && character === '"' && plain[i + 1] === '"') row[row.length - 1] += plain[(i += 1)];
    else if (character === '"' && (quoted || row.at(-1) === "")) quoted = !quoted;
    else if (!quoted && character === "\t") row.push("");
    else if (!quoted && character === "\n") rows.push([""]);
    else row[row.length - 1] += character;
  }
  return quoted ? text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t")) : rows;
}

/** Whether a text from the clipboard is more than one cell. */
export const isBlock = (text) => /[\t\n]/.test(text.replace(/\r\n?/g, "\n").replace(/\n$/, ""));

const quote = (cell) => (/["\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The inverse of `parse`. */
export const written = (rows) => rows.map((row) => row.map(quote).join("\t")).join("\n");
