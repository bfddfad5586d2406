// Today stays on this device while its reader is signed in: without a network it opens as it last stood, at most twelve
// hours old, with the lines that were opened. It lies sealed with a key that only this browser holds; both go with the
// sign-out (pages/form.js). Nothing that is pressed is kept.
const KEPT = 12 * 3600 * 1000;
const STATIC = "today-static"; // styles and scripts: no word of anybody

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep("page", event.data.page, event.data.policy)));
self.addEventListener("fetch", (event) => {
  const { method, headers, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(shell(event.request));
  else if (pathname === "/today") event.respondWith(list(event.request, headers.get("X-Unfold")));
});

async function shell(request) {
  const cache = await caches.open(STATIC);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    return (await cache.match(request)) || Promise.reject(error);
  }
}

async function list(request, line) {
  const name = line ? `line ${line}` : "page";
  let answer;
  try {
    answer = await fetch(request);
  } catch (error) {
    return (await kept(name).catch(() => null)) || Promise.reject(error);
  }
  const policy = answer.headers.get("Content-Security-Policy");
  if (answer.ok) answer.clone().text().then((text) => keep(name, text, policy)).catch(() => {});
  else if (answer.type === "opaqueredirect") await store("readwrite", (all) => all.clear()).catch(() => {}); // signed out
  return answer;
}

async function keep(name, text, policy) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), new TextEncoder().encode(text));
  await store("readwrite", (all) => all.put({ iv, sealed, policy, at: Date.now() }, name));
  if (name !== "page") return;
  const names = await store("readonly", (all) => all.getAllKeys());
  for (const one of names) {
    if (one.startsWith("line ") && !text.includes(`id="${one.slice(5)}"`)) await store("readwrite", (all) => all.delete(one));
  }
}

async function kept(name) {
  const one = await store("readonly", (all) => all.get(name));
  if (!one || Date.now() - one.at > KEPT) return null;
  const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: one.iv }, await key(), one.sealed);
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": one.policy };
  return new Response(text, { headers });
}

async function key() {
  const held = await store("readonly", (all) => all.get("key"));
  if (held) return held;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await store("readwrite", (all) => all.put(made, "key"));
  return made;
}

function store(mode, ask) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("tongzhou-today", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      const asked = ask(db.transaction("kept", mode).objectStore("kept"));
      asked.onsuccess = () => (db.close(), done(asked.result));
      asked.onerror = () => (db.close(), failed(asked.error));
    };
  });
}
