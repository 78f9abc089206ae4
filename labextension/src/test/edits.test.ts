import assert from 'node:assert/strict';
import { test } from 'node:test';

import { digest } from '../digest.js';
import { changed, plan, safeFixes, type Target } from '../edits.js';
import { unitOf } from '../positions.js';
import type { Edit } from '../protocol.js';
import type { State } from '../state.js';
import { after, received, report, withVerdict } from './samples.js';

const TEXT = 'losses = []\ndef step(x):\n    return x * 2\n';

function judged(texts: Record<string, string>): State {
  const cells = Object.entries(texts).map(([id, text], at) => ({
    cell: at + 1,
    cell_id: id,
    digest: digest(text),
    execution_count: at
  }));
  return after(received({ ...report(), cells }));
}

function edit(cell: number, start: number, end: number, text: string): Edit {
  return { cell, start, end, text, path: null };
}

/** What the cells hold after the edits, or why nothing was changed. */
function edited(
  edits: readonly Edit[],
  texts: Record<string, string>,
  now: Record<string, Partial<Target>> = {}
): unknown {
  const target = (id: string) => (id in texts ? { text: texts[id], editable: true, ...now[id] } : undefined);
  const found = plan(edits, judged(texts), target);
  return 'obstacle' in found
    ? found.obstacle
    : Object.fromEntries(found.cells.map(({ cellId, changes }) => [cellId, changed(texts[cellId], changes)]));
}

test('a line is put in where it belongs', () => {
  assert.deepEqual(edited([edit(1, 12, 12, '@tf.function\n')], { a: TEXT }), {
    a: 'losses = []\n@tf.function\ndef step(x):\n    return x * 2\n'
  });
});

test('several edits of several cells all count from the text as it was', () => {
  const edits = [edit(1, 0, 11, 'kept = []'), edit(1, 12, 12, '@tf.function\n'), edit(2, 0, 1, 'z')];

  assert.deepEqual(edited(edits, { a: TEXT, b: 'y = 1' }), {
    a: 'kept = []\n@tf.function\ndef step(x):\n    return x * 2\n',
    b: 'z = 1'
  });
});

test('characters beyond the first plane count as one, as they do in Python', () => {
  const text = 's = "😀é"; y = 1';

  assert.equal(unitOf(text, 9), 10);
  assert.deepEqual(edited([edit(1, 10, 11, 'z')], { a: text }), { a: 's = "😀é"; z = 1' });
});

const REFUSED: [string, unknown][] = [
  ['cell-changed', edited([edit(1, 0, 0, '#')], { a: TEXT }, { a: { text: TEXT + 'x' } })],
  ['cell-locked', edited([edit(1, 0, 0, '#')], { a: TEXT }, { a: { editable: false } })],
  ['cell-gone', edited([edit(7, 0, 0, '#')], { a: TEXT })],
  ['edits-overlap', edited([edit(1, 0, 5, '#'), edit(1, 3, 6, '#')], { a: TEXT })],
  ['edits-overlap', edited([edit(1, 0, 5000, '#')], { a: TEXT })],
  ['edits-overlap', edited([edit(1, 5, 3, '#')], { a: TEXT })],
  ['in-a-module', edited([{ ...edit(1, 0, 0, '#'), path: 'helpers.py' }], { a: TEXT })],
  ['no-edits', edited([], { a: TEXT })]
];

for (const [obstacle, found] of REFUSED) {
  test(`nothing is changed: ${obstacle}`, () => assert.equal(found, obstacle));
}

test('one cell that cannot be changed keeps all others from being changed', () => {
  const edits = [edit(1, 0, 0, '#'), edit(2, 0, 0, '#')];

  assert.equal(edited(edits, { a: TEXT, b: 'y' }, { b: { editable: false } }), 'cell-locked');
});

test('only advised fixes that keep what is computed and were checked are applied all at once', () => {
  const fix = { title: 'Write it', safety: 'same', verified: true, edits: [edit(1, 0, 0, '#')] } as const;
  const safe = { value: 'yes', basis: ['source'], why: '' } as const;
  const found = (
    change: object,
    value: 'yes' | 'unknown' = 'yes',
    answer: 'decorate' | 'measure' = 'decorate'
  ) =>
    safeFixes(
      after(
        received(
          withVerdict(report(), 0, { answer, fixes: [{ ...fix, ...change }], safe: { ...safe, value } })
        )
      ).items.slice(0, 1)
    ).length;

  assert.equal(found({}), 1);
  assert.equal(found({ safety: 'may-change' }), 0);
  assert.equal(found({ verified: false }), 0);
  assert.equal(found({ edits: [] }), 0);
  assert.equal(found({}, 'unknown'), 0);
  assert.equal(found({}, 'yes', 'measure'), 0);
});
