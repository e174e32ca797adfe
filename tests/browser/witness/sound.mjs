// The sound that a witness sends: a WAV file over and over, a pure tone, or silence.

const LEVEL = 0.5; // of full scale, for the tone

/** One audio context for everything in the page. It has no loudspeaker, so it runs on any machine. */
export const audio = new AudioContext({ sampleRate: 48_000, sinkId: { type: 'none' } });

/**
 * @param {{speechUrl?: string, toneHz?: number}} wanted neither of them means silence
 * @returns {Promise<MediaStreamTrack>}
 */
export async function startSound({ speechUrl, toneHz }) {
  await audio.resume();
  const output = audio.createMediaStreamDestination();
  const source = speechUrl ? await speech(speechUrl) : tone(toneHz ?? 0);
  source.connect(output);
  return output.stream.getAudioTracks()[0];
}

async function speech(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the speech file could not be read (${response.status})`);
  const source = audio.createBufferSource();
  source.buffer = await audio.decodeAudioData(await response.arrayBuffer());
  source.loop = true;
  source.start();
  return source;
}

function tone(frequency) {
  const oscillator = audio.createOscillator();
  oscillator.frequency.value = frequency;
  const gain = audio.createGain();
  gain.gain.value = frequency > 0 ? LEVEL : 0;
  oscillator.connect(gain);
  oscillator.start();
  return gain;
}
