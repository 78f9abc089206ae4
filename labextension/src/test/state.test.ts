import assert from 'node:assert/strict';
import { test } from 'node:test';

import { digest } from '../digest.js';
import { freshness, groups, GROUPS } from '../groups.js';
import type { ReportMessage } from '../protocol.js';
import { reduce, START } from '../state.js';
import { Store } from '../store.js';
import { after, answer, commands, progress, received, report, REPORTS, withVerdict } from './samples.js';

for (const name of REPORTS) {
  test(`each verdict of ${name} becomes one item, and each item is in one group`, () => {
    const state = after(received(report(name)));
    const verdicts = report(name).report.sources.flatMap(source => source.verdicts);

    assert.equal(state.link, 'connected');
    assert.equal(state.items.length, verdicts.length);
    assert.equal(new Set(state.items.map(item => item.id)).size, verdicts.length);
    assert.equal(groups(state).flatMap(group => group.items).length, verdicts.length);
  });
}

test('a report that comes late is dropped', () => {
  const now = after(received({ ...report(), sequence: 9 }));

  assert.equal(reduce(now, received({ ...report('report_empty'), sequence: 8 })), now);
});

test('a report of another protocol shows nothing but that versions differ', () => {
  const state = after(received(report()), received({ ...report(), sequence: 99, protocol: 2 }));

  assert.equal(state.link, 'versions-differ');
  assert.deepEqual(state.items, []);
});

test('a verdict that has not changed keeps its object, one that has does not', () => {
  const first = after(received(report()));
  const next = reduce(first, received(withVerdict({ ...report(), sequence: 99 }, 0, { decorated: true })));

  assert.notEqual(next.items[0], first.items[0]);
  assert.equal(next.items[1], first.items[1]);
});

test('all that a kernel told is forgotten when the kernel restarts', () => {
  const state = after(
    received(report()),
    { type: 'sent', command: commands()[3] },
    { type: 'link', link: 'restarting' }
  );

  assert.equal(state.message, null);
  assert.deepEqual(state.items, []);
  assert.equal(state.waiting.size, 0);
});

test('what the user chose outlives a restart', () => {
  const state = after(
    received(report()),
    { type: 'searched', query: 'step' },
    { type: 'link', link: 'restarting' }
  );

  assert.equal(state.query, 'step');
});

test('goodbye is said when hybnb is unloaded', () => {
  const state = after(received(report()), { type: 'received', message: { type: 'bye' } });

  assert.equal(state.link, 'not-loaded');
});

test('an answer ends the waiting, and a refusal is kept for the function until it is asked again', () => {
  const measure = { type: 'measure', id: 7, function: 'step' } as const;
  const refused = after({ type: 'sent', command: measure }, received(answer('answer_refused')));

  assert.equal(refused.waiting.size, 0);
  assert.match(refused.refused.get('step') ?? '', /knows no function/);
  assert.equal(reduce(refused, { type: 'sent', command: { ...measure, id: 8 } }).refused.size, 0);
});

test('an answer to another page is none of ours', () => {
  const state = after(received(report()));

  assert.equal(reduce(state, received(answer('answer_refused'))), state);
});

test('an explanation is kept by its code', () => {
  const state = after(
    { type: 'sent', command: { type: 'explain', id: 4, code: 'HYB201' } },
    received(answer('answer_explain'))
  );

  assert.equal(state.explained.get('HYB201')?.name, 'outer-mutation');
});

test('progress shows until a report no longer names the function as being measured', () => {
  const measuring = { ...report().state, measuring: [progress().function] };
  const during = after(received({ ...report(), state: measuring }), received(progress()));

  assert.equal(during.progress.size, 1);
  assert.equal(
    reduce(during, received({ ...report(), sequence: 99, state: { ...measuring, measuring: [] } })).progress
      .size,
    0
  );
});

test('groups come in the order of what to do, and within each what saves most comes first', () => {
  const names = groups(after(received(report()))).map(group => GROUPS.indexOf(group.name));

  assert.deepEqual(
    names,
    [...names].sort((a, b) => a - b)
  );
  const saved = [1, 30, 7].map(
    (seconds, index) =>
      withVerdict(report(), index, {
        answer: 'decorate',
        faster: { ...report().report.sources[0].verdicts[0].faster, saved_seconds: seconds }
      }).report.sources[0].verdicts[index]
  );
  const message: ReportMessage = {
    ...report(),
    report: { ...report().report, sources: [{ ...report().report.sources[0], verdicts: saved }] }
  };
  const first = groups(after(received(message)))[0];
  assert.deepEqual(
    first.items.map(item => item.verdict.faster.saved_seconds),
    [30, 7, 1]
  );
});

test('search finds names and codes, and nothing where there is nothing', () => {
  const found = (query: string) =>
    groups(after(received(report()), { type: 'searched', query })).flatMap(group =>
      group.items.map(item => item.drawn.name)
    );

  assert.deepEqual(found('trainer.STEP'), ['Trainer.step']);
  assert.ok(found('HYB201').includes('Trainer.step'));
  assert.deepEqual(found('no such thing'), []);
});

test('the filters part what is unsafe from what is not', () => {
  const state = after(received(report()), { type: 'filtered', filter: 'unsafe' });

  assert.deepEqual(
    [...new Set(groups(state).flatMap(group => group.items.map(item => item.verdict.safe.value)))],
    ['no']
  );
});

test('advice is fresh only while the text is what was judged', () => {
  const text = 'def step(x):\n    return x';
  const cells = [{ cell: 4, cell_id: 'a', digest: digest(text), execution_count: 1 }];
  const at = (now: string | null) => {
    const texts = new Map(now === null ? [] : [['a', digest(now)]]);
    const state = after(received({ ...report(), cells }), { type: 'texts', texts });
    return freshness(state.items[0], state);
  };

  assert.equal(at(text), 'fresh');
  assert.equal(at(text + '\n'), 'fresh', 'a newline at the end is no change');
  assert.equal(at(text + ' '), 'edited');
  assert.equal(at(null), 'gone');
});

test('a digest is the SHA-1 of the UTF-8 text', () => {
  assert.equal(digest(''), 'da39a3ee5e6b4b0d3255bfef95601890afd80709');
  assert.equal(digest('µ = "😀"\n'), digest('µ = "😀"'));
});

test('the store tells of changes only, and no longer once asked to stop', () => {
  const store = new Store();
  let told = 0;
  const stop = store.subscribe(() => told++);

  store.dispatch({ type: 'busy', busy: true });
  store.dispatch({ type: 'busy', busy: true });
  assert.equal(told, 1);
  stop();
  store.dispatch({ type: 'busy', busy: false });
  assert.equal(told, 1);
  assert.notEqual(store.state, START);
});
