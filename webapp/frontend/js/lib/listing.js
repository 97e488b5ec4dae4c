/** Lists of words in one text field: "开工、夜景". */

const BETWEEN = /[\n;；、]/;

/** The word around the caret: where it begins, and what of it stands before the caret. */
export function wordAt(text, caret) {
  let start = caret;
  while (start > 0 && !BETWEEN.test(text[start - 1])) start -= 1;
  while (start < caret && /\s/.test(text[start])) start += 1;
  return { start, typed: text.slice(start, caret) };
}

/** The text with the word around the caret replaced, and where the caret stands then. */
export function replaced(text, caret, word) {
  const { start } = wordAt(text, caret);
  let end = caret;
  while (end < text.length && !BETWEEN.test(text[end])) end += 1;
  return { text: text.slice(0, start) + word + text.slice(end), caret: start + word.length };
}
