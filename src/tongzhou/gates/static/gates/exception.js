// An emergency passes first: one black-edged button that stands on every screen, below whatever is asked there.
import { h } from "../doorway/dom.js";
import { t } from "./words.js";

export function exceptionBox(app) {
  return h(
    "section",
    { class: "exc" },
    h("p", {}, t("exception_list"), h("b", {}, t("exception_rule"))),
    h("button", { type: "button", "data-k": "exception", onclick: app.letThrough }, t("exception")),
  );
}
