// Today: an act is said without leaving the place where it was pressed; the row acted on ignores taps for 700 ms; a sheet
// closes by Escape; and what presses rings while the page stands. Off line the list stays, and says since when.
const GUARD = 700;
const root = document.querySelector("main");
const today = () => root.querySelector(".today");

root.addEventListener("submit", (event) => {
  const form = event.target;
  const row = form.closest("li");
  if (row) {
    if (row.classList.contains("guard")) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    row.classList.add("guard");
    setTimeout(() => row.classList.remove("guard"), GUARD);
  }
  if (form.method !== "post" || form.classList.contains("show")) return;
  event.preventDefault();
  say(form, event.submitter, row || form);
});

// What is sent, and the page that answers, with the row or its receipt where the row was.
async function say(form, button, row) {
  const top = row.getBoundingClientRect().top;
  const action = new URL(form.action);
  if (named(row).startsWith("d-")) action.searchParams.set("then", following(row).join(",") || "end");
  let answer;
  try {
    answer = await fetch(action, { method: "POST", body: new URLSearchParams(new FormData(form, button)) });
  } catch {
    unsent(form);
    return;
  }
  const text = await answer.text();
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("main .today");
  if (!fresh) return answer.redirected ? location.assign(answer.url) : form.submit();
  for (const part of ["main", ".rail", ".foot"]) {
    const here = document.querySelector(part);
    const there = page.querySelector(part);
    if (here && there) here.replaceChildren(...there.childNodes);
  }
  if (answer.redirected) {
    history.replaceState(null, "", answer.url);
    const policy = answer.headers.get("Content-Security-Policy");
    navigator.serviceWorker?.controller?.postMessage({ page: text, policy });
  }
  stand(document.getElementById("did") || document.getElementById(named(row)), top);
}

// A form of its own has an input named id, which would stand for its own.
const named = (row) => row.getAttribute("id") || "";

const following = (row) => {
  const lines = [...root.querySelectorAll('.duties li[id^="d-"]')].map((one) => one.id);
  return lines.slice(lines.indexOf(named(row)) + 1).slice(0, 2);
};

// The page stands where it stood; the focus is on the next line, or on what is wrong.
function stand(one, top) {
  if (!one) return;
  const bar = document.querySelector("header.bar").getBoundingClientRect().bottom;
  scrollBy(0, one.getBoundingClientRect().top - Math.max(bar + 8, top));
  const wrong = one.querySelector(".bad-f input, .bad-f select, .bad-f textarea, .err");
  const next = one.id === "did" ? one.nextElementSibling || one : wrong || one;
  (next.matches(".bunch") ? next.querySelector("summary") : next).focus({ preventScroll: !wrong });
  document.getElementById("told").textContent = one.id === "did" ? one.textContent.trim() : "";
}

// Nothing is kept to be sent later: what stands on this page may be done by somebody else by then.
function unsent(where) {
  for (const one of root.querySelectorAll(".unsent")) one.remove();
  where.append(document.getElementById("unsent").content.cloneNode(true));
  where.querySelector(".unsent").scrollIntoView({ block: "nearest" });
  off(true);
}

// Off line a link would lead to the browser's own page, and the list would be gone.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.hash === link.getAttribute("href") || link.protocol === "tel:" || navigator.onLine) return;
  event.preventDefault();
  event.stopPropagation();
  unsent(link.closest("li, nav, header, p") || root);
}, true);

root.addEventListener("toggle", (event) => {
  const opened = event.target;
  if (!opened.open || !opened.matches("details.more, details.ask")) return;
  for (const other of root.querySelectorAll("details.more[open], details.ask[open]")) {
    if (other !== opened && !other.contains(opened)) other.open = false;
  }
  opened.lastElementChild.scrollIntoView({ block: "nearest" });
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of root.querySelectorAll("details.more[open], details.ask[open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

const off = (is) => {
  const strip = today().querySelector(".offline");
  if (strip) strip.hidden = !is;
};
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
    const answer = await fetch(today().dataset.ring, { headers: { Accept: "application/json" } });
    const told = answer.ok ? await answer.json() : { ring: 0 };
    off(false);
    today().querySelector(".ringing[role]").hidden = !told.ring;
    document.title = document.title.replace(/^\(\d+\) /, "");
    if (told.ring) {
      document.title = `(${told.ring}) ${document.title}`;
      bell();
    }
  } catch {
    off(true);
  }
}
setInterval(listen, 60000);
addEventListener("online", listen);
addEventListener("offline", () => off(true));
listen();
// The first time, what this page was made of is asked for once more, so that it is kept.
navigator.serviceWorker?.addEventListener("controllerchange", () => {
  const parts = [...document.querySelectorAll('link[rel="stylesheet"], script[src]')].map((one) => one.href || one.src);
  for (const one of [location.pathname + location.search, ...parts]) fetch(one).then((answer) => answer.text()).catch(() => {});
}, { once: true });
navigator.serviceWorker?.register("/today/sw.js", { scope: "/today" }).catch(() => {});
