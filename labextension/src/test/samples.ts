/** The samples that Python's tests read as well. */

import { readFileSync } from 'node:fs';

import type { Answer, Command, Progress, ReportMessage, Verdict } from '../protocol.js';
import { reduce, START, type Event, type State } from '../state.js';

const FOLDER = new URL('../../../tests/samples/', import.meta.url);

export const REPORTS = ['report', 'report_empty', 'report_hostile'];

export function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf-8')) as T;
}

export const report = (name = 'report'): ReportMessage => read(`wire/${name}`);
export const answer = (name: string): Answer => read(`wire/${name}`);
export const progress = (): Progress => read('wire/progress');
export const commands = (): Command[] => read('wire/commands');

/** The state after these events. */
export function after(...events: readonly Event[]): State {
  return events.reduce(reduce, START);
}

export function received(message: ReportMessage | Answer | Progress): Event {
  return { type: 'received', message };
}

/** A report in which only this verdict is another. */
export function withVerdict(message: ReportMessage, index: number, change: Partial<Verdict>): ReportMessage {
  const [source, ...rest] = message.report.sources;
  const verdicts = source.verdicts.map((one, at) => (at === index ? { ...one, ...change } : one));
  return { ...message, report: { ...message.report, sources: [{ ...source, verdicts }, ...rest] } };
}
