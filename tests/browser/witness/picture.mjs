// The moving picture that a witness sends: a swinging disc, the mark (mark.mjs) and a line for people.

import { GREEN, LAYOUT, MAGENTA, MARK, isWhite, wordOf } from './mark.mjs';

const QUIET = 0.02; // black border around the mark, share of the picture's width

/**
 * Starts drawing and returns the track to send.
 *
 * @param {{id: number, label: string, width: number, height: number, fps: number, background?: string}} wanted
 * @returns {{track: MediaStreamTrack, counter: () => number, stop: () => void}} `counter` tells the last frame drawn
 */
export function startPicture({ id, label, width, height, fps, background = '#27445c' }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  // Kept in main memory: without a GPU every other way costs a read-back per frame.
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  const [track] = canvas.captureStream(0).getVideoTracks();
  track.contentHint = 'motion';
  let counter = 0;
  const drawNext = () => {
    counter = (counter + 1) & 0xffff;
    drawScene(context, { label, counter, background });
    drawMark(context, wordOf(id, counter));
    track.requestFrame();
  };
  drawNext();
  const timer = setInterval(drawNext, 1000 / fps);
  const stop = () => {
    clearInterval(timer);
    track.stop();
  };
  return { track, counter: () => counter, stop };
}

function drawScene(context, { label, counter, background }) {
  const { width, height } = context.canvas;
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#f2b84b';
  context.beginPath();
  context.arc(width * (0.5 + 0.35 * Math.sin(counter / 10)), height * 0.14, height * 0.08, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = 'white';
  context.font = `${Math.round(height * 0.1)}px sans-serif`;
  context.textAlign = 'center';
  context.fillText(`${label}  ${counter}`, width / 2, height * 0.88);
}

function drawMark(context, word) {
  const { width, height } = context.canvas;
  const x = MARK.left * width;
  const y = MARK.top * height;
  const unit = (MARK.width * width) / LAYOUT.units;
  const rowHeight = (MARK.height * height) / LAYOUT.rows;
  const quiet = QUIET * width;
  const fill = (style, fromUnit, units, fromRow, rows) => {
    context.fillStyle = style;
    context.fillRect(x + fromUnit * unit, y + fromRow * rowHeight, units * unit, rows * rowHeight);
  };
  context.fillStyle = 'black';
  context.fillRect(x - quiet, y - quiet, MARK.width * width + 2 * quiet, MARK.height * height + 2 * quiet);
  fill(MAGENTA, 0, LAYOUT.patch, 0, LAYOUT.rows);
  fill(GREEN, LAYOUT.units - LAYOUT.patch, LAYOUT.patch, 0, LAYOUT.rows);
  for (let row = 0; row < LAYOUT.rows; row += 1) {
    for (let column = 0; column < LAYOUT.columns; column += 1) {
      if (isWhite(word, column, row)) fill('white', LAYOUT.cellsFrom + column, 1, row, 1);
    }
  }
}
