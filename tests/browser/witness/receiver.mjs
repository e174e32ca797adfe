// What a witness receives: shown in video elements, measured, recorded, grabbed.

import { findMarks } from './find-marks.mjs';
import { audio } from './sound.mjs';

const LOOK_WIDTH = 640; // marks are looked for in a picture scaled to at most this width

// Hands the first channel of its input to the page, block by block, until it is told to stop.
const TAP = `registerProcessor('tap', class extends AudioWorkletProcessor {
  constructor() { super(); this.port.onmessage = () => { this.stopped = true; }; }
  process([input]) { if (input[0]) this.port.postMessage(input[0].slice()); return !this.stopped; }
});`;
const tapReady = audio.audioWorklet.addModule(URL.createObjectURL(new Blob([TAP], { type: 'text/javascript' })));

/** Sound and main picture of the far side. */
export class Receiver {
  #video;
  #shown = [];
  #analyser = new AnalyserNode(audio, { fftSize: 32_768 });
  #source = null;

  /** @param {HTMLVideoElement} video shows the main picture */
  constructor(video) {
    this.#video = video;
  }

  /** Shows and taps a stream; again with the next one after a new call. Returns false for what is shown already. */
  show(stream) {
    const tracks = stream.getTracks();
    if (tracks.length === this.#shown.length && tracks.every((track, at) => track === this.#shown[at])) return false;
    this.#shown = tracks; // tracks, not ids: a new call may use the same ids
    // A remote track is only decoded into Web Audio while a media element plays it.
    this.#video.srcObject = stream;
    this.#video.play().catch(() => {}); // interrupted by the next show()
    this.#source?.disconnect();
    this.#source = stream.getAudioTracks().length > 0 ? audio.createMediaStreamSource(stream) : null;
    this.#source?.connect(this.#analyser);
    return true;
  }

  /** RMS of the last 0.7 s of received sound in dBFS; -100 is silence. */
  levelDb() {
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    return Math.max(-100, Math.round(100 * Math.log10(power + 1e-12)) / 10);
  }

  /** Records what arrives for `seconds`: base64 of 16-bit mono samples at 48 kHz. */
  async record(seconds) {
    await tapReady;
    const tap = new AudioWorkletNode(audio, 'tap');
    const samples = new Int16Array(Math.round(seconds * audio.sampleRate));
    let filled = 0;
    await new Promise(resolve => {
      tap.port.onmessage = ({ data }) => {
        for (const sample of data.subarray(0, samples.length - filled)) {
          samples[filled++] = Math.max(-1, Math.min(1, sample)) * 32_767;
        }
        if (filled === samples.length) resolve();
      };
      this.#analyser.connect(tap);
    });
    this.#analyser.disconnect(tap);
    tap.port.onmessage = null;
    tap.port.postMessage('stop');
    return toBase64(new Blob([samples]));
  }
}

/** The frame that a video element shows now as a base64 PNG, or null before the first. */
export async function grabFrame(video) {
  const canvas = copyOf(video, video.videoWidth);
  if (!canvas) return null;
  return toBase64(await new Promise(resolve => canvas.toBlob(resolve)));
}

/** Ids and counters of the marks in the frame that a video element shows now. */
export function marksIn(video) {
  const canvas = copyOf(video, Math.min(video.videoWidth, LOOK_WIDTH));
  if (!canvas) return [];
  const image = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return findMarks(image).map(({ id, counter }) => ({ id, counter }));
}

function copyOf(video, width) {
  if (!video.videoWidth) return null;
  const height = Math.round((width * video.videoHeight) / video.videoWidth);
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.getContext('2d', { willReadFrequently: true }).drawImage(video, 0, 0, width, height);
  return canvas;
}

async function toBase64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}
