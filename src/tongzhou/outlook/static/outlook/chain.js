// <chain-graph>: arrow keys walk from case to case; the links stay links.
class ChainGraph extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => {
      const cases = [...this.querySelectorAll("[role=treeitem]")];
      const at = cases.indexOf(document.activeElement);
      if (at < 0) return;
      const id = cases[at].id.slice(2);
      const next = {
        ArrowDown: () => cases[at + 1],
        ArrowUp: () => cases[at - 1],
        ArrowLeft: () => this.querySelector(`[id="n-${cases[at].dataset.source}"]`),
        ArrowRight: () => cases.find((one) => one.dataset.source === id),
        Home: () => cases[0],
        End: () => cases[cases.length - 1],
      }[event.key]?.();
      if (!next) return;
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  }
}
customElements.define("chain-graph", ChainGraph);
