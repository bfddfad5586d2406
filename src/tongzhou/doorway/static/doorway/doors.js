// The doors not heard from today, by stairwell: one tap each. Silence stays silence.
import { doorAddress, doorName, heard, isHeard } from "./day.js";
import { h, moment, shortDay } from "./dom.js";
import { openSheet } from "./exception.js";
import { said, t } from "./i18n.js";
import { undoButton } from "./lists.js";

const STATE = "household.heard.state";
let sought = "";

export function doorsView(app) {
  const { day } = app;
  const found = sought ? day.doors.filter(isSought) : day.doors;
  const stays = (door) => !isAnswered(door) || app.held.has(`door-${door.id}`);
  const silent = found.filter(stays);
  const answered = found.filter((door) => !stays(door));
  return h(
    "section",
    {},
    h(
      "div",
      { class: "head" },
      h("h2", {}, t("title")),
      h("p", {}, t("of_doors", { n: day.silent.length, all: day.doors.length })),
    ),
    h(
      "div",
      { class: "tools" },
      h("input", {
        type: "search",
        inputmode: "numeric",
        "data-k": "find",
        value: sought,
        "aria-label": t("find"),
        placeholder: t("find"),
        oninput: (e) => {
          sought = e.target.value.replace(/\D/g, "");
          app.draw();
        },
      }),
      h(
        "button",
        {
          class: "quiet",
          "data-k": "paper",
          onclick: () => app.show("paper"),
        },
        t("paper"),
      ),
    ),
    sought && !found.length ? h("p", { class: "empty" }, t("nothing_found")) : "",
    !sought && !day.silent.length ? h("p", { class: "empty" }, t("all_heard")) : "",
    sought ? "" : toAsk(app),
    stairs(app, silent),
    answered.length
      ? h(
          "details",
          {
            class: "heard",
            open: !!sought,
            ontoggle: (e) => {
              app.heardOpen = e.target.open;
            },
          },
          h("summary", {}, `${t("heard_today")} · ${answered.length}`),
          h(
            "ul",
            { class: "doors" },
            answered.map((door) => answeredRow(app, door)),
          ),
        )
      : "",
  );
}

// Where somebody is unwell and nobody asked yet: the doctor says again how they are, or opens the sheet.
function toAsk(app) {
  const doors = app.day.unwell.filter((door) => !app.held.has(`door-${door.id}`));
  if (!doors.length) return "";
  return h(
    "section",
    { class: "stair", "data-k": "to-ask" },
    h("h3", {}, t("unwell_to_ask"), h("span", {}, String(doors.length))),
    h(
      "ul",
      { class: "doors" },
      doors.map((door) => openRow(app, door, door.at ? moment(door.at, app.list.offset, app.day.today) : "")),
    ),
  );
}

// By the running number, or by the address: 32501 and 501 find 3栋2单元501.
function isSought(door) {
  const address = (door.door?.zh.match(/[0-9A-Z]+/g) ?? []).join("");
  return String(door.id).includes(sought) || (sought.length > 2 && address.endsWith(sought));
}

function stairs(app, doors) {
  const groups = new Map();
  for (const door of doors) {
    const key = `${door.place}-${door.stair}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(door);
  }
  return [...groups.values()].map((group) => {
    group.sort((a, b) => atEnd(app, a) - atEnd(app, b) || a.id - b.id);
    return h(
      "section",
      { class: "stair" },
      h("h3", {}, stairName(app, group[0]), h("span", {}, t("stair_count", { n: group.filter((door) => !isAnswered(door)).length }))),
      h(
        "ul",
        { class: "doors" },
        group.map((door) => doorRow(app, door)),
      ),
    );
  });
}

// Nobody answered there when this view was opened: those doors come last.
const atEnd = (app, door) => Number(app.held.get(`door-${door.id}`)?.tail ?? door.state === "no_answer");
export const isAnswered = (door) => isHeard(door.state);

// The stairwell, with its place for whoever has several. A village of single houses has no stairwells.
export function stairName(app, door) {
  const many = new Set(app.list.doors.map((one) => one.place)).size > 1;
  const place = many && app.list.places[door.place]?.[document.documentElement.lang === "en" ? "en" : "zh"];
  const stair = door.house ? "" : t("stair", { n: door.stair });
  return [place, stair].filter(Boolean).join(" · ") || t("houses");
}

export function doorRow(app, door) {
  if (isAnswered(door)) return answeredRow(app, door);
  const under =
    door.state === "no_answer"
      ? t("tried", { t: moment(door.at, app.list.offset) })
      : door.last
        ? t("last", { d: shortDay(door.last) })
        : t("never");
  return openRow(app, door, under);
}

function openRow(app, door, under) {
  const name = doorName(door.id);
  const tap = (state) =>
    h(
      "button",
      {
        class: `tap ${state}`,
        "data-k": `${state}-${door.id}`,
        "data-row": state,
        "aria-label": `${name} ${said(STATE, state)}`,
        onclick: () =>
          app.record(t("recorded", { d: name, w: said(STATE, state) }), [heard(door, state)], {
            unwell: state === "unwell" ? door : null,
            hold: { key: `door-${door.id}`, tail: Boolean(atEnd(app, door)) },
          }),
      },
      said(STATE, state),
    );
  return h(
    "li",
    { "data-door": door.id, "data-hold": `door-${door.id}` },
    who(app, door, under),
    app.list.carries ? "" : [tap("well"), tap("unwell"), tap("no_answer")],
    triedHere(app, door) ? h("p", { class: "tried" }, h("span", { class: "word" }, said(STATE, "no_answer")), undoButton(app, tapOf(door, name))) : "",
  );
}

// Nobody answered, as was tapped in this view: the way back stands in its place, and the three taps with it.
const triedHere = (app, door) => door.state === "no_answer" && door.group && app.held.has(`door-${door.id}`);
const tapOf = (door, name) => ({ key: `door-${door.id}`, group: door.group, label: `${name} ${said(STATE, door.state)}` });

function answeredRow(app, door) {
  const name = doorName(door.id);
  return h(
    "li",
    { class: "answered", "data-door": door.id, "data-hold": `door-${door.id}` },
    who(app, door, door.at ? moment(door.at, app.list.offset) : ""),
    h("span", { class: `word ${door.state}` }, door.state === "heard" ? t("heard_word") : said(STATE, door.state)),
    door.group ? undoButton(app, tapOf(door, name)) : "",
  );
}

// A line breaks after a building or a stairwell, never inside a room.
const broken = (text) => text.split(/(?<=[幢栋座楼]|单元)/).flatMap((part) => [part, h("wbr")]);

// The door as people say it; a tap opens the sheet.
function who(app, door, under) {
  const name = doorName(door.id);
  return h(
    "button",
    {
      class: "who",
      "data-k": `who-${door.id}`,
      "data-row": "who",
      "aria-label": t("exception", { d: name }),
      disabled: app.list.carries,
      onclick: () => openSheet(app, door),
    },
    h("b", {}, name),
    h("small", {}, broken([doorAddress(door), under].filter(Boolean).join(" · "))),
  );
}
