// Quick entry of a paper sheet: the time on the sheet is the time of the event.
import { doorName, heard } from "./day.js";
import { h, moment, regional } from "./dom.js";
import { language, said, t } from "./i18n.js";

const BACK = 60 * 24 * 3600e3; // a sheet older than this is a slip of the pen
const STATE = "household.heard.state";
const chosen = { sheet: null, date: null, time: null };
const entered = new Map();

export function paperView(app) {
  const sheets = new Map(app.list.doors.map((door) => [`D1-${door.place}-${door.stair}`, door]));
  chosen.sheet = sheets.has(chosen.sheet) ? chosen.sheet : [...sheets.keys()][0];
  chosen.date ??= app.day.today;
  chosen.time ??= regional(app.day.shown(Date.now()), app.list.offset).slice(11, 16);
  const doors = app.day.doors.filter((door) => `D1-${door.place}-${door.stair}` === chosen.sheet);
  const set = (name) => (e) => {
    chosen[name] = e.target.value;
    app.draw();
  };
  const now = app.day.shown(Date.now()),
    early = written(app) < now - BACK;
  const late = early || written(app) > now + 60000;
  return h(
    "section",
    { class: "paper" },
    h("div", { class: "head" }, h("h2", {}, t("paper"))),
    h("p", { class: "hint" }, t("paper_hint")),
    h(
      "div",
      { class: "fields" },
      h(
        "label",
        {},
        t("which_stair"),
        h(
          "select",
          { "data-k": "sheet", onchange: set("sheet") },
          [...sheets].map(([key, door]) =>
            h(
              "option",
              { value: key, selected: key === chosen.sheet },
              `${key} · ${app.list.places[door.place]?.[language()] ?? ""}${door.house ? "" : ` ${t("stair", { n: door.stair })}`}`,
            ),
          ),
        ),
      ),
      h(
        "label",
        {},
        t("date"),
        h("input", {
          type: "date",
          "data-k": "date",
          value: chosen.date,
          min: regional(now - BACK, app.list.offset).slice(0, 10),
          max: app.day.today,
          onchange: set("date"),
        }),
      ),
      h(
        "label",
        {},
        t("time"),
        h("input", { type: "time", "data-k": "time", value: chosen.time, onchange: set("time") }),
      ),
    ),
    late ? h("p", { class: "error", role: "alert" }, t(early ? "too_old" : "in_future")) : "",
    h(
      "ul",
      { class: "doors" },
      doors.map((door) => row(app, door, late)),
    ),
  );
}

function written(app) {
  return new Date(`${chosen.date}T${chosen.time}:00${app.list.offset}`).getTime();
}

function row(app, door, late) {
  const name = doorName(door.id);
  const key = `${chosen.date}-${door.id}`;
  const tap = (state) =>
    h(
      "button",
      {
        class: `tap ${state}`,
        disabled: late,
        "data-k": `paper-${state}-${door.id}`,
        "aria-label": `${name} ${said(STATE, state)}`,
        onclick: () => {
          const typed = `${chosen.date}T${chosen.time}:00${app.list.offset}`;
          entered.set(key, { state, typed });
          app.record(t("recorded", { d: name, w: `${said(STATE, state)} ${chosen.time}` }), [heard(door, state, "paper", typed)], {
            hold: { key: `door-${door.id}` },
          });
        },
      },
      said(STATE, state),
    );
  const done = entered.get(key);
  return h(
    "li",
    { "data-door": door.id, "data-hold": `door-${door.id}` },
    h(
      "div",
      { class: "who" },
      h("b", {}, name),
      h("small", {}, done ? t("entered", { w: said(STATE, done.state), t: moment(done.typed, app.list.offset) }) : ""),
    ),
    tap("well"),
    tap("unwell"),
    tap("no_answer"),
  );
}
