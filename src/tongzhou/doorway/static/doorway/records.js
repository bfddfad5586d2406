// Everything recorded on this phone, newest first: kept → sent → received; a refusal stays with its reason.
import { raise } from "./back.js";
import { doorName, fact } from "./day.js";
import { h, moment, regional } from "./dom.js";
import { said, t } from "./i18n.js";
import { grouped } from "./numbers.js";
import { change } from "./store.js";

export function recordsView(app) {
  const items = [...app.queue.items].reverse();
  const taps = new Map(); // what one tap said stands in one row, and is taken back as one
  for (const item of items) {
    const key = item.group ?? item.id;
    taps.set(key, [...(taps.get(key) ?? []), item]);
  }
  return h(
    "section",
    {},
    h(
      "div",
      { class: "head" },
      h("h2", {}, t("records")),
      h("p", {}, t("list_of", { t: moment(app.list.now, app.list.offset, app.day.today) })),
    ),
    h(
      "p",
      { class: "tools" },
      h("a", { href: "/doorway/paper" }, t("print")),
      app.list.roles.includes("community_lead") ? h("a", { href: "/doorway/slips" }, t("slips")) : "",
    ),
    app.queue.others ? h("p", { class: "hint" }, t("sealed", { n: app.queue.others })) : "",
    items.length
      ? h(
          "ol",
          { class: "records" },
          [...taps.values()].map((tap) => row(app, tap)),
        )
      : h("p", { class: "empty" }, t("no_records")),
  );
}

export function wordOf(app, item) {
  if (item.state === "received")
    return item.received_at
      ? t("received", { t: moment(item.received_at, app.list.offset, app.day.today) })
      : t("received_plain");
  return t(item.unkept ? "unkept_item" : item.state);
}

export function what(app, item) {
  if (item.type === "unreadable") return t("unreadable");
  if (item.type === "callback")
    return `${doorName(item.callback.household)}${t("colon")}${t(item.callback.telephone ? "number_kept" : "number_erased")}`;
  const { kind, body } = item.fact;
  const door = body.household ? doorName(body.household) : "";
  if (kind === "household.heard") return `${door}${t("colon")}${said("household.heard.state", body.state)}`;
  if (kind === "exception.raised")
    return `${door}${t("colon")}${body.concerns.map((c) => said("exception.raised.concerns", c)).join(t("comma"))}${body.temp10 ? ` ${(body.temp10 / 10).toFixed(1)}℃` : ""}`;
  if (kind === "person.founded") return `${door}${t("colon")}${t("person_number", { n: grouped(body.handle) })}`;
  if (kind === "need.stated")
    return `${door}${t("colon")}${Object.keys(body.items)
      .map((i) => said("need.stated.items", i))
      .join(t("comma"))}`;
  if (kind === "fact.withdrawn") {
    const of = app.queue.items.find((one) => one.fact?.id === item.fact.corrects);
    return of ? `${t("undo")}${t("colon")}${what(app, of)}` : t("withdrawn");
  }
  if (item.row && kind === "task.done")
    return `${item.row.household ? doorName(item.row.household) : ""} ${said("task.set.what", item.row.what)}${t("colon")}${body.reason ? said("task.done.reason", body.reason) : t("done")}`.trim();
  if (item.row && kind === "need.met")
    return `${doorName(item.row.household)}${t("colon")}${body.problem ? said("need.met.problem", body.problem) : t("delivered")}`;
  return item.label ?? kind;
}

// A whole tap is taken back; what was refused, or is itself a taking back, cannot be.
function canUndo(app, { group }) {
  if (!group) return false;
  const facts = app.queue.items.filter((one) => one.group === group && one.type === "fact");
  const stands = facts.filter((one) => !["refused", "corrected"].includes(one.state));
  return stands.some((one) => one.fact.kind !== "fact.withdrawn" && !app.day.withdrawn.has(one.fact.id));
}

// One tap: each thing that it said with what became of it, and one button that takes all of it back.
function row(app, tap) {
  const [item] = tap;
  return h(
    "li",
    {},
    tap.map((one) => line(app, one)),
    canUndo(app, item)
      ? h(
          "button",
          {
            class: "quiet",
            "data-k": `back-${item.group}`,
            "aria-label": `${t("undo")}${t("colon")}${item.label ?? what(app, item)}`,
            onclick: () => app.undo(item.group, item.label ?? what(app, item)),
          },
          t("undo"),
        )
      : "",
  );
}

function line(app, item) {
  const at =
    item.type === "fact"
      ? item.fact.effective_at === item.fact.recorded_at
        ? app.day.shown(item.fact.effective_at)
        : item.fact.effective_at
      : app.day.shown(item.n);
  const { reason } = item;
  return h(
    "div",
    { class: `line ${item.state}`, "data-state": item.state, "data-id": item.id },
    h("b", {}, what(app, item)),
    h("small", {}, moment(at, app.list.offset, app.day.today)),
    h(
      "span",
      { class: "stage" },
      [wordOf(app, item), app.day.withdrawn.has(item.fact?.id) ? t("taken_back") : ""].filter(Boolean).join(" · "),
    ),
    item.waits ? h("p", { class: "waits" }, h("b", {}, t("waits")), ` ${t("waits_why")}`) : "",
    item.state === "refused"
      ? h(
          "p",
          { class: "reason" },
          [reason.message, reason.field, reason.detail, reason.next].filter(Boolean).join(" · "),
        )
      : "",
    item.state === "unreadable" ? h("p", { class: "reason" }, t("unreadable_more")) : "",
    item.state === "refused" && item.type === "fact"
      ? h("button", { class: "quiet", "data-k": `correct-${item.id}`, onclick: () => correct(app, item) }, t("correct"))
      : "",
  );
}

// The refused statement stays as it was; what replaces it is a new one, with the number and the time as corrected.
function correct(app, item) {
  const { fact: old } = item;
  const door = h("input", { id: "fix-door", inputmode: "numeric", value: String(old.body.household ?? "") });
  const typed = old.effective_at !== old.recorded_at;
  const shown = regional(typed ? old.effective_at : app.day.shown(old.effective_at), app.list.offset).slice(0, 16);
  const when = h("input", { id: "fix-when", type: "datetime-local", value: shown });
  const error = h("p", { class: "error", role: "alert" });
  const dialog = h(
    "dialog",
    { class: "sheet", "aria-labelledby": "fix" },
    h("h2", { id: "fix" }, `${t("correct")}${t("colon")}${what(app, item)}`),
    h("p", { class: "reason" }, item.reason.message),
    old.body.household ? [h("label", { for: "fix-door" }, t("door_number")), door] : "",
    h("label", { for: "fix-when" }, t("when")),
    when,
    error,
    h(
      "div",
      { class: "acts" },
      h(
        "button",
        {
          class: "do",
          onclick: async () => {
            const home = app.list.doors.find((d) => String(d.id) === door.value.trim());
            if (old.body.household && !home) {
              error.textContent = t("nothing_found");
              return;
            }
            const body = home ? { ...old.body, household: home.id } : old.body;
            const moved = when.value !== shown;
            const made = fact(
              old.kind,
              home?.place ?? old.place,
              body,
              moved ? `${when.value}:00${app.list.offset}` : typed ? old.effective_at : null,
            );
            if (!moved && !typed) Object.assign(made, { effective_at: old.effective_at, recorded_at: old.recorded_at });
            if (old.corrects) made.corrects = old.corrects;
            if (body.callback) made.body = { ...body, callback: undefined };
            dialog.close();
            await change(item.id, (kept) => ({ ...kept, state: "corrected" }));
            await app.record(what(app, { type: "fact", fact: made }), [{ type: "fact", fact: made }]);
            app.refresh();
          },
        },
        t("again"),
      ),
      h("button", { class: "quiet", onclick: () => dialog.close() }, t("close")),
    ),
  );
  raise(dialog);
}
