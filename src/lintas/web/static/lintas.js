// Shortens the way; everything works without it.
"use strict";
(function () {
  function fold(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }
  function filter(input) {
    var list = document.getElementById(input.dataset.filters);
    if (!list) return;
    var words = fold(input.value).split(/\s+/).filter(Boolean), shown = 0;
    list.querySelectorAll("[data-words]").forEach(function (row) {
      var text = fold(row.dataset.words), hit = words.every(function (w) { return text.indexOf(w) >= 0; });
      row.hidden = !hit; if (hit) shown += 1;
    });
    list.querySelectorAll("section").forEach(function (s) { s.hidden = !s.querySelector("[data-words]:not([hidden])"); });
    var said = document.getElementById(input.dataset.filters + "-count");
    if (said) said.textContent = words.length ? shown + " " + said.dataset.found : "";
  }
  function grid(event) {
    var cell = event.target.closest("table.grid a.cell");
    if (!cell || ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Escape"].indexOf(event.key) < 0) return;
    var table = cell.closest("table"), rows = Array.from(table.rows), td = cell.closest("td"), tr = td.parentNode, r = rows.indexOf(tr), c = td.cellIndex, next = null;
    function at(i, j) { return rows[i] && rows[i].cells[j] ? rows[i].cells[j].querySelector("a.cell") : null; }
    var step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (step) { var i = r, j = c; do { i += step[0]; j += step[1]; next = at(i, j); } while (!next && rows[i] && rows[i].cells[j]); }
    var links = Array.from(event.ctrlKey ? table.querySelectorAll("a.cell") : tr.querySelectorAll("a.cell"));
    if (event.key === "Home") next = links[0];
    if (event.key === "End") next = links[links.length - 1];
    if (event.key === "Escape") { var chosen = table.querySelector("a.chosen"); next = chosen || cell; }
    if (next) { event.preventDefault(); rove(table, next); next.focus(); }
  }
  function rove(table, one) { table.querySelectorAll("a.cell").forEach(function (a) { a.tabIndex = a === one ? 0 : -1; }); }
  function ready() {
    document.querySelectorAll("table.grid.one-stop").forEach(function (table) { rove(table, table.querySelector("a.chosen") || table.querySelector("a.cell")); });
    document.querySelectorAll("input[data-filters]").forEach(function (input) { filter(input); });
    document.querySelectorAll("input[type=range][data-days]").forEach(function (range) { range.hidden = false; });
    document.querySelectorAll(".script-only").forEach(function (one) { one.hidden = false; });
  }
  document.addEventListener("input", function (event) {
    if (event.target.matches("input[data-filters]")) filter(event.target);
    if (event.target.matches("input[type=range][data-days]")) {
      var days = event.target.dataset.days.split(","), box = document.getElementById(event.target.dataset.box);
      box.value = days[event.target.value]; event.target.setAttribute("aria-valuetext", box.value);
    }
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("input[type=range][data-days]")) event.target.form.requestSubmit();
  });
  document.addEventListener("keydown", grid);
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (button && navigator.clipboard) { navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href).then(function () { button.textContent = button.dataset.done; }); event.preventDefault(); }
    if (event.target.closest("[data-print]")) { event.preventDefault(); window.print(); }
  });
  ["dragover", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var zone = event.target.closest && event.target.closest(".drop");
      if (!zone) return;
      event.preventDefault(); zone.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) { var input = zone.querySelector("input[type=file]"); input.files = event.dataTransfer.files; input.form.requestSubmit(); }
    });
  });
  document.addEventListener("htmx:afterSettle", function () { ready(); var head = document.querySelector("[data-focus]"); if (head) head.focus({ preventScroll: true }); });
  document.addEventListener("DOMContentLoaded", ready);
})();
