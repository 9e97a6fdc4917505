/*
Copyright (c) 2026, octo.aws contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
*/

// How Sphinx ranks the results of a search: how-to guides first, and pages with the words of the query in their title.
var Scorer = {
  kinds: [
    [/^docsite\/howto_/, 12],
    [/^docsite\/tutorial_/, 8],
    [/^docsite\/from_/, 8],
    [/^docsite\/errors$/, 4],
    [/^docsite\//, 6],
    [/^environment_variables$|^changelog$/, -4],
  ],
  keywords: KEYWORDS,
  score: ([page, title, anchor, _description, score]) => {
    const kind = Scorer.kinds.find(([pattern]) => pattern.test(page));
    const query = (new URLSearchParams(window.location.search).get("q") || "").toLowerCase();
    const words = query.match(/[\w-]+/g) || [];
    const share = (text) => {
      const others = (text || "").toLowerCase().split(/[^\w-]+/);
      const found = words.filter((word) => others.some((other) => other.startsWith(word)));
      return words.length ? found.length / words.length : 0;
    };
    const [main, section] = title.split(" > ");
    // Error codes have underscores. The entry of a code comes before its page.
    const isEntry = anchor === `#${query.trim().replaceAll("_", "-")}`;
    const code = page === "docsite/errors" && query.includes("_") ? (isEntry ? 40 : 16) : 0;
    const places = [20 * share(`${main} ${Scorer.keywords[page] || ""}`), 12 * share(section), code];
    return score + (kind ? kind[1] : 0) + Math.max(...places);
  },
  objNameMatch: 11,
  objPartialMatch: 2,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
