/**
 * Keeps a notebook's store connected to hybnb in its kernel, through restarts, deaths, changes of kernel and reloads.
 *
 * Nothing is asked of the kernel after a cell: it sends reports by itself. Lab's types only, none of its code.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';

import {
  PROTOCOL,
  TARGET,
  type Command,
  type ReportMessage,
  type Seen,
  type ToFrontEnd
} from './protocol.js';
import type { Link } from './reasons.js';
import type { Store } from './store.js';
import { whole } from './whole.js';

type Asked<T> = T extends { id: number } ? Omit<T, 'id'> : never; // all but `seen`, which has no answer
/** A command before it has its number. */
export type Request = Asked<Command>;

const RESTARTING = new Set(['restarting', 'autorestarting']);
const GONE = new Set(['dead', 'terminating']);
// Evaluated without running anything, so that no name of the user's comes into being.
const QUESTIONS = {
  loaded: `'hybnb' in get_ipython().extension_manager.loaded`,
  version: `__import__('importlib.metadata', fromlist=['version']).version('hybnb')`
};
/** What a kernel makes of each of them. */
type Evaluated = { status: 'ok'; data: { 'text/plain': string } } | { status: 'error' };

export class Connection {
  private comm: Kernel.IComm | null = null;
  /** The last report that came over it, as a whole. */
  private last: ReportMessage | null = null;
  /** Grows with each attempt, so that what an earlier one still waits for comes to nothing. */
  private turn = 0;
  private commands: number;

  /** `version` is that of this extension; `first` the number of the first command. */
  constructor(
    private readonly context: ISessionContext,
    private readonly store: Store,
    private readonly version: string,
    first = Math.floor(Math.random() * 2 ** 40)
  ) {
    this.commands = first;
    context.kernelChanged.connect(this.onKernel, this);
    context.statusChanged.connect(this.onStatus, this);
    context.connectionStatusChanged.connect(this.onConnection, this);
    this.attach();
  }

  dispose(): void {
    this.turn++;
    this.context.kernelChanged.disconnect(this.onKernel, this);
    this.context.statusChanged.disconnect(this.onStatus, this);
    this.context.connectionStatusChanged.disconnect(this.onConnection, this);
    this.forget();
  }

  /** Send a command; it waits in the kernel's queue while a cell runs. */
  send(request: Request): void {
    const command = { ...request, id: this.commands++ } as Command;
    if (this.comm && !this.comm.isDisposed) {
      this.store.dispatch({ type: 'sent', command });
      this.comm.send(command as unknown as Parameters<Kernel.IComm['send']>[0]);
    }
  }

  /** Look again whether hybnb is there. */
  attach(): void {
    const turn = ++this.turn;
    const kernel = this.context.session?.kernel;
    this.forget();
    if (!kernel) {
      this.link('no-kernel');
      return;
    }
    this.link('connecting');
    this.store.dispatch({ type: 'busy', busy: kernel.status === 'busy' });
    kernel.registerCommTarget(TARGET, comm => this.use(comm));
    this.find(kernel, () => turn === this.turn).catch(() => {
      // The kernel went away while it was asked; its next status tells what is to be done.
    });
  }

  /** Load hybnb in the kernel. */
  async load(): Promise<void> {
    const turn = ++this.turn;
    const kernel = this.context.session?.kernel;
    if (!kernel) {
      return;
    }
    this.link('loading');
    const future = kernel.requestExecute({
      code: '%load_ext hybnb',
      silent: true,
      store_history: false,
      stop_on_error: false,
      allow_stdin: false
    });
    const { content } = await future.done.catch(() => ({ content: { status: 'aborted' as const } }));
    if (turn === this.turn && !this.comm) {
      if (content.status === 'ok') {
        this.open(kernel);
      } else {
        this.link(
          'not-loaded',
          content.status === 'error' ? `${content.ename}: ${content.evalue}` : content.status
        );
      }
    }
  }

  private async find(kernel: Kernel.IKernelConnection, current: () => boolean): Promise<void> {
    const language = (await kernel.info).language_info.name;
    if (!current()) {
      return;
    }
    if (language !== 'python') {
      this.link('other-language', language);
      return;
    }
    const { content } = await kernel.requestCommInfo({ target_name: TARGET });
    const there = content.status === 'ok' && Object.keys(content.comms).length > 0;
    const answers = there ? null : await this.ask(kernel);
    // The kernel may have opened a comm meanwhile.
    if (!current() || this.comm) {
      return;
    }
    if (there || answers?.loaded === 'True') {
      this.open(kernel);
    } else if (answers?.version === undefined) {
      this.link('not-installed');
    } else if (this.store.state.options.load === 'always') {
      await this.load();
    } else {
      this.link('not-loaded');
    }
  }

  /** The questions' answers as text; those that fail have none. */
  private async ask(
    kernel: Kernel.IKernelConnection
  ): Promise<Partial<Record<keyof typeof QUESTIONS, string>>> {
    const future = kernel.requestExecute({
      code: '',
      silent: true,
      store_history: false,
      stop_on_error: false,
      allow_stdin: false,
      user_expressions: QUESTIONS
    });
    const { content } = await future.done;
    const found: Record<string, string> = {};
    if (content.status === 'ok') {
      for (const [name, answer] of Object.entries(content.user_expressions as Record<string, Evaluated>)) {
        if (answer.status === 'ok') {
          found[name] = answer.data['text/plain'];
        }
      }
    }
    return found;
  }

  private open(kernel: Kernel.IKernelConnection): void {
    const comm = kernel.createComm(TARGET);
    comm.open();
    this.use(comm);
  }

  /** Speak over this comm from now on. */
  private use(comm: Kernel.IComm): void {
    this.turn++;
    this.comm = comm;
    this.last = null;
    comm.onMsg = message => {
      if (comm === this.comm) {
        this.heard(message);
      }
    };
    comm.onClose = () => {
      if (comm === this.comm) {
        this.comm = null;
        this.link('not-loaded');
      }
    };
    this.hello();
  }

  private hello(): void {
    this.send({ type: 'hello', protocol: PROTOCOL, version: this.version, partial: true });
  }

  private heard(message: KernelMessage.ICommMsgMsg): void {
    let data = message.content.data as unknown as ToFrontEnd | null;
    if (typeof data?.type !== 'string') {
      return;
    }
    if (data.type === 'report') {
      const full = whole(data, this.last);
      if (!full) {
        this.hello(); // one was lost, so everything is asked for
        return;
      }
      data = this.last = full;
    }
    this.store.dispatch({ type: 'received', message: data });
    if (data.type === 'report' && data.protocol === PROTOCOL && this.comm && !this.comm.isDisposed) {
      this.comm.send({ type: 'seen', sequence: data.sequence } satisfies Seen);
    }
    if (data.type === 'bye') {
      this.comm = null;
    }
  }

  private forget(): void {
    if (this.comm && !this.comm.isDisposed) {
      this.comm.dispose();
    }
    this.comm = null;
  }

  private lost(link: Exclude<Link, 'no-notebook'>): void {
    this.turn++;
    this.forget();
    this.link(link);
  }

  private link(link: Exclude<Link, 'no-notebook'>, detail?: string): void {
    this.store.dispatch({ type: 'link', link, detail });
  }

  private onKernel(): void {
    this.attach();
  }

  private onStatus(_: ISessionContext, status: Kernel.Status): void {
    this.store.dispatch({ type: 'busy', busy: status === 'busy' });
    if (RESTARTING.has(status)) {
      this.lost('restarting');
    } else if (GONE.has(status)) {
      this.lost(this.context.session?.kernel ? 'dead' : 'no-kernel');
    } else if (status === 'idle' && ['restarting', 'dead'].includes(this.store.state.link)) {
      this.attach();
    }
  }

  private onConnection(_: ISessionContext, status: Kernel.ConnectionStatus): void {
    if (status === 'disconnected') {
      this.lost('disconnected');
    } else if (status === 'connected' && this.store.state.link === 'disconnected') {
      this.attach();
    }
  }
}
