/** Gives each open notebook its store and its connection, and tells the store how the cells' texts stand. */

import type { ISharedNotebook } from '@jupyter/ydoc';
import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import { Connection } from './connection.js';
import { digest } from './digest.js';
import { START, type Options } from './state.js';
import { Store } from './store.js';

interface Shared {
  readonly store: Store;
  readonly connection: Connection;
  /** How many views of the notebook are open. */
  views: number;
}

export class Notebooks {
  private readonly stores = new WeakMap<ISharedNotebook, Store>();
  private readonly open = new Map<ISharedNotebook, Shared>();
  private options: Options = START.options;

  constructor(
    readonly tracker: INotebookTracker,
    private readonly version: string
  ) {
    tracker.forEach(panel => this.add(panel));
    tracker.widgetAdded.connect((_, panel) => this.add(panel));
  }

  /** Everywhere, now and in notebooks opened later. */
  configure(options: Options): void {
    this.options = options;
    for (const { store } of this.open.values()) {
      store.dispatch({ type: 'options', options });
    }
  }

  /** The store of a notebook; editors may ask for it before the notebook is ready. */
  store(notebook: ISharedNotebook): Store {
    const found = this.stores.get(notebook) ?? new Store({ ...START, options: this.options });
    this.stores.set(notebook, found);
    return found;
  }

  of(panel: NotebookPanel | null): Shared | undefined {
    const shared = panel?.model?.sharedModel;
    return shared && this.open.get(shared);
  }

  /** The view of a notebook that is in front, or else any. */
  view(notebook: ISharedNotebook): NotebookPanel | undefined {
    const of = (panel: NotebookPanel) => panel.model?.sharedModel === notebook;
    const { currentWidget } = this.tracker;
    return currentWidget && of(currentWidget) ? currentWidget : this.tracker.find(of);
  }

  private add(panel: NotebookPanel): void {
    void panel.context.ready.then(() => {
      const shared = panel.model?.sharedModel;
      if (panel.isDisposed || !shared) {
        return;
      }
      const known = this.open.get(shared);
      if (known) {
        known.views++;
      } else {
        this.open.set(shared, { ...this.connected(panel, shared), views: 1 });
      }
      panel.disposed.connect(() => this.remove(shared));
    });
  }

  private connected(panel: NotebookPanel, shared: ISharedNotebook): Omit<Shared, 'views'> {
    const store = this.store(shared);
    store.dispatch({ type: 'options', options: this.options });
    watchTexts(panel, store);
    return { store, connection: new Connection(panel.sessionContext, store, this.version) };
  }

  private remove(shared: ISharedNotebook): void {
    const known = this.open.get(shared);
    if (known && --known.views === 0) {
      known.connection.dispose();
      this.open.delete(shared);
    }
  }
}

/** Tell the store of the cells' texts, now and once after each burst of changes. */
function watchTexts(panel: NotebookPanel, store: Store): void {
  const known = new WeakMap<ICellModel, { text: string; digest: string }>();
  const digestOf = (cell: ICellModel): string => {
    const text = cell.sharedModel.getSource();
    const before = known.get(cell);
    const now = before?.text === text ? before : { text, digest: digest(text) };
    known.set(cell, now);
    return now.digest;
  };
  let waiting = false;
  const look = () => {
    waiting = false;
    const cells = [...(panel.model?.cells ?? [])].filter(cell => cell.type === 'code');
    store.dispatch({ type: 'texts', texts: new Map(cells.map(cell => [cell.id, digestOf(cell)])) });
  };
  panel.model?.contentChanged.connect(() => {
    if (!waiting) {
      waiting = true;
      setTimeout(look);
    }
  });
  look();
}
