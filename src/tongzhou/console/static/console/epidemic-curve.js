// <epidemic-curve src="…"> draws a page's own table of daily figures with ECharts; without scripts the table is what there is.
class EpidemicCurve extends HTMLElement {
  connectedCallback() {
    const table = document.getElementById(this.getAttribute("table"));
    if (!table || !window.echarts) return;
    const rows = [...table.querySelectorAll("tbody tr")].reverse();
    const days = rows.map((row) => row.dataset.day);
    const fresh = rows.map((row) => (row.dataset.new === "" ? null : Number(row.dataset.new)));
    const marks = rows
      .filter((row) => row.dataset.mark)
      .map((row) => ({ xAxis: row.dataset.day, label: { formatter: row.dataset.mark } }));
    this.chart = echarts.init(this, null, { renderer: "svg" });
    this.chart.setOption({
      animation: false,
      grid: { left: 8, right: 20, top: 34, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis" },
      aria: { enabled: true },
      xAxis: { type: "category", data: days, axisLabel: { formatter: (day) => day.slice(5) } },
      yAxis: {
        type: "value",
        min: (seen) => Math.min(0, seen.min),
        axisLabel: { showMinLabel: fresh.every((n) => !(n < 0)) },
        name: this.getAttribute("unit"),
        nameTextStyle: { align: "left" },
        splitLine: { lineStyle: { color: "#e6eaee" } },
      },
      series: [
        {
          name: this.getAttribute("label"),
          type: "bar",
          data: fresh.map((n) => (n !== null && n < 0 ? { value: n, itemStyle: { color: "#b3261e" } } : n)),
          itemStyle: { color: "#14506e" },
          barCategoryGap: "20%",
          markLine: {
            symbol: "none",
            data: marks,
            lineStyle: { color: "#8a5a00" },
            label: { position: "insideEndTop", color: "#5b4300", fontSize: 11 },
          },
        },
      ],
    });
    this.observer = new ResizeObserver(() => this.chart.resize());
    this.observer.observe(this);
  }
  disconnectedCallback() {
    this.observer?.disconnect();
    this.chart?.dispose();
  }
}
customElements.define("epidemic-curve", EpidemicCurve);
