// Remembers the page's newest RTCPeerConnection, because the official client keeps its own to itself.
//
// Nothing is changed on the way: the subclass only notes that a connection was made. Import this before the client.

let newest = null;

window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...settings) {
    super(...settings);
    newest = this;
  }
};

/** The connection of the current call, or null. */
export const currentPeer = () => newest;

/** What an m-line carries: the client offers sound, main picture and slides in this order. */
export function roleOf(mid) {
  const index = newest.getTransceivers().findIndex(transceiver => transceiver.mid === mid);
  return ['audio', 'video', 'slides'][index] ?? `other-${mid}`;
}
