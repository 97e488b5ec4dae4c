/** The watermark as the form describes it, drawn by the server while one changes it; nothing is saved by that. */

const PAUSE_MS = 400;

const form = document.querySelector("form[data-sample]");
const picture = document.getElementById("sample");
const said = picture?.parentElement.querySelector("figcaption");
const usual = said?.textContent;
let timer = 0;
let newest = 0;

async function draw() {
  newest += 1;
  const mine = newest;
  try {
    const answer = await fetch(form.dataset.sample, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const told = answer.ok ? await answer.blob() : (await answer.json()).detail;
    if (mine !== newest) return; // another one was asked for since
    if (answer.ok) show(told);
    said.textContent = answer.ok ? usual : told;
  } catch {
    // not reachable at the moment: the next change asks again
  }
}

function show(blob) {
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(blob);
  picture.hidden = false;
}

function changed({ target }) {
  // who chooses a picture means it, and so does who writes
  const draws = { picture: "picture", text: "text" }[target.name];
  if (draws) form.elements.namedItem("draw").value = draws;
  clearTimeout(timer);
  timer = setTimeout(draw, PAUSE_MS);
}

form?.addEventListener("input", changed);
if (picture?.hidden) draw();
