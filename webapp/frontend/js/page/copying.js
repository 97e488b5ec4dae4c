/** Buttons that copy a field's text: `<button data-copy="id of the field" hidden>`; without scripts one selects it by hand. */
import { say } from "../words.js";
import { toast } from "./toasts.js";

async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // no clipboard outside secure connections: the old way, on what is selected
    if (!document.execCommand("copy")) return toast(say("Copy what is selected with Ctrl+C."));
  }
  return toast(say("Copied"));
}

export function listenForCopying() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    const field = button && document.getElementById(button.dataset.copy);
    if (field) copy(field);
  });
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}
