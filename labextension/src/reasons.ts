/** Why there is no advice to show: a typed reason each, with its own sentence. No Lab imports. */

export type Link =
  | 'no-notebook'
  | 'no-kernel'
  | 'connecting'
  | 'restarting'
  | 'disconnected'
  | 'dead'
  | 'other-language'
  | 'not-installed'
  | 'not-loaded'
  | 'loading'
  | 'versions-differ'
  | 'connected';

/** The two functions of a translation bundle that are used here. */
export interface Words {
  __(text: string, ...values: unknown[]): string;
}

/** What to do about it, where a button can. */
export type Remedy = 'load' | 'retry' | null;

export interface Reason {
  readonly title: string;
  readonly text: string;
  readonly remedy: Remedy;
}

/** `busy` says that the kernel is running a cell; `detail` is a language, a version or an error. */
export function reasonFor(link: Link, busy: boolean, detail: string, trans: Words): Reason {
  if (link === 'connecting' && busy) {
    return {
      title: trans.__('The kernel is busy'),
      text: trans.__('hybnb connects as soon as the running cell has ended.'),
      remedy: null
    };
  }
  const [title, text, remedy = null] = SENTENCES[link](trans, detail);
  return { title, text, remedy };
}

type Sentence = (trans: Words, detail: string) => readonly [string, string, Remedy?];

const SENTENCES: Record<Link, Sentence> = {
  'no-notebook': trans => [
    trans.__('No notebook in front'),
    trans.__('Open a notebook: hybnb tells which of its functions tf.function would make faster.')
  ],
  'no-kernel': trans => [
    trans.__('No kernel'),
    trans.__('This notebook has no kernel. Choose one, then run its cells.')
  ],
  connecting: trans => [trans.__('Connecting'), trans.__('Asking the kernel whether hybnb is loaded.')],
  restarting: trans => [
    trans.__('The kernel is restarting'),
    trans.__('What hybnb knew is gone with it. Load hybnb and run the cells again.')
  ],
  disconnected: trans => [
    trans.__('The connection is lost'),
    trans.__('The server cannot be reached. hybnb goes on as soon as it can.')
  ],
  dead: trans => [trans.__('The kernel has died'), trans.__('Restart it, then run the cells again.')],
  'other-language': (trans, language) => [
    trans.__('Not a Python kernel'),
    trans.__('This kernel speaks %1; hybnb is about TensorFlow functions in Python.', language || '?')
  ],
  'not-installed': trans => [
    trans.__('hybnb is not installed in this kernel'),
    trans.__('Run %pip install hybnb in a cell, in the environment of the kernel, then try again.'),
    'retry'
  ],
  'not-loaded': (trans, error) => [
    trans.__('hybnb is not loaded'),
    error
      ? trans.__('Loading it failed: %1', error)
      : trans.__('Load it here, or put %load_ext hybnb into the first cell.'),
    'load'
  ],
  loading: trans => [trans.__('Loading hybnb'), trans.__('It starts as soon as the kernel is idle.')],
  'versions-differ': (trans, detail) => [
    trans.__('Two versions of hybnb'),
    detail ||
      trans.__(
        'The kernel and this page have versions that do not understand each other. Install one for both.'
      ),
    'retry'
  ],
  connected: trans => [
    trans.__('No function yet'),
    trans.__(
      'Run a cell that imports TensorFlow and one that defines a function. What is worth a change shows here.'
    )
  ]
};
