/** Work for when the page is at rest, such as fetching what the next key may need: who types fast types into its dialog. */
export const whenIdle = (work) => (window.requestIdleCallback ?? ((later) => setTimeout(later, 500)))(() => void work());
