/** Takes over what the server has drawn: the first cells are known before anything is fetched. */

const idOf = (cell) => decodeURIComponent(new URL(cell.href).pathname.split("/").pop());

/**
 * Puts the served cells' ids, shapes and pictures into the skeleton and the details.
 *
 * @returns the address of an item, with `{id}` in its place, as the served links have it
 */
export function adopt(grid, skeleton, details) {
  const links = [...grid.querySelectorAll("a.cell[href]")];
  // a further page of the list without scripts does not begin with the first item
  if (!new URLSearchParams(location.search).has("cursor")) take(links, skeleton, details);
  const [first] = links;
  if (!first) return "/assets/{id}";
  const { pathname, search } = new URL(first.href);
  return pathname.replace(/[^/]+$/, "{id}") + search;
}

function take(links, skeleton, details) {
  const cells = links.slice(0, skeleton.total);
  cells.forEach((cell, index) => {
    const image = cell.querySelector("img");
    const id = idOf(cell);
    skeleton.ids[index] = id;
    const ratio = Number(image?.getAttribute("width")) / Number(image?.getAttribute("height"));
    if (ratio > 0) skeleton.ratios[index] = ratio;
    const thumb = image?.getAttribute("src");
    if (thumb) details.keep({ id, title: image.alt, thumb, isServed: true }); // the rest is still to be fetched
  });
}
