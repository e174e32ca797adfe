// The machine-readable mark in every picture that a witness sends: whose picture it is and which frame.
//
// Rust tests find the same mark in the kit's window, so what stands here is a contract (README.md draws it).
// It survives scaling to a picture 160 px wide, letterboxing, composing with other pictures and video coding:
// two saturated patches frame it, every bit is a pair of large cells of which one is white and one is black, and a
// CRC guards the whole. Nothing here touches the DOM; page and Node use the same code.

/** Where the mark lies, as shares of the picture's width and height. */
export const MARK = { left: 0.1, top: 0.3, width: 0.8, height: 0.4 };

/** The mark is 16 units wide: patch, gap, 12 cells, gap, patch. It has 4 rows of cells. */
export const LAYOUT = { units: 16, patch: 1.75, cellsFrom: 2, columns: 12, rows: 4 };

export const MAGENTA = 'rgb(255,0,255)'; // the left patch
export const GREEN = 'rgb(0,255,0)'; // the right patch

/** The id of every slides picture; people have 0..=14. */
export const SLIDES_ID = 15;

/** A stable id for a participant who was given none: 0..=14 from the name. */
export function idOfName(name) {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + char.codePointAt(0)) >>> 0;
  return hash % 15;
}

/** 24 bits: id (4), counter (16), CRC-4-ITU of those (4); the most significant bit first. */
export function wordOf(id, counter) {
  const payload = ((id & 0xf) << 16) | (counter & 0xffff);
  return (payload << 4) | crc4(payload);
}

/** Id and counter of a 24-bit word, or null where the CRC does not fit. */
export function readWord(word) {
  const payload = word >>> 4;
  if (crc4(payload) !== (word & 0xf)) return null;
  return { id: payload >>> 16, counter: payload & 0xffff };
}

/**
 * Whether the cell is white. Row 0 shows bits 23..=12 and row 1 their complements; row 2 shows bits 11..=0 and
 * row 3 their complements.
 */
export function isWhite(word, column, row) {
  const bit = 23 - column - (row >> 1) * LAYOUT.columns;
  return ((word >>> bit) & 1) === (row % 2 === 0 ? 1 : 0);
}

/** CRC-4 with the polynomial x^4 + x + 1 over 20 bits. */
function crc4(payload) {
  let crc = 0;
  for (let bit = 19; bit >= 0; bit -= 1) {
    const carry = ((crc >> 3) & 1) ^ ((payload >>> bit) & 1);
    crc = ((crc << 1) & 0xf) ^ (carry ? 0b0011 : 0);
  }
  return crc;
}
