// What stands around every view: who, where, what is still on this phone, and the three places to go.
import { raise } from "./back.js";
import { doorsView } from "./doors.js";
import { h, moment } from "./dom.js";
import { openSheet } from "./exception.js";
import { language, switchLanguage, t } from "./i18n.js";
import { paperView } from "./sheets.js";
import { recordsView, what } from "./records.js";
import { late } from "./taps.js";
import { walkView } from "./walk.js";

const VIEWS = { walk: walkView, doors: doorsView, records: recordsView, paper: paperView };

export function drawFrame(root, app) {
  const ready = app.session && app.day;
  root.replaceChildren(
    h("a", { class: "skip", href: "#main" }, t("skip")),
    header(app),
    ready && (app.list.simulated || app.list.invented) ? marks(app.list) : "",
    h("main", { id: "main", tabindex: "-1" }, ready ? VIEWS[app.view](app) : outside(app)),
    ready ? note(app) : "",
    ready ? tabs(app) : "",
  );
}

function marks(list) {
  const replay = list.simulated ? t("replay", { t: `${list.day} ${moment(list.now, list.offset)}` }) : "";
  const label = t(list.simulated ? "replay_name" : "invented");
  return h("aside", { class: "replay", "aria-label": label }, replay + (list.invented ? t("invented") : ""));
}

function header(app) {
  const place = app.list && Object.values(app.list.places)[0];
  return h(
    "header",
    {},
    h(
      "div",
      { class: "top" },
      h("h1", {}, place && app.list.doors.length ? placeNames(app) : "同舟"),
      app.session
        ? h(
            "button",
            { class: "plain", "data-k": "lock", onclick: () => leave(app) },
            `${t("lock")} · ${app.session.name}`,
          )
        : "",
      h(
        "button",
        {
          class: "plain",
          "data-k": "language",
          lang: language() === "zh" ? "en" : "zh-CN",
          onclick: () => {
            switchLanguage();
            app.draw();
          },
        },
        t("language"),
      ),
    ),
    app.session ? strip(app) : "",
    app.session ? warnings(app) : "",
  );
}

// What somebody has to know before relying on this phone: a full store, a wrong clock.
function warnings(app) {
  const n = app.queue?.unkept.size ?? 0;
  const by = app.list?.clock ?? 0;
  const hours = t("hours", { h: Math.floor(Math.abs(by) / 3600000), m: Math.round((Math.abs(by) % 3600000) / 60000) });
  return [
    n
      ? h(
          "p",
          { class: "warning", role: "alert" },
          h("span", {}, t("unkept", { n })),
          h("button", { class: "plain", "data-k": "keep-again", onclick: () => app.queue.send() }, t("try_again")),
        )
      : "",
    by ? h("p", { class: "warning", role: "status" }, t(by > 0 ? "clock_fast" : "clock_slow", { by: hours })) : "",
  ];
}

function placeNames(app) {
  const held = [...new Set(app.list.doors.map((door) => door.place))]
    .map((id) => app.list.places[id]?.[language()])
    .filter(Boolean);
  return held.length > 2 ? `${held[0]} – ${held.at(-1)}` : held.join(" · ");
}

function strip(app) {
  const n = app.queue.waiting.length;
  const refused = app.queue.items.filter((i) => i.state === "refused" || i.state === "unreadable").length;
  const link = app.link === "online" && app.queue.link !== "unknown" && n ? app.queue.link : app.link;
  const words = {
    online: n ? "online_wait" : "online_all",
    loading: n ? "offline_wait" : "loading",
    offline: n ? "offline_wait" : "offline_all",
    signin: n ? "signin" : "signin_all",
    other: "other_user",
    trouble: n ? "trouble" : "trouble_all",
  };
  return h(
    "p",
    { class: `strip ${link}` },
    h("span", { class: "dot", "aria-hidden": "true" }),
    h("span", { class: "state" }, t(words[link] ?? words.trouble, { n })),
    refused
      ? h(
          "button",
          {
            class: "plain bad",
            "data-k": "refused",
            onclick: () => app.show("records"),
          },
          t("refused_count", { n: refused }),
        )
      : "",
    link === "signin" ? h("a", { href: "/login?next=/doorway/" }, t("sign_in")) : "",
    !app.persisted && n > 20 ? h("span", {}, t("storage_weak")) : "",
  );
}

function outside(app) {
  const words = {
    nothing: ["nothing_here"],
    signin: ["locked", "locked_more"],
    offline: ["first_online"],
    loading: ["loading"],
  }[app.link] ?? ["loading"];
  return h(
    "section",
    { class: "outside" },
    words.map((word) => h("p", {}, t(word))),
    app.link === "signin" && app.sealed ? h("p", {}, t("sealed", { n: app.sealed })) : "",
    app.link === "signin" || app.link === "nothing"
      ? h("a", { class: "do", href: "/login?next=/doorway/" }, t("sign_in"))
      : "",
  );
}

// What was said, in the language of the page: it may have been switched since.
function words(app) {
  const { label, group, spoken, of } = app.note;
  if (spoken === language()) return label;
  const told = app.queue.items.filter((one) => one.group === (group ?? of) && one.type === "fact");
  const said = told.filter((one) => one.fact.kind !== "fact.withdrawn").map((one) => what(app, one)).join(" · ");
  return group ? said : t("undone", { w: said });
}

function note(app) {
  if (!app.note) return "";
  const { group, unwell } = app.note;
  clearTimeout(note.timer);
  note.timer = setTimeout(() => {
    app.note = null;
    app.draw();
  }, 12000);
  const made = h(
    "aside",
    { class: "note", "data-hold": "note", "aria-label": t("receipt") },
    h("span", {}, words(app)),
    unwell
      ? h("button", { "data-k": "ask", onclick: () => openSheet(app, unwell) }, t("ask_call"))
      : "",
    group
      ? h("button", { "data-k": "undo", onclick: () => app.undo(group, words(app)) }, t("undo"))
      : h(
          "button",
          {
            "data-k": "close",
            onclick: () => {
              app.note = null;
              app.draw();
            },
          },
          t("close"),
        ),
  );
  late("note", ...made.querySelectorAll("button"));
  return made;
}

function tabs(app) {
  const counts = {
    walk: app.day.tasks.length + app.day.observed.length + app.day.needs.length,
    doors: app.day.silent.length,
    records: app.queue.waiting.length,
  };
  return h(
    "nav",
    { class: "tabs", "aria-label": t("menu") },
    Object.entries(counts).map(([name, n]) =>
      h(
        "button",
        {
          "data-k": `tab-${name}`,
          "aria-current": app.view === name ? "page" : null,
          onclick: () => app.show(name),
        },
        h("b", {}, t(name)),
        h("span", { class: "count" }, n ? String(n) : "✓"),
      ),
    ),
  );
}

function leave(app) {
  const n = app.queue.waiting.length;
  if (!n && app.link !== "offline") return app.signOut();
  const lost = app.queue.unkept.size;
  const dialog = h(
    "dialog",
    { "aria-labelledby": "leave" },
    h(
      "p",
      { id: "leave" },
      [
        lost ? t("lock_unkept", { n: lost }) : "",
        n ? t("lock_wait", { n }) : "",
        app.link === "offline" ? t("lock_offline") : "",
        t("lock_sure"),
      ].join(" "),
    ),
    h(
      "div",
      { class: "acts" },
      h(
        "button",
        {
          class: "do",
          onclick: () => {
            dialog.close();
            app.signOut();
          },
        },
        t("yes"),
      ),
      h("button", { class: "quiet", "data-k": "stay", onclick: () => dialog.close() }, t("no")),
    ),
  );
  raise(dialog);
}

// Drawing anew must not lose the keyboard's place: the same button, or the one now standing where it stood.
export function keepFocus(work) {
  const at = document.activeElement;
  const key = at?.dataset?.k;
  const rows = key ? [...document.querySelectorAll(`[data-row="${at.dataset.row}"]`)] : [];
  const place = rows.indexOf(at);
  const value = at?.tagName === "INPUT" ? [at.selectionStart, at.selectionEnd] : null;
  work();
  if (!key) return;
  const again =
    document.querySelector(`#app [data-k="${key}"]`) ??
    [...document.querySelectorAll(`[data-row="${at.dataset.row}"]`)][place];
  again?.focus({ preventScroll: true });
  if (value && again?.setSelectionRange && again.type === "search") again.setSelectionRange(...value);
}
