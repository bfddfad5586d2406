// The screens of the gate: scan, digits, what was found, an exception, and what a measure asks for.
import { h } from "../doorway/dom.js";
import { whenStill } from "../doorway/still.js";
import { exceptionBox } from "./exception.js";
import { callBack, enter, issue } from "./forms.js";
import { Camera } from "./scan.js";
import { language, switchLanguage, t } from "./words.js";

const TILES = ["staff", "vehicle", "goods", "patient", "hearse"];
const REASONS = ["ill", "fire", "birth", "dialysis", "medicine", "care", "violence", "death", "other"];
let camera = null;

export function draw(app) {
  whenStill(() => drawNow(app));
}

function drawNow(app) {
  const root = document.getElementById("app");
  if (!app.list) return root.replaceChildren(...nobody(app));
  const view = app.kept?.shift && new Date(app.kept.shift.until).getTime() > app.now() ? app.view : { is: "shift" };
  const page = VIEWS[view.is](app, view);
  const scanning = view.is === "scan" && app.way === "out" && app.asks("passes");
  if (!scanning || !root.querySelector("video")) {
    camera?.stop();
    camera = null;
  }
  const video = camera?.video;
  root.replaceChildren(head(app, view), ...page, foot(app, view));
  if (scanning) film(app, root, video);
}

const VIEWS = {
  scan, digits, found, exception, shift, shift_end: shiftEnd, call: callBack, enter, issue,
};

// One camera for as long as the first screen stands, also when it is drawn anew.
function film(app, root, running) {
  const place = root.querySelector("video");
  if (running) return place.replaceWith(running);
  camera = new Camera(place, (text) => app.look(text), () => {
    camera = null;
    root.querySelector(".cam")?.replaceChildren(h("p", { class: "none" }, t("no_camera")));
  });
  camera.start();
}

function nobody(app) {
  const words = app.link === "loading" ? [t("loading")] : [t("not_lent"), t("not_lent_more")];
  return [h("div", { class: "gt" }, h("b", {}, "同舟 · 小区门")), h("main", { class: "pad" }, words.map((one) => h("p", {}, one)),
    h("a", { class: "wide quiet", href: "tel:120" }, t("ring_120")))];
}

const named = (one) => one?.[language()] ?? "";

function head(app, view) {
  if (view.is === "exception" && view.later) {
    return h("header", { class: "gt let" }, h("b", {}, t("unsaid", { n: app.kept.unsaid.length })), h("span", { class: "r" }, t("any_time")));
  }
  if (view.is === "exception") {
    return h("header", { class: "gt let" }, h("b", {}, t("let_through", { t: app.clock(view.at) })), h("span", { class: "r" }, t("any_time")));
  }
  const state = app.link === "online" ? t("online") : t("offline");
  return h(
    "header",
    { class: "gt" },
    h("div", {}, h("b", {}, named(app.list.gate)), h("br"), h("span", {}, named(app.list.within))),
    h("span", { class: "r" }, `${t("works_offline")} · ${state}`, h("br"), t("keys_of", { t: app.clock(app.list.now) })),
  );
}

function scan(app) {
  return [
    ways(app),
    h("main", {}, orders(app), app.way === "out" && app.asks("passes") ? camBox(app) : free(app), tiles(app)),
    exceptionBox(app),
  ];
}

function ways(app) {
  const one = (way) =>
    h("button", { type: "button", "data-k": way, "aria-pressed": String(app.way === way), onclick: () => {
      app.way = way;
      app.show({ is: "scan" });
    } }, t(way));
  return h("div", { class: "dir", role: "group" }, one("out"), one("back"));
}

// What a measure in force orders here, and until when; nothing of it stays a minute longer.
function orders(app) {
  const hot = app.asks("temperature");
  const list = app.asks("names");
  return h(
    "div",
    { class: "orders" },
    hot && h("p", {}, h("b", {}, t("temperature")), " ", t("asks_until", { t: when(app, hot.until) })),
    hot && h("button", { type: "button", "data-k": "hot", onclick: () => app.show({ is: "call" }) }, t("hot")),
    !hot && h("button", { type: "button", class: "quiet", "data-k": "unwell", onclick: () => app.show({ is: "call", unwell: true }) }, t("unwell")),
    list && h("p", {}, h("b", {}, t("names")), " ", t("asks_until", { t: when(app, list.until) })),
    list && h("button", { type: "button", "data-k": "enter", onclick: () => app.show({ is: "enter" }) }, t("register")),
  );
}

function when(app, value) {
  const text = app.local(value);
  return text.slice(0, 10) === app.day() ? text.slice(11, 16) : `${Number(text.slice(5, 7))}-${text.slice(8, 10)} ${text.slice(11, 16)}`;
}

function camBox(app) {
  return [
    h("div", { class: "cam" }, h("video", { playsinline: "", muted: "", "aria-hidden": "true" }), h("div", { class: "frame" }), h("p", {}, t("frame"))),
    h(
      "div",
      { class: "pad two" },
      h("button", { type: "button", class: "quiet", "data-k": "digits", onclick: () => app.show({ is: "digits", typed: "" }) }, t("digits")),
      h("button", { type: "button", class: "quiet", "data-k": "no_code", onclick: () => app.show({ is: "issue" }) }, t("no_code")),
    ),
  ];
}

function free(app) {
  return h(
    "div",
    { class: "pad" },
    h("button", { type: "button", class: "do big", "data-k": "free", onclick: () => app.count("free") }, t("free")),
    h("p", { class: "hint" }, app.way === "back" ? t("back_free") : t("nothing_asked")),
  );
}

function tiles(app) {
  return h(
    "div",
    { class: "tiles" },
    TILES.map((what) =>
      h("button", { type: "button", "data-k": what, onclick: () => app.count(what) }, t(what)),
    ),
  );
}

function foot(app, view) {
  const unsaid = app.kept?.unsaid ?? [];
  const own = app.kept ? totals(app) : { out: 0, back: 0 };
  return h(
    "footer",
    { class: "cnt" },
    app.note && h("p", { class: "note", role: "status" }, app.note),
    app.last && view.is !== "exception" && h("button", { type: "button", class: "plain", "data-k": "undo", onclick: app.undo }, t("undo")),
    unsaid.length && view.is !== "exception" ? h("button", { type: "button", class: "plain", "data-k": "unsaid", onclick: () => app.show({ is: "exception", later: unsaid[0] }) }, t("unsaid", { n: unsaid.length })) : null,
    h("p", {}, h("span", { "data-out": own.out, "data-back": own.back }, t("today", own)), h("span", {}, t("counts_only"))),
    h(
      "p",
      {},
      h("button", { type: "button", class: "plain", "data-k": "shift_end", onclick: () => app.show({ is: "shift_end" }) }, app.kept?.shift ? `${t("shift_until", { t: app.clock(app.kept.shift.until) })} · ${t("shift_end")}` : ""),
      app.kept?.waiting ? h("b", {}, t("waiting", { n: app.kept.waiting }), app.kept.returned ? ` · ${t("returned", { n: app.kept.returned })}` : "") : null,
      app.list.simulated && h("b", {}, t("replay")),
      app.list.invented && h("span", {}, t("invented")),
      h("button", { type: "button", class: "plain", "data-k": "language", onclick: () => {
        switchLanguage();
        app.show(app.view);
      } }, t("language")),
    ),
  );
}

// Of the whole gate as the server told, and what this phone counted and did not tell yet.
function totals(app) {
  const sum = (one) => Object.values(one ?? {}).reduce((a, b) => a + b, 0);
  const more = (way) =>
    Object.entries(app.kept.hours)
      .filter(([hour]) => app.local(hour).slice(0, 10) === app.day())
      .reduce((n, [hour, one]) => n + sum(one[way]) - sum(JSON.parse(app.kept.told[hour]?.n ?? "{}")[way]), 0);
  return { out: app.list.counted.out + more("out"), back: app.list.counted.back + more("back") };
}

function digits(app, view) {
  const press = (digit) => {
    view.typed = (view.typed + digit).slice(0, 8);
    if (view.typed.length === 8) return app.look(view.typed);
    app.show(view);
  };
  const slots = Array.from({ length: 8 }, (_, n) => h("span", { class: view.typed[n] ? "" : "e" }, view.typed[n] ?? ""));
  slots.splice(4, 0, h("i", {}, "–"));
  const key = (digit) => h("button", { type: "button", "data-k": `d${digit}`, onclick: () => press(digit) }, digit);
  return [
    h(
      "main",
      { class: "pad" },
      h("h1", {}, t("type_it")),
      h("div", { class: "slots", role: "img", "aria-label": view.typed.split("").join(" ") }, slots),
      h("p", { class: "hint" }, t("check_hint")),
      h(
        "div",
        { class: "keys" },
        [..."123456789"].map(key),
        h("button", { type: "button", "data-k": "erase", onclick: () => app.show({ ...view, typed: view.typed.slice(0, -1) }) }, t("erase")),
        key("0"),
        h("button", { type: "button", class: "do", "data-k": "look_up", onclick: () => view.typed && app.look(view.typed) }, t("look_up")),
      ),
      h("button", { type: "button", class: "plain", "data-k": "cancel", onclick: () => app.show({ is: "scan" }) }, t("cancel")),
    ),
    exceptionBox(app),
  ];
}

const GOOD = '<svg width="76" height="76" viewBox="0 0 76 76" aria-hidden="true"><circle cx="38" cy="38" r="35" fill="none" stroke="#fff" stroke-width="4"/><path d="M21 39l12 12 22-25" fill="none" stroke="#fff" stroke-width="6"/></svg>';
const NOT = '<svg width="76" height="76" viewBox="0 0 76 76" aria-hidden="true"><path d="M38 10L70 64H6z" fill="none" stroke="#8a5a00" stroke-width="4"/><path d="M38 28v18" stroke="#8a5a00" stroke-width="6"/><circle cx="38" cy="56" r="3.6" fill="#8a5a00"/></svg>';

function found(app, view) {
  const good = view.said === "good";
  const told = view.told;
  const sign = h("div", { class: `res ${good ? "yes" : "no"}`, role: "status", "data-said": view.said });
  sign.innerHTML = good ? GOOD : NOT; // two drawings of ours, no data
  sign.append(
    h("p", { class: "large" }, t(good ? "good" : "not_good")),
    h("p", {}, good ? t(told.what) : t(view.said, { t: app.clock(app.list.now), from: told && when(app, told.starts), until: told && when(app, told.until) })),
  );
  return [
    h(
      "main",
      {},
      sign,
      good ? [facts(app, told), h("div", { class: "pad" }, next(app), h("p", { class: "hint" }, t("again_soon")))] : instead(app, view),
    ),
    exceptionBox(app),
  ];
}

const next = (app) => h("button", { type: "button", class: "do wide", "data-k": "next", onclick: () => app.show({ is: "scan" }) }, t("next"));

function facts(app, told) {
  const to = told.to ? named(app.list.sites[told.to]) || t("see_card") : "";
  const line = (label, text) => (text ? [h("dt", {}, label), h("dd", {}, text)] : []);
  return h(
    "dl",
    {},
    line(t("from"), named(app.list.gate)),
    line(t("to"), to),
    line(t("time"), `${when(app, told.starts)}–${when(app, told.until)}`),
    line("№", `${told.number.slice(0, 4)} ${told.number.slice(4)}`),
  );
}

// Not valid: why, then what to do now. Nobody is sent away with nothing.
function instead(app, view) {
  const measure = app.asks("passes")?.measure;
  return h(
    "div",
    { class: "pad" },
    view.said === "spent" && h("p", { class: "hint" }, t("elsewhere")),
    h("h1", {}, t("what_to_do")),
    h(
      "ul",
      { class: "rows" },
      h("li", {}, h("p", {}, h("b", {}, t("issue_now")), " ", t("issue_more")), h("button", { type: "button", class: "do", "data-k": "issue", onclick: () => app.show({ is: "issue" }) }, t("issue"))),
      app.list.telephone && h("li", {}, h("p", {}, h("b", {}, t("desk")), " ", h("a", { href: `tel:${app.list.telephone}` }, `☎ ${app.list.telephone}`))),
      measure && h("li", {}, h("p", {}, t("disagree"), " ", h("a", { href: `/measures/${measure}` }, t("notice")))),
    ),
    next(app),
  );
}

function exception(app, view) {
  return [
    h(
      "main",
      { class: "pad" },
      h("h1", {}, t("what_was_it")),
      h("div", { class: "why" }, REASONS.map((one) => h("button", { type: "button", "data-k": `why-${one}`, onclick: () => app.why(one, view.later) }, t(one)))),
      h("p", { class: "call" }, t("help")),
      h(
        "div",
        { class: "two" },
        h("a", { class: "quiet", href: "tel:120" }, t("ring_120")),
        app.list.telephone && h("a", { class: "quiet", href: `tel:${app.list.telephone}` }, t("ring_desk")),
      ),
      h("p", { class: "hint" }, t("violence_hint")),
      next(app),
    ),
  ];
}

// Every full hour as long as the phone is lent, and the end of that.
function shift(app) {
  const hour = 3600000;
  const until = new Date(app.list.until).getTime();
  const first = Math.ceil((app.now() + hour / 4) / hour) * hour;
  const ends = Array.from({ length: 24 }, (_, n) => first + n * hour).filter((at) => at < until);
  ends.push(until);
  return [
    h(
      "main",
      { class: "pad" },
      h("h1", {}, t("shift")),
      h("p", { class: "hint" }, t("shift_hint")),
      h("div", { class: "why" }, ends.map((at) => h("button", { type: "button", "data-k": "until", onclick: () => app.beginShift(at) }, when(app, at)))),
    ),
    exceptionBox(app),
  ];
}

function shiftEnd(app, view) {
  return [
    h(
      "main",
      { class: "pad" },
      h("h1", {}, t("shift_sure")),
      view.unsent && h("p", { class: "bad", role: "alert" }, t(app.kept.waiting ? "shift_unsent" : "shift_untold", { n: app.kept.waiting })),
      h(
        "div",
        { class: "two" },
        h("button", { type: "button", class: "do", "data-k": "yes", onclick: app.endShift }, t("yes")),
        h("button", { type: "button", class: "quiet", "data-k": "cancel", onclick: () => app.show({ is: "scan" }) }, t("cancel")),
      ),
    ),
    exceptionBox(app),
  ];
}
