/*
Copyright (c) 2026, octo.aws contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
*/

// The current page is in view in the sidebar, however far down it is.
(() => {
  const box = document.querySelector(".sidebar-scroll");
  const links = box ? box.querySelectorAll(".sidebar-tree .current-page > .reference") : [];
  const link = links[links.length - 1];
  if (!link) return;
  const view = () => {
    const [outer, inner] = [box.getBoundingClientRect(), link.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom)
      box.scrollBy({ top: inner.top - outer.top - outer.height / 3, behavior: "instant" });
  };
  view();
  const toggle = document.getElementById("__navigation");
  if (toggle) toggle.addEventListener("change", view);
})();

// What moves sideways can be moved with the keyboard, too.
(() => {
  const update = () => {
    for (const box of document.querySelectorAll(".highlight > pre, .table-wrapper, figure.picture")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  update();
  window.addEventListener("resize", update);
})();

// Blocks of one line break.
for (const block of document.querySelectorAll(".highlight > pre"))
  if (!block.textContent.trim().includes("\n")) block.classList.add("one-line");

// A table of two columns, or of three with sentences, is one column on a narrow screen. A third cell needs its label there.
for (const table of document.querySelectorAll("table.docutils:not(.ansible-option-table)")) {
  const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  const rows = [...table.querySelectorAll("tbody tr")];
  const long = (row) => [...row.cells].slice(1).some((cell) => cell.textContent.trim().length > 24);
  if (table.querySelector("[rowspan]") || heads.length > 3 || (heads.length === 3 && !rows.some(long))) continue;
  table.classList.add("stacked");
  if (heads.length < 3) continue;
  table.classList.add("labelled");
  for (const row of rows)
    [...row.cells].forEach((cell, column) => {
      if (column && heads[column] && row.cells.length === heads.length) cell.dataset.label = heads[column];
    });
}

// The address of an error code as it is written, such as #account_mismatch, leads to its entry.
(() => {
  const follow = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    if (!name.includes("_") || document.getElementById(name)) return;
    const entry = document.getElementById(name.replaceAll("_", "-"));
    if (entry) location.replace(`#${entry.id}`);
  };
  follow();
  window.addEventListener("hashchange", follow);
})();
