// The doorway: opens from the phone alone, then asks the server whether there is news.
import { keepFocus, drawFrame } from "./frame.js";
import { Day } from "./day.js";
import { t } from "./i18n.js";
import { topUp } from "./numbers.js";
import { Queue } from "./queue.js";
import { get, importKey, put, remove, seal, unseal } from "./store.js";

const RETRY = 15000;
const app = {
  session: null,
  queue: null,
  list: null,
  day: null,
  view: "walk",
  link: "loading",
  note: null,
  persisted: true,
  draw,
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
  draw();
  await refresh();
  for (const moment of ["online", "focus"]) addEventListener(moment, sync);
  addEventListener("offline", () => {
    app.link = "offline";
    draw();
  });
  document.addEventListener("visibilitychange", () => document.hidden || sync());
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
    if (response.ok) await take(await response.json(), asked);
    else app.link = response.status === 401 ? "signin" : response.status === 404 ? "nothing" : "trouble";
    if (app.link === "nothing") await lock();
  } catch {
    app.link = (await get("session", "leaving")) === undefined ? "offline" : "signin";
  }
  redraw();
  if (app.link === "online") topUp(app).catch(() => {});
  if (app.link === "online" && app.queue.waiting.length) app.queue.send();
}

async function take(list, asked) {
  const { key, ...data } = list;
  const known = app.session && app.session.user === list.user;
  if (!known) {
    const session = { user: list.user, name: list.name, key: await importKey(key) };
    await put("session", session, "me");
    await enter(session);
  }
  app.list = { ...data, asked, skew: new Date(data.now).getTime() - asked };
  await put("lists", await seal(app.session.key, app.list), app.session.user);
  app.link = "online";
  app.queue.link = "online";
}

// Forgets the key: what was kept stays sealed until its worker signs in again.
async function lock() {
  await remove("session", "me");
  Object.assign(app, { session: null, queue: null, list: null, day: null });
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

// Keeps contents under one group, says so, and offers to take it back; of a door that is unwell, also to ask for a call.
async function record(label, contents, unwell = null) {
  const group = contents[0].fact?.id ?? crypto.randomUUID();
  app.note = { label, group, unwell };
  await app.queue.keep(contents.map((content) => ({ ...content, group, label })));
  say(label);
}

async function undo(group, label) {
  await app.queue.undo(group);
  app.note = { label: t("undone", { w: label }) };
  say(app.note.label);
  draw();
}

function say(sentence) {
  document.getElementById("say").textContent = sentence;
}

function draw() {
  keepFocus(() => drawFrame(document.getElementById("app"), app));
}

start();
