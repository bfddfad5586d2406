// The gate's phone: opens from itself, then asks whether there is news. It counts, checks and lets through; who passes it
// does not know.
import { regional } from "../doorway/dom.js";
import { check } from "./check.js";
import { Kept, uuid7 } from "./kept.js";
import { handScanner } from "./scan.js";
import { clear, send, take } from "./sending.js";
import { draw } from "./views.js";
import { t } from "./words.js";

const EVERY = 30000; // looks for news
const BACK = 3000; // to the camera after a pass that was good
const GUARD = 700; // a second tap within this time counts nobody

export const app = {
  kept: null,
  list: null,
  link: "loading",
  way: "out",
  view: { is: "scan" },
  note: "",
  last: null, // what was counted last, to be taken back
  show,
  count,
  letThrough,
  why,
  look,
  undo,
  beginShift,
  endShift,
  keep,
  sync,
  now,
  hour,
  asks,
  day: () => local(now()).slice(0, 10),
  clock: (value) => local(value).slice(11, 16),
  local,
};

async function start() {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/gate/sw.js", { scope: "/gate/" }).catch(() => {});
  navigator.storage?.persist?.().catch(() => {});
  app.kept = await Kept.open().catch(() => null);
  app.list = app.kept && (await app.kept.read("list"));
  stay();
  show({ is: "scan" });
  handScanner(look);
  await sync();
  setInterval(() => sync(), EVERY);
  setInterval(drawn, 10000); // what a measure orders ends at its minute, also without a network
  addEventListener("online", () => sync());
}

function drawn() {
  if (app.list && !["call", "enter", "issue", "digits"].includes(app.view.is)) draw(app);
}

// The server's clock, as far as it was told: the phone's own may be wrong.
function now() {
  return Date.now() + (app.list?.skew ?? 0);
}
function local(value) {
  const offset = app.list?.offset ?? "+0800";
  return regional(value, `${offset.slice(0, 3)}:${offset.slice(3, 5)}`);
}
function hour() {
  const offset = app.list?.offset ?? "+0800";
  return `${local(now()).slice(0, 13)}:00:00${offset.slice(0, 3)}:${offset.slice(3, 5)}`;
}

// What the measures in force order, as long as each holds.
function asks(what) {
  const one = app.list?.asks[what];
  return one && (!one.until || now() < new Date(one.until).getTime()) ? one : null;
}

async function sync(all = false) {
  const told = await take();
  app.link = told.link;
  if (told.list) {
    app.kept ??= await Kept.begin(told.list);
    if (app.kept.session.phone !== told.list.phone) {
      await app.kept.leave();
      app.kept = await Kept.begin(told.list);
    }
    app.list = { ...told.list, asked: Date.now(), skew: new Date(told.list.now).getTime() - Date.now() };
    await app.kept.write("list", app.list);
  }
  if (app.kept && app.list) {
    await app.kept.turn(app.day());
    if (told.list) {
      await app.kept.putRight(now(), hour());
      if (app.last && !app.kept.hours[app.last.hour]) app.last = null;
      await send(app, all).catch(() => (app.link = "offline"));
    }
  }
  drawn();
  if (!app.list) draw(app);
}

// Back leads to the first screen, never off this page: without a network there would be no way to it again.
function stay() {
  history.pushState({ gate: true }, "");
  addEventListener("popstate", () => {
    history.pushState({ gate: true }, "");
    show({ is: "scan" });
  });
}

// Another screen begins at its top: there stands what came of the tap.
function show(view) {
  clearTimeout(app.timer);
  const another = view.is !== app.view.is;
  app.view = view;
  draw(app);
  if (another) scrollTo(0, 0);
}

let acted = -Infinity;
function again() {
  const soon = performance.now() - acted < GUARD;
  if (!soon) acted = performance.now();
  return soon;
}

async function count(what, way = app.way) {
  if (again()) return;
  await app.kept.add(hour(), way, what);
  app.last = { hour: hour(), way, what };
  app.note = t("counted", { w: t(what === "free" ? way : what) });
  draw(app);
}

async function undo() {
  const one = app.last;
  if (!one) return;
  app.last = null;
  await app.kept.add(one.hour, one.way, one.what, -1);
  if (one.reason) await app.kept.add(one.hour, "reasons", one.reason, -1);
  else if (one.what === "exception") await app.kept.say(one.hour);
  if (one.number) await app.kept.unuse(one.number);
  app.note = t("undone");
  show({ is: "scan" });
}

// First they go, then somebody may say what it was.
async function letThrough() {
  if (again()) return;
  await app.kept.add(hour(), app.way, "exception");
  await app.kept.leaveUnsaid(hour());
  app.last = { hour: hour(), way: app.way, what: "exception" };
  app.note = "";
  show({ is: "exception", at: now() });
}

// `later`: the hour of one of those that were let through before and of which nothing was said.
async function why(reason, later) {
  const at = later ?? app.last?.hour ?? hour();
  if (reason === "violence") app.last = null; // no trace of it, not even a way to take it back
  else {
    await app.kept.add(at, "reasons", reason);
    if (app.last && later) app.last = null;
    if (app.last) app.last.reason = reason;
  }
  await app.kept.say(at);
  app.note = "";
  show({ is: "scan" });
}

// A number that was typed or a code that was scanned.
async function look(text) {
  if (!app.list || app.looking) return;
  app.looking = true;
  try {
    const known = {
      gate: app.list.gate,
      cards: new Map(app.list.cards.map((card) => [card.number, card])),
      spent: new Set([...app.list.spent, ...app.kept.used]),
      back: new Set(app.list.back ?? []),
      keys: app.list.keys,
    };
    const found = await check(text, known, now()).catch(() => ({ said: "cannot" }));
    if (app.way === "back" && found.said === "spent") found.said = "good"; // out with it, home with it
    if (found.said === "good") await passed(found.told);
    app.note = "";
    show({ is: "found", ...found });
    if (found.said === "good") app.timer = setTimeout(() => show({ is: "scan" }), BACK);
  } finally {
    app.looking = false;
  }
}

async function passed(told) {
  if (app.way === "out") await app.kept.use(told.number);
  await app.kept.add(hour(), app.way, "pass");
  app.last = { hour: hour(), way: app.way, what: "pass", number: app.way === "out" ? told.number : null };
}

async function beginShift(until) {
  app.kept.shift = { from: now(), until, told: false, id: uuid7() };
  await app.kept.save();
  show({ is: "scan" });
  sync();
}

async function endShift() {
  await sync(true);
  if (app.link !== "online" || app.kept.waiting || app.kept.untold(now(), hour(), true).length) {
    return show({ is: "shift_end", unsent: true });
  }
  await clear(app);
  await app.kept.leave();
  Object.assign(app, { kept: null, list: null, last: null, note: "" });
  show({ is: "scan" });
}

// What is about a person goes out as soon as it can, sealed until then.
async function keep(path, body, word) {
  await app.kept.keep(path, body);
  app.note = word;
  show({ is: "scan" });
  sync();
}

start();
