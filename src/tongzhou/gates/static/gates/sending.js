// Between the phone and the server: the list of the day, the counts, the numbers used, and what is about a person.
import { uuid7 } from "./kept.js";

export async function take() {
  try {
    const response = await fetch("/gate/list.json", {
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(20000),
    });
    if (response.status === 401) return { link: "not_lent" };
    if (!response.ok) return { link: "trouble" };
    return { link: "online", list: await response.json() };
  } catch {
    return { link: "offline" };
  }
}

// `all`: also of the hour that runs.
export async function send(app, all) {
  const { kept, list } = app;
  if (kept.shift && !kept.shift.told) {
    const { from, until, id } = kept.shift;
    const body = { gate: list.gate.key, until: new Date(until).toISOString(), phone: list.phone };
    await facts(app, [fact(app, "gate.shift_began", body, from, id)]);
    kept.shift.told = true;
    await kept.save();
  }
  const hours = kept.untold(app.now(), app.hour(), all);
  if (hours.length) {
    const n = await kept.next();
    const words = hours.map((one) => fact(app, "gate.counted", { gate: list.gate.key, phone: list.phone, tally: kept.tally, n, ...one }));
    await facts(app, words);
    for (const one of hours) known(app, one);
    await kept.received(hours, Date.now());
    await kept.write("list", list);
  }
  const used = kept.used.filter((one) => !list.spent.includes(one));
  if (used.length) list.spent = (await post("/gate/used", { numbers: used })).spent;
  for (const item of await kept.items()) if (item.body && item.state !== "refused") await deliver(kept, item);
}

// What the server knows from now on, until it tells its list again.
function known(app, { hour, ...ways }) {
  if (app.local(hour).slice(0, 10) !== app.day()) return;
  const before = JSON.parse(app.kept.told[hour]?.n ?? "{}");
  const sum = (one) => Object.values(one ?? {}).reduce((a, b) => a + b, 0);
  for (const way of ["out", "back"]) app.list.counted[way] += sum(ways[way]) - sum(before[way]);
}

async function deliver(kept, item) {
  try {
    await post(item.path, item.body);
    await kept.done(item.id);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await kept.refused(item.id, error.told);
  }
}

// The shift is over: said, and the phone is given back.
export async function clear(app) {
  const body = { gate: app.list.gate.key, phone: app.list.phone };
  await facts(app, [fact(app, "gate.shift_ended", body)]);
}

function fact(app, kind, body, at = app.now(), id = uuid7()) {
  const moment = new Date(at).toISOString();
  return { id, kind, effective_at: moment, place: app.list.place, body };
}

async function facts(app, said) {
  const sent_at = new Date(app.now()).toISOString();
  const told = await post("/gate/send", { device: "gate", sent_at, facts: said });
  if (told.refused.length) throw new Refused(told.refused[0]);
  return told;
}

export class Refused extends Error {
  constructor(told) {
    super(told.code);
    this.told = told;
  }
}

export async function post(path, body) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || "";
  const response = await fetch(path, {
    method: "POST",
    body: JSON.stringify(body),
    credentials: "same-origin",
    headers: {
      "Content-Type": "application/json",
      "Accept-Language": document.documentElement.lang,
      Accept: "application/json",
      "X-CSRFToken": token,
    },
    signal: AbortSignal.timeout(20000),
  });
  const told = await response.json().catch(() => ({}));
  if (response.ok) return told;
  if ([400, 409, 422].includes(response.status)) throw new Refused(told);
  throw new Error(String(response.status));
}
