/** From the edits of a fix to changes of cells. Pure; no Lab imports. */

import { digest } from './digest.js';
import { seenCell } from './groups.js';
import { reaches, unitOf } from './positions.js';
import type { Edit, Fix } from './protocol.js';
import type { Item, State } from './state.js';

/** A cell as it is in the notebook. */
export interface Target {
  readonly text: string;
  readonly editable: boolean;
}

/** Replace text[start:end] by `insert`; offsets in UTF-16 units. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

export interface CellChange {
  readonly cellId: string;
  /** Last one first, so that each leaves the places of the next as they are. */
  readonly changes: readonly Change[];
}

export type Obstacle =
  'no-edits' | 'in-a-module' | 'cell-gone' | 'cell-changed' | 'cell-locked' | 'edits-overlap';
export type Plan = { readonly cells: readonly CellChange[] } | { readonly obstacle: Obstacle };

/** What is to be done to the notebook, all of it or nothing. `target` gives a cell by its id. */
export function plan(edits: readonly Edit[], state: State, target: (id: string) => Target | undefined): Plan {
  if (edits.length === 0) {
    return { obstacle: 'no-edits' };
  }
  const cells: CellChange[] = [];
  for (const [cell, mine] of byCell(edits)) {
    const seen = seenCell(state, cell);
    const found = seen?.cell_id ? target(seen.cell_id) : undefined;
    const changes = found && changesIn(found.text, mine);
    const obstacle = mine.some(edit => edit.path)
      ? 'in-a-module'
      : !seen?.cell_id || !found
        ? 'cell-gone'
        : digest(found.text) !== seen.digest
          ? 'cell-changed'
          : !found.editable
            ? 'cell-locked'
            : !changes
              ? 'edits-overlap'
              : null;
    if (obstacle) {
      return { obstacle };
    }
    cells.push({ cellId: seen?.cell_id ?? '', changes: changes ?? [] });
  }
  return { cells };
}

function byCell(edits: readonly Edit[]): Map<number, Edit[]> {
  const cells = new Map<number, Edit[]>();
  for (const edit of edits) {
    cells.set(edit.cell, [...(cells.get(edit.cell) ?? []), edit]);
  }
  return cells;
}

/** None when they overlap or lie outside of the text. */
function changesIn(text: string, edits: readonly Edit[]): readonly Change[] | null {
  const sorted = [...edits].sort((one, other) => other.start - one.start || other.end - one.end);
  const apart = sorted.every((edit, index) => index === 0 || edit.end <= sorted[index - 1].start);
  const inside = sorted.every(edit => edit.start <= edit.end && edit.start >= 0 && reaches(text, edit.end));
  if (!apart || !inside) {
    return null;
  }
  return sorted.map(edit => ({
    start: unitOf(text, edit.start),
    end: unitOf(text, edit.end),
    insert: edit.text
  }));
}

/** The text of a cell after its changes. */
export function changed(text: string, changes: readonly Change[]): string {
  return changes.reduce((now, { start, end, insert }) => now.slice(0, start) + insert + now.slice(end), text);
}

const ADVISED = new Set(['decorate', 'adjust', 'remove']);

/** Whether a change is what should be done: without a measurement, or a repair, nobody knows. */
export function advised(item: Item): boolean {
  return ADVISED.has(item.verdict.answer);
}

/** The first fix that can be applied, by its number among the fixes; -1 when there is none. */
export function applicable(item: Item): number {
  return item.verdict.fixes.findIndex(fix => fix.safety !== 'show-only' && fix.edits.length > 0);
}

/** Advised fixes that keep what the code computes and were checked after the change: one of each function at most. */
export function safeFixes(items: readonly Item[]): readonly { item: Item; fix: Fix }[] {
  return items.flatMap(item => {
    const fix = item.verdict.fixes.find(one => one.safety === 'same' && one.verified && one.edits.length > 0);
    return fix && advised(item) && item.verdict.safe.value === 'yes' ? [{ item, fix }] : [];
  });
}
