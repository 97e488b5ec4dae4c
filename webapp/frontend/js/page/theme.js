/** Light, dark or as the system has it; the choice is kept in a cookie so that the server draws it at once. */
import { register } from "../actions.js";
import { say } from "../words.js";
import { toast } from "./toasts.js";

const COOKIE = "archive_theme";
const THEMES = ["auto", "light", "dark"];
const A_YEAR = 365 * 24 * 3600;

const chosen = () => document.cookie.match(/(?:^|; )archive_theme=(\w+)/)?.[1] ?? "auto";

/** What a page shows for a choice: pages around pictures are dark by nature (`data-page-theme`). */
function apply(choice) {
  const root = document.documentElement;
  root.dataset.pageTheme ??= chosen() === "auto" ? (root.dataset.theme ?? "auto") : "auto";
  root.dataset.theme = choice === "auto" ? root.dataset.pageTheme : choice;
}

function change(_event, button) {
  const wanted = button?.dataset.value;
  const next = THEMES.includes(wanted) ? wanted : THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length];
  apply(next);
  document.cookie = `${COOKIE}=${next}; path=/; max-age=${A_YEAR}; samesite=lax`;
  toast({ auto: say("Theme: as the system"), light: say("Theme: light"), dark: say("Theme: dark") }[next]);
}

export const registerTheme = () =>
  register({ name: "theme", label: "Change between light and dark", group: "Everywhere", keys: [], run: change });
