// What stays on this phone, sealed: the list of the day, the counts by hour, the numbers used today, and what waits to
// be sent. Of a person nothing stays once it was received; no row says when somebody passed.
import { change, everybody, get, importKey, keptUnder, put, putAll, remove, seal, unseal, uuid7 } from "../doorway/store.js";

keptUnder("tongzhou-gate");
const BACK = 48 * 3600000; // so long ago an hour may be told
const SOON = 10 * 60000; // an hour that runs is told again after so long at the earliest

export class Kept {
  constructor(session) {
    Object.assign(this, { session, hours: {}, told: {}, used: [], day: "", waiting: 0, shift: null, tally: null, unsaid: [], n: 0 });
  }

  static async open() {
    const session = await get("session", "me");
    if (!session) return null;
    const kept = new Kept(session);
    const all = await kept.read("state");
    if (all) Object.assign(kept, all);
    await kept.count();
    return kept;
  }

  static async begin(list) {
    const session = { phone: list.phone, key: await importKey(list.key) };
    await put("session", session, "me");
    const kept = (await Kept.open()) ?? new Kept(session);
    kept.tally ??= uuid7(); // of a phone that was cleared the counts begin anew, beside those of before
    await kept.save();
    return kept;
  }

  async read(name) {
    const sealed = await get("lists", name);
    return sealed ? unseal(this.session.key, sealed).catch(() => null) : null;
  }

  async write(name, value) {
    await put("lists", await seal(this.session.key, value), name);
  }

  save() {
    const { hours, told, used, day, shift, tally, unsaid, n } = this;
    return this.write("state", { hours, told, used, day, shift, tally, unsaid, n });
  }

  // At midnight the numbers go, and hours that were told.
  async turn(day) {
    if (this.day === day) return;
    for (const hour of Object.keys(this.hours)) if (this.told[hour]?.n === JSON.stringify(this.hours[hour])) {
      delete this.hours[hour];
      delete this.told[hour];
    }
    Object.assign(this, { day, used: [], unsaid: [] });
    await this.save();
  }

  async add(hour, way, what, n = 1) {
    const one = (this.hours[hour] ??= { out: {}, back: {}, reasons: {} });
    one[way][what] = Math.max(0, (one[way][what] ?? 0) + n);
    await this.save();
  }

  async use(number) {
    this.used.push(number);
    await this.save();
  }

  async unuse(number) {
    this.used = this.used.filter((one) => one !== number);
    await this.save();
  }

  // Exceptions of today of which nobody said yet what they were, each with its hour.
  async leaveUnsaid(hour) {
    this.unsaid.push(hour);
    await this.save();
  }

  async say(hour) {
    const at = this.unsaid.indexOf(hour);
    if (at >= 0) this.unsaid.splice(at, 1);
    await this.save();
  }

  // Hours that lie ahead or days back, of which nothing was told: the phone's clock was wrong while no network could say
  // so. What was counted in them counts as of now.
  async putRight(now, hour) {
    for (const [odd, counts] of Object.entries(this.hours)) {
      const ago = now - new Date(odd).getTime();
      if (this.told[odd] || (ago >= 0 && ago < BACK)) continue;
      delete this.hours[odd];
      this.unsaid = this.unsaid.map((one) => (one === odd ? hour : one));
      for (const [way, n] of Object.entries(counts)) for (const what in n) await this.add(hour, way, what, n[what]);
    }
  }

  // Hours whose counts were not told as they are now: those that are over, and the one that runs once in a while.
  untold(now, hour, all) {
    return Object.entries(this.hours)
      .filter(([one, counts]) => this.told[one]?.n !== JSON.stringify(counts))
      .filter(([one]) => all || one !== hour || now - (this.told[one]?.at ?? 0) > SOON)
      .map(([one, counts]) => ({ hour: one, ...counts }));
  }

  // The number of a telling: the later one holds, whatever the phone's clock says.
  async next() {
    this.n += 1;
    await this.save();
    return this.n;
  }

  async received(hours, now) {
    for (const { hour, ...counts } of hours) this.told[hour] = { n: JSON.stringify(counts), at: now };
    await this.save();
  }

  // What is about a person waits sealed, and is gone from the phone once it was received.
  async keep(path, body) {
    const id = body.id ?? uuid7();
    const row = { id, user: this.session.phone, n: Date.now(), state: "kept", path };
    await putAll([{ ...row, sealed: await seal(this.session.key, body) }]);
    await this.count();
  }

  async items() {
    const rows = (await everybody()).filter((row) => row.user === this.session.phone).sort((a, b) => a.n - b.n);
    return Promise.all(
      rows.map(async (row) => ({ ...row, body: await unseal(this.session.key, row.sealed).catch(() => null) })),
    );
  }

  async done(id) {
    await remove("queue", id);
    await this.count();
  }

  async refused(id, reason) {
    await change(id, (row) => ({ ...row, state: "refused", reason }));
    await this.count();
  }

  async count() {
    const rows = (await everybody()).filter((row) => row.user === this.session.phone);
    this.waiting = rows.length;
    this.returned = rows.filter((row) => row.state === "refused").length;
  }

  // The phone is given back: nothing of the gate stays on it.
  async leave() {
    for (const row of await everybody()) await remove("queue", row.id);
    await remove("lists", "state");
    await remove("lists", "list");
    await remove("session", "me");
  }
}

export { uuid7 };
