// Looks into a row of a list without leaving it. Without script, and where there is no room, the link opens the whole page.
//   <a data-peek="ADDRESS" href="...">  a plain click or Enter shows the fragment at ADDRESS in <aside id="peek">; once more opens the page
//   arrow up and down                   go on to the row above or below while it is open
//   Escape, <button data-peek-close>    closes it and gives the cursor back to the row
(() => {
  const roomy = window.matchMedia("(width >= 1100px)");
  let shown = null;

  // looked up each time: going back in the history puts other elements in their place
  const panel = () => document.getElementById("peek");
  const body = () => document.querySelector("[data-peek-body]");
  const rows = () => [...document.querySelectorAll("a[data-peek]")];
  const tell = (words) => {
    document.getElementById("peek-told").textContent = words;
  };

  function mark(link) {
    for (const row of rows()) row.removeAttribute("aria-current");
    shown = link;
    if (link) link.setAttribute("aria-current", "true");
  }

  function open(link) {
    mark(link);
    panel().hidden = false;
    link.focus();
    link.scrollIntoView({ block: "nearest" });
    window.htmx.ajax("GET", link.dataset.peek, { target: body(), swap: "innerHTML" });
  }

  function close() {
    const link = shown;
    mark(null);
    panel().hidden = true;
    body().replaceChildren();
    tell(panel().dataset.closed);
    if (link && link.isConnected) link.focus();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-peek-close]")) {
      close();
      return;
    }
    const link = event.target.closest("a[data-peek]");
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || link === shown || !roomy.matches || !panel() || !window.htmx) return;
    event.preventDefault();
    open(link);
  });

  document.addEventListener("keydown", (event) => {
    if (!shown || !roomy.matches || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open], details.menu[open]") || event.target.closest("input, textarea, select")) return;
    if (event.key === "Escape") {
      event.preventDefault();
      close();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = rows()[rows().indexOf(shown) + step];
    if (next) open(next);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== body()) {
      if (shown && !shown.isConnected) close();
      return;
    }
    const title = body().querySelector("h2");
    panel().scrollTop = 0;
    tell(title ? `${title.textContent.trim()}. ${panel().dataset.told}` : "");
  });

  // an answer that comes late, of a row that is no longer shown, is not shown either; what is refused is looked at on its own page
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== body()) return;
    if (!shown || !event.detail.requestConfig.path.endsWith(shown.dataset.peek)) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (shown && event.detail.target === body()) window.location.assign(shown.href);
  });
  document.addEventListener("htmx:historyRestore", () => {
    if (panel()) close();
  });
})();
