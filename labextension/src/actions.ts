/** What the panel's buttons and the marks do to one notebook. */

import type { CodeEditor } from '@jupyterlab/codeeditor';
import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';

import { apply, obstacle } from './apply.js';
import type { Connection } from './connection.js';
import { safeFixes } from './edits.js';
import { freshness, seenCell } from './groups.js';
import type { PanelActions } from './panel.js';
import { unitOf } from './positions.js';
import type { Words } from './reasons.js';
import type { Item } from './state.js';
import type { Store } from './store.js';

/** `view` gives the notebook's view in front. */
export function actionsFor(
  store: Store,
  connection: Connection,
  view: () => NotebookPanel | undefined,
  trans: Words
): PanelActions {
  const refuse = (item: Item, message: string | null) => {
    if (message) {
      store.dispatch({ type: 'refused', about: item.key, message });
    }
  };
  return {
    load: () => void connection.load(),
    retry: () => connection.attach(),
    toggle: item => store.dispatch({ type: 'toggled', id: item.id }),
    explain: code => connection.send({ type: 'explain', code }),
    measure: item => connection.send({ type: 'measure', function: item.key }),
    cancel: item => connection.send({ type: 'cancel', function: item.key }),
    mute: what => connection.send({ type: 'mute', what }),
    unmute: what => connection.send({ type: 'unmute', what }),
    goTo: (item, finding) => void goTo(store, view(), item, finding),
    run: item => void run(store, view(), item),
    apply: async (item, fix) => {
      const panel = view();
      if (panel) {
        const changes = [item.drawn.changes[fix]];
        refuse(item, await apply(panel, item.verdict.fixes[fix].edits, changes, () => store.state, trans));
      }
    },
    applyAll: async () => {
      const panel = view();
      const { state } = store;
      const fixes = safeFixes(state.items.filter(item => freshness(item, state) === 'fresh')).filter(
        ({ item, fix }) => {
          const why = panel ? obstacle(panel, fix.edits, state, trans) : null;
          refuse(item, why); // a locked cell doesn't keep the others from being changed
          return !why;
        }
      );
      if (panel && fixes.length > 0) {
        const edits = fixes.flatMap(({ fix }) => fix.edits);
        const changes = fixes.map(({ item, fix }) => item.drawn.changes[item.verdict.fixes.indexOf(fix)]);
        refuse(fixes[0].item, await apply(panel, edits, changes, () => store.state, trans));
      }
    }
  };
}

/** Select the cell of a function and bring it into view; its number, or -1 when it isn't there. */
async function select(store: Store, panel: NotebookPanel, cell: number): Promise<number> {
  const id = seenCell(store.state, cell)?.cell_id;
  const { content } = panel;
  const index = content.widgets.findIndex(widget => widget.model.id === id);
  if (index >= 0) {
    content.deselectAll();
    content.activeCellIndex = index;
    await content.scrollToItem(index, 'smart');
    await content.widgets[index].ready;
  }
  return index;
}

async function goTo(
  store: Store,
  panel: NotebookPanel | undefined,
  item: Item,
  finding?: number
): Promise<void> {
  const { function: of, findings } = item.verdict;
  const place = finding === undefined ? null : findings[finding];
  const index = panel ? await select(store, panel, place?.cell ?? of.cell) : -1;
  const editor = index >= 0 ? panel?.content.widgets[index].editor : null;
  if (panel && editor) {
    const start = at(editor, place?.line ?? of.line, place?.column ?? 0);
    const end = place ? at(editor, place.end_line, place.end_column) : start;
    panel.content.mode = 'edit';
    editor.setSelection({ start, end });
    editor.revealPosition(start);
    editor.focus();
  }
}

/** Lines from 1 and columns in characters, as the editor counts them. */
function at(editor: CodeEditor.IEditor, line: number, column: number): CodeEditor.IPosition {
  const wanted = Math.min(line, editor.lineCount) - 1;
  return { line: wanted, column: unitOf(editor.getLine(wanted) ?? '', column) };
}

async function run(store: Store, panel: NotebookPanel | undefined, item: Item): Promise<void> {
  if (panel && (await select(store, panel, item.verdict.function.cell)) >= 0) {
    await NotebookActions.run(panel.content, panel.sessionContext);
  }
}
