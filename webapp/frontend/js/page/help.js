/** The question mark shows all keys of this page. */
import { register } from "../actions.js";

const show = () => import("./keys.js").then((keys) => keys.show());

export const registerHelp = () =>
  register({ name: "help", label: "All keys", group: "Everywhere", keys: ["?"], run: show });
