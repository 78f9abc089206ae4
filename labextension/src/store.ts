/** Holds the state of one notebook and tells of each change. No Lab imports. */

import { reduce, START, type Event, type State } from './state.js';

export class Store {
  private current: State;
  private readonly listeners = new Set<() => void>();

  constructor(start: State = START) {
    this.current = start;
  }

  get state(): State {
    return this.current;
  }

  dispatch(event: Event): void {
    const next = reduce(this.current, event);
    if (next !== this.current) {
      this.current = next;
      for (const listener of [...this.listeners]) {
        listener();
      }
    }
  }

  /** Calls `listener` after each change until what is returned is called. */
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): State => this.current;
}
