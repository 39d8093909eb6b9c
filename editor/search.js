// The panel of search and replacement: which match of how many, options as buttons that stay pressed, all by keyboard.

import {
  SearchQuery, closeSearchPanel, findNext, findPrevious, getSearchQuery, highlightSelectionMatches, replaceAll,
  replaceNext, search, searchKeymap, setSearchQuery,
} from "@codemirror/search";
import { keymap, runScopeHandlers } from "@codemirror/view";
import { make, press, toggle } from "./dom.js";

/** More are not counted. */
const MOST = 1_000;

function panel(view) {
  const query = getSearchQuery(view.state);
  const options = { caseSensitive: query.caseSensitive, regexp: query.regexp, wholeWord: query.wholeWord };
  const find = make("input", { class: "find__input", name: "find", "aria-label": "Find", placeholder: "Find", "main-field": "true", autocomplete: "off", spellcheck: "false", value: query.search });
  const replace = make("input", { class: "find__input", name: "replace", "aria-label": "Replace with", placeholder: "Replace with", autocomplete: "off", spellcheck: "false", value: query.replace });
  const counted = make("span", { class: "find__count", role: "status" });
  let timer;

  const commit = () => {
    const next = new SearchQuery({ search: find.value, replace: replace.value, literal: true, ...options });
    if (!next.eq(getSearchQuery(view.state))) view.dispatch({ effects: setSearchQuery.of(next) });
    countSoon();
  };
  const option = (text, label, name) =>
    toggle(text, label, options[name], (pressed) => {
      options[name] = pressed;
      commit();
    });
  const countSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const text = summary(view);
      find.setAttribute("aria-invalid", String(text === "No results" || text === "Not a valid expression"));
      if (counted.textContent !== text) counted.textContent = text;
    }, 120);
  };
  const tool = (glyph, label, run) => press(glyph, label, () => run(view), "tool tool--glyph");

  const first = make("div", { class: "find__row" }, find, counted,
    option("Aa", "Match case", "caseSensitive"), option("W", "Whole words", "wholeWord"), option(".*", "Regular expression", "regexp"),
    tool("↑", "Previous match", findPrevious), tool("↓", "Next match", findNext), tool("×", "Close search", closeSearchPanel));
  const second = make("div", { class: "find__row" }, replace, press("Replace", "Replace", () => replaceNext(view)), press("Replace all", "Replace all", () => replaceAll(view)));
  const dom = make("div", { class: "find", role: "search", "aria-label": "Find in the text", oninput: commit, onkeydown: keys }, first);
  if (!view.state.readOnly) dom.append(second);

  function keys(event) {
    if (runScopeHandlers(view, event, "search-panel")) event.preventDefault();
    else if (event.key === "Enter" && event.target === find) {
      event.preventDefault();
      (event.shiftKey ? findPrevious : findNext)(view);
    } else if (event.key === "Enter" && event.target === replace) {
      event.preventDefault();
      replaceNext(view);
    }
  }

  countSoon();
  return {
    dom,
    top: true,
    mount: () => find.select(),
    destroy: () => clearTimeout(timer),
    update(update) {
      for (const { effects } of update.transactions) {
        for (const effect of effects) {
          if (!effect.is(setSearchQuery)) continue;
          if (find.value !== effect.value.search) find.value = effect.value.search;
        }
      }
      if (update.docChanged || update.selectionSet) countSoon();
    },
  };
}

/** Which match is selected, and how many there are. */
function summary(view) {
  const query = getSearchQuery(view.state);
  if (!query.search) return "";
  if (!query.valid) return "Not a valid expression";
  const { from, to } = view.state.selection.main;
  let total = 0;
  let current = 0;
  const cursor = query.getCursor(view.state);
  for (let step = cursor.next(); !step.done && total < MOST; step = cursor.next()) {
    total += 1;
    if (step.value.from === from && step.value.to === to) current = total;
  }
  if (!total) return "No results";
  const all = total < MOST ? total.toLocaleString("en") : `${MOST.toLocaleString("en")} or more`;
  return current ? `${current.toLocaleString("en")} of ${all}` : `${all} found`;
}

/** Search, as extensions. */
export const searching = () => [search({ top: true, createPanel: panel }), highlightSelectionMatches({ minSelectionLength: 2 }), keymap.of(searchKeymap)];
