/** What is drawn into a cell's code. Pure; no Lab imports. */

import { seenCell } from './groups.js';
import type { Sign } from './protocol.js';
import type { Item, State } from './state.js';

/** A judged `def`; lines from 1. */
export interface DefMark {
  readonly line: number;
  readonly sign: Sign;
  readonly lens: string;
  readonly title: string;
  readonly item: Item;
}

/** A finding's place; lines from 1, columns from 0 in characters. */
export interface FindingMark {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly sign: Sign;
  readonly text: string;
  readonly code: string;
  readonly item: Item;
}

export interface CellMarks {
  /** Of the text that they are about. */
  readonly digest: string;
  readonly defs: readonly DefMark[];
  readonly findings: readonly FindingMark[];
}

/** The marks of each cell, by its id. */
export function marks(state: State): ReadonlyMap<string, CellMarks> {
  const cells = new Map<string, { digest: string; defs: DefMark[]; findings: FindingMark[] }>();
  const of = (cell: number) => {
    const seen = seenCell(state, cell);
    if (!seen?.cell_id) {
      return undefined;
    }
    const found = cells.get(seen.cell_id) ?? { digest: seen.digest, defs: [], findings: [] };
    cells.set(seen.cell_id, found);
    return found;
  };
  for (const item of state.items) {
    if (!item.verdict.function.path) {
      of(item.verdict.function.cell)?.defs.push(defMark(item));
    }
    for (const [cell, mark] of findingMarks(item)) {
      of(cell)?.findings.push(mark);
    }
  }
  return cells;
}

function defMark(item: Item): DefMark {
  const { answer, name, headline, lens } = item.drawn;
  return { line: item.verdict.function.line, sign: answer, lens, title: `${name}: ${headline}`, item };
}

/** What blocks or risks is underlined, when it is worth a change; what favours or notes needs no line. */
function* findingMarks(item: Item): Generator<[number, FindingMark]> {
  if (item.verdict.answer === 'leave' && !item.verdict.decorated) {
    return;
  }
  for (const reason of item.drawn.reasons) {
    const finding = item.verdict.findings[reason.index];
    if (!finding.path && (finding.stance === 'blocks' || finding.stance === 'risks')) {
      const { cell, line, column, end_line: endLine, end_column: endColumn, code } = finding;
      yield [cell, { line, column, endLine, endColumn, code, sign: reason.sign, text: reason.text, item }];
    }
  }
}

/** `marks`, worked out once for each report; a cell whose marks are what they were keeps its object. */
export function marksOf(): (state: State) => ReadonlyMap<string, CellMarks> {
  let message: State['message'] | undefined;
  let found: ReadonlyMap<string, CellMarks> = new Map();
  return state => {
    if (state.message !== message) {
      message = state.message;
      found = new Map([...marks(state)].map(([id, cell]) => [id, unlessSame(found.get(id), cell)]));
    }
    return found;
  };
}

function unlessSame(old: CellMarks | undefined, now: CellMarks): CellMarks {
  const items = (cell: CellMarks) => [...cell.defs, ...cell.findings].map(mark => mark.item);
  const before = old && old.digest === now.digest ? items(old) : [];
  const after = items(now);
  return old && before.length === after.length && after.every((item, at) => item === before[at]) ? old : now;
}
