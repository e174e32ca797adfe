// Spoken sentences for the tests, made by espeak-ng, one pronounceable text per speaker.

import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const TEXTS = {
  Anna: 'God morgon, jag heter Anna och arbetar som distriktssköterska. I dag ska vi tala om hur hjälpen hemma fungerar.',
  Bertil: 'Hej på er allesammans. Tack, det går bra, men trappan är besvärlig och nätterna blir ganska långa numera.',
  Cecilia: 'Välkomna till mötet. Kommunen kan skicka någon på tisdagar och fredagar, klockan nio eller strax därefter.',
};
const VOICES = { Anna: 'sv+f3', Bertil: 'sv+m2', Cecilia: 'sv+f5' };
const SPEEDS = { Anna: '150', Bertil: '125', Cecilia: '175' }; // words per minute

/** A WAV file with the speaker's sentence. @param {'Anna' | 'Bertil' | 'Cecilia'} speaker */
export async function speechOf(speaker) {
  const folder = join(tmpdir(), 'witness-speech');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${speaker}-${process.pid}.wav`);
  await promisify(execFile)('espeak-ng', ['-v', VOICES[speaker], '-s', SPEEDS[speaker], '-w', file, TEXTS[speaker]]);
  return file;
}
