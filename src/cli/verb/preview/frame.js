"use strict";
(() => {
  const report = document.getElementById("report");
  const problem = document.getElementById("problem");
  const source = document.getElementById("source");
  const place = document.getElementById("place");
  const lines = document.getElementById("lines");
  let nodes = {};
  let opened = null;
  let number = null;
  let scroll = [0, 0];
  let view = null;
  let isLoaded = false;

  function note(text) {
    problem.textContent = text ?? "";
    problem.hidden = text === null;
  }

  function open(element) {
    const node = Object.hasOwn(nodes, element) ? nodes[element] : undefined;
    opened = node === undefined ? null : element;
    source.hidden = node === undefined;
    if (node === undefined) return;
    place.textContent = `${node.file}:${node.line}`;
    lines.textContent = node.source.map((line, index) => `${String(node.line + index).padStart(5)}  ${line}`).join("\n");
  }

  // The report is a page of its own: what its reader looks at is kept over a new version, and its nodes can be clicked.
  report.addEventListener("load", () => {
    isLoaded = true;
    if (view !== null) report.contentWindow.view?.set(view);
    report.contentWindow.scrollTo(...scroll);
    report.contentDocument.addEventListener("click", (event) => {
      const node = event.target.closest('[id^="node-"]');
      if (node !== null) open(node.id);
    });
    document.title = report.contentDocument.title;
  });

  async function update(isNew) {
    const state = await (await fetch("state")).json();
    nodes = state.nodes;
    note(state.problem);
    if (opened !== null) open(opened);
    if (isNew && state.problem === null) {
      if (isLoaded) {
        scroll = [report.contentWindow.scrollX, report.contentWindow.scrollY];
        // A flow that cannot be read has no picture: what was looked at before it comes back with the next one.
        view = report.contentWindow.view?.get() ?? view;
      }
      isLoaded = false;
      report.contentWindow.location.reload();
    }
  }

  const events = new EventSource("events");
  events.onmessage = (event) => {
    const isNew = number !== null && number !== event.data;
    // Not before: what is loaded then is at least as new as this number.
    if (number === null) report.src = "report";
    number = event.data;
    void update(isNew);
  };
  events.onerror = () => note("cxflowc preview has ended, or cannot be reached.");
  document.getElementById("close").addEventListener("click", () => open(null));
  document.getElementById("copy").addEventListener("click", () => {
    const selection = getSelection();
    selection.selectAllChildren(place);
    void navigator.clipboard?.writeText(place.textContent);
  });
})();
