/** Dialogs over a page. */

/** Shows a modal dialog that is gone when it is closed. */
export function open(dialog, close = null) {
  document.body.append(dialog);
  close?.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}
