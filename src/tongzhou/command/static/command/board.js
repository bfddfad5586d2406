// The board without scripts is whole: links, dates and a table. With them its times slide, its tiles say what they hold,
// and its curve is read day by day and brushed.

// <board-slider first="2020-01-10" steps="60" step="60"> puts a slider where its date field stands.
class BoardSlider extends HTMLElement {
  connectedCallback() {
    if (this.range) return;
    const field = this.querySelector("input"), output = this.querySelector("output");
    this.range = Object.assign(document.createElement("input"), { type: "range", min: 0, max: this.getAttribute("steps"), value: this.getAttribute("step") });
    this.range.setAttribute("aria-label", this.getAttribute("label"));
    field.hidden = true;
    field.after(this.range);
    field.form.classList.add("scripted");
    const day = () => {
      const found = new Date(`${this.getAttribute("first")}T00:00:00Z`);
      found.setUTCDate(found.getUTCDate() + Number(this.range.value));
      return found.toISOString().slice(0, 10);
    };
    const now = () => this.hasAttribute("known") && this.range.value === this.range.max;
    const said = () => (now() ? this.getAttribute("now") : day());
    this.range.addEventListener("input", () => this.range.setAttribute("aria-valuetext", (output.value = said())));
    this.range.addEventListener("change", () => {
      field.value = now() ? "" : this.hasAttribute("known") ? `${day()}T08:30` : day();
      const shown = field.form.elements.day;
      if (field !== shown && field.value && shown.value >= day()) {
        const before = new Date(`${day()}T00:00:00Z`);
        before.setUTCDate(before.getUTCDate() - 1);
        shown.value = before.toISOString().slice(0, 10);
      }
      field.form.requestSubmit();
    });
  }
}
customElements.define("board-slider", BoardSlider);

// <curve-reader table="curve">: the arrow keys or the pointer go from day to day, a drag chooses days.
class CurveReader extends HTMLElement {
  connectedCallback() {
    this.rows = [...document.querySelectorAll(`#${this.getAttribute("table")} tbody tr`)].reverse();
    const from = document.getElementById("f-from"), to = document.getElementById("f-to");
    if (from) this.rows = this.rows.filter((row) => row.dataset.day >= from.value && row.dataset.day <= to.value);
    if (!this.rows.length) return;
    this.at = this.rows.length - 1;
    for (const [name, value] of [["tabindex", 0], ["role", "slider"], ["aria-label", this.getAttribute("label")], ["aria-valuemin", 0], ["aria-valuemax", this.at], ["aria-orientation", "horizontal"]]) this.setAttribute(name, value);
    this.cursor = this.appendChild(Object.assign(document.createElement("div"), { className: "cursor", hidden: true }));
    this.tip = this.appendChild(Object.assign(document.createElement("div"), { className: "tip", hidden: true }));
    this.say();
    this.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 7, PageDown: -7, Home: -1e4, End: 1e4 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.show(this.at + step);
    });
    this.addEventListener("focus", () => this.show(this.at));
    this.addEventListener("blur", () => this.hide());
    this.addEventListener("pointermove", (event) => this.show(this.under(event), this.held ?? null));
    this.addEventListener("pointerleave", () => this.hide());
    this.addEventListener("pointerdown", (event) => { if (from && event.pointerType === "mouse") { this.held = this.under(event); event.preventDefault(); this.focus(); } });
    this.addEventListener("pointerup", (event) => {
      const [a, b] = [this.held ?? 0, this.under(event)].sort((x, y) => x - y);
      if (this.held != null && b - a >= 2) {
        [from.value, to.value] = [this.rows[a].dataset.day, this.rows[b].dataset.day];
        from.form.requestSubmit();
      }
      this.held = null;
    });
  }
  get drawing() {
    return [...this.querySelectorAll("svg")].find((svg) => svg.clientWidth);
  }
  under(event) {
    const svg = this.drawing, box = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / box.width;
    const n = Math.floor(((event.clientX - box.left) * scale - svg.dataset.left) / svg.dataset.step);
    return Math.max(0, Math.min(this.rows.length - 1, n));
  }
  say() {
    const row = this.rows[this.at], cells = [...row.cells].map((cell) => cell.textContent.replace(/\s+/g, " ").trim());
    const heads = [...row.closest("table").querySelectorAll("th")].map((head) => head.textContent);
    const said = cells.length < 3 ? cells.join(": ") : `${cells[0]}: ${heads[1]} ${cells[1]}, ${heads[2]} ${cells[2]}`;
    this.setAttribute("aria-valuenow", this.at);
    this.setAttribute("aria-valuetext", said);
    return said;
  }
  show(n, since = null) {
    this.at = Math.max(0, Math.min(this.rows.length - 1, n));
    const svg = this.drawing, scale = svg.clientWidth / svg.viewBox.baseVal.width, step = svg.dataset.step * scale;
    const first = Math.min(this.at, since ?? this.at), last = Math.max(this.at, since ?? this.at);
    const x = svg.dataset.left * scale + first * step;
    this.cursor.hidden = this.tip.hidden = false;
    Object.assign(this.cursor.style, { left: `${x}px`, width: `${(last - first + 1) * step}px` });
    this.tip.textContent = this.say();
    this.tip.style.left = `${Math.max(0, Math.min(x + step, this.clientWidth - this.tip.offsetWidth))}px`;
  }
  hide() {
    this.cursor.hidden = this.tip.hidden = true;
    this.held = null;
  }
}
customElements.define("curve-reader", CurveReader);

// A tile says what it holds where the pointer or the keyboard is; its title does without scripts.
{
  const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  const show = (event) => {
    const unit = event.target.closest?.(".tiles .u");
    tip.hidden = !unit;
    if (!unit) return;
    document.body.append(tip);
    tip.textContent = unit.getAttribute("aria-label");
    const box = unit.getBoundingClientRect();
    Object.assign(tip.style, { left: `${Math.min(box.left, innerWidth - tip.offsetWidth - 8) + scrollX}px`, top: `${box.bottom + scrollY + 4}px` });
  };
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, show);
}
