// The day as it stands on this phone: the server's list with what is kept here laid over it.
import { regional } from "./dom.js";
import { t } from "./i18n.js";
import { uuid7 } from "./store.js";

export class Day {
  constructor(list, items) {
    this.list = list;
    this.today = list.simulated
      ? list.day
      : regional(Date.now() + (Math.abs(list.skew) > 300000 ? list.skew : 0), list.offset).slice(0, 10);
    this.items = items.filter((i) => i.type === "fact" && i.state !== "refused" && i.state !== "corrected");
    this.groups = new Map(this.items.map((i) => [i.fact.id, i.group]));
    this.withdrawn = new Set(this.items.filter((i) => i.fact.kind === "fact.withdrawn").map((i) => i.fact.corrects));
    this.fresh = this.items.filter(
      (i) => !this.withdrawn.has(i.fact.id) && (i.state !== "received" || i.done > list.asked),
    );
    this.now = list.simulated ? new Date(list.now).getTime() : this.shown(Date.now());
    this.doors = list.doors.map((door) => this.overlay(door));
    const answered = new Set(
      this.fresh
        .filter(
          (i) => ["task.done", "need.met"].includes(i.fact.kind) && ["done", "delivered"].includes(i.fact.body.outcome),
        )
        .map((i) => i.fact.body.task ?? i.fact.body.need),
    );
    this.tasks = this.waiting(this.restored(list.tasks, "task.done"), "task.done", "task", answered);
    this.needs = this.waiting(this.restored(list.needs, "need.met"), "need.met", "need", answered);
    this.calls = this.asked(list.exceptions ?? []);
    this.unwell = this.toAsk(list.unwell ?? []);
    this.observed = (list.observed ?? []).map((one) => this.followed(one)).filter((one) => one.due || one.to_tell);
    for (const i of this.fresh.filter(
      (x) => x.fact.kind === "need.stated" && !answered.has(x.fact.id) && !this.needs.some((n) => n.key === x.fact.id),
    )) {
      this.needs.push({
        key: i.fact.id,
        place: i.fact.place,
        household: i.fact.body.household,
        items: i.fact.body.items,
        medicine_last_dose: i.fact.body.medicine_last_dose,
        state: "open",
      });
    }
  }

  // Doors that asked for a call: as the server has them, and those asked for on this phone.
  asked(known) {
    const own = this.fresh.filter(
      (i) => i.fact.kind === "exception.raised" && !known.some((one) => one.key === i.fact.id),
    );
    return [
      ...known.filter((one) => one.household && !this.withdrawn.has(one.key) && this.told(one)),
      ...own.map(({ fact }) => ({ key: fact.id, place: fact.place, state: "open", at: this.momentOf(fact), ...fact.body })),
    ];
  }

  // Doors where somebody is unwell that whoever holds this phone has still to ask, less those asked from here.
  toAsk(numbers) {
    const asked = new Set(
      this.fresh
        .filter((i) => ["household.heard", "exception.raised"].includes(i.fact.kind))
        .map((i) => i.fact.body.household),
    );
    return numbers.filter((n) => !asked.has(n)).map((n) => this.doors.find((door) => door.id === n)).filter(Boolean);
  }

  // What the doctor said stands for two days.
  told(call) {
    return call.state !== "called_back" || this.now - new Date(call.called_back_at).getTime() < 2 * 86400000;
  }

  // A device's moment as the ledger will put it right: shown times agree with the server's.
  shown(value) {
    const skew = Math.abs(this.list.skew) > 300000 ? this.list.skew : 0;
    const put = new Date(value).getTime() + skew;
    return this.list.simulated ? Math.min(put, new Date(this.list.now).getTime()) : put;
  }

  // When a fact of this phone was: off its clock put right, or as somebody typed it.
  momentOf(fact) {
    return fact.effective_at === fact.recorded_at ? this.shown(fact.effective_at) : fact.effective_at;
  }

  dayOf(fact) {
    return regional(this.momentOf(fact), this.list.offset).slice(0, 10);
  }

  overlay(given) {
    const door = { ...given, group: this.groups.get(given.fact) };
    if (this.today !== this.list.day) {
      if (isHeard(door.state)) door.last = this.list.day;
      door.state = door.at = door.fact = null;
    }
    if (door.fact && this.withdrawn.has(door.fact)) door.state = door.at = door.fact = null;
    for (const { fact, group } of this.fresh) {
      if (fact.kind !== "household.heard" || fact.body.household !== door.id || this.dayOf(fact) !== this.today)
        continue;
      if (fact.body.state === "no_answer" && isHeard(door.state)) continue;
      Object.assign(door, {
        state: fact.body.state,
        at: this.momentOf(fact),
        fact: fact.id,
        group,
      });
    }
    return door;
  }

  // A contact at home: how often still to be asked today, and what the household has still to be told.
  followed(given) {
    const one = { ...given };
    const said = this.fresh.filter((i) => i.fact.body.contact === one.key);
    const asked = said.filter((i) => i.fact.kind === "observation.recorded" && this.dayOf(i.fact) === this.today);
    if (this.today !== this.list.day && one.due !== undefined)
      one.due =
        one.state === "observed" && this.today < regional(one.ends, this.list.offset).slice(0, 10) ? one.per_day : 0;
    one.due = Math.max(0, one.due - asked.filter((i) => i.fact.body.reached !== false).length);
    one.tried = asked.some((i) => i.fact.body.reached === false);
    if (said.some((i) => i.fact.kind === "observation.told" && i.fact.body.what === one.to_tell)) one.to_tell = null;
    return one;
  }

  // What was settled here and taken back here waits again, before the server says so.
  restored(rows, kind) {
    const back = this.items.filter(
      (i) =>
        i.fact.kind === kind &&
        i.row &&
        !rows.some((row) => row.key === i.row.key) &&
        this.fresh.some((other) => other.fact.corrects === i.fact.id),
    );
    return [...rows, ...new Map(back.map((i) => [i.row.key, i.row])).values()];
  }

  waiting(rows, kind, field, answered) {
    return rows
      .filter((row) => !answered.has(row.key))
      .map((row) => {
        const said = this.fresh.filter((i) => i.fact.kind === kind && i.fact.body[field] === row.key).at(-1);
        return said ? { ...row, state: "not_ready", reason: said.fact.body.reason ?? said.fact.body.problem } : row;
      });
  }

  get silent() {
    return this.doors.filter((door) => !isHeard(door.state));
  }
}

// A fact said now: both moments off this phone's clock, so that the server can put its error right.
export function fact(kind, place, body, typed = null) {
  const now = new Date().toISOString();
  return { id: uuid7(), kind, effective_at: typed ?? now, recorded_at: now, place, body };
}
// Whoever only carries is told that a door was heard from, not how they are.
export const isHeard = (state) => ["well", "unwell", "heard"].includes(state);
export const doorName = (id) => t("door", { n: id });
export const doorAddress = (door) => door?.door?.[document.documentElement.lang === "en" ? "en" : "zh"] ?? "";
export const heard = (door, state, channel = "door", typed = null) => ({
  type: "fact",
  fact: fact("household.heard", door.place, { household: door.id, state, channel }, typed),
});
