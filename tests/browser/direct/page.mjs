// Plain libwebrtc at the other end of one call: answers offers the way a conference node answers `calls` and `update`.
//
// One RTCPeerConnection per call; every later offer (ICE restart, slides) goes to the same one. Nothing of the Pexip
// client is used here, so that the kit's transport is tested against libwebrtc alone.

import { SLIDES_ID, idOfName } from '../witness/mark.mjs';
import { startPicture } from '../witness/picture.mjs';
import { Receiver, grabFrame, marksIn } from '../witness/receiver.mjs';
import { startSound } from '../witness/sound.mjs';
import { StatsReader } from '../witness/stats.mjs';

const videos = { main: document.querySelector('#main'), slides: document.querySelector('#slides') };
const receiver = new Receiver(videos.main);
const statsReader = new StatsReader();

let peer = null;
let sending = null; // {sound, picture}
let slides = null; // the picture that we present, or null

/** What the driver may ask for. */
window.witness = {
  /** Starts the sound and picture to be sent. */
  async start({ name, width, height, fps, speech, toneHz }) {
    const sound = await startSound({ speechUrl: speech ? 'speech.wav' : undefined, toneHz });
    const picture = startPicture({ id: idOfName(name), label: name, width, height, fps });
    sending = { sound, picture };
    return { id: idOfName(name) };
  },

  /** Answers an offer. Candidates are inside the answer unless `trickle` is set. */
  async answer({ sdp, trickle = false }) {
    peer ??= newPeer();
    await peer.setRemoteDescription({ type: 'offer', sdp });
    await attachTracks(contentsOf(sdp));
    await peer.setLocalDescription();
    if (!trickle) await gathered(peer);
    return { sdp: peer.localDescription.sdp };
  },

  /**
   * Makes an offer of our own: the first one of a call, or a later one on the same connection (`update_sdp` of a
   * node), with new ICE credentials if `restart` is set. The answer comes with `accept`.
   */
  async offer({ restart = false, slides: wantsSlides = false }) {
    peer ??= callingPeer();
    if (restart) peer.restartIce();
    slidesLine(peer).direction = wantsSlides ? 'recvonly' : 'inactive';
    await peer.setLocalDescription();
    await gathered(peer);
    return { sdp: markSlides(peer.localDescription.sdp, slidesLine(peer).mid) };
  },

  accept: ({ sdp }) => peer.setRemoteDescription({ type: 'answer', sdp }),

  /** Adds a candidate; an empty one says that there are no more. */
  candidate: ({ candidate, mid, ufrag }) =>
    peer.addIceCandidate(candidate ? { candidate, sdpMid: mid, usernameFragment: ufrag } : undefined),

  /** Has slides ready for the next offer that wants to receive them, or has none. */
  present({ on = true, width = 1280, height = 720, fps = 5 }) {
    slides?.stop();
    slides = on ? startPicture({ id: SLIDES_ID, label: 'slides', width, height, fps, background: '#7a3b2e' }) : null;
  },

  /** Stops (`on: false`) or resumes every outgoing stream: no media packets at all, not only silence. */
  async send({ on }) {
    for (const sender of peer.getSenders()) {
      const parameters = sender.getParameters();
      for (const encoding of parameters.encodings) encoding.active = on;
      await sender.setParameters(parameters);
    }
  },

  async stats() {
    if (!peer) return {};
    const numbers = await statsReader.read(peer, roleOf);
    return {
      ...numbers,
      level_db: receiver.levelDb(),
      marks: marksIn(videos.main),
      slides_marks: marksIn(videos.slides),
      counter: sending?.picture.counter(),
    };
  },

  record: ({ seconds }) => receiver.record(seconds),
  frame: ({ of }) => grabFrame(videos[of]),

  /** Ends the call; the next `answer` begins another. */
  leave() {
    peer?.close();
    peer = null;
  },
};

function newPeer() {
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  connection.onconnectionstatechange = () => window.report({ event: 'state', state: connection.connectionState });
  connection.onicecandidate = ({ candidate }) => window.report({
    event: 'candidate',
    candidate: candidate?.candidate ?? '',
    mid: candidate?.sdpMid ?? '0',
    ufrag: candidate?.usernameFragment,
  });
  connection.ontrack = () => showAll(connection);
  return connection;
}

/** A connection that calls: the three m-lines in the order that Pexip's clients offer. */
function callingPeer() {
  const connection = newPeer();
  connection.addTransceiver(sending.sound, { direction: 'sendrecv' });
  connection.addTransceiver(sending.picture.track, { direction: 'sendrecv' });
  connection.addTransceiver('video', { direction: 'inactive' });
  return connection;
}

const slidesLine = connection => connection.getTransceivers()[2];

/** Says in an offer's text which m-line is for slides; the browser itself has no word for it. */
function markSlides(sdp, mid) {
  roles.set(mid, 'slides');
  roles.set(peer.getTransceivers()[0].mid, 'audio');
  return sdp.replace(`a=mid:${mid}\r\n`, `a=mid:${mid}\r\na=content:slides\r\n`);
}

function showAll(connection) {
  const tracks = { main: [], slides: [] };
  for (const { mid, receiver: from } of connection.getTransceivers()) {
    tracks[roleOf(mid) === 'slides' ? 'slides' : 'main'].push(from.track);
  }
  receiver.show(new MediaStream(tracks.main));
  if (tracks.slides.length > 0) {
    videos.slides.srcObject = new MediaStream(tracks.slides);
    videos.slides.play().catch(() => {}); // interrupted by the next track
  }
}

/** Sends on every m-line what the offer is ready to receive there. */
async function attachTracks(contents) {
  for (const transceiver of peer.getTransceivers()) {
    const { role, receives, sends } = contents.get(transceiver.mid);
    roles.set(transceiver.mid, role);
    const track = { audio: sending.sound, video: sending.picture.track, slides: slides?.track ?? null }[role];
    const weSend = receives && track !== null;
    await transceiver.sender.replaceTrack(weSend ? track : null);
    transceiver.direction = { '11': 'sendrecv', '10': 'sendonly', '01': 'recvonly', '00': 'inactive' }[`${+weSend}${+sends}`];
  }
  showAll(peer);
}

const roles = new Map(); // by mid, from the last offer
const roleOf = mid => roles.get(mid) ?? 'video';

/** By mid: what each m-line of an offer carries, and which ways it wants to use it. */
function contentsOf(sdp) {
  const contents = new Map();
  for (const section of sdp.split(/\r?\n(?=m=)/).slice(1)) {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
    const direction = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(section)?.[1] ?? 'sendrecv';
    contents.set(mid, {
      role: section.startsWith('m=audio') ? 'audio' : /^a=content:slides/m.test(section) ? 'slides' : 'video',
      receives: direction === 'sendrecv' || direction === 'recvonly',
      sends: direction === 'sendrecv' || direction === 'sendonly',
    });
  }
  return contents;
}

function gathered(connection) {
  if (connection.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise(resolve => {
    connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState === 'complete') resolve();
    });
  });
}
