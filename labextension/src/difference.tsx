/** The lines of a diff, drawn; no Lab imports. */

import React from 'react';

/** Added and removed lines in colours of their own, and with their signs. */
export function Difference({ lines }: { lines: readonly string[] }): React.JSX.Element {
  return (
    <pre className="hybnb-difference" tabIndex={0}>
      {lines.map((line, index) => (
        <span key={index} className={shade(line)}>
          {line + '\n'}
        </span>
      ))}
    </pre>
  );
}

function shade(line: string): string | undefined {
  if (line.startsWith('+++') || line.startsWith('---')) {
    return 'hybnb-file';
  }
  return line.startsWith('+') ? 'hybnb-added' : line.startsWith('-') ? 'hybnb-removed' : undefined;
}
