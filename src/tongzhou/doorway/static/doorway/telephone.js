// Telephone numbers as people type them; the same reading as telephone.py, and asking again where there is none.
import { raise } from "./back.js";
import { doorName } from "./day.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";

const EXTENSION = /\s*(?:转|轉|分机|分機|内线|extension|ext\.?|x|#|,|;|、)\s*:?\s*([0-9]{1,6})$/i;

export function readNumber(text) {
  const plain = text
    .normalize("NFKC")
    .replace(/[‐-―−ー－]/g, "-")
    .split(/\s+/)
    .filter(Boolean)
    .join(" ");
  const extension = plain.match(EXTENSION);
  const number = extension ? plain.slice(0, extension.index) : plain;
  if (!/^[0-9+()\- ]{5,24}$/.test(number) || number.replace(/\D/g, "").length < 5) return null;
  return number + (extension ? ` #${extension[1]}` : "");
}

// How many digits a number has that is rather a slip than a telephone; 0 for any other, and for a service number (120,
// 12345). Short ones of a house or a switchboard there are: whoever insists is believed.
const WHOLE = 7;
export function tooShort(text) {
  const digits = (readNumber(text) ?? "").replace(/ #.*/, "").replace(/\D/g, "");
  return digits.length < WHOLE && !SERVICE.includes(digits) ? digits.length : 0;
}
const SERVICE = ["12345", "12320", "95120"];

// What was said is kept already; only the number is asked for again.
export function askNumberAgain(app, callback) {
  const input = h("input", { type: "tel", inputmode: "tel", autocomplete: "off", id: "callback", maxlength: "40" });
  const error = h("p", { class: "error", role: "alert" }, t("bad_number"));
  const label = `${doorName(callback.household)}${t("colon")}${t("number_kept")}`;
  const save = async () => {
    const telephone = readNumber(input.value);
    if (telephone === null) {
      input.focus();
      return;
    }
    dialog.close();
    await app.record(label, [{ type: "callback", callback: { ...callback, telephone } }]);
  };
  const dialog = h(
    "dialog",
    { class: "sheet", "aria-labelledby": "number-again" },
    h("h2", { id: "number-again" }, label),
    h("p", { class: "hint" }, t("kept_without_number")),
    error,
    input,
    h(
      "div",
      { class: "acts" },
      h("button", { class: "do", "data-k": "save-number", onclick: save }, t("save")),
      h("button", { class: "quiet", onclick: () => dialog.close() }, t("without_number")),
    ),
  );
  raise(dialog);
}
