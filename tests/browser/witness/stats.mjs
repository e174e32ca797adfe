// getStats as a few plain numbers per second, the same for every page.

/** Measures one connection after the other; rates are since the last call of `read`. */
export class StatsReader {
  #last = new Map();

  /**
   * @param {RTCPeerConnection} peer
   * @param {(mid: string) => 'audio' | 'video' | 'slides'} roleOf what the m-line carries
   */
  async read(peer, roleOf) {
    const report = await peer.getStats();
    const result = { in: {}, out: {} };
    for (const entry of report.values()) {
      if (entry.type === 'inbound-rtp') result.in[roleOf(entry.mid)] = this.#inbound(entry, report);
      if (entry.type === 'outbound-rtp') result.out[roleOf(entry.mid)] = this.#outbound(entry, report);
      if (entry.type === 'candidate-pair' && entry.nominated) result.rtt_ms = milliseconds(entry.currentRoundTripTime);
    }
    return result;
  }

  #inbound(entry, report) {
    const common = {
      packets: entry.packetsReceived,
      lost: entry.packetsLost,
      jitter_ms: milliseconds(entry.jitter),
      kbps: this.#kbps(entry, entry.bytesReceived),
      codec: report.get(entry.codecId)?.mimeType,
    };
    if (entry.kind === 'audio') {
      return { ...common, concealed_samples: entry.concealedSamples, samples: entry.totalSamplesReceived };
    }
    return {
      ...common,
      frames_decoded: entry.framesDecoded ?? 0,
      key_frames: entry.keyFramesDecoded ?? 0,
      fps: entry.framesPerSecond ?? 0,
      width: entry.frameWidth ?? 0,
      height: entry.frameHeight ?? 0,
      freezes: entry.freezeCount ?? 0,
      freeze_s: entry.totalFreezesDuration ?? 0,
      nacks: entry.nackCount,
      plis: entry.pliCount,
    };
  }

  #outbound(entry, report) {
    const far = report.get(entry.remoteId); // the far side's receiver report
    const common = {
      packets: entry.packetsSent,
      kbps: this.#kbps(entry, entry.bytesSent),
      codec: report.get(entry.codecId)?.mimeType,
      far_lost: far?.packetsLost,
      far_rtt_ms: milliseconds(far?.roundTripTime),
    };
    if (entry.kind === 'audio') return common;
    return {
      ...common,
      frames_encoded: entry.framesEncoded ?? 0,
      width: entry.frameWidth ?? 0,
      height: entry.frameHeight ?? 0,
      target_kbps: entry.targetBitrate && Math.round(entry.targetBitrate / 1000),
      limited_by: entry.qualityLimitationReason,
      plis: entry.pliCount,
      nacks: entry.nackCount,
    };
  }

  #kbps({ id, timestamp }, bytes) {
    const last = this.#last.get(id);
    this.#last.set(id, { timestamp, bytes });
    if (!last || timestamp <= last.timestamp) return 0;
    return Math.round((8 * (bytes - last.bytes)) / (timestamp - last.timestamp));
  }
}

const milliseconds = seconds => (seconds === undefined ? undefined : Math.round(seconds * 1e4) / 10);
