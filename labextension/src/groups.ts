/** Which cards are shown, in which order. Pure; no Lab imports. */

import type { SeenCell } from './protocol.js';
import type { Filter, Item, State } from './state.js';

export const GROUPS = ['decorate', 'repair-first', 'adjust', 'remove', 'measure', 'leave'] as const;
export type GroupName = (typeof GROUPS)[number];

export interface Group {
  readonly name: GroupName;
  readonly items: readonly Item[];
}

/** The groups that have anything to show, what saves most first within each. */
export function groups(state: State): readonly Group[] {
  const shown = state.items.filter(item => passes(item, state.filter) && matches(item, state.query));
  return GROUPS.map(name => ({
    name,
    items: shown.filter(item => item.verdict.answer === name).sort(byUse)
  })).filter(group => group.items.length > 0);
}

function byUse(one: Item, other: Item): number {
  const saved = (item: Item) => item.verdict.faster.saved_seconds ?? 0;
  const { function: a } = one.verdict;
  const { function: b } = other.verdict;
  return saved(other) - saved(one) || a.cell - b.cell || a.line - b.line;
}

const ACTIONABLE = new Set(['decorate', 'repair-first', 'adjust', 'remove']);

function passes(item: Item, filter: Filter): boolean {
  const { answer, safe, faster } = item.verdict;
  switch (filter) {
    case 'all':
      return true;
    case 'change':
      return ACTIONABLE.has(answer);
    case 'unsafe':
      return safe.value === 'no';
    case 'unknown':
      return safe.value === 'unknown' || faster.value === 'unknown';
  }
}

function matches(item: Item, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  const { name, headline, place } = item.drawn;
  const codes = item.verdict.findings.map(finding => finding.code);
  return [name, headline, place, ...codes].some(text => text.toLowerCase().includes(wanted));
}

/** How a verdict stands to the text that is in the notebook now. */
export type Freshness = 'fresh' | 'edited' | 'gone';

/** `gone` when its cell isn't in this notebook; without a cell id nothing can be said, and `fresh` is. */
export function freshness(item: Item, state: State): Freshness {
  const cells = [item.verdict.function, ...item.verdict.findings]
    .filter(one => !one.path)
    .map(one => one.cell);
  const seen = [...new Set(cells)].map(cell => seenCell(state, cell)).filter(one => one?.cell_id);
  const now = (one: SeenCell | undefined) => state.texts.get(one?.cell_id ?? '');
  if (!item.verdict.function.path && seen[0] && now(seen[0]) === undefined) {
    return 'gone';
  }
  return seen.every(one => now(one) === one?.digest) ? 'fresh' : 'edited';
}

/** The cell that a number of the report stands for. */
export function seenCell(state: State, cell: number): SeenCell | undefined {
  return state.message?.cells.find(one => one.cell === cell);
}
