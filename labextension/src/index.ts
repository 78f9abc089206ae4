/** The plugin: a panel beside the notebook. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'hybnb:plugin',
  description: 'Advice on tf.function beside the code.',
  autoStart: true,
  activate: (app: JupyterFrontEnd) => {
    const panel = ReactWidget.create(React.createElement('div', null, 'hybnb'));
    panel.id = 'hybnb-panel';
    panel.title.label = 'hybnb';
    panel.addClass('hybnb-panel');
    app.shell.add(panel, 'right', { rank: 900 });
  }
};

export default plugin;
