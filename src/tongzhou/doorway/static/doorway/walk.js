// The day as one walk: what cannot wait first, then everything that waits at the doors, by stairwell and door.
import { doorAddress, doorName } from "./day.js";
import { doorRow, stairName } from "./doors.js";
import { h, moment } from "./dom.js";
import { openSheet } from "./exception.js";
import { followUp } from "./follow.js";
import { said as inWords, t } from "./i18n.js";
import { forOther, needCard, planned, settledCard, taskCard } from "./lists.js";

const HOUR = 3600000;
const WALKABLE = 40; // silent doors that stand in the walk one by one; more of them are folded under their stairwell
const AMBER = 0.75; // of the time used, as on the page of today

export function walkView(app) {
  const doors = new Map(app.day.doors.map((door) => [door.id, door]));
  const all = gather(app, doors);
  const own = all.some(isMine);
  const stops = own && only ? all.filter((stop) => isMine(stop) || stop.told) : all;
  const first = stops.filter((stop) => stop.presses).sort(pressing);
  const rest = stops.filter((stop) => !stop.presses);
  const silent = app.day.silent.length;
  const left = new Set(stops.filter(counts).map((stop) => stop.door?.id ?? stop.key)).size;
  const next = Math.min(...stops.filter((stop) => !stop.told && stop.due > app.day.now).map((stop) => stop.due));
  return h(
    "section",
    { class: "walk" },
    h(
      "div",
      { class: "head" },
      h("h2", {}, t("stops_left", { n: left })),
      h(
        "p",
        {},
        [
          silent > WALKABLE ? t("doors_silent", { n: silent }) : "",
          next < Infinity ? t("next_due", { t: moment(next, app.list.offset, app.day.today) }) : "",
        ]
          .filter(Boolean)
          .join(" · "),
      ),
    ),
    own ? mineOnly(app) : "",
    stops.length ? "" : h("p", { class: "empty" }, t("all_walked")),
    under(t("presses"), first),
    under(
      t("no_door"),
      rest.filter((stop) => !stop.door),
    ),
    stairs(
      app,
      rest.filter((stop) => stop.door),
    ),
  );
}

// What may cost a life stands first whoever has it; then one's own stops, then those that nobody has, then others'.
const isMine = (stop) => stop.planned < Infinity;
const danger = (stop) => (stop.urgency >= 3 ? 1 : 0);
const whose = (stop) => (isMine(stop) ? 0 : stop.other ? 2 : 1);
const pressing = (a, b) =>
  danger(b) - danger(a) || whose(a) - whose(b) || b.urgency - a.urgency || a.due - b.due || a.planned - b.planned;

let only = false; // of what the day plan gave to whoever holds this phone
function mineOnly(app) {
  const press = () => {
    only = !only;
    app.draw();
  };
  return h("p", { class: "tools" }, h("button", { class: "quiet", "data-k": "mine-only", "aria-pressed": String(only), onclick: press }, t("mine_only")));
}

const heading = (words, n) => h("h3", {}, words, h("span", {}, t("stops", { n })));
const drawn = (stop) => stop.draw();
const counts = (stop) => !stop.told && !stop.folded;

function under(words, stops) {
  if (!stops.length) return "";
  return h("section", { class: "stair" }, heading(words, stops.filter(counts).length), h("ul", { class: "cards" }, stops.map(drawn)));
}

// As the day plan signed it for whoever walks; else by stairwell, and in it from the top down where floors are known.
function stairs(app, stops) {
  const plan = new Map(); // the first planned stop of a door, and of a stairwell
  const key = (door) => `${door.place}-${door.stair}`;
  const of = (one) => plan.get(one) ?? Infinity;
  for (const { door, planned } of stops)
    for (const one of [door.id, key(door)]) if (planned < of(one)) plan.set(one, planned);
  const later = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
  stops.sort(
    (a, b) =>
      later(of(key(a.door)), of(key(b.door))) ||
      a.door.place - b.door.place ||
      a.door.stair - b.door.stair ||
      later(of(a.door.id), of(b.door.id)) ||
      (b.door.storey ?? 0) - (a.door.storey ?? 0) ||
      a.door.id - b.door.id ||
      a.rank - b.rank,
  );
  const groups = new Map();
  for (const stop of stops) groups.set(key(stop.door), [...(groups.get(key(stop.door)) ?? []), stop]);
  return [...groups.values()].map((group) => {
    const left = new Set(group.filter(counts).map((stop) => stop.door.id)).size;
    const folded = group.filter((stop) => stop.folded);
    const shown = group.filter((stop) => !stop.folded);
    return h(
      "section",
      { class: "stair" },
      heading(stairName(app, group[0].door), left),
      shown.length ? h("ul", { class: "cards" }, shown.map(drawn)) : "",
      folded.length ? silentDoors(app, folded.map((stop) => stop.door)) : "",
    );
  });
}

// Everything that waits, of a door in this order: a call that was asked for, tasks, needs, contacts at home, silence.
function gather(app, doors) {
  const { day } = app;
  const silent = new Set(day.silent.map((door) => door.id));
  const stop = (row, rank, draw, more = {}) => ({
    key: row.key,
    rank,
    door: doors.get(row.household),
    planned: planned(app, row),
    other: forOther(app, row),
    urgency: row.owed?.urgency ?? 0,
    due: row.owed ? new Date(row.owed.due).getTime() : Infinity,
    presses: presses(row, day.now),
    draw: () => marked(draw(), row.state === "called_back" ? "" : state(row.owed, day.now)),
    ...more,
  });
  return [
    ...day.calls.map((call) =>
      stop(call, 0, () => callCard(app, call, doors.get(call.household)), { presses: false, told: true }),
    ),
    ...day.unwell.filter((door) => !app.held.has(`door-${door.id}`)).map((door) =>
      stop({ key: `door-${door.id}`, household: door.id }, 0, () => h("li", { class: "silent" }, rowsOf(app, [door]))),
    ),
    ...day.tasks.map((task) => stop(task, 1, () => taskCard(app, task))),
    ...day.needs.map((need) => stop(need, 2, () => needCard(app, need))),
    ...day.observed.flatMap((one) => followUp(app, one).map((card) => stop(one, 3, () => card))),
    ...settled(app).map((held) =>
      stop(held.row, held.rank, () => settledCard(app, held), { told: true }),
    ),
    ...day.doors.filter((door) => silent.has(door.id) || app.held.has(`door-${door.id}`)).map((door) =>
      stop({ key: `door-${door.id}`, household: door.id }, 4, () => h("li", { class: "silent" }, rowsOf(app, [door])), {
        folded: day.silent.length > WALKABLE,
        told: !silent.has(door.id),
      }),
    ),
  ];
}

// What was settled since this view was opened, where it does not stand by itself any more.
function settled(app) {
  const { tasks, needs, observed } = app.day;
  const live = new Set([
    ...tasks.map((one) => `task-${one.key}`),
    ...needs.map((one) => `need-${one.key}`),
    ...observed.flatMap((one) => [one.due ? `asked-${one.key}` : "", one.to_tell ? `told-${one.key}` : ""]),
  ]);
  return [...app.held.values()].filter((held) => held.row && !live.has(held.key));
}

const rowsOf = (app, doors) => h("ul", { class: "doors" }, doors.map((door) => doorRow(app, door)));

const opened = new Set(); // stairwells whose silent doors are open stay open when the page is drawn anew
function silentDoors(app, doors) {
  const key = `${doors[0].place}-${doors[0].stair}`;
  return h(
    "details",
    { open: opened.has(key), ontoggle: (e) => (e.target.open ? opened.add(key) : opened.delete(key)) },
    h("summary", { "data-k": `fold-${key}` }, t("doors_silent", { n: doors.length })),
    rowsOf(app, doors),
  );
}

// What is a danger by rule, and what has an hour of its own within the next one: waiting long alone lifts nothing.
function presses(row, now) {
  const set = row.due && typeof row.due === "string" ? new Date(row.due).getTime() : null;
  return (row.owed?.urgency ?? 0) >= 2 || (set !== null && Math.abs(set - now) <= HOUR);
}

// As Today says it: late, or most of the time used.
export function state(owed, now) {
  if (!owed) return "";
  const since = new Date(owed.since).getTime();
  const due = new Date(owed.due).getTime();
  if (now > due) return "late";
  return owed.urgency >= 3 || now - since > AMBER * (due - since) ? "soon" : "";
}

function marked(card, state) {
  if (state) card.classList.add(state);
  return card;
}

// A door that asked for a call: nobody knocks for it, and what the doctor said and where they are now stands there.
function callCard(app, call, door) {
  const said = call.state === "called_back";
  const settled = call.state === "closed";
  const asked = t("asked_at", { t: moment(call.at, app.list.offset, app.day.today) });
  const told = said && call.advice ? inWords("exception.called_back.advice", call.advice) : "";
  return h(
    "li",
    { class: "card call" },
    h("b", {}, `${doorName(call.household)} ${t(settled ? "call_closed" : said ? "doctor_rang" : "waits_for_call")}`),
    h(
      "small",
      {},
      [
        doorAddress(door),
        ...(call.concerns ?? []).map((one) => inWords("exception.raised.concerns", one)),
        call.temp10 ? `${(call.temp10 / 10).toFixed(1)} ℃` : "",
        told || (settled ? "" : asked),
        call.became ? t(`became_${call.became}`) : "",
        settled && call.outcome ? inWords("exception.closed.outcome", call.outcome) : "",
      ]
        .filter(Boolean)
        .join(" · "),
    ),
    door
      ? h(
          "div",
          { class: "acts" },
          h(
            "button",
            { class: "quiet", "data-k": `worse-${call.key}`, onclick: () => openSheet(app, door) },
            t("tell_more"),
          ),
        )
      : "",
  );
}
