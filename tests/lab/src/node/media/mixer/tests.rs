//! The mixer without a network: a seat gets everybody else and nothing of itself, and always a picture.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::*;
use crate::node::room::{JoinRequest, Kind, Moment, Role};
use crate::node::status::MediaFigures;

const LIMIT: Duration = Duration::from_secs(20);

struct Table {
    room: Room,
    mixer: Arc<Mixer>,
    guest: String,
    packets: mpsc::Receiver<Outgoing>,
    figures: Figures,
    _seat: Arc<Seat>,
}

impl Table {
    /// A room with one participant at a seat.
    fn laid() -> Self {
        gst::init().unwrap();
        let mut room = Room::new("plan", serde_json::from_value(json!({})).unwrap(), "https://node");
        let request = JoinRequest {
            display_name: Some("Anna".into()),
            ..JoinRequest::default()
        };
        let answer = room.request_token(&request, Moment::default());
        let guest = answer.result["participant_uuid"].as_str().unwrap().to_owned();
        let mixer = Arc::new(Mixer::new(VideoSettings {
            width: 160,
            height: 90,
            ..VideoSettings::default()
        }));
        mixer.follow(&room);
        let (sender, packets) = mpsc::channel(1_000);
        let (keyframes, _) = mpsc::channel(1);
        let figures = Figures::new("call");
        let seat = mixer
            .open_seat(
                &guest,
                figures.clone(),
                Inlet {
                    packets: sender,
                    keyframes,
                },
            )
            .unwrap();
        Self {
            room,
            mixer,
            guest,
            packets,
            figures,
            _seat: seat,
        }
    }

    fn add_robot(&mut self) -> String {
        let uuid = self
            .room
            .invent("Robot", Kind::Robot, Role::Guest, Moment::default());
        self.mixer.follow(&self.room);
        self.mixer.add_robot(&uuid, 440.0).unwrap();
        uuid
    }

    /// Takes packets until the figures are as wanted.
    async fn until(&mut self, what: &str, wanted: impl Fn(&MediaFigures) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !wanted(&self.figures.read()) {
            assert!(
                Instant::now() < deadline,
                "{what} did not happen: {:?}",
                self.figures.read()
            );
            tokio::time::timeout(LIMIT, self.packets.recv())
                .await
                .expect("a packet in time");
        }
    }

    async fn next(&mut self, line: Line) -> Outgoing {
        loop {
            let packet = tokio::time::timeout(LIMIT, self.packets.recv())
                .await
                .expect("a packet in time")
                .unwrap();
            if packet.line == line {
                return packet;
            }
        }
    }
}

#[tokio::test]
async fn alone_one_gets_a_picture_and_silence() {
    let mut table = Table::laid();
    for _ in 0..10 {
        table.next(Line::Picture).await;
    }
    table
        .until("sound", |figures| figures.audio_out.frames > 60)
        .await;
    assert_eq!(table.figures.read().audio_out.loud_frames, 0);
}

#[tokio::test]
async fn others_are_heard_until_they_are_muted() {
    let mut table = Table::laid();
    let robot = table.add_robot();
    table
        .until("a tone", |figures| figures.audio_out.level_db > -30.0)
        .await;
    let guest = table.guest.clone();
    table
        .room
        .control_participant(&guest, &robot, "mute", &Value::Null, Moment::default());
    table.mixer.follow(&table.room);
    table
        .until("silence", |figures| figures.audio_out.level_db < -90.0)
        .await;
}

#[tokio::test]
async fn the_other_picture_fills_the_composition_and_goes_with_its_owner() {
    let mut table = Table::laid();
    let deadline = Instant::now() + LIMIT;
    // The first keyframe of the background; what follows of it is tiny.
    table.next(Line::Picture).await;
    let robot = table.add_robot();
    // A bouncing ball costs more than a plain background.
    while table.next(Line::Picture).await.payload.len() < 200 {
        assert!(Instant::now() < deadline, "the robot's picture never showed");
    }
    table.room.kick(&robot);
    table.mixer.follow(&table.room);
    assert!(table.mixer.listeners(&robot, Line::Picture).is_empty());
    table.next(Line::Picture).await;
}
