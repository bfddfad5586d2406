// A task, and what is still to be brought: done, or not and why. What the day plan gave to somebody else says so.
import { doorAddress, doorName, fact } from "./day.js";
import { h, moment, shortDay } from "./dom.js";
import { codes, said, t } from "./i18n.js";
import { guard, late } from "./taps.js";

const NOT_READY = "task.done.reason";
const PROBLEMS = "need.met.problem";

export const taskCard = (app, task) =>
  card(app, task, {
    title:
      `${task.household ? doorName(task.household) : ""} ${said("task.set.what", task.what)}`.trim(),
    under: [
      shut(app, task.household),
      addressOf(app, task.household),
      whose(app, task),
      task.text ?? "",
      task.due ? t("due", { t: moment(task.due, app.list.offset, app.day.today) }) : "",
      task.reason ? said(NOT_READY, task.reason) : "",
    ],
    hold: { key: `task-${task.key}`, rank: 1, row: task },
    done: "done",
    not: "not_ready",
    reasons: NOT_READY,
    body: (reason) => ({
      kind: "task.done",
      body: {
        task: task.key,
        ...(task.about && { about: task.about }),
        ...(reason ? { outcome: "not_ready", reason } : { outcome: "done" }),
      },
    }),
  });

export const needCard = (app, need) =>
  card(app, need, {
    title: `${doorName(need.household)} ${[
      ...Object.entries(need.items).map(([item, n]) => `${said("need.stated.items", item)}${n > 1 ? ` ×${n}` : ""}`),
      app.list.carries && need.bag ? t("bag", { n: need.bag }) : "",
    ]
      .filter(Boolean)
      .join(t("comma"))}`,
    under: [
      shut(app, need.household),
      addressOf(app, need.household),
      need.wanted?.[document.documentElement.lang === "en" ? "en" : "zh"] ?? "",
      !app.list.carries && need.bag ? t("bag", { n: need.bag }) : "",
      need.by ? t("bag_by", { d: shortDay(need.by) }) : "",
      whose(app, need),
      need.medicine_last_dose ? `${t("last_dose")} ${shortDay(need.medicine_last_dose)}` : "",
      need.at ? moment(need.at, app.list.offset, app.day.today) : "",
      need.reason || need.problem ? said(PROBLEMS, need.reason ?? need.problem) : "",
    ],
    hold: { key: `need-${need.key}`, rank: 2, row: need },
    done: "delivered",
    not: "undelivered",
    reasons: PROBLEMS,
    body: (problem) => ({
      kind: "need.met",
      body: problem ? { need: need.key, outcome: "problem", problem } : { need: need.key, outcome: "delivered" },
    }),
  });

// A door that nobody goes through yet: whoever carries things is told to ask, and not why.
const shut = (app, number) =>
  app.list.shut?.includes(number) ? t(app.list.carries ? "shut_ask" : "shut") : "";
const addressOf = (app, number) => doorAddress(app.list.doors.find((door) => door.id === number));
const mine = (app, row) => row.helper === app.list.user && row.helper_day === app.day.today;
// Which stop it is on the walk that was signed for whoever holds this phone.
export const planned = (app, row) => (mine(app, row) ? (row.helper_stop ?? 999) : Infinity);
export const forOther = (app, row) => row.helper_day === app.day.today && !!row.helper && row.helper !== app.list.user;
const whose = (app, row) => {
  const name = row.helper_day === app.day.today && app.list.helpers?.[row.helper];
  return !name
    ? ""
    : mine(app, row)
      ? t(row.helper_stop ? "for_me_stop" : "for_me", { n: row.helper_stop })
      : t("for_other", { n: name });
};
const asked = new Set(); // where it is being chosen why not: that stays open when the page is drawn anew

function card(app, row, { title, under, hold, done, not, reasons, body }) {
  const say = (reason) => {
    const made = body(reason);
    asked.delete(hold.key);
    app.record(
      t("recorded", { d: title, w: reason ? said(reasons, reason) : t(done) }),
      [{ type: "fact", fact: fact(made.kind, row.place, made.body) }],
      { hold: { ...hold, title, under: under.filter(Boolean).join(" · "), word: t(done) } },
    );
  };
  const acts = h("div", { class: "acts" });
  const first = () =>
    acts.replaceChildren(
      h(
        "button",
        {
          class: "do",
          "data-k": `done-${row.key}`,
          "data-row": "done",
          "aria-label": `${title}: ${t(done)}`,
          onclick: () => say(null),
        },
        t(done),
      ),
      h(
        "button",
        {
          class: "quiet",
          "data-k": `not-${row.key}`,
          "data-row": "not",
          "aria-label": `${title}: ${t(not)}`,
          onclick: () => {
            asked.add(hold.key);
            guard(hold.key);
            why();
            acts.querySelector("button").focus();
            late(hold.key, ...acts.querySelectorAll("button"));
          },
        },
        t(not),
      ),
    );
  const why = () => {
    acts.replaceChildren(
      h("p", {}, t("why")),
      ...codes(reasons).map((code) => h("button", { class: "quiet", onclick: () => say(code) }, said(reasons, code))),
      h("button", { class: "plain", onclick: back }, t("back")),
    );
  };
  const back = () => {
    asked.delete(hold.key);
    first();
  };
  if (asked.has(hold.key)) {
    why();
    late(hold.key, ...acts.querySelectorAll("button"));
  } else first();
  return h(
    "li",
    { class: "card", "data-hold": hold.key },
    h("b", {}, title),
    h("small", {}, under.filter(Boolean).join(" · ")),
    acts,
  );
}

// What was settled in this view stays where it stood, with the way back.
export function settledCard(app, held) {
  return h(
    "li",
    { class: "card settled", "data-hold": held.key },
    h("b", {}, held.title),
    h("small", {}, held.under),
    h("div", { class: "acts" }, h("span", { class: "word" }, `✓ ${held.word}`), undoButton(app, held)),
  );
}

export function undoButton(app, { key, group, label }) {
  const button = h(
    "button",
    {
      class: "quiet",
      "data-k": `undo-${key}`,
      "aria-label": `${t("undo")} ${label}`,
      onclick: () => app.undo(group, label),
    },
    t("undo"),
  );
  late(key, button);
  return button;
}
