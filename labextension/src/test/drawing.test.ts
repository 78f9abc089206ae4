import assert from 'node:assert/strict';
import { test } from 'node:test';

import React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

import { Card, type Actions, type CardProps } from '../card.js';
import { marks, marksOf } from '../marks.js';
import { Panel, type PanelActions } from '../panel.js';
import { reasonFor, type Link, type Words } from '../reasons.js';
import type { Item } from '../state.js';
import { Store } from '../store.js';
import { after, answer, progress, received, report, REPORTS } from './samples.js';

const trans: Words = {
  __: (text, ...values) =>
    values.reduce<string>((said, value, at) => said.replace(`%${at + 1}`, String(value)), text)
};
const actions = new Proxy({}, { get: () => () => undefined }) as unknown as PanelActions & Actions;

function card(item: Item, change: Partial<CardProps> = {}): string {
  const props: CardProps = {
    item,
    open: true,
    freshness: 'fresh',
    progress: undefined,
    measuring: false,
    waiting: false,
    busy: false,
    refused: undefined,
    cannotMeasure: '',
    explained: new Map(),
    actions,
    trans,
    ...change
  };
  return renderToStaticMarkup(React.createElement(Card, props));
}

/** The text that a reader sees of markup. */
function seen(markup: string): string {
  const text = markup.replace(/<[^>]*>/g, '');
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&amp;/g, '&');
}

/** The elements that stand in markup. */
function elements(markup: string): Set<string> {
  return new Set([...markup.matchAll(/<([a-z0-9]+)/gi)].map(found => found[1]));
}

for (const name of REPORTS) {
  test(`every card of ${name} shows both signals, its findings and its changes`, () => {
    for (const item of after(received(report(name))).items) {
      const text = seen(card(item));

      for (const shown of [item.drawn.safe.word, item.drawn.faster.word, item.drawn.name, item.drawn.place]) {
        assert.ok(text.includes(shown), shown);
      }
      for (const line of item.drawn.changes.flatMap(change => change.lines)) {
        assert.ok(text.includes(line), line);
      }
      for (const reason of item.drawn.reasons) {
        assert.ok(text.includes(reason.text.replaceAll('`', '')) || text.includes(reason.text), reason.text);
      }
    }
  });
}

test('whatever a notebook holds is shown as text', () => {
  const wanted = new Set([
    'li',
    'h4',
    'h5',
    'button',
    'span',
    'bdi',
    'p',
    'code',
    'wbr',
    'div',
    'dl',
    'dt',
    'dd',
    'ul',
    'b',
    'pre',
    'section'
  ]);

  for (const item of after(received(report('report_hostile'))).items) {
    const markup = card(item, { refused: '<img src=x onerror=alert(1)>' });
    assert.deepEqual(
      [...elements(markup)].filter(tag => !wanted.has(tag)),
      []
    );
    assert.doesNotMatch(markup.replace(/"[^"]*"/g, '""'), /<[^>]*\son[a-z]+\s*=/i);
  }
});

test('a stale card says so, offers to run the cell, and applies nothing', () => {
  const [item] = after(received(report())).items;
  const stale = card(item, { freshness: 'edited' });

  assert.match(seen(stale), /run the cell again/);
  assert.match(stale, /<button[^>]*disabled=""[^>]*>Apply/);
  assert.doesNotMatch(card(item), /<button[^>]*disabled=""[^>]*>Apply/);
});

test('what waits for a busy kernel says so, and only then', () => {
  const [item] = after(received(report())).items;

  assert.match(card(item, { waiting: true, busy: true }), /Queued until the kernel is idle/);
  assert.doesNotMatch(card(item, { waiting: true }), /Queued/);
});

test('a measurement shows how far it is and can be stopped', () => {
  const [item] = after(received(report())).items;
  const text = seen(card(item, { progress: progress(), measuring: true }));

  assert.match(text, /12 of 30 pairs/);
  assert.match(text, /Cancel/);
});

test('what waits to be measured says so and can be stopped, what does not can be measured', () => {
  const [item] = after(received(report())).items;
  const text = seen(card(item, { measuring: true }));

  assert.match(text, /as soon as the kernel is idle/);
  assert.match(text, /Cancel/);
  assert.match(seen(card(item)), /Measure/);
});

test('a rule is explained beside its finding', () => {
  const [item] = after(received(report())).items;
  const rule = answer('answer_explain').detail;
  assert.ok(rule);

  assert.ok(seen(card(item, { explained: new Map([[rule.code, rule]]) })).includes(rule.statement));
});

test('every button has a name of its own', () => {
  const [item] = after(received(report())).items;
  const names = [...card(item).matchAll(/<button[^>]*aria-label="([^"]*)"/g)].map(found => found[1]);

  assert.ok(names.length >= 4);
  assert.equal(new Set(names).size, names.length);
});

test('a panel without functions teaches what to do next, for every reason there is', () => {
  const links: Link[] = [
    'no-notebook',
    'no-kernel',
    'connecting',
    'restarting',
    'disconnected',
    'dead',
    'other-language',
    'not-installed',
    'not-loaded',
    'loading',
    'versions-differ',
    'connected'
  ];
  const said = links.map(link => reasonFor(link, false, '', trans));

  assert.equal(new Set(said.map(reason => reason.text)).size, links.length);
  assert.equal(reasonFor('not-loaded', false, '', trans).remedy, 'load');
  assert.match(reasonFor('not-loaded', false, 'ImportError: no', trans).text, /ImportError: no/);
  assert.match(reasonFor('connecting', true, '', trans).title, /busy/);
});

test('the panel draws every sample report', () => {
  for (const name of REPORTS) {
    const store = new Store(after(received(report(name))));
    const markup = renderToStaticMarkup(
      React.createElement(Panel, { store, name: 'a.ipynb', actions, trans })
    );

    assert.equal([...markup.matchAll(/<li class="hybnb-card/g)].length, store.state.items.length);
  }
});

test('marks stand at each judged def and at what blocks or risks', () => {
  const state = after(received(report()));
  const all = [...marks(state).values()];
  const here = state.items.filter(({ verdict: { function: of } }) =>
    state.message?.cells.some(cell => cell.cell === of.cell && cell.cell_id && !of.path)
  );

  assert.equal(all.flatMap(cell => cell.defs).length, here.length);
  assert.ok(all.flatMap(cell => cell.findings).length > 0);
  assert.ok(all.flatMap(cell => cell.findings).every(mark => ['blocks', 'risks'].includes(mark.sign.word)));
});

test('what is muted can be brought back', () => {
  const store = new Store(after(received(report())));
  const markup = renderToStaticMarkup(React.createElement(Panel, { store, name: 'a.ipynb', actions, trans }));

  for (const name of report().state.muted) {
    assert.ok(markup.includes(`aria-label="Unmute ${name}"`), name);
  }
});

test('a cell whose marks are what they were keeps its object', () => {
  const of = marksOf();
  const first = of(after(received(report())));
  const state = after(received(report()), received({ ...report(), sequence: 99 }));

  assert.ok(first.size > 0);
  const again = marksOf();
  again(after(received(report())));
  assert.equal(again(state).size, first.size);
});
