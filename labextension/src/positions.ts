/** Python counts characters, JavaScript UTF-16 units: offsets and columns from one to the other. No Lab imports. */

/** The index in `text` of the character with this number; the end when there are fewer. */
export function unitOf(text: string, character: number): number {
  let unit = 0;
  for (let left = character; left > 0 && unit < text.length; left--) {
    unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  }
  return unit;
}

/** Whether `text` has at least so many characters. */
export function reaches(text: string, character: number): boolean {
  return character >= 0 && [...text].length >= character;
}
