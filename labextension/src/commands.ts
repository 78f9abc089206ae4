/** Commands for the palette, the menus, the toolbar and the keyboard. */

import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

import { applicable } from './edits.js';
import { icon } from './icon.js';
import { seenCell } from './groups.js';
import type { Notebooks } from './notebooks.js';
import type { PanelActions } from './panel.js';
import type { Words } from './reasons.js';
import type { Item } from './state.js';

export const COMMANDS = {
  show: 'hybnb:show-panel',
  load: 'hybnb:load',
  refresh: 'hybnb:judge-again',
  applyAll: 'hybnb:apply-safe-fixes',
  apply: 'hybnb:apply-fix-in-cell',
  why: 'hybnb:why-in-cell'
} as const;

interface Parts {
  readonly notebooks: Notebooks;
  readonly actionsOf: (panel: NotebookPanel) => PanelActions;
  readonly panel: Widget;
  readonly labShell: ILabShell | null;
  readonly palette: ICommandPalette | null;
  readonly trans: Words;
}

export function addCommands(app: JupyterFrontEnd, parts: Parts): void {
  const { notebooks, actionsOf, panel, labShell, palette, trans } = parts;
  const { commands } = app;
  const current = () => notebooks.tracker.currentWidget;
  const open = () => notebooks.of(current());
  const connected = () => open()?.store.state.link === 'connected';
  const acting = () => {
    const view = current();
    return view && open() ? actionsOf(view) : undefined;
  };
  const inCell = () => itemsOfActiveCell(current(), notebooks);

  const show = () => {
    if (labShell && panel.isVisible) {
      const left = [...labShell.widgets('left')].includes(panel);
      left ? labShell.collapseLeft() : labShell.collapseRight();
    } else {
      app.shell.activateById(panel.id);
    }
  };
  commands.addCommand(COMMANDS.show, {
    label: named(trans.__('Show or Hide the Panel')),
    caption: trans.__('Would tf.function be safe and faster? hybnb\u2019s panel'),
    icon,
    execute: show
  });
  commands.addCommand(COMMANDS.load, {
    label: named(trans.__('Load in this Kernel')),
    isEnabled: () => open()?.store.state.link === 'not-loaded',
    execute: () => acting()?.load()
  });
  commands.addCommand(COMMANDS.refresh, {
    label: named(trans.__('Judge Again')),
    isEnabled: connected,
    execute: () => open()?.connection.send({ type: 'refresh' })
  });
  commands.addCommand(COMMANDS.applyAll, {
    label: named(trans.__('Apply All Safe Fixes')),
    isEnabled: connected,
    execute: () => acting()?.applyAll()
  });
  commands.addCommand(COMMANDS.apply, {
    label: named(trans.__('Apply the Fix in this Cell')),
    isEnabled: () => inCell().some(item => applicable(item) >= 0),
    execute: () => {
      const item = inCell().find(one => applicable(one) >= 0);
      return item && acting()?.apply(item, applicable(item));
    }
  });
  commands.addCommand(COMMANDS.why, {
    label: named(trans.__('Why? (Functions in this Cell)')),
    isEnabled: () => inCell().length > 0,
    execute: () => {
      for (const { id } of inCell()) {
        open()?.store.dispatch({ type: 'toggled', id, open: true });
      }
      app.shell.activateById(panel.id);
    }
  });
  for (const command of Object.values(COMMANDS)) {
    palette?.addItem({ command, category: 'hybnb', args: { isPalette: true } });
  }
}

/** In menus the name goes before it; in the palette it stands above already. */
function named(label: string): (args: { isPalette?: unknown }) => string {
  return args => (args.isPalette ? label : `hybnb: ${label}`);
}

function itemsOfActiveCell(view: NotebookPanel | null, notebooks: Notebooks): readonly Item[] {
  const state = notebooks.of(view)?.store.state;
  const id = view?.content.activeCell?.model.id;
  return (
    state?.items.filter(
      ({ verdict: { function: of } }) => !of.path && seenCell(state, of.cell)?.cell_id === id
    ) ?? []
  );
}
