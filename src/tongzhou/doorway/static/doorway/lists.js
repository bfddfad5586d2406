// A task, and what is still to be brought: done, or not and why. What the day plan gave to somebody else says so.
import { doorAddress, doorName, fact } from "./day.js";
import { h, moment, shortDay } from "./dom.js";
import { t } from "./i18n.js";

const NOT_READY = [
  ["nobody_there", "nobody_there"],
  ["refused", "refused_reason"],
  ["no_transport", "no_transport"],
  ["no_supplies", "no_supplies"],
  ["other", "other"],
];
const PROBLEMS = [
  ["nobody_there", "nobody_there"],
  ["not_available", "not_available"],
  ["wrong_item", "wrong_item"],
];

export const taskCard = (app, task) =>
  card(app, task, {
    title:
      `${task.household ? doorName(task.household) : ""} ${t(task.what === "temperature" ? "task_temperature" : task.what)}`.trim(),
    under: [
      addressOf(app, task.household),
      whose(app, task),
      task.text ?? "",
      task.due ? t("due", { t: moment(task.due, app.list.offset, app.day.today) }) : "",
      task.reason ? t(reasonWord(task.reason)) : "",
    ],
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
    title: `${doorName(need.household)} ${Object.entries(need.items)
      .map(([item, n]) => `${t(item)}${n > 1 ? ` ×${n}` : ""}`)
      .join("、")}`,
    under: [
      addressOf(app, need.household),
      need.wanted?.[document.documentElement.lang === "en" ? "en" : "zh"] ?? "",
      whose(app, need),
      need.medicine_last_dose ? `${t("last_dose")} ${shortDay(need.medicine_last_dose)}` : "",
      need.at ? moment(need.at, app.list.offset, app.day.today) : "",
      need.reason || need.problem ? t(reasonWord(need.reason ?? need.problem)) : "",
    ],
    done: "delivered",
    not: "problem",
    reasons: PROBLEMS,
    body: (problem) => ({
      kind: "need.met",
      body: problem ? { need: need.key, outcome: "problem", problem } : { need: need.key, outcome: "delivered" },
    }),
  });

const addressOf = (app, number) => doorAddress(app.list.doors.find((door) => door.id === number));
const mine = (app, row) => row.helper === app.list.user && row.helper_day === app.day.today;
// Which stop it is on the walk that was signed for whoever holds this phone.
export const planned = (app, row) => (mine(app, row) ? (row.helper_stop ?? 999) : Infinity);
const whose = (app, row) => {
  const name = row.helper_day === app.day.today && app.list.helpers?.[row.helper];
  return !name
    ? ""
    : mine(app, row)
      ? t(row.helper_stop ? "for_me_stop" : "for_me", { n: row.helper_stop })
      : t("for_other", { n: name });
};
const reasonWord = (reason) => (reason === "refused" ? "refused_reason" : reason);

function card(app, row, { title, under, done, not, reasons, body }) {
  const say = (reason) => {
    const made = body(reason);
    app.record(t("recorded", { d: title, w: reason ? t(reasonWord(reason)) : t(done) }), [
      { type: "fact", fact: fact(made.kind, row.place, made.body) },
    ]);
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
          onclick: why,
        },
        t(not),
      ),
    );
  const why = () => {
    acts.replaceChildren(
      h("p", {}, t("why")),
      ...reasons.map(([value, word]) => h("button", { class: "quiet", onclick: () => say(value) }, t(word))),
      h("button", { class: "plain", onclick: first }, t("back")),
    );
    acts.querySelector("button").focus();
  };
  first();
  return h("li", { class: "card" }, h("b", {}, title), h("small", {}, under.filter(Boolean).join(" · ")), acts);
}
