// The doorway: opens from the phone alone, then asks the server whether there is news.
import { closed, opened } from "./back.js";
import { keepFocus, drawFrame } from "./frame.js";
import { Day } from "./day.js";
import { language, t } from "./i18n.js";
import { topUp } from "./numbers.js";
import { Queue, UNSENT } from "./queue.js";
import { whenStill } from "./still.js";
import { everybody, get, importKey, put, remove, seal, unseal } from "./store.js";
import { guard } from "./taps.js";

const RETRY = 15000;
const WRONG = 5 * 60000;
const tabs = new BroadcastChannel("doorway"); // what one tab keeps or takes back, the others lay over their list
const app = {
  session: null,
  queue: null,
  list: null,
  day: null,
  view: location.hash === "#doors" ? "doors" : "walk",
  link: "loading",
  note: null,
  persisted: true,
  held: new Map(), // what was acted on in this view stays where it stands
  draw,
  show,
  record,
  undo,
  refresh,
  signOut,
};

async function start() {
  if ("serviceWorker" in navigator)
    navigator.serviceWorker.register("/doorway/sw.js", { scope: "/doorway/" }).catch(() => {});
  app.persisted = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
  const session = await get("session", "me");
  if (session) await enter(session).catch(lock); // a damaged key opens nothing: signing in brings it again
  else await countSealed();
  if (app.view !== "walk") opened(toWalk);
  draw();
  await refresh();
  for (const moment of ["online", "focus"]) addEventListener(moment, sync);
  addEventListener("offline", () => {
    app.link = "offline";
    draw();
  });
  document.addEventListener("visibilitychange", () => document.hidden || sync());
  tabs.addEventListener("message", () => app.queue?.load().catch(() => {}));
  addEventListener("beforeunload", (event) => app.queue?.unkept.size && event.preventDefault());
  setInterval(() => (app.queue?.waiting.length || app.link !== "online" ? sync() : null), RETRY);
}

// This worker's queue and list are opened; those of others on this phone stay sealed.
async function enter(session) {
  app.session = session;
  app.queue = new Queue(session.user, session.key);
  app.queue.addEventListener("change", () => {
    redraw();
  });
  app.queue.addEventListener("received", () => refresh());
  const sealed = await get("lists", session.user);
  app.list = sealed ? await unseal(session.key, sealed).catch(() => null) : null;
  await app.queue.load();
}

function redraw() {
  app.day = app.list ? new Day(app.list, app.queue.items) : null;
  draw();
}

async function sync() {
  await app.queue?.load().catch(() => {});
  if (app.queue?.waiting.length) await app.queue.send();
  if (!app.queue || app.queue.link !== "offline") await refresh();
  else {
    app.link = "offline";
    draw();
  }
}

let asking = null;
function refresh() {
  asking ??= fetchList().finally(() => {
    asking = null;
  });
  return asking;
}

async function fetchList() {
  try {
    if (!(await left())) throw new Error("no network");
    const asked = Date.now();
    const response = await fetch("/doorway/list.json", {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: AbortSignal.timeout(20000),
    });
    if (response.ok) await take(await response.json(), asked, ahead(asked, response));
    else app.link = response.status === 401 ? "signin" : response.status === 404 ? "nothing" : "trouble";
    if (app.link === "nothing") await lock();
  } catch {
    app.link = (await get("session", "leaving")) === undefined ? "offline" : "signin";
  }
  redraw();
  if (app.link === "online") topUp(app).catch(() => {});
  if (app.link === "online" && app.queue.waiting.length) app.queue.send();
}

// By how much this phone's clock is ahead of the server's, in milliseconds; less than a few minutes is none.
function ahead(asked, response) {
  const there = Date.parse(response.headers.get("Date") ?? "");
  const by = asked - there;
  return Math.abs(by) > WRONG ? by : 0;
}

async function take(list, asked, clock) {
  const { key, ...data } = list;
  const known = app.session && app.session.user === list.user;
  if (!known) {
    const session = { user: list.user, name: list.name, key: await importKey(key) };
    await put("session", session, "me").catch(() => {});
    await enter(session);
  }
  app.list = { ...data, asked, skew: new Date(data.now).getTime() - asked, clock };
  await put("lists", await seal(app.session.key, app.list), app.session.user).catch(() => {}); // no room: the last stays
  app.link = "online";
  app.queue.link = "online";
}

// Forgets the key: what was kept stays sealed until its worker signs in again.
async function lock() {
  await remove("session", "me");
  app.held.clear();
  Object.assign(app, { session: null, queue: null, list: null, day: null, view: "walk" });
  await countSealed();
}

// What others, or whoever signed out, recorded here and did not send yet.
async function countSealed() {
  app.sealed = (await everybody().catch(() => [])).filter((row) => UNSENT.includes(row.state)).length;
}

async function signOut() {
  await put("session", token(), "leaving");
  await lock();
  app.link = "signin";
  draw();
  await left();
}

// Whoever signed out without a network is still signed in at the server: say it there before anything is asked.
// The token changes with every sign-in, so an old wish to leave never ends somebody's new session.
async function left() {
  const wish = await get("session", "leaving");
  if (wish === undefined) return true;
  if (wish === token()) {
    const answer = await fetch("/logout", {
      method: "POST",
      headers: { "X-CSRFToken": wish },
      redirect: "manual",
      signal: AbortSignal.timeout(20000),
    }).catch(() => null);
    if (!answer) return false;
  }
  await remove("session", "leaving");
  return true;
}

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || "";

// Keeps contents under one group, says so, and offers to take it back. `hold`: the row of the list that was acted on,
// which stays where it stands and can be taken back there; `unwell`: a door for which a call may be asked.
async function record(label, contents, { unwell = null, hold = null } = {}) {
  const group = contents[0].fact?.id ?? crypto.randomUUID();
  guard("note");
  if (hold) {
    guard(hold.key);
    app.held.set(hold.key, { ...hold, group, label, height: rows(hold.key)[0]?.getBoundingClientRect().height });
  }
  app.note = { label, group, unwell, spoken: language() };
  await app.queue.keep(contents.map((content) => ({ ...content, group, label, row: hold?.row })));
  tabs.postMessage("kept");
  say(app.queue.unkept.size ? t("unkept", { n: app.queue.unkept.size }) : label);
}

async function undo(group, label) {
  guard("note");
  for (const [key, one] of app.held) if (one.group === group) app.held.delete(key);
  app.note = { label: t("undone", { w: label }), of: group, spoken: language() };
  await app.queue.undo(group);
  tabs.postMessage("kept");
  say(app.note.label);
  draw();
}

function say(sentence) {
  document.getElementById("say").textContent = sentence;
}

const toWalk = () => show("walk");
function show(view) {
  app.view = view;
  app.held.clear();
  if (view === "walk") closed(toWalk);
  else opened(toWalk);
  app.draw();
  scrollTo(0, 0);
}

const rows = (key) => document.querySelectorAll(`[data-hold="${key}"]`);

function draw() {
  whenStill(drawNow);
}

function drawNow() {
  keepFocus(() => drawFrame(document.getElementById("app"), app));
  for (const [key, { height }] of app.held) for (const row of rows(key)) row.style.minHeight = `${height}px`;
}

start();
