import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import type { ReportMessage } from '../protocol.js';
import { whole } from '../whole.js';

const read = (name: string): ReportMessage =>
  JSON.parse(readFileSync(new URL(`../../../tests/samples/wire/${name}.json`, import.meta.url), 'utf8'));
const BEFORE = read('report');
const PART = read('report_partial');

test('a report that was sent as a whole stays as it is', () => {
  assert.equal(whole(BEFORE, null), BEFORE);
});

test('what was left out is taken from the report before', () => {
  const put = whole(PART, BEFORE);
  const old = BEFORE.report.sources[0].verdicts;
  const verdicts = put?.report.sources[0].verdicts ?? [];
  assert.deepEqual(
    verdicts.map(one => one.function.name),
    old.filter((_, index) => index !== 3).map(one => one.function.name)
  );
  assert.equal(verdicts[1].facts.calls, old[1].facts.calls + 1);
  assert.deepEqual(
    put?.drawn.map(one => one.name),
    verdicts.map(one => one.function.name)
  );
  assert.equal(put?.same, null);
});

test('without the report that it belongs to a part is no report', () => {
  assert.equal(whole(PART, null), null);
  assert.equal(whole(PART, { ...BEFORE, sequence: BEFORE.sequence - 1 }), null);
});
