/** Sentences as they stand on a card. */

import React from 'react';

/** Numbers and signs stay on one line with what they belong to: "≈ 1.7 s", "cell 4". */
export function kept(text: string): string {
  return text.replace(/(≈|\d) (?=\S)/g, '$1\u00a0');
}

/** A sentence; what stands between backquotes is code. */
export function Prose({ text }: { text: string }): React.JSX.Element {
  const parts = text.split('`');
  if (parts.length % 2 === 0) {
    return <>{text}</>;
  }
  return <>{parts.map((part, index) => (index % 2 ? <Code key={index} text={part} /> : part))}</>;
}

/** A long line breaks behind a sign, and inside of a name only where there is no other way. */
export function Code({ text }: { text: string }): React.JSX.Element {
  const parts = text.split(/(?<=[(,=])/);
  return (
    <code>
      {parts.map((part, index) => (
        <React.Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </React.Fragment>
      ))}
    </code>
  );
}
