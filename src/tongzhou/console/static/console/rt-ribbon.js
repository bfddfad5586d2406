// <rt-ribbon table="…"> draws a page's own table of Rt as a ribbon around a line, with the threshold 1.
class RtRibbon extends HTMLElement {
  connectedCallback() {
    const table = document.getElementById(this.getAttribute("table"));
    if (!table || !window.echarts) return;
    const rows = [...table.querySelectorAll("tbody tr")].reverse();
    const number = (text) => (text === "" ? null : Number(text));
    const mean = rows.map((row) => number(row.dataset.mean));
    const low = rows.map((row) => number(row.dataset.low));
    const band = rows.map((row) =>
      row.dataset.high === "" ? null : Number(row.dataset.high) - Number(row.dataset.low),
    );
    // The first days of an outbreak are told with hundreds; a scale that holds them flattens every day after. What lies
    // above the scale is said beside its name, and stands in the table.
    const newest = mean.slice(-28).filter((value) => value !== null);
    const top = Math.max(4, Math.ceil(2 * Math.max(0, ...newest)));
    const cut = rows.some((row) => Number(row.dataset.high) > top);
    const marks = rows
      .filter((row) => row.dataset.mark)
      .map((row) => ({ xAxis: row.dataset.day, label: { formatter: row.dataset.mark } }));
    const invisible = { type: "line", symbol: "none", stack: "band", lineStyle: { opacity: 0 }, silent: true };
    this.chart = echarts.init(this, null, { renderer: "svg" });
    this.chart.setOption({
      animation: false,
      grid: { left: 8, right: 20, top: 34, bottom: 8, containLabel: true },
      tooltip: {
        trigger: "axis",
        formatter: (points) =>
          `${points[0].axisValue}: ${mean[points[0].dataIndex] ?? "–"} (${low[points[0].dataIndex] ?? "–"} – ${rows[points[0].dataIndex].dataset.high || "–"})`,
      },
      aria: { enabled: true },
      xAxis: {
        type: "category",
        data: rows.map((row) => row.dataset.day),
        axisLabel: { formatter: (day) => day.slice(5) },
      },
      yAxis: {
        type: "value",
        name: this.getAttribute("label") + (cut ? ` ≤ ${top}` : ""),
        nameTextStyle: { align: "left" },
        min: 0,
        max: cut ? top : null,
        splitLine: { lineStyle: { color: "#e6eaee" } },
      },
      series: [
        { ...invisible, data: low },
        { ...invisible, data: band, areaStyle: { color: "#9fc4d6", opacity: 0.7 } },
        {
          type: "line",
          name: this.getAttribute("label"),
          data: mean,
          symbol: "none",
          lineStyle: { color: "#14506e", width: 2 },
          itemStyle: { color: "#14506e" },
          markLine: {
            symbol: "none",
            data: [{ yAxis: 1, label: { formatter: "1" }, lineStyle: { color: "#b3261e" } }, ...marks],
            label: { position: "insideEndTop", color: "#5b4300", fontSize: 11 },
            lineStyle: { color: "#8a5a00" },
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
customElements.define("rt-ribbon", RtRibbon);
