// What stays on this phone: one small IndexedDB, every content sealed with the key of the worker it belongs to.
// The key cannot be read out by a page and is forgotten on signing out: docs/adr/0040-doorway-queue.md.
let name = "tongzhou-doorway";
const text = new TextEncoder();
let opened;

// Another page of the same phone keeps its own: said before anything is opened.
export function keptUnder(other) {
  name = other;
}

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("session");
      request.result.createObjectStore("lists");
      request.result.createObjectStore("queue", { keyPath: "id" }).createIndex("user", "user");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

// Runs `work` in one transaction; resolves only when the browser says it is on disk.
async function within(store, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    let result;
    const request = work(transaction.objectStore(store), (value) => {
      result = value;
    });
    if (request)
      request.onsuccess = () => {
        result = request.result;
      };
    transaction.oncomplete = () => resolve(result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const get = (store, key) => within(store, "readonly", (s) => s.get(key));
export const put = (store, value, key) =>
  within(store, "readwrite", (s) => {
    s.put(value, key);
  });
export const remove = (store, key) =>
  within(store, "readwrite", (s) => {
    s.delete(key);
  });
export const everybody = () => within("queue", "readonly", (s) => s.getAll());
export const putAll = (values) =>
  within("queue", "readwrite", (s) => {
    values.forEach((v) => s.put(v));
  });

// Changes an item as it is now, in one step; `work` returns the new item, null to delete it, undefined to leave it.
export const change = (id, work) =>
  within("queue", "readwrite", (s, answer) => {
    const request = s.get(id);
    request.onsuccess = () => {
      if (!request.result) return answer(false);
      const next = work(request.result);
      if (next === null) s.delete(id);
      else if (next) s.put(next);
      answer(next !== undefined);
    };
  });

// Changes what is kept under a key, in one step; `work` returns what to keep and what to answer.
export const alter = (store, key, work) =>
  within(store, "readwrite", (s, answer) => {
    const request = s.get(key);
    request.onsuccess = () => {
      const [next, told] = work(request.result);
      s.put(next, key);
      answer(told);
    };
  });

export async function importKey(hex) {
  const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export async function seal(key, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text.encode(JSON.stringify(value))) };
}

export async function unseal(key, sealed) {
  return JSON.parse(
    new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, key, sealed.data)),
  );
}

// UUIDv7: 48 bits of milliseconds, then chance. Made here, it is the idempotency key for ever.
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 255;
  bytes[6] = (bytes[6] & 15) | 0x70;
  bytes[8] = (bytes[8] & 63) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
