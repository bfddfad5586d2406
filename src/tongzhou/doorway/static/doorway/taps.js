// A second tap within 700 ms says nothing: neither at the row that was acted on, nor at what stands where a sheet was,
// nor by a key that repeats.
const GUARD = 700;
const until = new Map();
let last = -Infinity;

const ALL = "*";
const now = () => performance.now(); // not the clock: somebody may set that

export function guard(key = ALL) {
  last = now();
  until.set(key, last + GUARD);
}
const guarded = (key = ALL) => now() < (until.get(key) ?? 0);

addEventListener(
  "click",
  (event) => {
    if (event.target.closest("dialog")) return;
    const row = event.target.closest("[data-hold]")?.dataset.hold;
    const repeated = event.detail === 0 && now() < last + GUARD; // a key that is held down
    if (!guarded() && !(row && guarded(row)) && !repeated) return;
    event.stopPropagation();
    event.preventDefault();
  },
  true,
);

// Buttons that came to stand under the thumb wait, and are seen to wait, until a second tap cannot be meant for them.
export function late(key, ...buttons) {
  const rest = (until.get(key) ?? 0) - now();
  if (rest <= 0) return;
  const focused = buttons.indexOf(document.activeElement);
  for (const one of buttons) one.disabled = true;
  setTimeout(() => {
    for (const one of buttons) one.disabled = false;
    buttons[focused]?.focus({ preventScroll: true });
  }, rest);
}
