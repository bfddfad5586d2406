// A few helpers to draw with: no inline style, no markup from data.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const clock = {};
// A moment in the region's time, whatever the phone's zone: "09:40", or "3-09 09:40" on another day.
export function moment(value, offset, day) {
  const local = regional(value, offset);
  const time = local.slice(11, 16);
  return day && local.slice(0, 10) !== day ? `${Number(local.slice(5, 7))}-${local.slice(8, 10)} ${time}` : time;
}
export function regional(value, offset) {
  const minutes = (clock[offset] ??=
    (offset[0] === "-" ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))));
  return new Date(new Date(value).getTime() + minutes * 60000).toISOString();
}
export const shortDay = (iso) => `${Number(iso.slice(5, 7))}-${iso.slice(8, 10)}`;

// A row of choices of which several (or one) may be pressed; `onpick` gets the set.
export function chips(words, picked, onpick, one = false) {
  const group = h("div", { class: "chips", role: "group" });
  for (const [key, label] of words) {
    const button = h(
      "button",
      {
        type: "button",
        class: "chip",
        "data-k": key,
        "aria-pressed": String(picked.has(key)),
        onclick: () => {
          if (one) {
            for (const other of group.children) other.setAttribute("aria-pressed", "false");
            if (!picked.has(key)) picked.clear();
          }
          picked.has(key) ? picked.delete(key) : picked.add(key);
          button.setAttribute("aria-pressed", String(picked.has(key)));
          onpick?.(picked);
        },
      },
      label,
    );
    group.append(button);
  }
  return group;
}
