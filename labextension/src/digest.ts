/** Tells whether a cell's text is still what the kernel judged. No Lab imports. */

import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** As `SeenCell.digest`: SHA-1 in hexadecimal, newlines at the end left out. */
export function digest(text: string): string {
  return bytesToHex(sha1(utf8ToBytes(text.replace(/\n+$/, ''))));
}
