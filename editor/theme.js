// How the editor looks: the console's tokens, which are custom properties and reach into the shadow root. Both themes
// are in the tokens.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const note = { fontFamily: "var(--sans)", fontSize: "12px", lineHeight: "16px" };
const small = {
  ...note,
  minWidth: "24px",
  height: "24px",
  padding: "0 6px",
  border: "1px solid transparent",
  borderRadius: "var(--radius-1)",
  background: "none",
  color: "var(--text-2)",
  cursor: "pointer",
  textTransform: "none",
};

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--surface)", fontSize: "12.5px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--mono)", fontVariantLigatures: "none", letterSpacing: "-0.01em", lineHeight: "20px", overflow: "auto",
    scrollbarColor: "var(--line-2) transparent", scrollbarWidth: "thin",
  },
  ".cm-content": { padding: "8px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 12px 0 6px" },
  ".cm-cursor, .cm-dropCursor": { borderLeft: "1.5px solid var(--text)" },
  ".cm-placeholder": { color: "var(--text-3)" },
  "& > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { background: "var(--line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { background: "color-mix(in oklab, var(--accent) 24%, transparent)" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in oklab, var(--text) 3.5%, transparent)" },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in oklab, var(--accent) 12%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--surface-2)", outline: "1px solid var(--edge)", color: "inherit" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-wash)", color: "inherit" },
  ".cm-searchMatch": { backgroundColor: "var(--mark)", borderRadius: "2px" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "var(--mark-now)", color: "oklch(0.21 0.012 265)" },
  ".cm-searchMatch.cm-searchMatch-selected *": { color: "oklch(0.21 0.012 265)" },
  ".cm-searchMatch .cm-selectionMatch": { backgroundColor: "transparent" },

  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--text-3)", border: "0", fontVariantNumeric: "tabular-nums" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 4px 0 8px", minWidth: "32px" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--text-2)" },
  ".cm-gutter-lint": { width: "16px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 0 0 4px", display: "flex", alignItems: "center" },
  ".cm-lint-marker": { width: "8px", height: "8px", cursor: "pointer" },
  ".cm-lint-marker-error": { content: "none", background: "var(--bad)", borderRadius: "50%" },
  ".cm-lint-marker-warning": { content: "none", background: "var(--warn)", clipPath: "polygon(50% 0, 100% 100%, 0 100%)" },
  ".cm-lint-marker-info": { content: "none", background: "var(--info)", borderRadius: "2px" },
  ".cm-foldGutter .cm-gutterElement": { width: "16px", cursor: "pointer" },
  ".fold": { display: "block", width: "7px", height: "7px", margin: "5px 4px 0", borderRight: "1.5px solid var(--text-3)", borderBottom: "1.5px solid var(--text-3)", transform: "rotate(45deg)", opacity: "0" },
  ".cm-gutters:hover .fold, &.cm-focused .fold, .fold.is-closed": { opacity: "1" },
  ".fold.is-closed": { transform: "rotate(-45deg)", margin: "7px 3px 0", borderColor: "var(--text-2)" },
  ".folded": { ...note, margin: "0 4px", padding: "0 6px", border: "1px solid var(--line-2)", borderRadius: "var(--radius-1)", background: "var(--surface-2)", color: "var(--text-2)", cursor: "pointer" },

  ".cm-lintRange": { backgroundImage: "none !important", paddingBottom: "0", textDecorationLine: "underline", textDecorationThickness: "1.5px", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecorationStyle: "wavy", textDecorationColor: "var(--bad)" },
  ".cm-lintRange-warning": { textDecorationStyle: "wavy", textDecorationColor: "var(--warn)" },
  ".cm-lintRange-active": { backgroundColor: "var(--surface-2)" },
  ".cm-lintPoint:after": { display: "none" },

  ".cm-panels": { backgroundColor: "var(--surface)", color: "var(--text)", zIndex: "2" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-panel-lint ul": { ...note, maxHeight: "132px" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--accent-wash)", color: "var(--text)" },
  ".cm-panel.cm-panel-lint button[name=close]": { ...small, top: "4px", right: "4px" },
  ".cm-diagnostic": { ...note, padding: "6px 10px", borderLeft: "2px solid var(--info)", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnosticAction": { ...small, display: "block", margin: "6px 0 2px", border: "1px solid var(--line-2)", color: "var(--text)", backgroundColor: "transparent" },

  ".cm-tooltip": {
    zIndex: "30", maxWidth: "min(420px, calc(100vw - 32px))", border: "0", borderRadius: "var(--radius-2)",
    backgroundColor: "var(--float)", color: "var(--text)", boxShadow: "var(--shadow-float)", overflow: "hidden",
  },
  ".cm-tooltip.cm-completionInfo": { padding: "0", margin: "0 4px", overflow: "auto", maxHeight: "260px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "12.5px", minWidth: "220px", maxHeight: "244px", padding: "4px", scrollbarWidth: "thin" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", alignItems: "center", gap: "16px", minHeight: "24px", padding: "0 8px", borderRadius: "var(--radius-1)", lineHeight: "20px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-wash)", color: "var(--text)", boxShadow: "inset 2px 0 var(--accent)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "var(--semibold)", color: "var(--accent)" },
  ".cm-completionDetail": { ...note, marginLeft: "auto", fontStyle: "normal", color: "var(--text-2)" },

  ".help": { ...note, padding: "8px 10px", maxWidth: "380px", overflowWrap: "anywhere" },
  ".help__head": { color: "var(--text-2)" },
  ".help__name": { fontFamily: "var(--mono)", fontSize: "12px", color: "var(--text)", fontWeight: "var(--medium)" },
  ".help p": { margin: "4px 0 0" },
  ".help dl": { display: "grid", gridTemplateColumns: "auto 1fr", gap: "2px 10px", margin: "6px 0 0", color: "var(--text-2)" },
  ".help dd": { margin: "0", fontFamily: "var(--mono)", fontSize: "11.5px", color: "var(--text)" },

  ".find": { ...note, display: "flex", flexDirection: "column", gap: "6px", padding: "6px 8px" },
  ".find__row": { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px" },
  ".find__input": {
    ...note, flex: "1 1 96px", maxWidth: "320px", minWidth: "0", height: "28px", padding: "0 8px", border: "1px solid var(--edge)", borderRadius: "var(--radius-2)",
    backgroundColor: "var(--surface)", color: "var(--text)",
  },
  ".find__input::placeholder": { color: "var(--text-3)", opacity: "1" },
  ".find__input:focus": { borderColor: "var(--accent)", outline: "2px solid color-mix(in oklab, var(--accent) 35%, transparent)", outlineOffset: "0" },
  ".find__input[aria-invalid=true]": { borderColor: "var(--bad)" },
  ".find__count": { minWidth: "76px", padding: "0 4px", color: "var(--text-2)", fontVariantNumeric: "tabular-nums" },
  ".tool": small,
  ".tool:hover, .status__problems:hover": { backgroundColor: "var(--surface-2)", color: "var(--text)" },
  ".tool[aria-pressed=true]": { backgroundColor: "var(--accent-wash)", borderColor: "color-mix(in oklab, var(--accent) 40%, transparent)", color: "var(--text)" },
  ".tool--glyph": { fontSize: "14px", fontFamily: "system-ui, sans-serif" },
  "button:focus-visible": { outline: "2px solid var(--accent)", outlineOffset: "0" },

  ".status": { ...note, display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0 12px", minHeight: "28px", padding: "1px 6px 1px 10px", color: "var(--text-2)" },
  ".status__problems": { ...small, margin: "0 -6px", color: "var(--text)" },
  ".status__problems[hidden]": { display: "none" },
  ".status__problems::before": { content: '""', display: "inline-block", width: "8px", height: "8px", marginRight: "6px", background: "var(--warn)", clipPath: "polygon(50% 0, 100% 100%, 0 100%)" },
  ".status__problems[data-severity=error]::before": { background: "var(--bad)", clipPath: "none", borderRadius: "50%" },
  ".status__path": { flex: "1 1 0", minWidth: "0", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", fontFamily: "var(--mono)", fontSize: "11.5px" },
  ".status__place": { fontVariantNumeric: "tabular-nums" },
  // There is no Tab key where there is so little room.
  "@media (max-width: 480px)": { ".status .tool": { display: "none" } },
  ".quiet": { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)", whiteSpace: "nowrap" },
});

/** The merge view's own part. */
export const mergeLook = EditorView.theme({
  "&": { height: "auto" },
  "& .cm-changedLine, & .cm-insertedLine, & .cm-inlineChangedLine": { backgroundColor: "var(--good-wash)" },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--bad-wash)" },
  ".cm-deletedChunk": { paddingLeft: "6px" },
  "&.cm-merge-b .cm-changedText, & .cm-insertedLine .cm-changedText, .cm-changedText": { background: "color-mix(in oklab, var(--good) 22%, transparent)", borderRadius: "2px" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": { background: "color-mix(in oklab, var(--bad) 20%, transparent)", borderRadius: "2px" },
  ".cm-changedText *, .cm-deletedText *": { color: "var(--text)" },
  "& .cm-deletedLine, & .cm-deletedText": { textDecoration: "none" },
  "&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter": { background: "var(--bad)" },
  "&.cm-merge-b .cm-changedLineGutter, .cm-changedLineGutter": { background: "var(--good)" },
  ".cm-collapsedLines": { ...note, padding: "4px 12px", background: "var(--surface-2)", color: "var(--text-2)", textShadow: "none" },
  ".cm-collapsedLines:hover": { color: "var(--text)" },
});

const ink = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--text-2)" },
  { tag: [tags.bool, tags.null, tags.number, tags.keyword, tags.atom], color: "var(--info)" },
  { tag: [tags.string, tags.content], color: "var(--text)" },
  { tag: [tags.lineComment, tags.comment], color: "var(--text-3)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.bracket, tags.squareBracket, tags.brace, tags.meta], color: "var(--text-3)" },
  { tag: [tags.labelName, tags.typeName], color: "var(--accent)" },
]);

/** Colours, sizes and the ink of the languages. */
export const theme = () => [look, syntaxHighlighting(ink)];
