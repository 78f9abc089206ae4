/** The panel's widget, which follows the notebook in front, and the few words in the status bar. */

import { ReactWidget } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import React, { useSyncExternalStore } from 'react';

import type { Notebooks } from './notebooks.js';
import { Panel, type PanelActions } from './panel.js';
import { reasonFor, type Words } from './reasons.js';
import type { Store } from './store.js';

/** Buttons of the notebook in a view. */
export type ActionsOf = (panel: NotebookPanel) => PanelActions;

abstract class Following extends ReactWidget {
  constructor(
    protected readonly notebooks: Notebooks,
    protected readonly trans: Words
  ) {
    super();
    const { tracker } = notebooks;
    tracker.currentChanged.connect(() => {
      this.update();
      // Its store is there once its file has been read.
      void tracker.currentWidget?.context.ready.then(() => Promise.resolve().then(() => this.update()));
    });
  }
}

export class Sidebar extends Following {
  constructor(
    notebooks: Notebooks,
    private readonly actionsOf: ActionsOf,
    trans: Words
  ) {
    super(notebooks, trans);
    this.id = 'hybnb-panel';
    this.addClass('hybnb-panel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'hybnb');
  }

  protected override render(): React.JSX.Element {
    const panel = this.notebooks.tracker.currentWidget;
    const open = this.notebooks.of(panel);
    if (!panel || !open) {
      const { title, text } = reasonFor('no-notebook', false, '', this.trans);
      return (
        <div className="hybnb-empty">
          <h3>{title}</h3>
          <p>{text}</p>
        </div>
      );
    }
    const name = panel.context.path.split('/').pop() ?? '';
    return (
      <Panel
        key={panel.id}
        store={open.store}
        name={name}
        actions={this.actionsOf(panel)}
        trans={this.trans}
      />
    );
  }

  protected override onActivateRequest(): void {
    this.node.querySelector<HTMLElement>('button, input')?.focus();
  }
}

export class StatusWords extends Following {
  constructor(
    notebooks: Notebooks,
    private readonly showPanel: () => void,
    trans: Words
  ) {
    super(notebooks, trans);
    this.addClass('jp-mod-highlighted');
  }

  protected override render(): React.JSX.Element | null {
    const open = this.notebooks.of(this.notebooks.tracker.currentWidget);
    return open ? <Totals store={open.store} show={this.showPanel} trans={this.trans} /> : null;
  }
}

function Totals({
  store,
  show,
  trans
}: {
  store: Store;
  show: () => void;
  trans: Words;
}): React.JSX.Element | null {
  const { link, message } = useSyncExternalStore(store.subscribe, store.snapshot);
  if (link !== 'connected') {
    return null;
  }
  const said = message?.totals.split(' · ')[0] || trans.__('no function yet');
  return (
    <button className="hybnb-status-item" title={trans.__('Show hybnb\u2019s panel')} onClick={show}>
      hybnb: {said}
    </button>
  );
}
