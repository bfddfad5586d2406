// Nothing is drawn anew under a finger: a button that is replaced between press and release never hears the tap.
const LONGEST = 2000; // whoever rests a finger longer than this taps nothing
let down = false;
let waiting = null;
let longest;

function pressed() {
  down = true;
  clearTimeout(longest);
  longest = setTimeout(released, LONGEST);
}

function released() {
  down = false;
  const work = waiting;
  waiting = null;
  work?.();
}

const space = (event) => event.key === " "; // presses a button when it is let go
addEventListener("pointerdown", (event) => event.button || pressed(), true);
addEventListener("keydown", (event) => space(event) && pressed(), true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(released), true);
addEventListener("keyup", (event) => space(event) && setTimeout(released), true);
addEventListener("click", () => (down = false), true); // what the tap itself says is drawn at once

// Does it now, or as soon as no finger is down; of several that wait, the last.
export function whenStill(work) {
  waiting = down ? work : null;
  if (!down) work();
}
