import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';

import { Connection } from '../connection.js';
import type { ToFrontEnd } from '../protocol.js';
import { START } from '../state.js';
import { Store } from '../store.js';
import { report } from './samples.js';

class Signal<T> {
  private readonly slots: [(sender: unknown, value: T) => void, unknown][] = [];
  connect = (slot: (sender: unknown, value: T) => void, self: unknown) => this.slots.push([slot, self]);
  disconnect = (slot: (sender: unknown, value: T) => void) => {
    const at = this.slots.findIndex(([one]) => one === slot);
    this.slots.splice(at, 1);
  };
  emit = (value: T) => [...this.slots].forEach(([slot, self]) => slot.call(self, undefined, value));
}

class Comm {
  isDisposed = false;
  onMsg: (message: { content: { data: ToFrontEnd } }) => void = () => undefined;
  onClose: () => void = () => undefined;
  readonly sent: { type: string; id?: number }[] = [];
  open = () => undefined;
  send = (data: { type: string }) => this.sent.push(data);
  dispose = () => (this.isDisposed = true);
  /** The kernel says something. */
  say = (data: ToFrontEnd) => this.onMsg({ content: { data } });
}

/** A kernel in which hybnb is loaded, installed, or not there. */
class FakeKernel {
  status = 'idle';
  readonly comms: Comm[] = [];
  readonly run: string[] = [];
  private target: (comm: Comm) => void = () => undefined;

  constructor(
    public hybnb: 'loaded' | 'installed' | 'missing',
    private readonly language = 'python'
  ) {}

  info = Promise.resolve().then(() => ({ language_info: { name: this.language } }));
  registerCommTarget = (_: string, opened: (comm: Comm) => void) => (this.target = opened);
  requestCommInfo = async () => ({ content: { status: 'ok', comms: {} } });
  createComm = () => this.kept(new Comm());

  /** The kernel opens a comm by itself. */
  open(): Comm {
    const comm = this.kept(new Comm());
    this.target(comm);
    return comm;
  }

  requestExecute(content: { code: string }) {
    this.run.push(content.code);
    return { done: Promise.resolve().then(() => ({ content: this.reply(content.code) })) };
  }

  private reply(code: string) {
    if (code) {
      const works = this.hybnb !== 'missing';
      this.hybnb = works ? 'loaded' : 'missing';
      return works ? { status: 'ok' } : { status: 'error', ename: 'ModuleNotFoundError', evalue: 'no hybnb' };
    }
    const told = (text: string) => ({ status: 'ok', data: { 'text/plain': text } });
    const version = this.hybnb === 'missing' ? { status: 'error' } : told("'0.1.0'");
    return {
      status: 'ok',
      user_expressions: { loaded: told(this.hybnb === 'loaded' ? 'True' : 'False'), version }
    };
  }

  private kept(comm: Comm): Comm {
    this.comms.push(comm);
    return comm;
  }
}

function connected(kernel: FakeKernel | null, options = START.options) {
  const context = {
    session: kernel && { kernel },
    kernelChanged: new Signal<void>(),
    statusChanged: new Signal<Kernel.Status>(),
    connectionStatusChanged: new Signal<Kernel.ConnectionStatus>()
  };
  const store = new Store({ ...START, options });
  const connection = new Connection(context as unknown as ISessionContext, store, '0.1.0', 100);
  return { context, store, connection };
}

const settled = () => new Promise(resolve => setTimeout(resolve));

test('where hybnb is loaded, a comm is opened and hello said', async () => {
  const kernel = new FakeKernel('loaded');
  const { store } = connected(kernel);
  await settled();

  assert.deepEqual(kernel.comms[0].sent, [
    { type: 'hello', protocol: 1, version: '0.1.0', partial: true, id: 100 }
  ]);
  assert.deepEqual(kernel.run, [''], 'nothing was run in the kernel');
  kernel.comms[0].say(report());
  assert.equal(store.state.link, 'connected');
  assert.deepEqual(kernel.comms[0].sent.at(-1), { type: 'seen', sequence: report().sequence });
});

const REASONS: [string, FakeKernel | null][] = [
  ['no-kernel', null],
  ['not-installed', new FakeKernel('missing')],
  ['not-loaded', new FakeKernel('installed')],
  ['other-language', new FakeKernel('missing', 'julia')]
];

for (const [link, kernel] of REASONS) {
  test(`a kernel without advice gives its reason: ${link}`, async () => {
    const { store } = connected(kernel);
    await settled();

    assert.equal(store.state.link, link);
    assert.equal(kernel?.comms.length ?? 0, 0, 'no comm is opened that the kernel would refuse');
  });
}

test('loading on request connects', async () => {
  const kernel = new FakeKernel('installed');
  const { store, connection } = connected(kernel);
  await settled();
  await connection.load();

  assert.deepEqual(kernel.run.filter(Boolean), ['%load_ext hybnb']);
  assert.equal(kernel.comms[0].sent[0].type, 'hello');
  kernel.comms[0].say(report());
  assert.equal(store.state.link, 'connected');
});

test('loading that fails says why', async () => {
  const kernel = new FakeKernel('installed');
  const { store, connection } = connected(kernel);
  await settled();
  kernel.hybnb = 'missing';
  await connection.load();

  assert.equal(store.state.link, 'not-loaded');
  assert.match(store.state.detail, /ModuleNotFoundError/);
});

test('hybnb is loaded without being asked where the settings say so, and only there', async () => {
  const always = new FakeKernel('installed');
  connected(always, { ...START.options, load: 'always' });
  const ask = new FakeKernel('installed');
  connected(ask);
  await settled();
  await settled();

  assert.ok(always.run.includes('%load_ext hybnb'));
  assert.ok(!ask.run.includes('%load_ext hybnb'));
});

test('hybnb loaded late by a cell connects at once', async () => {
  const kernel = new FakeKernel('installed');
  const { store } = connected(kernel);
  await settled();
  const comm = kernel.open();

  assert.equal(comm.sent[0].type, 'hello');
  comm.say(report());
  assert.equal(store.state.link, 'connected');
});

for (const status of ['restarting', 'autorestarting'] as const) {
  test(`after ${status}, everything is forgotten and looked for anew`, async () => {
    const kernel = new FakeKernel('loaded');
    const { context, store } = connected(kernel);
    await settled();
    kernel.comms[0].say(report());
    kernel.hybnb = 'installed';
    context.statusChanged.emit(status);
    assert.equal(store.state.link, 'restarting');
    assert.deepEqual(store.state.items, []);

    context.statusChanged.emit('starting');
    context.statusChanged.emit('idle');
    await settled();
    assert.equal(store.state.link, 'not-loaded');
  });
}

test('what a forgotten comm still says is not heard', async () => {
  const kernel = new FakeKernel('loaded');
  const { context, store } = connected(kernel);
  await settled();
  context.statusChanged.emit('restarting');
  kernel.comms[0].say(report());

  assert.equal(store.state.link, 'restarting');
});

test('another kernel is asked by itself', async () => {
  const { context, store } = connected(new FakeKernel('loaded'));
  await settled();
  context.session = { kernel: new FakeKernel('missing') };
  context.kernelChanged.emit();
  await settled();

  assert.equal(store.state.link, 'not-installed');
});

test('a kernel that was shut down is none, one that died can be restarted', async () => {
  const { context, store } = connected(new FakeKernel('loaded'));
  await settled();
  context.statusChanged.emit('dead');
  assert.equal(store.state.link, 'dead');

  context.session = null;
  context.kernelChanged.emit();
  assert.equal(store.state.link, 'no-kernel');
});

test('goodbye ends the connection, and hybnb loaded again begins a new one', async () => {
  const kernel = new FakeKernel('loaded');
  const { store } = connected(kernel);
  await settled();
  kernel.comms[0].say({ type: 'bye' });
  assert.equal(store.state.link, 'not-loaded');

  kernel.open().say(report());
  assert.equal(store.state.link, 'connected');
});

test('a report that leaves out what is known is put together, and one that follows on nothing is asked for as a whole', async () => {
  const kernel = new FakeKernel('loaded');
  const { store } = connected(kernel);
  await settled();
  const full = report();
  const [source] = full.report.sources;
  const places = source.verdicts.map((_, at) => at).reverse();
  const part = (base: number) => ({
    ...full,
    sequence: full.sequence + 1,
    report: { ...full.report, sources: [{ ...source, verdicts: [] }] },
    drawn: [],
    same: { base, places }
  });
  kernel.comms[0].say(full);
  const before = store.state.items.map(item => item.drawn.name);

  kernel.comms[0].say(part(full.sequence));
  assert.deepEqual(
    store.state.items.map(item => item.drawn.name),
    [...before].reverse()
  );
  kernel.comms[0].say(part(12345));
  assert.equal(kernel.comms[0].sent.at(-1)?.type, 'hello');
  assert.equal(store.state.items.length, before.length);
});

test('commands are numbered and wait for their answers', async () => {
  const kernel = new FakeKernel('loaded');
  const { store, connection } = connected(kernel);
  await settled();
  connection.send({ type: 'explain', code: 'HYB201' });
  connection.send({ type: 'measure', function: 'step' });

  assert.deepEqual(
    kernel.comms[0].sent.map(command => command.id),
    [100, 101, 102]
  );
  assert.deepEqual([...store.state.waiting.keys()], [100, 101, 102]);
});

test('nothing is sent and nothing waits where there is no connection', async () => {
  const { store, connection } = connected(new FakeKernel('installed'));
  await settled();
  connection.send({ type: 'refresh' });

  assert.equal(store.state.waiting.size, 0);
});

test('after it is closed, a connection hears nothing more', async () => {
  const kernel = new FakeKernel('loaded');
  const { context, store, connection } = connected(kernel);
  await settled();
  connection.dispose();
  context.statusChanged.emit('restarting');

  assert.notEqual(store.state.link, 'restarting');
  assert.ok(kernel.comms[0].isDisposed);
});
