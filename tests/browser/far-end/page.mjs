// The far end's page: the official client, the witness's picture and sound, and what it receives.

import { currentPeer, roleOf } from './watched-peers.mjs'; // before the client
import { isSSOdMessage } from '@pexip/infinity';
import { createMeeting } from './meeting.mjs';
import { SLIDES_ID, idOfName } from '../witness/mark.mjs';
import { startPicture } from '../witness/picture.mjs';
import { Receiver, grabFrame, marksIn } from '../witness/receiver.mjs';
import { startSound } from '../witness/sound.mjs';
import { StatsReader } from '../witness/stats.mjs';

const videos = { main: document.querySelector('#main'), slides: document.querySelector('#slides') };
const receiver = new Receiver(videos.main);
const statsReader = new StatsReader();

let meeting = null;
let picture = null;
let slides = null; // the picture that we present, or null
let tapped = 0; // when the join button was last pressed, in ms of the page's clock

document.querySelector('#join').addEventListener('click', event => {
  tapped = event.timeStamp;
  join({}).catch(error => window.report({ event: 'error', reason: error.message }));
});

let pin; // from the command line, used by the button

function join(credentials) {
  return meeting.join({ pin, ...credentials });
}

/** Shows the main picture and tells when its first frame is on the screen. */
function showMain(stream) {
  if (!receiver.show(stream)) return;
  videos.main.requestVideoFrameCallback((now, { width, height }) => {
    window.report({ event: 'first_frame', ms_since_tap: Math.round(10 * (now - tapped)) / 10, width, height });
  });
}

function showSlides(stream) {
  videos.slides.srcObject = stream;
  videos.slides.play().catch(() => {}); // interrupted by the next stream
}

/** What the driver may ask for. */
window.witness = {
  /** Prepares everything but the join itself. */
  async start({ node, alias, name, pin: givenPin, bandwidth, width, height, fps, speech, toneHz }) {
    pin = givenPin;
    const sound = await startSound({ speechUrl: speech ? 'speech.wav' : undefined, toneHz });
    picture = startPicture({ id: idOfName(name), label: name, width, height, fps });
    const stream = new MediaStream([sound, picture.track]);
    meeting = createMeeting({ node, alias, name, bandwidth }, window.report, { stream, onMain: showMain, onSlides: showSlides });
    return { mark_id: idOfName(name) };
  },

  /** Joins (again), with the answer to a prompt; counts as a tap. */
  join(credentials) {
    tapped = performance.now();
    return join(credentials);
  },

  /** Opens a login in its own window; the proof that it posts back. */
  openLogin(url) {
    window.open(url, 'login', 'width=480,height=480');
    return new Promise((resolve, reject) => {
      window.addEventListener('message', ({ data }) => {
        if (!isSSOdMessage(data)) return;
        if (data.result === 'success') resolve(data.token);
        else reject(new Error(`the login was refused: ${data.result}`));
      });
    });
  },

  async leave() {
    await meeting?.leave();
  },

  admit: command => meeting.admit(command).then(() => undefined),
  kick: command => meeting.kick(command).then(() => undefined),
  mute: command => meeting.mute(command).then(() => undefined),
  lock: command => meeting.lock(command).then(() => undefined),
  dial: command => meeting.dial(command).then(() => undefined),
  end: () => meeting.endForAll().then(() => undefined),

  present({ on = true, width = 1280, height = 720, fps = 5 }) {
    slides?.stop();
    slides = on ? startPicture({ id: SLIDES_ID, label: 'slides', width, height, fps, background: '#7a3b2e' }) : null;
    meeting.present(slides && new MediaStream([slides.track]));
  },

  async stats() {
    const peer = currentPeer();
    const numbers = peer ? await statsReader.read(peer, roleOf) : {};
    return {
      ...numbers,
      level_db: receiver.levelDb(),
      marks: marksIn(videos.main),
      slides_marks: marksIn(videos.slides),
      counter: picture?.counter(),
    };
  },

  record: ({ seconds }) => receiver.record(seconds),
  frame: ({ of }) => grabFrame(videos[of]),
};
