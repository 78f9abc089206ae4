/** The plugin: panel, marks, commands, status bar and settings, in JupyterLab and in Notebook. */

import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ISharedCell, ISharedNotebook } from '@jupyter/ydoc';

import { version } from '../package.json';
import { actionsFor } from './actions.js';
import { addCommands, COMMANDS } from './commands.js';
import { codeMarks } from './editor.js';
import { icon } from './icon.js';
import { marksOf, type CellMarks } from './marks.js';
import { Notebooks } from './notebooks.js';
import type { PanelActions } from './panel.js';
import type { Words } from './reasons.js';
import { Sidebar, StatusWords } from './sidebar.js';
import { START, type Item, type Options, type State } from './state.js';

const ID = 'hybnb:plugin';

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Tells beside the code whether tf.function would be safe and faster.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IEditorExtensionRegistry, ISettingRegistry, ITranslator, ICommandPalette, IStatusBar, ILabShell],
  activate
};

function activate(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  editors: IEditorExtensionRegistry | null,
  settings: ISettingRegistry | null,
  translator: ITranslator | null,
  palette: ICommandPalette | null,
  statusBar: IStatusBar | null,
  labShell: ILabShell | null
): void {
  const trans = (translator ?? nullTranslator).load('hybnb');
  const notebooks = new Notebooks(tracker, version);
  const actionsOf = remembered(notebooks, trans);
  const panel = new Sidebar(notebooks, actionsOf, trans);
  panel.title.icon = icon;
  panel.title.caption = trans.__('hybnb: would tf.function be safe and faster?');
  app.shell.add(panel, 'right', { rank: 900, type: 'hybnb' });

  const show = () => app.shell.activateById(panel.id);
  addCommands(app, { notebooks, actionsOf, panel, labShell, palette, trans });
  if (editors) {
    addMarks(editors, notebooks, actionsOf, show, trans);
  }
  if (statusBar) {
    statusBar.registerStatusItem(ID, {
      item: new StatusWords(notebooks, show, trans),
      align: 'left',
      rank: 900
    });
  }
  if (settings) {
    void settings.load(ID).then(loaded => {
      const configure = () =>
        notebooks.configure({ ...START.options, ...(loaded.composite as Partial<Options>) });
      loaded.changed.connect(configure);
      configure();
    });
  }
}

/** The actions of a notebook stay the same objects, so that its cards aren't drawn anew. */
function remembered(notebooks: Notebooks, trans: Words): (panel: NotebookPanel) => PanelActions {
  const known = new WeakMap<ISharedNotebook, PanelActions>();
  return panel => {
    const shared = panel.model?.sharedModel;
    const open = notebooks.of(panel);
    if (!shared || !open) {
      throw new Error('hybnb: this notebook is not open');
    }
    const found =
      known.get(shared) ?? actionsFor(open.store, open.connection, () => notebooks.view(shared), trans);
    known.set(shared, found);
    return found;
  };
}

function addMarks(
  editors: IEditorExtensionRegistry,
  notebooks: Notebooks,
  actionsOf: (panel: NotebookPanel) => PanelActions,
  show: () => void,
  trans: Words
): void {
  const found = new WeakMap<ISharedNotebook, (state: State) => ReadonlyMap<string, CellMarks>>();
  editors.addExtension({
    name: 'hybnb:marks',
    factory: ({ inline, model }) => {
      const cell = model.sharedModel as unknown as Partial<ISharedCell>;
      if (!inline || cell.cell_type !== 'code' || !cell.notebook || !cell.getId) {
        return null;
      }
      const { notebook } = cell;
      const store = notebooks.store(notebook);
      const marks = found.get(notebook) ?? marksOf();
      found.set(notebook, marks);
      const actions = {
        show: (item: Item) => {
          store.dispatch({ type: 'toggled', id: item.id, open: true });
          show();
          revealCard(item);
        },
        apply: (item: Item, fix: number) => {
          const view = notebooks.view(notebook);
          if (view) {
            actionsOf(view).apply(item, fix);
          }
        }
      };
      const extension = codeMarks({ store, cellId: cell.getId(), marks, actions, trans });
      return EditorExtensionRegistry.createImmutableExtension(extension);
    }
  });
}

/** Bring a card into view once the panel is shown. */
function revealCard(item: Item): void {
  requestAnimationFrame(() => {
    const cards = document.querySelectorAll<HTMLElement>('#hybnb-panel .hybnb-card');
    const card = [...cards].find(one => one.dataset.id === item.id);
    card?.closest('details')?.setAttribute('open', '');
    card?.scrollIntoView({ block: 'nearest' });
  });
}

export { COMMANDS };
export default plugin;
