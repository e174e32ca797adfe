//! What str0m says of the call, as outputs: packets for the studio, word for the meeting service, figures.

use str0m::bwe::BweKind;
use str0m::rtp::RtpPacket;
use str0m::{Event, IceConnectionState};

use super::{Engine, Output};
use crate::media::CallEvent;
use crate::media::port::{IncomingPacket, SenderReport};
use crate::media::transport::lines::codec;
use crate::media::transport::red;
use crate::media::transport::watchdog::Sight;

impl Engine {
    pub(super) fn on_event(&mut self, event: Event) {
        match event {
            Event::Connected => {
                self.dtls_up = true;
                self.queue.push_back(Output::KeyframeWanted);
                self.queue.push_back(Output::Event(CallEvent::Connected));
            }
            Event::IceConnectionStateChange(IceConnectionState::Connected) if self.dtls_up => {
                self.queue.push_back(Output::KeyframeWanted);
                self.queue.push_back(Output::Event(CallEvent::Connected));
            }
            Event::Closed => self.queue.push_back(Output::Event(CallEvent::Failed(
                "the far side closed the call".into(),
            ))),
            Event::RtpPacket(packet) => self.on_packet(&packet),
            Event::SenderFeedback(feedback) => {
                if let Some(line) = self.lines.and_then(|lines| lines.line(feedback.mid)) {
                    self.queue.push_back(Output::Report(SenderReport {
                        line,
                        ssrc: *feedback.sender_info.ssrc,
                        wall_clock: feedback.sender_info.ntp_time,
                        #[expect(clippy::cast_possible_truncation, reason = "RTP time is the low 32 bits")]
                        rtp_time: feedback.sender_info.rtp_time.numer() as u32,
                    }));
                }
            }
            Event::KeyframeRequest(_) => self.queue.push_back(Output::KeyframeWanted),
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => {
                let budget = self.uplink.estimated(estimate.as_f64() / 1000.0);
                self.queue
                    .push_back(Output::Budget(budget.min(self.allowed_kbps)));
            }
            Event::PeerStats(stats) => {
                let figures = self.tally.second(&stats);
                let budget = self
                    .uplink
                    .second(figures.send_kbps, figures.send_loss, figures.rtt_ms);
                let budget = budget.map(|kbps| Output::Budget(kbps.min(self.allowed_kbps)));
                self.queue.extend(budget);
                self.wish();
                self.queue
                    .push_back(Output::Event(CallEvent::Stats(Box::new(figures))));
            }
            Event::MediaIngressStats(stats) => {
                let line = self.lines.and_then(|lines| lines.line(stats.mid));
                self.tally.received_stats(line, &stats);
            }
            Event::MediaEgressStats(stats) => self.tally.sent_stats(&stats),
            _ => {}
        }
    }

    fn on_packet(&mut self, packet: &RtpPacket) {
        if self.watchdog.packet(packet.timestamp) == Some(Sight::Back) {
            self.queue.push_back(Output::Event(CallEvent::PathBack));
        }
        let Some(lines) = self.lines else { return };
        let mid = self
            .rtc
            .direct_api()
            .stream_rx(&packet.header.ssrc)
            .map(|stream| stream.mid());
        let Some(line) = mid.and_then(|mid| lines.line(mid)) else {
            return;
        };
        let pt = packet.header.payload_type;
        let Some(params) = self
            .rtc
            .codec_config()
            .find(|p| p.pt() == pt || p.red() == Some(pt))
        else {
            return;
        };
        let Some(codec) = codec(params.spec().codec) else {
            return;
        };
        let plain_pt = *params.pt();
        let is_red = params.red() == Some(pt);
        self.tally.received(line);
        let base = IncomingPacket {
            line,
            codec,
            payload_type: plain_pt,
            ssrc: *packet.header.ssrc,
            sequence: packet.header.sequence_number,
            rtp_time: packet.header.timestamp,
            marker: packet.header.marker,
            arrived: packet.timestamp,
            payload: packet.payload.clone(),
        };
        if !is_red {
            self.queue.push_back(Output::Packet(base));
            return;
        }
        for frame in red::unpack(plain_pt, base.rtp_time, &packet.payload) {
            let sequence = base.sequence.wrapping_sub(frame.back);
            if frame.back == 0 || !self.tally.has_sound(sequence) {
                self.tally.sound_arrived(sequence);
                self.queue.push_back(Output::Packet(IncomingPacket {
                    sequence,
                    rtp_time: frame.rtp_time,
                    payload: frame.payload,
                    ..base.clone()
                }));
            }
        }
    }
}
