// <forecast-fan past ahead> and <onset-curve table> draw a page's own tables; without scripts the tables are what there is.
const number = (text) => (text === "" || text === undefined ? null : Number(text));
const ink = "#14506e",
  soft = "#9fc4d6";
const hidden = (stack, data) => ({
  type: "line",
  symbol: "none",
  stack,
  lineStyle: { opacity: 0 },
  silent: true,
  data,
});
const band = (stack, data, opacity) => ({ ...hidden(stack, data), areaStyle: { color: soft, opacity } });

class Picture extends HTMLElement {
  draw(days, series, unit) {
    this.chart = echarts.init(this, null, { renderer: "svg" });
    this.chart.setOption({
      animation: false,
      aria: { enabled: true },
      tooltip: { trigger: "axis" },
      grid: { left: 8, right: 12, top: 34, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: days, axisLabel: { formatter: (day) => day.slice(5) } },
      yAxis: {
        type: "value",
        name: unit,
        nameTextStyle: { align: "left" },
        splitLine: { lineStyle: { color: "#e6eaee" } },
      },
      series,
    });
    this.observer = new ResizeObserver(() => this.chart.resize());
    this.observer.observe(this);
  }
  disconnectedCallback() {
    this.observer?.disconnect();
    this.chart?.dispose();
  }
}

class ForecastFan extends Picture {
  connectedCallback() {
    if (!window.echarts) return;
    const rows = (id) => [...document.getElementById(this.getAttribute(id)).querySelectorAll("tbody tr")];
    const past = rows("past")
        .reverse()
        .filter((row) => row.dataset.day >= this.getAttribute("since"))
        .slice(-14),
      ahead = rows("ahead");
    const days = [...past, ...ahead].map((row) => row.dataset.day);
    const blank = past.map(() => null);
    const q = ahead.map((row) => row.dataset.q.split(",").map(Number));
    const after = (made, n) => new Date(Date.parse(made) + n * 864e5).toISOString().slice(0, 10);
    // What was foretold one and two weeks ago, thin: each line begins at the mean of the day it was made.
    const earlier = [...document.getElementById(this.getAttribute("past")).querySelectorAll("tfoot tr")].map((row) => {
      const told = new Map(row.dataset.days.split(",").map((v, n) => [after(row.dataset.made, n + 1), Number(v)]));
      return {
        type: "line",
        name: `${this.getAttribute("made")} ${row.dataset.made.slice(5)}`,
        symbol: "none",
        data: days.map((day) => told.get(day) ?? null),
        lineStyle: { color: "#b4552f", width: 1 },
        itemStyle: { color: "#b4552f" },
      };
    });
    const marks = past
      .filter((row) => row.dataset.mark)
      .map((row) => ({ xAxis: row.dataset.day, label: { formatter: row.dataset.mark } }));
    this.draw(
      days,
      [
        {
          type: "bar",
          name: this.getAttribute("label"),
          data: past.map((row) => number(row.dataset.new)),
          itemStyle: { color: ink },
          barCategoryGap: "20%",
          markLine: {
            symbol: "none",
            data: marks,
            lineStyle: { color: "#8a5a00" },
            label: { position: "insideEndTop", fontSize: 11 },
          },
        },
        {
          type: "line",
          name: this.getAttribute("mean"),
          symbol: "none",
          data: past.map((row) => number(row.dataset.mean)),
          lineStyle: { color: "#8a5a00", width: 2 },
          itemStyle: { color: "#8a5a00" },
        },
        ...earlier,
        hidden("wide", [...blank, ...q.map((v) => v[0])]),
        band("wide", [...blank, ...q.map((v) => v[4] - v[0])], 0.45),
        hidden("half", [...blank, ...q.map((v) => v[1])]),
        band("half", [...blank, ...q.map((v) => v[3] - v[1])], 0.8),
        {
          type: "line",
          name: "50 %",
          symbol: "none",
          data: [...blank, ...q.map((v) => v[2])],
          lineStyle: { color: ink, width: 2 },
          itemStyle: { color: ink },
        },
      ],
      this.getAttribute("label"),
    );
  }
}

class OnsetCurve extends Picture {
  connectedCallback() {
    const table = document.getElementById(this.getAttribute("table"));
    if (!table || !window.echarts) return;
    const rows = [...table.querySelectorAll("tbody tr")].reverse();
    const low = rows.map((row) => number(row.dataset.low)),
      high = rows.map((row) => number(row.dataset.high));
    this.draw(
      rows.map((row) => row.dataset.day),
      [
        {
          type: "bar",
          name: this.getAttribute("label"),
          data: rows.map((row) => number(row.dataset.new)),
          itemStyle: { color: ink },
          barCategoryGap: "20%",
        },
        hidden("band", low),
        band(
          "band",
          high.map((v, i) => (v === null ? null : v - low[i])),
          0.7,
        ),
        {
          type: "line",
          name: this.getAttribute("coming"),
          symbol: "none",
          data: rows.map((row) => number(row.dataset.median)),
          lineStyle: { color: "#8a5a00", width: 2 },
          itemStyle: { color: "#8a5a00" },
        },
      ],
      this.getAttribute("label"),
    );
  }
}
customElements.define("forecast-fan", ForecastFan);
customElements.define("onset-curve", OnsetCurve);
