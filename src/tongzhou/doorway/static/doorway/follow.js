// Contacts at home: asked how they are, told until when. Temperature and symptoms; nobody judges at the door.
import { doorName, fact, heard } from "./day.js";
import { chips, h, regional } from "./dom.js";
import { codes, said as inWords, t } from "./i18n.js";

const SYMPTOMS = "observation.recorded.symptoms";
const ASK = "temperature"; // as a task is called
const typed = new Map(); // what is half entered survives a redraw

export const followUp = (app, one) =>
  [one.to_tell ? telling(app, one) : null, one.due ? asking(app, one) : null].filter(Boolean);

// 24:00 of the last day is how an order is dated; the moment itself is 00:00 of the next.
const until = (app, one) => {
  if (!one.ends) return t("no_end");
  const day = regional(new Date(one.ends).getTime() - 60000, app.list.offset);
  return `${Number(day.slice(5, 7))}-${day.slice(8, 10)} 24:00`;
};

function telling(app, one) {
  const title = `${doorName(one.household)} ${t(one.to_tell === "end" ? "tell_end" : "tell_begin")}`;
  const hold = { key: `told-${one.key}`, rank: 3, row: one };
  return h(
    "li",
    { class: "card", "data-hold": hold.key },
    h("b", {}, title),
    h("small", {}, t(one.to_tell === "end" ? "tell_end_more" : "tell_begin_more", { t: until(app, one) })),
    h(
      "div",
      { class: "acts" },
      h(
        "button",
        {
          class: "do",
          "data-k": `told-${one.key}`,
          "aria-label": `${title}: ${t("told")}`,
          onclick: () =>
            app.record(
              t("recorded", { d: title, w: t("told") }),
              [said(one, "observation.told", { what: one.to_tell })],
              { hold: { ...hold, title, under: "", word: t("told") } },
            ),
        },
        t("told"),
      ),
    ),
  );
}

function asking(app, one) {
  const title = `${doorName(one.household)} ${inWords("task.set.what", ASK)}`;
  const now = typed.get(one.key) ?? { temp: "", symptoms: new Set() };
  typed.set(one.key, now);
  const hold = { key: `asked-${one.key}`, rank: 3, row: one };
  const error = h("p", { class: "error", role: "alert" });
  const temp = h("input", {
    id: `temp-${one.key}`,
    "data-k": `temp-${one.key}`,
    inputmode: "decimal",
    autocomplete: "off",
    size: "5",
    value: now.temp,
    oninput: (e) => {
      now.temp = e.target.value;
    },
  });
  const keep = (body, word, more = []) => {
    typed.delete(one.key);
    app.record(
      t("recorded", { d: title, w: word }),
      [said(one, "observation.recorded", body), ...more],
      { hold: { ...hold, title, under: "", word } },
    );
  };
  const save = () => {
    const tenths = now.temp.trim() ? Math.round(Number(now.temp.replace(",", ".")) * 10) : null;
    if (tenths !== null && !(tenths >= 300 && tenths <= 450)) {
      error.textContent = t("bad_temperature");
      return;
    }
    const body = { symptoms: [...now.symptoms] };
    if (tenths !== null) body.temp10 = tenths;
    keep(
      body,
      [tenths === null ? "" : `${(tenths / 10).toFixed(1)} ℃`, ...[...now.symptoms].map((s) => inWords(SYMPTOMS, s))]
        .filter(Boolean)
        .join(t("comma")) || t("no_symptoms"),
      callBack(one, body),
    );
  };
  return h(
    "li",
    { class: "card", "data-hold": hold.key },
    h("b", {}, title),
    h(
      "small",
      {},
      [one.code, t("day_of", { n: one.day }), t("until", { t: until(app, one) }), one.tried ? inWords("household.heard.state", "no_answer") : ""]
        .filter(Boolean)
        .join(" · "),
    ),
    h("div", {}, h("label", { for: `temp-${one.key}` }, t("temperature")), temp),
    chips(
      codes(SYMPTOMS).map((code) => [code, inWords(SYMPTOMS, code)]),
      now.symptoms,
    ),
    error,
    h(
      "div",
      { class: "acts" },
      h(
        "button",
        { class: "do", "data-k": `asked-${one.key}`, "aria-label": `${title}: ${t("save")}`, onclick: save },
        t("save"),
      ),
      h(
        "button",
        {
          class: "quiet",
          "data-k": `silent-${one.key}`,
          "aria-label": `${title}: ${inWords("household.heard.state", "no_answer")}`,
          onclick: () => keep({ reached: false }, inWords("household.heard.state", "no_answer")),
        },
        inWords("household.heard.state", "no_answer"),
      ),
    ),
  );
}

// Fever or short of breath: the community doctor's call-back comes of the same tap.
function callBack(one, body) {
  const concerns = ["fever", "breathless"].filter((s) => body.symptoms.includes(s));
  if (!concerns.length) return [];
  const raised = { household: one.household, concerns, channel: "door", people: 1 };
  if (one.person) raised.person = one.person;
  if (concerns.includes("fever") && body.temp10) raised.temp10 = body.temp10;
  return [
    { type: "fact", fact: fact("exception.raised", one.place, raised) },
    heard({ id: one.household, place: one.place }, "unwell"),
  ];
}

const said = (one, kind, body) => ({ type: "fact", fact: fact(kind, one.place, { contact: one.key, ...body }) });
