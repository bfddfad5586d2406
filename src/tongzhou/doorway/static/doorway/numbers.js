// Numbers of persons, lent to this phone in blocks, so that one is given at a door without a network. The server lends
// a block once; a number that was taken here is never taken again, whatever becomes of what it was taken for.
import { post } from "./queue.js";
import { alter } from "./store.js";

const under = (user) => `numbers/${user}`;
const fresh = () => ({ device: crypto.randomUUID(), blocks: [] });

// The next number, taken off the store in one step (two tabs); null where none is left: the server then gives one.
export const takeNumber = (app) =>
  alter("session", under(app.session.user), (kept) => {
    const now = Date.now() + app.list.skew;
    const state = kept ?? fresh();
    const blocks = state.blocks.filter((b) => b.handles.length && new Date(b.until).getTime() > now);
    const handle = blocks[0]?.handles.shift() ?? null;
    return [{ ...state, blocks }, handle];
  });

// Asks for another block when few are left. Without a network, or where the county has no number, nothing changes.
export async function topUp(app) {
  const { user } = app.session;
  const state = await alter("session", under(user), (kept) => [kept ?? fresh(), kept ?? fresh()]);
  const left = state.blocks.reduce((sum, b) => sum + b.handles.length, 0);
  if (left >= (app.list.renew_below ?? 20)) return;
  const { block, until, handles } = await post("/doorway/numbers", user, { device: state.device });
  await alter("session", under(user), (kept) => {
    const held = kept ?? state;
    return [{ ...held, device: state.device, blocks: [...held.blocks, { block, until, handles }] }];
  });
}

export const grouped = (handle) => handle.replace(/(.{4})(?=.)/g, "$1 ");
