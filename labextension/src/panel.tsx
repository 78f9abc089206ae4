/** The panel: header with totals, filter and search, groups of cards, or why there are none. No Lab imports. */

import React, { useDeferredValue, useSyncExternalStore } from 'react';

import { Card, type Actions } from './card.js';
import { safeFixes } from './edits.js';
import { freshness, groups, type Group, type GroupName } from './groups.js';
import { kept } from './prose.js';
import { reasonFor, type Link, type Words } from './reasons.js';
import { FILTERS, subject, type Filter, type State } from './state.js';
import type { Store } from './store.js';

/** Only here is it known, and worth a word, what the kernel does. */
const STEADY = new Set<Link>(['connected', 'not-loaded', 'loading', 'not-installed']);

export interface PanelActions extends Actions {
  load(): void;
  retry(): void;
  applyAll(): void;
}

export interface PanelProps {
  readonly store: Store;
  /** Of the notebook in front. */
  readonly name: string;
  readonly actions: PanelActions;
  readonly trans: Words;
}

export function Panel({ store, name, actions, trans }: PanelProps): React.JSX.Element {
  const state = useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
  return (
    <>
      <header className="hybnb-header">
        <h2 title={name}>
          <bdi>{name}</bdi>
        </h2>
        {STEADY.has(state.link) && <Kernel state={state} trans={trans} />}
        <p role="status" aria-live="polite" className="hybnb-totals">
          {kept(state.message?.totals ?? '')}
        </p>
        {state.message?.state.active === false && (
          <p className="hybnb-note">{trans.__('hybnb is off: it watches nothing until %hybnb on.')}</p>
        )}
        {state.message?.state.trouble.map((sentence, index) => (
          <p key={index} className="hybnb-note">
            {sentence}
          </p>
        ))}
      </header>
      {state.items.length > 0 ? (
        <Cards state={state} store={store} actions={actions} trans={trans} />
      ) : (
        <Empty state={state} actions={actions} trans={trans} />
      )}
      <Muted names={state.message?.state.muted ?? []} actions={actions} trans={trans} />
    </>
  );
}

function Kernel({ state, trans }: { state: State; trans: Words }): React.JSX.Element {
  return (
    <p className="hybnb-kernel">
      <span aria-hidden="true">{state.busy ? '◐' : '●'}</span>{' '}
      {state.busy ? trans.__('kernel busy') : trans.__('kernel idle')}
    </p>
  );
}

function Empty({
  state,
  actions,
  trans
}: {
  state: State;
  actions: PanelActions;
  trans: Words;
}): React.JSX.Element {
  const reason = reasonFor(state.link, state.busy, state.detail, trans);
  return (
    <div className="hybnb-empty" role="status">
      <h3>{reason.title}</h3>
      <p>{reason.text}</p>
      {reason.remedy === 'load' && (
        <button className="hybnb-button hybnb-mod-main" onClick={actions.load}>
          {trans.__('Load hybnb')}
        </button>
      )}
      {reason.remedy === 'retry' && (
        <button className="hybnb-button hybnb-mod-main" onClick={actions.retry}>
          {trans.__('Try again')}
        </button>
      )}
    </div>
  );
}

function Muted({
  names,
  actions,
  trans
}: {
  names: readonly string[];
  actions: PanelActions;
  trans: Words;
}): React.JSX.Element | null {
  if (names.length === 0) {
    return null;
  }
  return (
    <details className="hybnb-group">
      <summary>
        <h3>
          {trans.__('Muted')} <span className="hybnb-count">{names.length}</span>
        </h3>
      </summary>
      <ul className="hybnb-muted">
        {names.map(name => (
          <li key={name}>
            <code>{name}</code>{' '}
            <button
              className="hybnb-button"
              aria-label={trans.__('Unmute %1', name)}
              onClick={() => actions.unmute(name)}
            >
              {trans.__('Unmute')}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface CardsProps {
  readonly state: State;
  readonly store: Store;
  readonly actions: PanelActions;
  readonly trans: Words;
}

function Cards({ state, store, actions, trans }: CardsProps): React.JSX.Element {
  const late = useDeferredValue(state); // many cards are drawn in slices, between which the page hears keys
  const shown = groups(late);
  const safe = safeFixes(state.items.filter(item => freshness(item, state) === 'fresh'));
  return (
    <>
      <div className="hybnb-choose" role="search">
        <input
          type="search"
          className="hybnb-search"
          aria-label={trans.__('Search functions and rules')}
          placeholder={trans.__('Search')}
          value={state.query}
          onChange={event => store.dispatch({ type: 'searched', query: event.target.value })}
        />
        <select
          className="hybnb-filter"
          aria-label={trans.__('Which functions are shown')}
          value={state.filter}
          onChange={event => store.dispatch({ type: 'filtered', filter: event.target.value as Filter })}
        >
          {FILTERS.map(filter => (
            <option key={filter} value={filter}>
              {filterWord(filter, trans)}
            </option>
          ))}
        </select>
      </div>
      {safe.length > 0 && (
        <button className="hybnb-button hybnb-all" onClick={actions.applyAll}>
          {trans.__('Apply all safe fixes (%1)', safe.length)}
        </button>
      )}
      {shown.length === 0 && <p className="hybnb-empty">{trans.__('No function matches.')}</p>}
      <div onKeyDown={walk}>
        {shown.map(group => (
          <Section key={group.name} group={group} state={late} actions={actions} trans={trans} />
        ))}
      </div>
    </>
  );
}

function Section({
  group,
  state,
  actions,
  trans
}: { group: Group } & Omit<CardsProps, 'store'>): React.JSX.Element {
  const asked = new Set([...state.waiting.values()].map(subject));
  const quiet = group.name === 'leave';
  return (
    <details
      className="hybnb-group"
      open={!quiet || state.query !== '' || state.filter !== 'all'}
      key={String(quiet)}
    >
      <summary>
        <h3>
          {groupWord(group.name, trans)} <span className="hybnb-count">{group.items.length}</span>
        </h3>
      </summary>
      <ul className="hybnb-cards">
        {group.items.map(item => (
          <Card
            key={item.id}
            item={item}
            open={state.open.has(item.id)}
            freshness={freshness(item, state)}
            progress={state.progress.get(item.key)}
            measuring={state.message?.state.measuring.includes(item.key) ?? false}
            waiting={asked.has(item.key)}
            busy={state.busy}
            refused={state.refused.get(item.key)}
            cannotMeasure={state.message?.state.cannot_measure ?? ''}
            explained={state.explained}
            actions={actions}
            trans={trans}
          />
        ))}
      </ul>
    </details>
  );
}

/** Up and down go from card to card. */
function walk(event: React.KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const folds = [...event.currentTarget.querySelectorAll<HTMLElement>('details[open] .hybnb-fold')];
  const at = folds.indexOf(event.target as HTMLElement);
  const next = step && at >= 0 ? folds[at + step] : undefined;
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

function filterWord(filter: Filter, trans: Words): string {
  return {
    all: trans.__('All functions'),
    change: trans.__('To change'),
    unsafe: trans.__('Not safe'),
    unknown: trans.__('Not known')
  }[filter];
}

function groupWord(name: GroupName, trans: Words): string {
  return {
    decorate: trans.__('Decorate'),
    'repair-first': trans.__('Repair first'),
    adjust: trans.__('Adjust the decorator'),
    remove: trans.__('Remove the decorator'),
    measure: trans.__('Measure'),
    leave: trans.__('Leave as they are')
  }[name];
}
