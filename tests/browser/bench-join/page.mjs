// The official client with nothing around it: camera, a button, the remote picture. Nothing is drawn, tapped or decoded
// for the sake of measuring, so that what is measured is Chromium and the client alone.

import { currentPeer, roleOf } from '../far-end/watched-peers.mjs'; // before the client
import { createMeeting } from '../far-end/meeting.mjs';
import { StatsReader } from '../witness/stats.mjs';

const video = document.querySelector('#main');
const statsReader = new StatsReader();
let meeting = null;
let tapped = 0;

document.querySelector('#join').addEventListener('click', event => {
  tapped = event.timeStamp;
  meeting.join({}).catch(error => window.report({ event: 'error', reason: error.message }));
});

function showMain(stream) {
  if (video.srcObject) return; // the same call adds sound and picture one after the other
  video.srcObject = stream;
  video.requestVideoFrameCallback(now => window.report({ event: 'first_frame', ms: Math.round(10 * (now - tapped)) / 10 }));
  video.play();
}

window.witness = {
  /** Opens Chromium's own fake camera and microphone, as a person would have done before the tap. */
  async start({ node, alias, name, bandwidth, width, height, fps }) {
    // Sound processing is off: the kit leaves it to the speakerphone as well.
    const sound = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const picture = { width, height, frameRate: fps };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: sound, video: picture });
    meeting = createMeeting({ node, alias, name, bandwidth }, window.report, { stream, onMain: showMain, onSlides: () => {} });
  },
  stats: () => statsReader.read(currentPeer(), roleOf),
  leave: () => meeting?.leave(),
};
