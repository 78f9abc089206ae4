/** What the panel knows of one notebook, and how each event changes it. Pure; no Lab imports. */

import {
  keyOf,
  PROTOCOL,
  type Answer,
  type Command,
  type Drawn,
  type Explanation,
  type Progress,
  type ReportMessage,
  type ToFrontEnd,
  type Verdict
} from './protocol.js';
import type { Link } from './reasons.js';

/** A function with its verdict and its words. */
export interface Item {
  readonly id: string;
  readonly key: string;
  readonly verdict: Verdict;
  readonly drawn: Drawn;
}

export const FILTERS = ['all', 'change', 'unsafe', 'unknown'] as const;
export type Filter = (typeof FILTERS)[number];

/** What the user chose in the settings editor. */
export interface Options {
  readonly gutter: boolean;
  readonly underlines: boolean;
  readonly lens: boolean;
  readonly hover: boolean;
  readonly load: 'ask' | 'always';
}

export interface State {
  readonly link: Link;
  readonly detail: string;
  readonly busy: boolean;
  readonly message: ReportMessage | null;
  readonly items: readonly Item[];
  /** Cell id → digest of its text as it is now. */
  readonly texts: ReadonlyMap<string, string>;
  /** Commands without an answer yet: id → the function or code that each is about. */
  readonly waiting: ReadonlyMap<number, Command>;
  readonly progress: ReadonlyMap<string, Progress>;
  /** The last refusal for a function key, until it is asked something else. */
  readonly refused: ReadonlyMap<string, string>;
  readonly explained: ReadonlyMap<string, Explanation>;
  readonly open: ReadonlySet<string>;
  readonly filter: Filter;
  readonly query: string;
  readonly options: Options;
}

export const START: State = {
  link: 'no-kernel',
  detail: '',
  busy: false,
  message: null,
  items: [],
  texts: new Map(),
  waiting: new Map(),
  progress: new Map(),
  refused: new Map(),
  explained: new Map(),
  open: new Set(),
  filter: 'all',
  query: '',
  options: { gutter: true, underlines: true, lens: true, hover: true, load: 'ask' }
};

export type Event =
  | { readonly type: 'link'; readonly link: Exclude<Link, 'no-notebook'>; readonly detail?: string }
  | { readonly type: 'busy'; readonly busy: boolean }
  | { readonly type: 'received'; readonly message: ToFrontEnd }
  | { readonly type: 'sent'; readonly command: Command }
  | { readonly type: 'refused'; readonly about: string; readonly message: string }
  | { readonly type: 'texts'; readonly texts: ReadonlyMap<string, string> }
  | { readonly type: 'toggled'; readonly id: string; readonly open?: boolean }
  | { readonly type: 'filtered'; readonly filter: Filter }
  | { readonly type: 'searched'; readonly query: string }
  | { readonly type: 'options'; readonly options: Options };

/** The state after an event; the same object when nothing has changed. */
export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'link':
      return linked(state, event.link, event.detail ?? '');
    case 'busy':
      return state.busy === event.busy ? state : { ...state, busy: event.busy };
    case 'received':
      return received(state, event.message);
    case 'sent':
      return sent(state, event.command);
    case 'refused':
      return { ...state, refused: new Map(state.refused).set(event.about, event.message) };
    case 'texts':
      return sameMap(state.texts, event.texts) ? state : { ...state, texts: event.texts };
    case 'toggled':
      return toggled(state, event.id, event.open ?? !state.open.has(event.id));
    case 'filtered':
      return { ...state, filter: event.filter };
    case 'searched':
      return { ...state, query: event.query };
    case 'options':
      return { ...state, options: event.options };
  }
}

/** Everything learned from a kernel is forgotten with the connection to it. */
function linked(state: State, link: Link, detail: string): State {
  if (link === state.link && detail === state.detail) {
    return state;
  }
  const { message, items, waiting, progress, refused } = START;
  return link === 'connected'
    ? { ...state, link, detail }
    : { ...state, link, detail, message, items, waiting, progress, refused };
}

function received(state: State, message: ToFrontEnd): State {
  switch (message.type) {
    case 'report':
      return reported(state, message);
    case 'answer':
      return answered(state, message);
    case 'progress':
      return { ...state, progress: new Map(state.progress).set(message.function, message) };
    case 'bye':
      return linked(state, 'not-loaded', '');
    default:
      return state;
  }
}

function reported(state: State, message: ReportMessage): State {
  if (message.protocol !== PROTOCOL) {
    return linked(state, 'versions-differ', '');
  }
  if (state.message && message.sequence < state.message.sequence) {
    return state;
  }
  const measuring = new Set(message.state.measuring);
  const progress = new Map([...state.progress].filter(([key]) => measuring.has(key)));
  return { ...state, link: 'connected', detail: '', message, progress, items: itemsOf(message, state.items) };
}

/** A function whose verdict is what it was keeps its object, so that its card isn't drawn again. */
function itemsOf(message: ReportMessage, before: readonly Item[]): readonly Item[] {
  const known = new Map(before.map(item => [item.id, item]));
  const taken = new Map<string, number>();
  const verdicts = message.report.sources.flatMap(source => source.verdicts);
  return verdicts.map((verdict, index) => {
    const { path, cell, cell_id, name } = verdict.function;
    const place = [path ?? cell_id ?? cell, name].join('#');
    const times = (taken.get(place) ?? 0) + 1;
    taken.set(place, times);
    const item = {
      id: `${place}#${times}`,
      key: keyOf(verdict.function),
      verdict,
      drawn: message.drawn[index]
    };
    const old = known.get(item.id);
    return old && same(old, item) ? old : item;
  });
}

function same(one: Item, other: Item): boolean {
  const identical = one.verdict === other.verdict && one.drawn === other.drawn;
  return identical || JSON.stringify(one) === JSON.stringify(other);
}

/** Answers to other pages that share the kernel are none of ours. */
function answered(state: State, answer: Answer): State {
  const command = state.waiting.get(answer.to);
  if (!command) {
    return state;
  }
  if (answer.reason === 'other-protocol') {
    return linked(state, 'versions-differ', answer.message);
  }
  const waiting = new Map(state.waiting);
  waiting.delete(answer.to);
  const about = subject(command);
  const refused = new Map(state.refused);
  const explained = new Map(state.explained);
  if (answer.detail) {
    explained.set(about, answer.detail);
  }
  if (!answer.ok) {
    refused.set(about, answer.message);
  }
  return { ...state, waiting, refused, explained };
}

function sent(state: State, command: Command): State {
  if (!('id' in command)) {
    return state;
  }
  const refused = new Map(state.refused);
  refused.delete(subject(command));
  return { ...state, waiting: new Map(state.waiting).set(command.id, command), refused };
}

/** The function key or code that a command is about. */
export function subject(command: Command): string {
  if ('function' in command) {
    return command.function ?? '';
  }
  return 'what' in command ? command.what : 'code' in command ? command.code : '';
}

function toggled(state: State, id: string, open: boolean): State {
  if (state.open.has(id) === open) {
    return state;
  }
  const all = new Set(state.open);
  all[open ? 'add' : 'delete'](id);
  return { ...state, open: all };
}

function sameMap<T>(one: ReadonlyMap<string, T>, other: ReadonlyMap<string, T>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}
