// What a kernel and this front end say to each other. Written by `make protocol` from hybnb/model/wire.py; not by hand.

export const TARGET = 'hybnb';
export const PROTOCOL = 1;
export const SCHEMA = 1;

/** What commands call a function by. */
export function keyOf(of: Pick<FunctionId, 'name' | 'module'>): string {
  return of.module ? `${of.module}:${of.name}` : of.name;
}

export type ToFrontEnd = ReportMessage | Answer | Progress | Bye;

export type Command =
  | Hello
  | Seen
  | Refresh
  | Explain
  | Measure
  | Cancel
  | Mute
  | Unmute
  | Configure;

/**
 * What came of the command with the id `to`; `message` is one sentence for the
 * user, or empty.
 */
export interface Answer {
  type: 'answer';
  to: number;
  ok: boolean;
  message: string;
  /** why it failed, for programs */
  reason:
    | ''
    | 'bad-command'
    | 'failed'
    | 'other-protocol'
    | 'unavailable'
    | 'unknown-code'
    | 'unknown-function';
  /** to `explain` */
  detail: Explanation | null;
}

/** hybnb was unloaded; the comm closes. */
export interface Bye {
  type: 'bye';
}

/** Stop measuring a function, or all of them. */
export interface Cancel {
  type: 'cancel';
  id: number;
  function?: string | null;
}

/** A fix. */
export interface Change {
  title: string;
  safety: string;
  /** of the diff */
  lines: readonly string[];
}

/** Change settings of this session, as `%hybnb settings` does. */
export interface Configure {
  type: 'settings';
  id: number;
  /** some of the fields of `Settings`, in their own types */
  values: Record<string, unknown>;
}

/** What a card says of one verdict; text between backquotes is code. */
export interface Drawn {
  name: string;
  /** "cell 3, line 4" */
  place: string;
  answer: Sign;
  safe: Sign;
  faster: Sign;
  headline: string;
  /** for behind the def; empty when there is nothing to do */
  lens: string;
  why_safe: string;
  why_faster: string;
  rows: readonly Row[];
  /** causes by gravity, each followed by what it caused */
  reasons: readonly Reason[];
  /** findings beyond those */
  left_out: number;
  /** what isn't known, each with its next step */
  gaps: readonly string[];
  /** as many as the verdict has fixes */
  changes: readonly Change[];
}

/**
 * Replace source[start:end] of a cell by `text`; offsets in characters (Unicode
 * code points, not UTF-16 units).
 */
export interface Edit {
  cell: number;
  start: number;
  end: number;
  text: string;
  path: string | null;
}

/** Versions and devices. */
export interface Environment {
  python: string;
  tensorflow: string | null;
  devices: readonly string[];
  keras: string | null;
  /**
   * False when the user turned eager execution off or runs functions eagerly
   */
  eager: boolean;
}

/** Explain a rule by its code or name. */
export interface Explain {
  type: 'explain';
  id: number;
  code: string;
}

/** A rule, ready to be drawn. */
export interface Explanation {
  code: string;
  name: string;
  stance: 'blocks' | 'favours' | 'notes' | 'risks';
  statement: string;
  rows: readonly Row[];
  fires: readonly Sample[];
  quiet: readonly Sample[];
}

/** The short list of facts that other programs read. */
export interface Facts {
  tensor_parameters: readonly string[];
  primitive_parameters: readonly string[];
  python_side_effects: 'no' | 'unknown' | 'yes';
  recursive: 'no' | 'unknown' | 'yes';
  tensor_computation: 'no' | 'unknown' | 'yes';
  calls: number;
  /** median of an eager call, in seconds */
  eager_seconds: number | null;
  signatures: number;
  inside_graph_calls: number;
  /**
   * numbers, from 1, of the first 256 calls that would each have taken a trace
   */
  trace_calls: readonly number[];
}

/** Would a tf.function be faster, tracing included? Times in seconds. */
export interface Faster {
  value: 'neutral' | 'no' | 'unknown' | 'yes';
  why: string;
  basis: 'measured' | 'none' | 'predicted';
  speedup: number | null;
  low: number | null;
  high: number | null;
  variant: 'graph' | 'xla';
  trace_seconds: number | null;
  traces: number | null;
  break_even_calls: number | null;
  saved_seconds: number | null;
}

/**
 * One reason, at one place. Code and name are stable and hold no values; values
 * are in `details`.
 */
export interface Finding {
  /** "HYB201" */
  code: string;
  /** "outer-mutation" */
  name: string;
  stance: 'blocks' | 'favours' | 'notes' | 'risks';
  cell: number;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  message: string;
  next_step: string;
  details: Record<string, string>;
  /** index into the verdict's findings */
  caused_by: number | null;
  /** set when the place is in a module rather than in a cell */
  path: string | null;
}

/** Edits that belong together; only applied on request. */
export interface Fix {
  title: string;
  safety: 'may-change' | 'same' | 'show-only';
  edits: readonly Edit[];
  /** the edited source was parsed and analysed anew */
  verified: boolean;
}

/**
 * Which function; `name` is qualified without "<locals>", as "Trainer.step" or
 * "make.inner".
 */
export interface FunctionId {
  name: string;
  cell: number;
  /** of the `def`, not of its decorators */
  line: number;
  end_line: number;
  file_line: number;
  cell_id: string | null;
  /** a module's file */
  path: string | null;
  /** a module's import name */
  module: string | null;
}

/** Something hybnb doesn't know, why, and what would settle it. */
export interface Gap {
  part: 'facts' | 'faster' | 'safe' | 'trial';
  reason:
    | 'few-calls'
    | 'never-called'
    | 'no-recording'
    | 'no-tensorflow'
    | 'not-calibrated'
    | 'not-executed'
    | 'over-budget'
    | 'refused'
    | 'rule-failed'
    | 'source-not-found'
    | 'too-large'
    | 'too-noisy'
    | 'unknown-callee'
    | 'unknown-type'
    | 'weak-model';
  /** one sentence that ends with the next step */
  message: string;
}

/**
 * The first words of a front end, and again after a reload; answered by a
 * report as well.
 */
export interface Hello {
  type: 'hello';
  id: number;
  protocol: number;
  /** of the front end's extension */
  version?: string;
  /** it puts together reports of which only what is new is sent */
  partial?: boolean;
}

/** What else a panel shows of the kernel's side. */
export interface KernelState {
  /** False after %hybnb off */
  active: boolean;
  settings: Settings;
  /** function keys and codes that are muted in this session */
  muted: readonly string[];
  /**
   * keys of the functions being measured or waiting for it, the first one
   * running
   */
  measuring: readonly string[];
  /** one sentence why nothing can be measured here; empty when it can */
  cannot_measure: string;
  /** hybnb's own failures so far, one sentence each */
  trouble: readonly string[];
}

/** Measure a function, eager against graph; progress follows, then a report. */
export interface Measure {
  type: 'measure';
  id: number;
  /** its key */
  function: string;
}

/** Show nothing more in this session about a function or a rule. */
export interface Mute {
  type: 'mute';
  id: number;
  /** a function's key, or a code */
  what: string;
}

/**
 * How far a measurement is; `fraction` runs from 0 to 1 where that can be told.
 */
export interface Progress {
  type: 'progress';
  /** its key */
  function: string;
  /** one word or two: what is going on */
  stage: string;
  fraction: number | null;
  message: string;
}

/** A finding. */
export interface Reason {
  /** in the verdict's findings */
  index: number;
  /** below its cause */
  depth: number;
  sign: Sign;
  /** "line 9" */
  place: string;
  text: string;
}

/** Judge anew and send a report. */
export interface Refresh {
  type: 'refresh';
  id: number;
}

/** Verdicts of one or more sources; `msgspec.json.encode` of it is schema 1. */
export interface Report {
  tool: Tool;
  environment: Environment;
  sources: readonly Source[];
  /** grows by one with each report of a kernel */
  sequence: number;
  schema: number;
}

/**
 * Everything as it stands; one with a lower sequence than the last one is late
 * and to be dropped.
 */
export interface ReportMessage {
  type: 'report';
  sequence: number;
  report: Report;
  cells: readonly SeenCell[];
  state: KernelState;
  /** one for each verdict of the report, in order */
  drawn: readonly Drawn[];
  /** one line that counts all of them */
  totals: string;
  protocol: number;
  same: Same | null;
}

/** A label and what stands beside it; `code` is set in a fixed-width face. */
export interface Row {
  label: string;
  value: string;
  code: boolean;
}

/** Would a tf.function compute the same? */
export interface Safe {
  value: 'no' | 'unknown' | 'yes';
  basis: readonly ('calls' | 'source' | 'trial')[];
  why: string;
}

/**
 * Which verdicts of a report are those of an earlier one, and so were left out.
 */
export interface Same {
  /** the sequence of the earlier report, the last one sent over this comm */
  base: number;
  /**
   * for each verdict of the whole: its index there, or -1 where the next one
   * sent stands
   */
  places: readonly number[];
}

/** A piece of code that the rule speaks about, or is silent about. */
export interface Sample {
  title: string;
  lines: readonly string[];
}

/**
 * A report was shown. A front end that no longer says so is taken to be gone,
 * and lines appear under cells again.
 */
export interface Seen {
  type: 'seen';
  sequence: number;
}

/**
 * A cell as the kernel ran it: advice on it is stale once the front end's text
 * has another digest.
 */
export interface SeenCell {
  /** the number that verdicts use */
  cell: number;
  /** the front end's own, where it told one */
  cell_id: string | null;
  /**
   * SHA-1, in hexadecimal, of the text that the front end sent, newlines at its
   * end left out, in UTF-8
   */
  digest: string;
  /** of its last run */
  execution_count: number | null;
}

/**
 * What the user can choose. Every field is also a key of [tool.hybnb] and of
 * c.Hybnb in IPython's config.
 */
export interface Settings {
  /**
   * after a cell, functions newly worth a change: where no panel shows them,
   * always, or never (%hybnb quiet)
   */
  show: 'always' | 'auto' | 'never';
  /**
   * Measure, Apply, Why and Mute: below what %hybnb NAME shows, below every
   * line after a cell as well, or never
   */
  buttons: 'always' | 'asked' | 'never';
  /** watch calls of the notebook's own functions */
  probe: boolean;
  /** record the ops of one call per function, to predict the gain */
  record: boolean;
  trials: 'ask' | 'auto' | 'off';
  /**
   * when idle, try in this kernel itself what can't be taken to another
   * process: on copies, all else put back
   */
  trials_here: boolean;
  /**
   * hybnb's own time per cell above which it turns down, if over 5 % of the
   * cell's too
   */
  cell_budget_ms: number;
  /** distinct call signatures kept per function */
  max_signatures: number;
  /** calls before anything is said about speed */
  min_calls: number;
  /** functions watched in one kernel */
  max_functions: number;
  /** only these codes, or beginnings of codes; empty means all */
  select: readonly string[];
  /** not these codes */
  ignore: readonly string[];
}

/**
 * An icon and its word; the tone colours them, and is never the only carrier of
 * the meaning.
 */
export interface Sign {
  icon: string;
  word: string;
  tone: 'bad' | 'good' | 'plain' | 'unsure';
}

/** One notebook, module or kernel and the verdicts on its functions. */
export interface Source {
  path: string;
  kind: 'kernel' | 'module' | 'notebook';
  verdicts: readonly Verdict[];
  /** one sentence when the source could not be judged, or not to its end */
  error: string | null;
}

/** Who wrote the report. */
export interface Tool {
  version: string;
  name: string;
}

/** Show it again. */
export interface Unmute {
  type: 'unmute';
  id: number;
  what: string;
}

/** The answer for one function, with all its evidence. */
export interface Verdict {
  function: FunctionId;
  decorated: boolean;
  facts: Facts;
  safe: Safe;
  faster: Faster;
  answer:
    | 'adjust'
    | 'decorate'
    | 'leave'
    | 'measure'
    | 'remove'
    | 'repair-first';
  /** what to write above the def; None when nothing should be written */
  decorator: string | null;
  findings: readonly Finding[];
  gaps: readonly Gap[];
  fixes: readonly Fix[];
}
