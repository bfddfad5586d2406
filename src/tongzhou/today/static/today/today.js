// Today: the row acted on ignores taps for 700 ms, a sheet closes by Escape, and what presses rings while the page stands.
const GUARD = 700;
const root = document.querySelector(".today");

root.addEventListener("submit", (event) => {
  const row = event.target.closest("li");
  if (!row) return;
  if (row.classList.contains("guard")) {
    event.preventDefault();
    return;
  }
  row.classList.add("guard");
  setTimeout(() => row.classList.remove("guard"), GUARD);
});
root.addEventListener("toggle", (event) => {
  if (!event.target.open) return;
  for (const other of root.querySelectorAll("details.more[open], details.ask[open]")) {
    if (other !== event.target && !other.contains(event.target)) other.open = false;
  }
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of root.querySelectorAll("details.more[open], details.ask[open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

let sound;
function bell() {
  sound = sound || new AudioContext();
  const tone = sound.createOscillator();
  const loud = sound.createGain();
  tone.frequency.value = 880;
  loud.gain.setValueAtTime(0.2, sound.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.8);
  tone.connect(loud).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.8);
}
async function listen() {
  try {
    const answer = await fetch(root.dataset.ring, { headers: { Accept: "application/json" } });
    const told = answer.ok ? await answer.json() : { ring: 0 };
    root.querySelector(".ringing").hidden = !told.ring;
    document.title = document.title.replace(/^\(\d+\) /, "");
    if (told.ring) {
      document.title = `(${told.ring}) ${document.title}`;
      bell();
    }
  } catch {
    // off line: the strip of the shell says so; the next round asks again
  }
}
setInterval(listen, 60000);
listen();
