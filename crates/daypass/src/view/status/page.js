"use strict";
(() => {
  const filter = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const rows = [...document.querySelectorAll("details")];
  const counted = (number) => `${number} grant${number === 1 ? "" : "s"}`;

  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let fitting = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.dataset.text.includes(word));
      if (!row.hidden) fitting += 1;
    }
    for (const person of document.querySelectorAll(".person")) {
      person.hidden = !person.querySelector("details:not([hidden])");
    }
    for (const account of document.querySelectorAll(".account")) {
      account.hidden = words.length > 0 && !account.querySelector("details:not([hidden])");
    }
    document.getElementById("nothing").hidden = words.length === 0 || fitting > 0;
    shown.textContent = words.length === 0 ? counted(rows.length) : `${fitting} of ${counted(rows.length)}`;
  };
  filter.addEventListener("input", apply);

  // Down and up go from row to row, from the filter too.
  const move = (from, by) => {
    const visible = rows.filter((row) => !row.hidden).map((row) => row.querySelector("summary"));
    const at = visible.indexOf(from);
    const to = at + by;
    if (to < 0 && at === 0) return filter;
    return visible[at === -1 ? 0 : to];
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = document.activeElement;
    if (event.key === "/" && here !== filter) {
      event.preventDefault();
      filter.focus();
      filter.select();
    } else if (event.key === "Escape" && filter.value !== "") {
      filter.value = "";
      apply();
    } else if (event.key === "ArrowDown" || (event.key === "ArrowUp" && here !== filter)) {
      const next = move(here, event.key === "ArrowDown" ? 1 : -1);
      if (next) {
        event.preventDefault();
        next.focus();
      }
    }
  });
  // What a browser has kept in the filter over a reload.
  apply();
})();
