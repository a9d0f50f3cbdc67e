// The search of the plain site: one index in memory, made from the rows beside it.
"use strict";
document.addEventListener("DOMContentLoaded", function () {
  var unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/;
  function fold(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").toLowerCase(); }
  var index = new MiniSearch({
    idField: "norm", fields: ["title", "quote", "instrument_title", "locator"], storeFields: ["norm", "title", "quote", "instrument_title", "locator", "jurisdiction", "lang"],
    processTerm: function (term) { return fold(term); }, searchOptions: { boost: { title: 3 }, prefix: true, combineWith: "AND" }
  });
  index.addAll(window.LINTAS);
  var box = document.getElementById("q"), found = document.getElementById("found"), said = document.getElementById("said"), root = found.dataset.root.replace(/static\/$/, "");
  function show() {
    var words = box.value.trim();
    var hits = !words ? [] : unspaced.test(words) ? window.LINTAS.filter(function (r) { return (r.title + " " + r.quote).indexOf(words) >= 0; }) : index.search(words);
    said.textContent = words ? hits.length + " norms" + (hits.length > 100 ? ", the first 100 shown" : "") : "";
    found.textContent = "";
    hits.slice(0, 100).forEach(function (hit) {
      var card = document.createElement("section"), head = document.createElement("h2"), link = document.createElement("a"), where = document.createElement("p"), quote = document.createElement("blockquote");
      card.className = "card"; link.href = root + "law/" + hit.norm + "/index.html"; link.textContent = hit.title; head.appendChild(link);
      where.className = "note"; where.textContent = hit.jurisdiction + ". " + hit.instrument_title + ", " + hit.locator; quote.textContent = hit.quote; quote.dir = "auto";
      card.append(head, where, quote); found.appendChild(card);
    });
  }
  box.addEventListener("input", show); show();
});
