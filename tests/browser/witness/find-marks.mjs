// Finds and reads every mark (mark.mjs) in a picture, wherever and however large it is.
//
// Each magenta patch is paired with a green patch of the same height at the right distance; between them the cells
// are sampled. A pair of cells without contrast or a wrong CRC discards the mark: what is returned was read, not guessed.

import { LAYOUT, readWord } from './mark.mjs';

const MIN_PATCH_PX = 5; // a picture about 64 px wide
const MIN_COLOUR = 60; // distance between the colour's channels and the others, of 255
const MIN_CONTRAST = 24; // between the two cells of a bit, of 255

/**
 * @param {{data: Uint8ClampedArray, width: number, height: number}} image RGBA
 * @returns {{id: number, counter: number, box: {x: number, y: number, width: number, height: number}}[]}
 */
export function findMarks(image) {
  const lefts = patches(image, (r, g, b) => Math.min(r, b) - g > MIN_COLOUR);
  if (lefts.length === 0) return [];
  const rights = patches(image, (r, g, b) => g - Math.max(r, b) > MIN_COLOUR);
  return lefts.flatMap(left => {
    const right = rights.find(candidate => belongTogether(left, candidate));
    const found = right && readWord(readCells(image, left, right));
    if (!found) return [];
    const box = { x: left.x, y: left.y, width: right.x + right.width - left.x, height: left.height };
    return [{ ...found, box }];
  });
}

/** Same place and size vertically, and the distance that the layout says. */
function belongTogether(left, right) {
  const tolerance = 0.25 * left.height;
  const distance = (right.x - left.x) / left.width;
  const wanted = (LAYOUT.units - LAYOUT.patch) / LAYOUT.patch;
  return Math.abs(left.y - right.y) < tolerance
    && Math.abs(left.height - right.height) < tolerance
    && Math.abs(distance / wanted - 1) < 0.3;
}

/** The 24-bit word between two patches, or -1 (whose CRC is wrong) where the contrast is too low. */
function readCells(image, left, right) {
  const unit = (right.x + right.width - left.x) / LAYOUT.units;
  const top = (left.y + right.y) / 2;
  const height = (left.height + right.height) / 2 / LAYOUT.rows;
  const brightness = (column, row) => meanLuma(image, left.x + (LAYOUT.cellsFrom + column) * unit, top + row * height, unit, height);
  let word = 0;
  for (let row = 0; row < LAYOUT.rows; row += 2) {
    for (let column = 0; column < LAYOUT.columns; column += 1) {
      const contrast = brightness(column, row) - brightness(column, row + 1);
      if (Math.abs(contrast) < MIN_CONTRAST) return -1;
      word = (word << 1) | (contrast > 0 ? 1 : 0);
    }
  }
  return word;
}

/** Mean brightness (0..255) of the middle 40 % of a cell. */
function meanLuma({ data, width, height }, x, y, cellWidth, cellHeight) {
  const x0 = Math.floor(x + 0.3 * cellWidth);
  const x1 = Math.max(x0 + 1, Math.ceil(x + 0.7 * cellWidth));
  const y0 = Math.floor(y + 0.3 * cellHeight);
  const y1 = Math.max(y0 + 1, Math.ceil(y + 0.7 * cellHeight));
  let sum = 0;
  let count = 0;
  for (let row = Math.max(0, y0); row < Math.min(y1, height); row += 1) {
    for (let column = Math.max(0, x0); column < Math.min(x1, width); column += 1) {
      const at = 4 * (row * width + column);
      sum += 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** Bounding boxes of the filled areas whose pixels pass `isColour`. */
function patches({ data, width, height }, isColour) {
  const open = new Uint8Array(width * height);
  for (let at = 0; at < open.length; at += 1) {
    open[at] = isColour(data[4 * at], data[4 * at + 1], data[4 * at + 2]) ? 1 : 0;
  }
  const boxes = [];
  for (let at = open.indexOf(1); at !== -1; at = open.indexOf(1, at + 1)) {
    const box = takeArea(open, width, at);
    const filled = box.pixels / (box.width * box.height);
    if (box.width >= MIN_PATCH_PX && box.height >= MIN_PATCH_PX && filled > 0.7) boxes.push(box);
  }
  return boxes;
}

/** Clears the area connected to `start` in `open` and returns its bounding box and number of pixels. */
function takeArea(open, width, start) {
  const stack = [start];
  open[start] = 0;
  let [minX, maxX, minY, maxY, pixels] = [Infinity, -1, Infinity, -1, 0];
  while (stack.length > 0) {
    const at = stack.pop();
    const x = at % width;
    const y = (at - x) / width;
    [minX, maxX, minY, maxY] = [Math.min(minX, x), Math.max(maxX, x), Math.min(minY, y), Math.max(maxY, y)];
    pixels += 1;
    const neighbours = [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width];
    for (const next of neighbours) {
      if (next >= 0 && open[next] === 1) {
        open[next] = 0;
        stack.push(next);
      }
    }
  }
  return { x: minX, y: minY, width: maxX - minX + 1, height: maxY - minY + 1, pixels };
}
