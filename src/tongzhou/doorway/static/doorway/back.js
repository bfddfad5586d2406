// Back closes what was opened last, a sheet or another view than the walk, and only then leaves the page.
const open = [];
let armed = Boolean(history.state?.inside); // one step more stands in the history than pages were opened

function arm() {
  if (!armed) history.pushState({ inside: true }, "");
  armed = true;
}

export function opened(close) {
  if (!open.includes(close)) open.push(close);
  arm();
}

export function closed(close) {
  const at = open.indexOf(close);
  if (at >= 0) open.splice(at, 1);
}

addEventListener("popstate", () => {
  armed = false;
  const close = open.pop();
  if (!close) return history.back();
  close();
  if (open.length) arm();
});

// A sheet over the page; `after` once it is gone, whichever way.
export function raise(dialog, after = () => {}) {
  const close = () => dialog.close();
  dialog.addEventListener("close", () => {
    closed(close);
    dialog.remove();
    after();
  });
  document.body.append(dialog);
  dialog.showModal();
  opened(close);
  return dialog;
}
