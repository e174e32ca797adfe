// One meeting joined with the official client `@pexip/infinity`: its signals as plain events, its calls by name.

import {
  ClientCallType,
  MAIN_ROOM_ID,
  createCallSignals,
  createInfinityClient,
  createInfinityClientSignals,
  setLogger,
} from '@pexip/infinity';

const quiet = () => {};
setLogger({ trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet, redact: text => text, addRedactPattern: quiet });

/**
 * @param {{node: string, alias: string, name: string, bandwidth: number}} where
 * @param {(event: object) => void} report
 * @param {{stream: MediaStream, onMain: (stream: MediaStream) => void, onSlides: (stream: MediaStream) => void}} media
 */
export function createMeeting({ node, alias, name, bandwidth }, report, { stream, onMain, onSlides }) {
  const signals = createInfinityClientSignals([], { batchScheduleTimeoutMS: 50, batchBufferSize: 10 });
  const callSignals = createCallSignals([]);
  const client = createInfinityClient(signals, callSignals);
  const host = node.replace(/\/$/, '');
  const callSetup = { bandwidth, mediaStream: stream, callType: ClientCallType.AudioVideoPresentation };

  reportSignals(signals, callSignals, report);
  reportRoster(client, signals, report);
  callSignals.onRemoteStream.add(onMain);
  callSignals.onRemotePresentationStream.add(onSlides);
  // The client tells that the media leg is gone and leaves it to its app to call again with the same token.
  signals.onCallDisconnected.add(async ({ call_uuid: call }) => {
    report({ event: 'call_disconnected', call });
    await client.restartCall(callSetup);
    report({ event: 'call_restarted' });
  });

  /** The uuid of someone in the roster. */
  const find = wanted => {
    const person = client.getParticipants(MAIN_ROOM_ID).find(({ displayName }) => displayName === wanted);
    if (!person) throw new Error(`nobody called ${JSON.stringify(wanted)} is in the roster`);
    return { participantUuid: person.uuid };
  };

  return {
    /** Asks for a token and, once it is given, connects. Prompts and refusals come as events. */
    async join({ pin, chosen_idp: chosenIdp, sso_token: ssoToken } = {}) {
      const response = await client.call({
        ...callSetup, host, node: new URL(host).host, conferenceAlias: alias, displayName: name, directMedia: false, pin, chosenIdp, ssoToken,
      });
      return { status: response?.status };
    },
    present: slides => (slides ? client.present(slides) : client.stopPresenting()),
    admit: ({ name: who }) => client.admit(find(who)),
    kick: ({ name: who }) => client.kick(find(who)),
    mute: ({ name: who, on = true }) => client.mute({ mute: on, ...(who && find(who)) }),
    lock: ({ on = true }) => client.lock({ lock: on }),
    dial: ({ destination }) => client.dial({ destination, role: 'GUEST', protocol: 'sip', call_type: 'audio' }),
    endForAll: () => client.disconnectAll({}),
    leave: () => client.disconnect({ reason: 'User initiated disconnect' }),
  };
}

function reportSignals(signals, callSignals, report) {
  const failure = ({ error, errorCode }) => ({ reason: error, code: errorCode });
  signals.onAuthenticatedWithConference.add(({ conferenceName }) => report({ event: 'joined', conference: conferenceName }));
  signals.onServiceType.add(service => report({ event: 'service', service }));
  signals.onPinRequired.add(({ hasHostPin, hasGuestPin }) => report({ event: 'pin_required', host: hasHostPin, guest: hasGuestPin }));
  signals.onIdp.add(idps => report({ event: 'idps', idps }));
  signals.onRedirect.add(({ redirectUrl, redirectIdp }) => report({ event: 'redirect', url: redirectUrl, idp: redirectIdp }));
  signals.onError.add(error => report({ event: 'error', ...failure(error) }));
  signals.onDisconnected.add(error => report({ event: 'disconnected', ...failure(error) }));
  signals.onConnected.add(() => report({ event: 'events_connected' }));
  signals.onTokenRefreshed.add(() => report({ event: 'token_refreshed' }));
  signals.onConferenceStatus.add(({ status }) => report({ event: 'conference', locked: status.locked, started: status.started }));
  callSignals.onCallConnected.add(() => report({ event: 'media_connected' }));
  callSignals.onReconnecting.add(() => report({ event: 'reconnecting' }));
  callSignals.onReconnected.add(() => report({ event: 'reconnected' }));
  callSignals.onPresentationConnectionChange.add(({ send, recv }) => report({ event: 'presentation', send, receive: recv }));
}

/** The whole roster each time something in it changes. */
function reportRoster(client, signals, report) {
  let last = '';
  const tell = () => {
    const me = client.getMe()?.uuid;
    const people = client.getParticipants(MAIN_ROOM_ID).map(person => ({
      name: person.displayName,
      uuid: person.uuid,
      me: person.uuid === me,
      role: person.role,
      waiting: person.isWaiting,
      presenting: person.isPresenting,
      muted: person.isMuted,
    }));
    const now = JSON.stringify(people);
    if (now !== last) report({ event: 'roster', people });
    last = now;
  };
  for (const name of ['onParticipants', 'onParticipantJoined', 'onParticipantUpdated', 'onParticipantLeft']) signals[name].add(tell);
}
