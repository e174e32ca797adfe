// The mark is read back at every size and place in which a meeting may show it, and never guessed.

import { expect, test } from '@playwright/test';
import { findMarks } from '../witness/find-marks.mjs';
import { LAYOUT, MARK, SLIDES_ID, isWhite, wordOf } from '../witness/mark.mjs';

const BACKGROUND = [39, 68, 92];

/** Colour of a picture with a mark at (x, y), both 0..1. */
function colourAt(word, x, y) {
  const unit = ((x - MARK.left) / MARK.width) * LAYOUT.units;
  const row = Math.floor(((y - MARK.top) / MARK.height) * LAYOUT.rows);
  if (unit < -0.4 || unit > LAYOUT.units + 0.4 || row < -1 || row > LAYOUT.rows) return BACKGROUND;
  if (row < 0 || row >= LAYOUT.rows || unit < 0 || unit >= LAYOUT.units) return [0, 0, 0];
  if (unit < LAYOUT.patch) return [255, 0, 255];
  if (unit >= LAYOUT.units - LAYOUT.patch) return [0, 255, 0];
  const column = Math.floor(unit - LAYOUT.cellsFrom);
  const white = column >= 0 && column < LAYOUT.columns && isWhite(word, column, row);
  return white ? [255, 255, 255] : [0, 0, 0];
}

/** A screen with pictures scaled into it; each pixel is the mean of 4×4 samples, as a scaler makes it. */
function screen(width, height, pictures) {
  const data = new Uint8ClampedArray(4 * width * height).fill(128);
  for (const { word, x, y, width: w, height: h } of pictures) {
    for (let row = 0; row < h; row += 1) {
      for (let column = 0; column < w; column += 1) {
        const sum = [0, 0, 0];
        for (let sample = 0; sample < 16; sample += 1) {
          const colour = colourAt(word, (column + (sample % 4) / 4 + 0.125) / w, (row + (sample >> 2) / 4 + 0.125) / h);
          colour.forEach((value, channel) => { sum[channel] += value / 16; });
        }
        data.set(sum, 4 * ((y + row) * width + x + column));
      }
    }
  }
  return { data, width, height };
}

for (const width of [160, 320, 427, 1280]) {
  test(`a mark is read in a picture ${width} px wide`, () => {
    const height = Math.round((width * 9) / 16);
    for (const [id, counter] of [[0, 0], [3, 0xffff], [SLIDES_ID, 0xa5c3]]) {
      const [mark] = findMarks(screen(width, height, [{ word: wordOf(id, counter), x: 0, y: 0, width, height }]));
      expect(mark).toMatchObject({ id, counter });
    }
  });
}

test('every mark of a composed picture is read', () => {
  const tile = { width: 310, height: 174 };
  const image = screen(640, 360, [
    { word: wordOf(1, 10), x: 3, y: 2, ...tile },
    { word: wordOf(2, 20), x: 327, y: 5, ...tile },
    { word: wordOf(4, 30), x: 160, y: 183, ...tile },
  ]);
  expect(findMarks(image).map(({ id, counter }) => [id, counter]).sort()).toEqual([[1, 10], [2, 20], [4, 30]]);
});

test('a mark with a wrong bit is refused', () => {
  const image = screen(640, 360, [{ word: wordOf(1, 10) ^ (1 << 9), x: 0, y: 0, width: 640, height: 360 }]);
  expect(findMarks(image)).toEqual([]);
});

test('a covered mark is refused', () => {
  const image = screen(640, 360, [{ word: wordOf(1, 10), x: 0, y: 0, width: 640, height: 360 }]);
  for (let y = 0; y < 360; y += 1) image.data.fill(90, 4 * (640 * y + 290), 4 * (640 * y + 350));
  expect(findMarks(image)).toEqual([]);
});
