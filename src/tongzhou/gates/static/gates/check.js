// Whether a pass is good at this gate now, without a network: the same answers as gates/checking.py gives.
// What is unknown is never good.
const VERSION = 1;
const WHAT = ["shopping", "medical", "medicine", "care", "work", "service", "other"];
const SIGNED_AS = new TextEncoder().encode("tongzhou pass\0");
const SIGNATURE = 64;
const LONGEST = 128;
const DAY = 24 * 60; // minutes

// known: {gate: {key, mark}, cards: Map number → card, spent: Set, back: Set, keys: {day: {key, midnight}}}; now: milliseconds.
export async function check(text, known, now) {
  const plain = text.normalize("NFKC").replace(/[\s\u200b\ufeff.\u00b7_\u2010-\u2015\u2212\u30fb-]+/g, "");
  if (!/^[0-9]+$/.test(plain)) return { said: "unread" };
  if (plain.length <= 12) return typed(plain, known, now);
  const parts = apart(plain);
  const values = parts && read(parts.payload);
  if (!values) return { said: "unread" };
  const [, day, gate, number, what, starts, until, to] = values;
  const held = known.keys[day];
  if (!held) return { said: "no_key" };
  if (!(await genuine(held, parts))) return { said: "forged" };
  const midnight = new Date(held.midnight).getTime();
  const told = {
    number: String(number),
    what: WHAT[what],
    to,
    starts: midnight + starts * 60000,
    until: midnight + until * 60000,
  };
  const found = timely(told, gate === known.gate.mark, known, now);
  const card = known.cards.get(told.number);
  if (!["good", "spent"].includes(found.said) || !card) return found;
  return { ...timely(moments(card), true, known, now), told }; // it was changed since the code was printed
}

function typed(plain, known, now) {
  if (plain.length !== 8) return { said: "unread" };
  if (plain[0] === "0" || Number(plain) % 97 !== 1) return { said: "slip" };
  const card = known.cards.get(plain);
  if (!card) return { said: known.back.has(plain) ? "taken_back" : "unknown" };
  return timely(moments(card), true, known, now);
}

const moments = (card) => ({ ...card, starts: new Date(card.starts).getTime(), until: new Date(card.until).getTime() });

function timely(told, here, known, now) {
  if (!here) return { said: "other_gate", told };
  if (now < told.starts) return { said: "not_yet", told };
  if (now >= told.until) return { said: "expired", told };
  if (known.back.has(told.number)) return { said: "taken_back", told };
  return { said: known.spent.has(told.number) ? "spent" : "good", told };
}

function apart(digits) {
  if (!/^[1-9][0-9]{100,330}$/.test(digits)) return null;
  let hex = BigInt(digits).toString(16);
  if (hex.length % 2) hex = `0${hex}`;
  const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const length = bytes.length - 1;
  if (bytes[0] !== 1 || length <= SIGNATURE || length > LONGEST) return null;
  return { payload: bytes.slice(1, -SIGNATURE), signature: bytes.slice(-SIGNATURE) };
}

const imported = new Map();
async function genuine(held, { payload, signature }) {
  if (!imported.has(held.key)) {
    const raw = Uint8Array.from(held.key.match(/../g), (pair) => parseInt(pair, 16));
    imported.set(held.key, await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]));
  }
  const signed = new Uint8Array(SIGNED_AS.length + payload.length);
  signed.set(SIGNED_AS);
  signed.set(payload, SIGNED_AS.length);
  return crypto.subtle.verify("Ed25519", imported.get(held.key), signature, signed);
}

// CBOR as far as a pass has it: one array of whole numbers, one run of bytes and one text, nothing behind it.
function read(bytes) {
  let at = 0;
  const head = () => {
    const first = bytes[at++];
    const low = first & 31;
    if (low < 24) return [first >> 5, low];
    const size = { 24: 1, 25: 2, 26: 4 }[low];
    if (!size || at + size > bytes.length) throw new RangeError();
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + bytes[at++];
    return [first >> 5, value];
  };
  const item = () => {
    const [kind, n] = head();
    if (kind === 0) return n;
    if ((kind !== 2 && kind !== 3) || at + n > bytes.length) throw new RangeError();
    const run = bytes.slice(at, (at += n));
    if (kind === 3) return new TextDecoder("utf-8", { fatal: true }).decode(run);
    return { hex: [...run].map((b) => b.toString(16).padStart(2, "0")).join("") };
  };
  try {
    const [kind, n] = head();
    if (kind !== 4 || n !== 8) return null;
    const values = Array.from({ length: 8 }, item);
    return at === bytes.length ? right(values) : null;
  } catch {
    return null;
  }
}

function right(values) {
  const kinds = ["number", "number", "object", "number", "number", "number", "number", "string"];
  if (values.some((one, n) => typeof one !== kinds[n]) || values[0] !== VERSION) return null;
  const [version, day, gate, number, what, starts, until, to] = values;
  const fits = gate.hex.length === 8 && WHAT[what] && starts <= DAY && starts < until && until <= starts + DAY;
  return fits ? [version, day, gate.hex, number, what, starts, until, to] : null;
}
