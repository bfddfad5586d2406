// The queue of one worker: kept on this phone → sent → received. Nothing leaves it but by its worker's own word.
import { change, everybody, putAll, remove, seal, unseal, uuid7 } from "./store.js";

const BATCH = 200;
export const UNSENT = ["kept", "sent"];
const FORGET = 3 * 24 * 3600e3; // received items are shown for three days

export class Queue extends EventTarget {
  constructor(user, key) {
    super();
    Object.assign(this, { user, key, items: [], unkept: new Map(), others: 0, link: "unknown", last: 0 });
  }

  async load() {
    const all = await everybody();
    this.others = all.filter((row) => row.user !== this.user && UNSENT.includes(row.state)).length;
    const rows = all.filter((row) => row.user === this.user).sort((a, b) => a.n - b.n);
    const old = rows.filter((row) => row.state === "received" && Date.now() - row.n > FORGET);
    for (const row of old) await remove("queue", row.id);
    const shown = rows.filter((row) => !old.includes(row) && !this.unkept.has(row.id));
    const kept = await Promise.all(shown.map((row) => this.opened(row)));
    this.items = [...kept, ...this.unkept.values()];
    this.dispatchEvent(new Event("change"));
  }

  // One that cannot be opened (a flipped byte) is shown as such and stays; it holds nobody else back.
  async opened(row) {
    try {
      return { ...row, ...(await unseal(this.key, row.sealed)) };
    } catch {
      return { ...row, type: "unreadable", state: row.state === "received" ? "received" : "unreadable" };
    }
  }

  // contents: [{type: "fact", fact} | {type: "callback", callback}] with a `group` that is undone as one.
  async keep(contents) {
    const rows = [];
    const held = [];
    for (const content of contents) {
      this.last = Math.max(Date.now(), this.last + 1);
      const id = content.type === "fact" ? content.fact.id : uuid7();
      const row = { id, user: this.user, n: this.last, state: "kept", tries: 0 };
      rows.push({ ...row, sealed: await seal(this.key, content) });
      held.push({ ...row, ...content, unkept: true });
    }
    await this.store(rows).catch(() => held.forEach((item) => this.unkept.set(item.id, item)));
    await this.load();
    this.send();
  }

  // Where the phone is full, what was received (and is only shown) makes room.
  async store(rows) {
    try {
      await putAll(rows);
    } catch {
      for (const item of this.items) if (item.state === "received" && !item.unkept) await remove("queue", item.id);
      await putAll(rows);
    }
  }

  // What the phone had no room for is in this page alone: it is tried again before anything is sent.
  async keepAgain() {
    for (const { unkept, ...item } of this.unkept.values()) {
      const { id, user, n, state, tries, received_at, done, waits, reason, sealed, ...content } = item;
      const row = { id, user, n, state, tries, received_at, done, waits, reason };
      await putAll([{ ...row, sealed: await seal(this.key, content) }]);
      this.unkept.delete(id);
    }
  }

  // An item that never left is dropped; one that may have arrived is withdrawn by a fact of its own.
  async undo(group) {
    const withdrawals = [];
    for (const item of this.items.filter((i) => i.group === group && i.state !== "refused")) {
      let dropped = item.unkept && item.tries === 0 && this.unkept.delete(item.id);
      await change(item.id, (row) => {
        const never = row.state === "kept" && row.tries === 0;
        dropped ||= never;
        return never ? null : undefined;
      });
      if (dropped) continue;
      if (item.type === "callback")
        withdrawals.push({ type: "callback", group: `undo-${group}`, callback: { ...item.callback, telephone: null } });
      else withdrawals.push({ type: "fact", group: `undo-${group}`, fact: withdrawal(item.fact) });
    }
    if (withdrawals.length) await this.keep(withdrawals);
    else await this.load();
  }

  async settle(id, news) {
    const held = this.unkept.get(id);
    if (held) return Object.assign(held, news);
    const item = this.items.find((one) => one.id === id);
    await change(id, (row) => ({ ...row, ...news })).catch(() =>
      this.unkept.set(id, { ...item, ...news, unkept: true }),
    );
  }

  // On its way: an item that was taken back in another tab meanwhile stays away.
  sending(item) {
    return this.settle(item.id, { state: "sent", tries: item.tries + 1 });
  }

  get waiting() {
    return this.items.filter((i) => UNSENT.includes(i.state));
  }

  // One tab sends at a time; what is sent again is recognised by its id.
  async send() {
    await navigator.locks.request("doorway-send", async () => {
      await this.keepAgain().catch(() => {});
      await this.load();
      const waiting = this.waiting;
      const trouble = [];
      try {
        const facts = waiting.filter((i) => i.type === "fact");
        for (let i = 0; i < facts.length; i += BATCH) await this.sendFacts(facts.slice(i, i + BATCH), trouble);
        for (const item of waiting.filter((i) => i.type === "callback")) await this.sendCallback(item, trouble);
        if (waiting.length) this.link = trouble.length ? trouble[0].code : "online";
      } catch (error) {
        this.link = error instanceof Answer ? error.code : "offline";
      }
      await this.load();
      if (waiting.length && this.link === "online") this.dispatchEvent(new Event("received"));
    });
  }

  // A batch that is answered for as a whole is sent again in halves, until the one is found that the answer is about.
  async sendFacts(items, trouble) {
    for (const item of items) await this.sending(item);
    this.load();
    let answer;
    try {
      answer = await post("/doorway/send", this.user, {
        device: "doorway",
        sent_at: new Date().toISOString(),
        facts: items.map((i) => i.fact),
      });
    } catch (error) {
      if (!(error instanceof Answer) || !error.ofContent) throw error;
      if (items.length === 1) return this.setAside(items[0], error, trouble);
      const half = items.length >> 1;
      await this.sendFacts(items.slice(0, half), trouble);
      return this.sendFacts(items.slice(half), trouble);
    }
    const refused = new Map(answer.refused.map((r) => [r.n, r]));
    const waits = new Set(answer.waiting ?? []);
    for (const [n, item] of items.entries()) {
      const reason = refused.get(n);
      await this.settle(
        item.id,
        reason
          ? { state: "refused", reason }
          : { state: "received", received_at: answer.received_at, done: Date.now(), waits: waits.has(n) },
      );
    }
  }

  // Refused for what it says: shown with the reason. A defect of the program: kept, and tried again later.
  async setAside(item, error, trouble) {
    if (error.status < 500 && error.told.code) await this.settle(item.id, { state: "refused", reason: error.told });
    else trouble.push(error);
  }

  async sendCallback(item, trouble) {
    await this.sending(item);
    try {
      const { received_at } = await post("/doorway/callback", this.user, item.callback);
      await this.settle(item.id, { state: "received", received_at, done: Date.now() });
    } catch (error) {
      if (!(error instanceof Answer) || !(error.ofContent || [403, 404].includes(error.status))) throw error;
      await this.setAside(item, error, trouble);
    }
  }
}

export class Answer extends Error {
  constructor(status, told) {
    super(told.code || String(status));
    this.status = status;
    this.told = told;
    this.ofContent = [400, 409, 413, 422, 500].includes(status) && told.code !== "not_this_user";
    this.code = status === 401 ? "signin" : told.code === "not_this_user" ? "other" : "trouble";
  }
}

export function withdrawal(fact) {
  const now = new Date().toISOString();
  return {
    id: uuid7(),
    kind: "fact.withdrawn",
    effective_at: now,
    recorded_at: now,
    place: fact.place,
    corrects: fact.id,
    body: { reason: "slip" },
  };
}

export async function post(address, user, body) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || "";
  const response = await fetch(address, {
    method: "POST",
    body: JSON.stringify(body),
    credentials: "same-origin",
    redirect: "error",
    headers: {
      "Content-Type": "application/json",
      "Accept-Language": document.documentElement.lang,
      Accept: "application/json",
      "X-CSRFToken": token,
      "X-Doorway-User": String(user),
    },
    signal: AbortSignal.timeout(20000),
  });
  const told = await response.json().catch(() => ({}));
  if (!response.ok || !Array.isArray(told.refused ?? [])) throw new Answer(response.status, told);
  return told;
}
