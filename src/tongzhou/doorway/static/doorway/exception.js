// Something at a door, in under fifteen seconds: door, fever, temperature, save is four taps.
import { raise } from "./back.js";
import { doorAddress, doorName, fact, heard } from "./day.js";
import { chips, h } from "./dom.js";
import { codes, said as inWords, t } from "./i18n.js";
import { grouped, takeNumber } from "./numbers.js";
import { guard } from "./taps.js";
import { askNumberAgain, readNumber, tooShort } from "./telephone.js";

const ILL = ["fever", "breathless"]; // of a person, who is given a number; the rest is the household's
const MEDICAL = ["fever", "breathless", "unwell", "alone", "newcomer"]; // what somebody rings back about
const CONCERNS = "exception.raised.concerns";
const ITEMS = "need.stated.items";
const choices = (of) => codes(of).map((code) => [code, inWords(of, code)]);
const NOT_LISTED = "-"; // chosen where the medicine is not on the list, or nobody knows it
const PAD = [373, 375, 378, 380, 383, 385, 388, 390, 395, 400];

export function openSheet(app, door) {
  const said = { concerns: new Set(), items: new Set(), temp10: null, people: 1 };
  const error = h("p", { class: "error", role: "alert" });
  const more = h("div", { class: "more" });
  const telephone = h("input", { type: "tel", inputmode: "tel", autocomplete: "off", id: "callback", maxlength: "40" });
  const dose = h("input", { type: "date", id: "dose" });
  const wanted = medicines(app.list.medicines ?? []);
  const show = () => more.replaceChildren(...parts(said, telephone, dose, wanted));
  let insisted = ""; // a short number that was asked about: saved again, it stands
  const refuse = (sentence) => {
    error.textContent = sentence;
    error.scrollIntoView({ block: "center" });
  };
  const dialog = h(
    "dialog",
    { class: "sheet", "aria-labelledby": "sheet" },
    h("h2", { id: "sheet" }, t("exception", { d: doorName(door.id) })),
    doorAddress(door) ? h("p", { class: "where" }, doorAddress(door)) : "",
    h("p", { class: "hint" }, t("door_hint")),
    chips(
      choices(CONCERNS),
      said.concerns,
      show,
    ),
    more,
    error,
    h(
      "div",
      { class: "acts" },
      h(
        "button",
        {
          class: "do",
          "data-k": "save",
          onclick: async () => {
            const wrong = fault(said, wanted);
            if (wrong) return refuse(t(wrong));
            const medical = MEDICAL.some((c) => said.concerns.has(c));
            const short = medical && insisted !== telephone.value ? tooShort(telephone.value) : 0;
            if (short) {
              insisted = telephone.value;
              return refuse(t("short_number", { n: short }));
            }
            dialog.close();
            guard();
            const ill = ILL.some((c) => said.concerns.has(c));
            const handle = ill ? await takeNumber(app).catch(() => null) : null; // no room: the server gives one
            const all = contents(door, said, telephone.value.trim(), dose.value, handle, wanted.chosen());
            const unread = all.find((c) => c.type === "callback" && c.callback.telephone === null);
            const words = [...said.concerns].map((c) => inWords(CONCERNS, c)).join(t("comma"));
            const number = handle ? ` · ${t("person_number", { n: grouped(handle) })}` : "";
            await app.record(
              t("recorded", { d: doorName(door.id), w: words + number }),
              all.filter((c) => c !== unread),
              { hold: { key: `door-${door.id}`, tail: door.state === "no_answer" } },
            );
            if (unread) askNumberAgain(app, unread.callback);
          },
        },
        t("save"),
      ),
      h("button", { class: "quiet", onclick: () => dialog.close() }, t("close")),
    ),
  );
  raise(dialog, () => document.querySelector(`[data-k="who-${door.id}"]`)?.focus({ preventScroll: true }));
}

function parts(said, telephone, dose, wanted) {
  const medical = MEDICAL.some((c) => said.concerns.has(c));
  return [
    said.concerns.has("fever") ? thermometer(said) : "",
    said.concerns.has("need")
      ? h(
          "fieldset",
          {},
          h("legend", {}, t("items")),
          chips(
            choices(ITEMS),
            said.items,
          ),
          h("label", { for: "dose" }, t("last_dose")),
          dose,
          ...wanted.fields,
        )
      : "",
    medical ? h("fieldset", {}, h("legend", {}, t("how_many")), stepper(said)) : "",
    medical ? h("div", {}, h("label", { for: "callback" }, t("callback")), telephone) : "",
  ].filter(Boolean);
}

// A medicine of the list, and how many of its units or packs; nothing to choose where this phone has no list.
function medicines(listed) {
  if (!listed.length) return { fields: [], chosen: () => null, open: () => false };
  const english = document.documentElement.lang === "en";
  const which = h(
    "select",
    { id: "medicine" },
    h("option", { value: "" }, ""),
    h("option", { value: NOT_LISTED }, t("not_listed")),
    ...listed.map((one, n) => h("option", { value: String(n) }, english ? one.en : one.zh)),
  );
  const quantity = h("input", { id: "quantity", type: "number", inputmode: "numeric", min: "1", max: "999", value: "1" });
  const chosen = () => {
    const one = which.value === "" ? undefined : listed[Number(which.value)];
    const number = Math.min(999, Math.max(1, Math.round(Number(quantity.value)) || 1));
    return one === undefined ? null : [{ medicine: one.medicine, quantity: number, of: one.of }];
  };
  const label = (id, word) => h("label", { for: id }, t(word));
  const fields = [label("medicine", "which_medicine"), which, label("quantity", "quantity"), quantity];
  return { fields, chosen, open: () => which.value === "" };
}

function thermometer(said) {
  const shown = h("output", {}, t("not_taken"));
  const set = (value) => {
    said.temp10 = value === null ? null : Math.min(430, Math.max(340, value));
    shown.textContent = said.temp10 === null ? t("not_taken") : (said.temp10 / 10).toFixed(1);
    for (const button of pad.children)
      button.setAttribute("aria-pressed", String(Number(button.dataset.temp) === said.temp10));
  };
  const pad = h(
    "div",
    { class: "pad" },
    PAD.map((temp) =>
      h(
        "button",
        {
          type: "button",
          class: "chip",
          "data-temp": temp,
          "aria-pressed": String(said.temp10 === temp),
          onclick: () => set(said.temp10 === temp ? null : temp),
        },
        (temp / 10).toFixed(1),
      ),
    ),
  );
  if (said.temp10 !== null) shown.textContent = (said.temp10 / 10).toFixed(1);
  return h(
    "fieldset",
    {},
    h("legend", {}, t("temperature")),
    pad,
    h(
      "div",
      { class: "step" },
      h(
        "button",
        { type: "button", class: "chip", "aria-label": t("lower"), onclick: () => set((said.temp10 ?? 381) - 1) },
        "−",
      ),
      shown,
      h(
        "button",
        { type: "button", class: "chip", "aria-label": t("higher"), onclick: () => set((said.temp10 ?? 379) + 1) },
        "+",
      ),
    ),
  );
}

function stepper(said) {
  const shown = h("output", {}, String(said.people));
  const move = (by) => {
    said.people = Math.min(30, Math.max(1, said.people + by));
    shown.textContent = said.people;
  };
  return h(
    "div",
    { class: "step" },
    h("button", { type: "button", class: "chip", "aria-label": t("fewer"), onclick: () => move(-1) }, "−"),
    shown,
    h("button", { type: "button", class: "chip", "aria-label": t("more"), onclick: () => move(1) }, "+"),
  );
}

function fault(said, wanted) {
  if (!said.concerns.size) return "pick_one";
  if (said.concerns.has("need") && !said.items.size) return "pick_item";
  if (said.concerns.has("need") && said.items.has("medicine") && wanted.open()) return "pick_medicine";
  return null;
}

// A need is said once, as a need; what somebody must call back about is an exception; a fever also says "unwell".
function contents(door, said, telephone, dose, handle, medicine) {
  const all = [];
  const concerns = [...said.concerns].filter((c) => c !== "need");
  if (concerns.length) {
    const raised = fact("exception.raised", door.place, {
      household: door.id,
      concerns,
      channel: "door",
      people: said.people,
    });
    if (said.concerns.has("fever") && said.temp10 !== null) raised.body.temp10 = said.temp10;
    if (handle) {
      const person = fact("person.founded", door.place, { household: door.id, handle });
      raised.body.person = person.id;
      all.push({ type: "fact", fact: person });
    }
    if (telephone) raised.body.callback = `exception/${raised.id}`;
    all.push({ type: "fact", fact: raised });
    const callback = { exception: raised.id, household: door.id, telephone: readNumber(telephone) };
    if (telephone) all.push({ type: "callback", callback });
    if (ILL.some((c) => said.concerns.has(c))) all.push(heard(door, "unwell"));
  }
  if (said.concerns.has("need")) {
    const body = { household: door.id, items: Object.fromEntries([...said.items].map((i) => [i, 1])), channel: "door" };
    if (said.items.has("medicine") && dose) body.medicine_last_dose = dose;
    if (said.items.has("medicine") && medicine) body.medicines = medicine;
    all.push({ type: "fact", fact: fact("need.stated", door.place, body) });
  }
  return all;
}
