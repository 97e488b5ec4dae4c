/** On every page: partial updates, actions, palette, help, theme, messages, progress. */
import "htmx.org";

import { listen } from "./actions.js";
import { registerAlike } from "./page/alike.js";
import { listenForCopying } from "./page/copying.js";
import { registerHelp } from "./page/help.js";
import { registerPalette } from "./page/palette.js";
import { Progress } from "./page/progress.js";
import { registerTheme } from "./page/theme.js";
import { listenForToasts } from "./page/toasts.js";

listen();
registerPalette();
registerHelp();
registerTheme();
registerAlike();
listenForToasts();
listenForCopying();
customElements.define("ma-progress", Progress);
