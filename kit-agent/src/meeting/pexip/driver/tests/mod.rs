//! Whole sessions against scripted stand-ins, in paused time: minutes pass at once, and nothing depends on the machine.

mod calls;
mod fakes;
mod joining;
mod people;
mod trouble;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::Driver;
use crate::meeting::link::{self, Policy};
use crate::meeting::session::{Join, Session, SessionCommand};
use crate::meeting::{DisplayName, MeetingEvent};
use fakes::{Answer, FakeMedia, FakeNode};

/// A session with its stand-ins.
struct World {
    node: FakeNode,
    media: FakeMedia,
    session: Session,
}

impl World {
    /// Begins to join a node that follows `script` where it answers.
    fn join(script: impl FnMut(&str, &Value) -> Option<Answer> + Send + 'static) -> Self {
        Self::join_link("https://meet.example/webapp3/m/room", script)
    }

    fn join_link(link: &str, script: impl FnMut(&str, &Value) -> Option<Answer> + Send + 'static) -> Self {
        let (node, media) = (FakeNode::new(script), FakeMedia::default());
        let link = link::read(link, &Policy::for_diagnosis()).unwrap();
        let join = Join {
            link,
            name: DisplayName::new("Kit 7".into()),
            pin: None,
            logins: Vec::new(),
        };
        let (wire, seam) = (node.clone(), media.clone());
        let session = Session::start(|ends| Driver::new(wire, seam, join, ends).run());
        Self { node, media, session }
    }

    /// In the meeting, on a node that follows `script`.
    async fn joined(script: impl FnMut(&str, &Value) -> Option<Answer> + Send + 'static) -> Self {
        let mut world = Self::join(script);
        assert_eq!(world.next().await, MeetingEvent::Joined);
        world.settle().await;
        world
    }

    /// The next event that is not a roster.
    async fn next(&mut self) -> MeetingEvent {
        let hour = Duration::from_hours(1);
        loop {
            let event = timeout(hour, self.session.events.recv())
                .await
                .expect("an event within the hour");
            match event.expect("the session goes on") {
                MeetingEvent::Roster(_) => {}
                other => return other,
            }
        }
    }

    /// Everything that is told within this time.
    async fn told_within(&mut self, time: Duration) -> Vec<MeetingEvent> {
        let until = tokio::time::Instant::now() + time;
        let mut told = Vec::new();
        while let Ok(Some(event)) = tokio::time::timeout_at(until, self.session.events.recv()).await {
            told.push(event);
        }
        told
    }

    /// Lets everything that is ready happen; a millisecond of paused time.
    async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    async fn command(&self, command: SessionCommand) {
        self.session.commands.send(command).await.unwrap();
        self.settle().await;
    }

    fn participant(&self, id: &str, more: &Value) {
        let mut row = json!({"uuid": id, "display_name": id, "service_type": "conference"});
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.node.event("participant_update", &row);
    }
}

/// A script that has nothing to say.
fn well(_: &str, _: &Value) -> Option<Answer> {
    None
}
