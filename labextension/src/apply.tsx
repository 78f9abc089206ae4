/** Applies fixes to a notebook: shows the change, then edits through the shared model, undoable in one step. */

import type { ISharedNotebook } from '@jupyter/ydoc';
import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import React from 'react';

import { Difference } from './difference.js';
import { plan, type CellChange, type Obstacle, type Target } from './edits.js';
import type { Change, Edit } from './protocol.js';
import type { Words } from './reasons.js';
import type { State } from './state.js';

/** Why nothing was changed; null when it was, or when the user thought better of it. */
export async function apply(
  notebook: NotebookPanel,
  edits: readonly Edit[],
  changes: readonly Change[],
  state: () => State,
  trans: Words
): Promise<string | null> {
  const before = obstacle(notebook, edits, state(), trans);
  if (before || !(await agreed(changes, trans))) {
    return before;
  }
  // The notebook may have changed while the question was open.
  const now = plan(edits, state(), id => targetOf(notebook, id));
  if ('obstacle' in now) {
    return obstacleText(now.obstacle, trans);
  }
  perform(notebook, now.cells);
  return null;
}

/** Why these edits cannot be made; null when they can. */
export function obstacle(
  notebook: NotebookPanel,
  edits: readonly Edit[],
  state: State,
  trans: Words
): string | null {
  const found = plan(edits, state, id => targetOf(notebook, id));
  return 'obstacle' in found ? obstacleText(found.obstacle, trans) : null;
}

async function agreed(changes: readonly Change[], trans: Words): Promise<boolean> {
  const body = ReactWidget.create(
    <div className="hybnb-agree">
      {changes.map((change, index) => (
        <section key={index}>
          <h5>
            {change.title} <span className="hybnb-place">({change.safety})</span>
          </h5>
          <Difference lines={change.lines} />
        </section>
      ))}
    </div>
  );
  const { button } = await showDialog({
    title:
      changes.length === 1
        ? trans.__('Apply this change?')
        : trans.__('Apply these %1 changes?', changes.length),
    body,
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Apply') })]
  });
  return button.accept;
}

function cellOf(notebook: NotebookPanel, id: string): ICellModel | undefined {
  const cells = notebook.model?.cells;
  return cells && [...cells].find(cell => cell.id === id);
}

function targetOf(notebook: NotebookPanel, id: string): Target | undefined {
  const cell = cellOf(notebook, id);
  return cell && { text: cell.sharedModel.getSource(), editable: editable(notebook, cell) };
}

/** Neither the notebook nor the cell is read-only, and no course has locked the cell. */
function editable(notebook: NotebookPanel, cell: ICellModel): boolean {
  const grading = cell.getMetadata('nbgrader') as { locked?: boolean } | undefined;
  return !notebook.model?.readOnly && cell.getMetadata('editable') !== false && grading?.locked !== true;
}

/** One step of undo: of the document where that is undone as a whole, else of each cell. */
function perform(notebook: NotebookPanel, cells: readonly CellChange[]): void {
  const shared = notebook.model?.sharedModel;
  const all = () => cells.forEach(({ cellId, changes }) => edit(cellOf(notebook, cellId), changes));
  if (shared && !shared.disableDocumentWideUndoRedo) {
    apart(shared);
    shared.transact(all);
    apart(shared);
  } else {
    all();
  }
}

function edit(cell: ICellModel | undefined, changes: CellChange['changes']): void {
  if (!cell) {
    return;
  }
  const { sharedModel } = cell;
  apart(sharedModel);
  sharedModel.transact(() => {
    for (const { start, end, insert } of changes) {
      sharedModel.updateSource(start, end, insert);
    }
  });
  apart(sharedModel);
}

/** What was typed just before, or comes just after, is not undone along with it. */
function apart(shared: ICellModel['sharedModel'] | ISharedNotebook): void {
  (shared as { undoManager?: { stopCapturing?(): void } | null }).undoManager?.stopCapturing?.();
}

function obstacleText(obstacle: Obstacle, trans: Words): string {
  return {
    'no-edits': trans.__('This change is only a sketch: make it by hand.'),
    'in-a-module': trans.__('The function is in a module: change its file by hand.'),
    'cell-gone': trans.__('A cell that it would change is no longer in this notebook.'),
    'cell-changed': trans.__('The code has changed since: run the cell again, then apply.'),
    'cell-locked': trans.__('A cell that it would change is locked.'),
    'edits-overlap': trans.__('The changes do not fit the code: run the cell again, then apply.')
  }[obstacle];
}
