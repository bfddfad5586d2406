// What the gate asks of somebody, and only where a measure or a person's own wish asks for it: a door to be rung, an entry
// of the register, a pass on the spot. None of it stays on the phone.
import { h } from "../doorway/dom.js";
import { exceptionBox } from "./exception.js";
import { Refused, post } from "./sending.js";
import { uuid7 } from "./kept.js";
import { t } from "./words.js";

function field(id, label, more = {}) {
  return h("div", { class: "field" }, h("label", { for: id }, label), h("input", { id, "data-k": id, autocomplete: "off", ...more }));
}

const value = (id) => document.getElementById(id)?.value.trim() ?? "";

function page(app, title, hint, fields, save) {
  const error = h("p", { class: "bad", role: "alert" });
  return [
    h(
      "main",
      { class: "pad" },
      h("h1", {}, title),
      h("p", { class: "hint" }, hint),
      fields,
      error,
      h(
        "div",
        { class: "two" },
        h("button", { type: "button", class: "do", "data-k": "save", onclick: () => (error.textContent = save() ?? "") }, t("save")),
        h("button", { type: "button", class: "quiet", "data-k": "cancel", onclick: () => app.show({ is: "scan" }) }, t("cancel")),
      ),
    ),
    exceptionBox(app),
  ];
}

// 37,8 or 378: the point is hard to find on a keypad.
function tenths(text) {
  return /^[34][0-9]{2}$/.test(text) ? Number(text) : Math.round(Number(text.replace(",", ".")) * 10);
}

// 37.3 or more, or somebody feels ill: the community doctor rings, and whoever it is goes home.
export function callBack(app, view) {
  const fields = [
    view.unwell ? null : field("degrees", t("degrees"), { inputmode: "decimal" }),
    field("door", t("door"), { placeholder: "3-2-501" }),
    field("telephone", t("telephone"), { inputmode: "tel" }),
    h("a", { class: "quiet", href: "tel:120" }, t("ring_120")),
  ];
  return page(app, t("hot_title"), t("hot_hint"), fields, () => {
    const temp10 = view.unwell ? undefined : tenths(value("degrees"));
    if (!view.unwell && !(temp10 >= 350 && temp10 <= 430)) return t("bad_temperature");
    if (!value("door")) return t("fill_in");
    const body = { id: uuid7(), door: value("door"), temp10, at: new Date(app.now()).toISOString() };
    if (value("telephone")) body.telephone = value("telephone");
    app.keep("/gate/call", body, t("asked_for"));
  });
}

export function enter(app) {
  const fields = [field("name", t("name")), field("telephone", t("their_telephone"), { inputmode: "tel" })];
  return page(app, t("register"), t("register_hint"), fields, () => {
    if (!value("name") || !value("telephone")) return t("fill_in");
    const at = new Date(app.now()).toISOString();
    const body = { id: uuid7(), name: value("name"), telephone: value("telephone"), way: app.way, at };
    app.keep("/gate/enter", body, t("registered"));
  });
}

const WHAT = ["shopping", "medical", "medicine", "care", "work", "service", "other"];

// A pass on the spot: what for, and where the order asks it, when the household was out last.
export function issue(app, view) {
  const told = h("p", { class: "told", role: "alert" }, view.told ?? "");
  const ask = async (what, last_out) => {
    told.textContent = t("asking");
    try {
      const answer = await post("/gate/issue", { what, ...(last_out ? { last_out } : {}) });
      if (answer.said === "issue" && answer.number) {
        app.list.cards = answer.cards;
        return app.look(answer.number);
      }
      if (answer.said === "not_needed") return app.count("free").then(() => app.show({ is: "scan" }));
      const from = answer.next ? ` ${t("from_day", { d: answer.next })}` : "";
      if (answer.said === "say_when") return app.show({ is: "issue", what, told: answer.why });
      told.textContent = `${t("not_issued")}: ${answer.why}${from}`;
    } catch (error) {
      told.textContent = error instanceof Refused ? (error.told.message ?? "") : t("offline_issue");
    }
  };
  const choices = WHAT.map((one) => h("button", { type: "button", "data-k": `what-${one}`, onclick: () => ask(one) }, t(one)));
  return [
    h(
      "main",
      { class: "pad" },
      h("h1", {}, t("what_for")),
      h("p", { class: "hint" }, t("issue_more")),
      told,
      view.what ? lastOut(view.what, ask) : h("div", { class: "why" }, choices),
      app.list.telephone && h("p", {}, t("desk"), " ", h("a", { href: `tel:${app.list.telephone}` }, `☎ ${app.list.telephone}`)),
      h("button", { type: "button", class: "plain", "data-k": "cancel", onclick: () => app.show({ is: "scan" }) }, t("cancel")),
    ),
    exceptionBox(app),
  ];
}

function lastOut(what, ask) {
  return h(
    "div",
    {},
    h("div", { class: "field" }, h("label", { for: "last" }, t("last_out")), h("input", { id: "last", "data-k": "last", type: "date" })),
    h(
      "div",
      { class: "two" },
      h("button", { type: "button", class: "do", "data-k": "ask", onclick: () => value("last") && ask(what, value("last")) }, t("look_up")),
      h("button", { type: "button", class: "quiet", "data-k": "never", onclick: () => ask(what, "never") }, t("never")),
    ),
  );
}
