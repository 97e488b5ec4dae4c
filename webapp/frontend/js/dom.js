/** Making elements without markup in strings: nothing from the outside is ever read as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** `make("button", {type: "button", className: "x", "aria-label": "…"}, "text", child)` */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name in element && !name.includes("-") && typeof value !== "string") element[name] = value;
    else if (name === "className" || name === "textContent") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** The address of the page's icon sprite, taken from the icons the server has drawn. */
const sprite = () =>
  document.querySelector("meta[name=icons]")?.content ?? document.querySelector("use[href]")?.getAttribute("href").split("#")[0];

/** An icon of the sprite, for decoration beside a name; null where the page has no sprite. */
export function icon(name) {
  const address = sprite();
  if (!address) return null;
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: "icon", width: 18, height: 18, "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${address}#${name}`);
  svg.append(use);
  return svg;
}

/** A button that does an action; shows its icon, or its sign where there is no sprite. */
export function actionButton(action, name, sign, label) {
  return make(
    "button",
    { type: "button", className: "ma-tool", "data-action": action, "aria-label": label, title: label },
    icon(name) ?? sign,
  );
}

export const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
