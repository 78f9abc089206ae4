/** Puts a report together from what is new in it and the report before. No Lab imports. */

import type { ReportMessage } from './protocol.js';

/** The whole report; null when `part` belongs to another report than the one before. */
export function whole(part: ReportMessage, before: ReportMessage | null): ReportMessage | null {
  if (!part.same) {
    return part;
  }
  if (before?.sequence !== part.same.base) {
    return null;
  }
  const [source] = part.report.sources;
  const old = before.report.sources[0].verdicts;
  const sent = numbered(part.same.places);
  const pick = <T>(news: readonly T[], known: readonly T[]): T[] =>
    sent.map(([place, index]) => (place < 0 ? news[index] : known[place]));
  const verdicts = pick(source.verdicts, old);
  return {
    ...part,
    report: { ...part.report, sources: [{ ...source, verdicts }] },
    drawn: pick(part.drawn, before.drawn),
    same: null
  };
}

/** Each place with the number of new ones before it. */
function numbered(places: readonly number[]): [number, number][] {
  let count = 0;
  return places.map(place => [place, place < 0 ? count++ : count]);
}
