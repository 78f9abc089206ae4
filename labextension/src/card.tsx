/** A card: one function and what hybnb says of it. Pure drawing; no Lab imports. */

import React from 'react';

import { Difference } from './difference.js';
import { advised, applicable } from './edits.js';
import type { Freshness } from './groups.js';
import { Code, Prose } from './prose.js';
import type { Change, Explanation, Progress, Reason, Row, Sign } from './protocol.js';
import type { Words } from './reasons.js';
import type { Item } from './state.js';

/** What buttons do. */
export interface Actions {
  apply(item: Item, fix: number): void;
  run(item: Item): void;
  measure(item: Item): void;
  cancel(item: Item): void;
  explain(code: string): void;
  goTo(item: Item, finding?: number): void;
  /** A function's key, or a code. */
  mute(what: string): void;
  unmute(what: string): void;
  toggle(item: Item): void;
}

export interface CardProps {
  readonly item: Item;
  readonly open: boolean;
  readonly freshness: Freshness;
  readonly progress: Progress | undefined;
  /** It is being measured, or waits for it. */
  readonly measuring: boolean;
  /** A command about the function is in the kernel's queue. */
  readonly waiting: boolean;
  readonly busy: boolean;
  readonly refused: string | undefined;
  readonly cannotMeasure: string;
  readonly explained: ReadonlyMap<string, Explanation>;
  readonly actions: Actions;
  readonly trans: Words;
}

export const Card = React.memo(function Card(props: CardProps): React.JSX.Element {
  const { item, open, freshness, trans } = props;
  const { drawn } = item;
  const stale = freshness !== 'fresh';
  return (
    <li
      className={`hybnb-card${stale ? ' hybnb-mod-stale' : ''}`}
      data-id={item.id}
      data-function={drawn.name}
    >
      <h4 className="hybnb-title">
        <button
          className="hybnb-fold"
          aria-expanded={open}
          title={open ? trans.__('Show less') : trans.__('Show the evidence')}
          onClick={() => props.actions.toggle(item)}
        >
          <span className="hybnb-arrow" aria-hidden="true">
            {open ? '▾' : '▸'}
          </span>
          <bdi className="hybnb-name">{drawn.name}</bdi>
        </button>
        <Place {...props} />
      </h4>
      <p className="hybnb-signals">
        <Signal sign={drawn.safe} />
        <Signal sign={drawn.faster} />
      </p>
      <p className="hybnb-headline">
        <Prose text={drawn.headline} />
      </p>
      {stale && <Stale {...props} />}
      <Status {...props} />
      <Buttons {...props} />
      {open && <Evidence {...props} />}
    </li>
  );
});

/** Where it is: a way there, when there is one. */
function Place({ item, freshness, actions, trans }: CardProps): React.JSX.Element {
  const { name, place } = item.drawn;
  if (item.verdict.function.path || freshness === 'gone') {
    return <span className="hybnb-place">{place}</span>;
  }
  return (
    <button
      className="hybnb-link hybnb-place"
      aria-label={`${trans.__('Go to')}: ${name}, ${place}`}
      title={trans.__('Show its cell')}
      onClick={() => actions.goTo(item)}
    >
      {place}
    </button>
  );
}

/** An icon in its colour, and the word that says the same. */
export function Signal({ sign }: { sign: Sign }): React.JSX.Element {
  return (
    <span className={`hybnb-signal hybnb-tone-${sign.tone}`}>
      <span className="hybnb-icon" aria-hidden="true">
        {sign.icon}
      </span>{' '}
      {sign.word}
    </span>
  );
}

function Stale({ item, freshness, actions, trans }: CardProps): React.JSX.Element {
  return (
    <p className="hybnb-stale">
      {freshness === 'gone'
        ? trans.__('Its cell is no longer in this notebook.')
        : trans.__('The code has changed since: run the cell again.')}{' '}
      {freshness === 'edited' && (
        <button className="hybnb-button" onClick={() => actions.run(item)}>
          {trans.__('Run cell')}
        </button>
      )}
    </p>
  );
}

function Status({ progress, measuring, waiting, busy, refused, trans }: CardProps): React.JSX.Element {
  return (
    <div role="status" className="hybnb-status">
      {progress && (
        <p className="hybnb-progress">
          {progress.fraction !== null && <progress value={progress.fraction} aria-label={progress.stage} />}{' '}
          {progress.message}
        </p>
      )}
      {measuring && !progress && <p>{trans.__('It is measured as soon as the kernel is idle.')}</p>}
      {waiting && busy && !measuring && (
        <p className="hybnb-queued">{trans.__('Queued until the kernel is idle.')}</p>
      )}
      {refused && (
        <p className="hybnb-refused">
          <Prose text={refused} />
        </p>
      )}
    </div>
  );
}

function Buttons(props: CardProps): React.JSX.Element {
  const { item, freshness, measuring, cannotMeasure, actions, open, trans } = props;
  const fix = applicable(item);
  const name = item.drawn.name;
  const button = (word: string, title: string, onClick: () => void, off = false, main = false) => (
    <button
      className={`hybnb-button${main ? ' hybnb-mod-main' : ''}`}
      aria-label={`${word}: ${name}`}
      title={title}
      disabled={off}
      onClick={onClick}
    >
      {word}
    </button>
  );
  return (
    <div className="hybnb-buttons">
      {fix >= 0 &&
        button(
          trans.__('Apply'),
          item.verdict.fixes[fix].title,
          () => actions.apply(item, fix),
          freshness !== 'fresh',
          advised(item)
        )}
      {measuring
        ? button(trans.__('Cancel'), trans.__('Stop measuring'), () => actions.cancel(item))
        : button(
            trans.__('Measure'),
            cannotMeasure || trans.__('Run it both ways on copies, and compare results and times'),
            () => actions.measure(item),
            cannotMeasure !== '',
            item.verdict.answer === 'measure'
          )}
      {button(open ? trans.__('Less') : trans.__('Why'), trans.__('What this rests on'), () =>
        actions.toggle(item)
      )}
      {button(trans.__('Mute'), trans.__('Say no more about it in this session'), () =>
        actions.mute(item.key)
      )}
    </div>
  );
}

function Evidence(props: CardProps): React.JSX.Element {
  const { item, trans } = props;
  const { drawn } = item;
  return (
    <div className="hybnb-evidence">
      <p>
        <b>
          <Signal sign={drawn.safe} />
        </b>{' '}
        <Prose text={drawn.why_safe} />
      </p>
      <p>
        <b>
          <Signal sign={drawn.faster} />
        </b>{' '}
        <Prose text={drawn.why_faster} />
      </p>
      <Rows rows={drawn.rows} />
      {drawn.reasons.length > 0 && (
        <>
          <h5>{trans.__('Findings')}</h5>
          <ul className="hybnb-reasons">
            {drawn.reasons.map(reason => (
              <Finding key={reason.index} reason={reason} {...props} />
            ))}
          </ul>
          {drawn.left_out > 0 && <p>{trans.__('and %1 more', drawn.left_out)}</p>}
        </>
      )}
      {drawn.gaps.length > 0 && (
        <>
          <h5>{trans.__('Not known')}</h5>
          <ul>
            {drawn.gaps.map((gap, index) => (
              <li key={index}>
                <Prose text={gap} />
              </li>
            ))}
          </ul>
        </>
      )}
      {drawn.changes.map((change, index) => (
        <Fix key={index} change={change} index={index} {...props} />
      ))}
    </div>
  );
}

function Rows({ rows }: { rows: readonly Row[] }): React.JSX.Element {
  return (
    <dl className="hybnb-rows">
      {rows.map((row, index) => (
        <div key={index}>
          <dt>{row.label}</dt>
          <dd>{row.code ? <Code text={row.value} /> : <Prose text={row.value} />}</dd>
        </div>
      ))}
    </dl>
  );
}

function Finding(props: CardProps & { reason: Reason }): React.JSX.Element {
  const { reason, item, explained, actions, trans } = props;
  const { code, path } = item.verdict.findings[reason.index];
  const told = explained.get(code);
  return (
    <li style={{ marginInlineStart: `${Math.min(reason.depth, 4)}em` }}>
      <Signal sign={reason.sign} />{' '}
      {path ? (
        <span className="hybnb-place">{reason.place}</span>
      ) : (
        <button
          className="hybnb-link"
          onClick={() => actions.goTo(item, reason.index)}
          title={trans.__('Show this line')}
        >
          {reason.place}
        </button>
      )}{' '}
      <Prose text={reason.text} />{' '}
      {!told && (
        <button
          className="hybnb-link"
          onClick={() => actions.explain(code)}
          title={trans.__('Explain this rule')}
        >
          {code}
        </button>
      )}
      {told && <Told rule={told} mute={actions.mute} trans={trans} />}
    </li>
  );
}

function Told({
  rule,
  mute,
  trans
}: {
  rule: Explanation;
  mute: Actions['mute'];
  trans: Words;
}): React.JSX.Element {
  return (
    <details className="hybnb-told" open>
      <summary>
        {rule.code} {rule.name}
      </summary>
      <p>
        <Prose text={rule.statement} />
      </p>
      <Rows rows={rule.rows} />
      <button className="hybnb-button" onClick={() => mute(rule.code)}>
        {trans.__('Mute %1', rule.code)}
      </button>
    </details>
  );
}

function Fix(props: CardProps & { change: Change; index: number }): React.JSX.Element {
  const { change, index, item, freshness, actions, trans } = props;
  const fix = item.verdict.fixes[index];
  return (
    <section className="hybnb-fix">
      <h5>
        <Prose text={change.title} /> <span className="hybnb-place">({change.safety})</span>
      </h5>
      <Difference lines={change.lines} />
      {fix.safety !== 'show-only' && fix.edits.length > 0 && (
        <button
          className="hybnb-button"
          disabled={freshness !== 'fresh'}
          onClick={() => actions.apply(item, index)}
          aria-label={`${trans.__('Apply')}: ${change.title}`}
        >
          {trans.__('Apply')}
        </button>
      )}
    </section>
  );
}
