/**
 * Draws a cell's marks into its editor: gutter, underlines, words behind the def, hover.
 *
 * Each editor asks its notebook's store, so windowing, moves and second views take care of themselves. Marks follow
 * edits; when the text is again what was judged, as after an undo, they are placed anew. One dispatch an editor.
 */

import {
  Compartment,
  RangeSet,
  StateEffect,
  StateField,
  type EditorState,
  type Extension,
  type Range,
  type Text
} from '@codemirror/state';
import {
  Decoration,
  EditorView,
  gutter,
  GutterMarker,
  hoverTooltip,
  ViewPlugin,
  WidgetType,
  type DecorationSet,
  type Tooltip
} from '@codemirror/view';

import { digest } from './digest.js';
import { applicable } from './edits.js';
import type { CellMarks, DefMark, FindingMark } from './marks.js';
import { unitOf } from './positions.js';
import type { Sign } from './protocol.js';
import type { Words } from './reasons.js';
import type { Item, Options, State } from './state.js';
import type { Store } from './store.js';

/** What the marks can do beside being looked at. */
export interface MarkActions {
  show(item: Item): void;
  apply(item: Item, fix: number): void;
}

export interface Marked {
  readonly store: Store;
  readonly cellId: string;
  readonly marks: (state: State) => ReadonlyMap<string, CellMarks>;
  readonly actions: MarkActions;
  readonly trans: Words;
}

interface Placed {
  readonly marks: CellMarks | null;
  readonly options: Options;
  readonly decorations: DecorationSet;
  readonly gutter: RangeSet<GutterMarker>;
  readonly stale: boolean;
}

const setMarks = StateEffect.define<{ marks: CellMarks | null; options: Options }>();

/** The marks of one cell's editor. */
export function codeMarks(marked: Marked): Extension {
  const edge = new Compartment();
  const field = placedField(marked);
  const column = gutter({
    class: 'hybnb-gutter',
    markers: view => view.state.field(field).gutter
  });
  const follow = ViewPlugin.define(view => {
    let gone = false;
    const refresh = () => {
      if (gone) {
        return;
      }
      const { store, cellId } = marked;
      const marks = marked.marks(store.state).get(cellId) ?? null;
      const { options } = store.state;
      const before = view.state.field(field);
      if (marks !== before.marks || options !== before.options) {
        const wanted = marks && options.gutter ? column : [];
        const effects: StateEffect<unknown>[] = [setMarks.of({ marks, options })];
        if (edge.get(view.state) !== wanted) {
          effects.push(edge.reconfigure(wanted));
        }
        view.dispatch({ effects });
      }
    };
    const soon = () => later(refresh);
    const stop = marked.store.subscribe(soon);
    soon(); // an editor can't be changed while it is made
    return {
      destroy: () => {
        gone = true;
        stop();
      }
    };
  });
  return [
    field,
    edge.of([]),
    follow,
    EditorView.decorations.from(field, placed => placed.decorations),
    EditorView.editorAttributes.from(field, placed => ({ class: placed.stale ? 'hybnb-mod-stale' : '' })),
    hoverTooltip((view, at) => hovered(view, at, field, marked))
  ];
}

const waiting = new Set<() => void>();
const SLICE_MS = 20;

/** Do it soon, in slices short enough that the page draws its frames in between, however many editors there are. */
function later(work: () => void): void {
  if (waiting.size === 0) {
    setTimeout(slice);
  }
  waiting.add(work);
}

function slice(): void {
  const end = performance.now() + SLICE_MS;
  for (const work of waiting) {
    waiting.delete(work);
    work();
    if (performance.now() > end) {
      break;
    }
  }
  if (waiting.size > 0) {
    setTimeout(slice);
  }
}

function placedField(marked: Marked): StateField<Placed> {
  const nothing = {
    decorations: Decoration.none,
    gutter: RangeSet.empty as RangeSet<GutterMarker>,
    stale: false
  };
  const placed = (marks: CellMarks | null, options: Options, doc: Text, before: Placed): Placed => {
    if (!marks) {
      return { marks, options, ...nothing };
    }
    const stale = digest(doc.toString()) !== marks.digest;
    return { ...(stale ? before : drawn(marks, options, doc, marked)), marks, options, stale };
  };
  return StateField.define<Placed>({
    create: () => ({ marks: null, options: marked.store.state.options, ...nothing }),
    update: (value, transaction) => {
      if (transaction.docChanged) {
        const decorations = value.decorations.map(transaction.changes);
        value = { ...value, decorations, gutter: value.gutter.map(transaction.changes) };
      }
      const set = transaction.effects.find(effect => effect.is(setMarks));
      if (set?.is(setMarks)) {
        return placed(set.value.marks, set.value.options, transaction.newDoc, value);
      }
      return transaction.docChanged ? placed(value.marks, value.options, transaction.newDoc, value) : value;
    }
  });
}

function drawn(
  marks: CellMarks,
  options: Options,
  doc: Text,
  marked: Marked
): Pick<Placed, 'decorations' | 'gutter'> {
  const ranges: Range<Decoration>[] = [];
  const gutters: Range<GutterMarker>[] = [];
  for (const def of marks.defs.filter(one => one.line <= doc.lines)) {
    const line = doc.line(def.line);
    gutters.push(new EdgeMark(def, marked).range(line.from));
    if (options.lens && def.lens) {
      ranges.push(Decoration.widget({ widget: new Lens(def, marked), side: 1 }).range(line.to));
    }
  }
  for (const finding of options.underlines ? marks.findings : []) {
    const [from, to] = [
      offset(doc, finding.line, finding.column),
      offset(doc, finding.endLine, finding.endColumn)
    ];
    if (from < to) {
      const attributes = { class: `hybnb-underline hybnb-tone-${finding.sign.tone}` };
      ranges.push(Decoration.mark({ attributes, finding }).range(from, to));
    }
  }
  return { decorations: Decoration.set(ranges, true), gutter: RangeSet.of(gutters, true) };
}

/** The place of a line, from 1, and a column in characters; the end of the text when there is no such line. */
function offset(doc: Text, line: number, column: number): number {
  if (line > doc.lines) {
    return doc.length;
  }
  const { from, text } = doc.line(Math.max(1, line));
  return from + unitOf(text, column);
}

class EdgeMark extends GutterMarker {
  constructor(
    private readonly def: DefMark,
    private readonly marked: Marked
  ) {
    super();
  }

  override eq(other: EdgeMark): boolean {
    return other.def === this.def;
  }

  override toDOM(): Node {
    return clickable(icon(this.def.sign), this.def, this.marked);
  }
}

class Lens extends WidgetType {
  constructor(
    private readonly def: DefMark,
    private readonly marked: Marked
  ) {
    super();
  }

  override eq(other: Lens): boolean {
    return other.def === this.def;
  }

  override toDOM(): HTMLElement {
    const words = element('span', 'hybnb-lens', `${this.def.sign.icon} ${this.def.lens}`);
    words.classList.add(`hybnb-tone-${this.def.sign.tone}`);
    return clickable(words, this.def, this.marked);
  }
}

function clickable(drawn: HTMLElement, def: DefMark, marked: Marked): HTMLElement {
  drawn.title = def.title;
  drawn.addEventListener('mousedown', event => {
    event.preventDefault(); // the cursor stays where it is
    marked.actions.show(def.item);
  });
  return drawn;
}

function hovered(view: EditorView, at: number, field: StateField<Placed>, marked: Marked): Tooltip | null {
  const { decorations, options } = view.state.field(field);
  if (!options.hover) {
    return null;
  }
  const found: FindingMark[] = [];
  let [from, to] = [view.state.doc.length, 0];
  decorations.between(at, at, (start, end, decoration) => {
    const finding: FindingMark | undefined = decoration.spec.finding;
    if (finding) {
      found.push(finding);
      [from, to] = [Math.min(from, start), Math.max(to, end)];
    }
  });
  if (found.length === 0) {
    return null;
  }
  return {
    pos: from,
    end: to,
    above: true,
    create: () => ({ dom: tooltip(found, view.state, field, marked) })
  };
}

function tooltip(
  found: readonly FindingMark[],
  state: EditorState,
  field: StateField<Placed>,
  marked: Marked
): HTMLElement {
  const { trans, actions } = marked;
  const box = element('div', 'hybnb-hover', '');
  for (const finding of found) {
    const said = element('p', '', '');
    said.append(
      signal(finding.sign),
      ': ',
      ...prose(finding.text),
      ' ',
      element('span', 'hybnb-place', finding.code)
    );
    box.append(said);
  }
  const items = [...new Set(found.map(finding => finding.item))];
  for (const item of items) {
    const row = element('div', 'hybnb-buttons', '');
    row.append(button(trans.__('Why'), () => actions.show(item)));
    const fix = applicable(item);
    if (fix >= 0 && !state.field(field).stale) {
      row.append(
        button(trans.__('Apply: %1', item.drawn.changes[fix].title), () => actions.apply(item, fix))
      );
    }
    box.append(row);
  }
  return box;
}

/** A sentence; what stands between backquotes is code. */
function prose(text: string): (string | HTMLElement)[] {
  const parts = text.split('`');
  return parts.length % 2 === 0
    ? [text]
    : parts.map((part, at) => (at % 2 ? element('code', '', part) : part));
}

function signal(sign: Sign): HTMLElement {
  const whole = element('span', `hybnb-signal hybnb-tone-${sign.tone}`, '');
  whole.append(icon(sign), ` ${sign.word}`);
  return whole;
}

function icon(sign: Sign): HTMLElement {
  const drawn = element('span', `hybnb-icon hybnb-tone-${sign.tone}`, sign.icon);
  drawn.setAttribute('aria-hidden', 'true');
  return drawn;
}

function button(word: string, act: () => void): HTMLElement {
  const drawn = element('button', 'hybnb-button', word);
  drawn.addEventListener('click', act);
  return drawn;
}

/** Text is set as text, whatever it holds. */
function element(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
