// The queue of one worker: kept on this phone → sent → received. Nothing leaves it but by its worker's own word.
import { change, mine, putAll, remove, seal, unseal, uuid7 } from "./store.js";

const BATCH = 200;
const FORGET = 3 * 24 * 3600e3; // received items are shown for three days

export class Queue extends EventTarget {
  constructor(user, key) {
    super();
    Object.assign(this, { user, key, items: [], link: "unknown", last: 0 });
  }

  async load() {
    const rows = (await mine(this.user)).sort((a, b) => a.n - b.n);
    const old = rows.filter((row) => row.state === "received" && Date.now() - row.n > FORGET);
    for (const row of old) await remove("queue", row.id);
    this.items = await Promise.all(rows.filter((r) => !old.includes(r)).map((row) => this.opened(row)));
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
    for (const content of contents) {
      this.last = Math.max(Date.now(), this.last + 1);
      const id = content.type === "fact" ? content.fact.id : uuid7();
      rows.push({ id, user: this.user, n: this.last, state: "kept", tries: 0, sealed: await seal(this.key, content) });
    }
    await putAll(rows);
    await this.load();
    this.send();
  }

  // An item that never left is dropped; one that may have arrived is withdrawn by a fact of its own.
  async undo(group) {
    const withdrawals = [];
    for (const item of this.items.filter((i) => i.group === group && i.state !== "refused")) {
      let dropped = false;
      await change(item.id, (row) => {
        dropped = row.state === "kept" && row.tries === 0;
        return dropped ? null : undefined;
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
    await change(id, (row) => ({ ...row, ...news }));
  }

  get waiting() {
    return this.items.filter((i) => i.state === "kept" || i.state === "sent");
  }

  // One tab sends at a time; what is sent again is recognised by its id.
  async send() {
    await navigator.locks.request("doorway-send", async () => {
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
    for (const item of items) await change(item.id, (row) => ({ ...row, state: "sent", tries: row.tries + 1 }));
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
    await change(item.id, (row) => ({ ...row, state: "sent", tries: row.tries + 1 }));
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
