// <live-board place="7"> fetches its part of the page again, as its address asks for it, when its place has changed.
class LiveBoard extends HTMLElement {
  connectedCallback() {
    this.source = new EventSource("/stream/board");
    this.source.addEventListener("changed", (event) => {
      if (event.data.split(",").includes(this.getAttribute("place"))) this.refresh();
    });
    this.source.addEventListener("open", () => this.show(true));
    this.source.addEventListener("error", () => this.show(false));
  }
  disconnectedCallback() {
    this.source?.close();
  }
  show(on) {
    document.querySelectorAll("[data-live]").forEach((dot) => dot.classList.toggle("on", on));
  }
  refresh() {
    if (this.waiting) return; // many changes in one moment are one refresh
    this.waiting = setTimeout(() => {
      this.waiting = null;
      htmx.ajax("GET", location.pathname + location.search, { target: "#now", swap: "innerHTML" });
    }, 100);
  }
}
customElements.define("live-board", LiveBoard);
