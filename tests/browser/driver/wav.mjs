// Reading and writing 16-bit mono WAV files, as espeak-ng and the recorder make them.

/** A WAV file of 16-bit little-endian mono samples. */
export function wavOf(samples, rate = 48_000) {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // mono
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(2 * rate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

/** Samples (-1..1) and sample rate of a 16-bit mono WAV file. */
export function readWav(bytes) {
  const rate = bytes.readUInt32LE(24);
  const start = bytes.indexOf('data', 12, 'latin1') + 8;
  // espeak-ng writes to a pipe and leaves a size there that is larger than the file.
  const end = Math.min(bytes.length, start + bytes.readUInt32LE(start - 4));
  const samples = new Float32Array((end - start) >> 1);
  for (let at = 0; at < samples.length; at += 1) samples[at] = bytes.readInt16LE(start + 2 * at) / 32_768;
  return { samples, rate };
}
