//! One browser from start to removal: carries notices to `watch` and its deeds to the browser, each wait with a limit.

use std::time::Duration;

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use super::home::Home;
use super::pipe::{self, Messages};
use super::program::{self, Program};
use super::rules::{self, Rules};
use super::watch::{Deed, Watch};
use super::{BrowserEvent, Errand, Outcome, Remains, devtools, sweep};

/// From its start until a page stands in the window.
const FIRST_PAGE_WITHIN: Duration = Duration::from_mins(1);
/// How long the browser may leave a command unread.
const READ_WITHIN: Duration = Duration::from_secs(10);
/// Messages in a row that make no sense before it is given up.
const MOST_NONSENSE: u8 = 10;
/// Events that may wait to be taken.
const EVENT_QUEUE: usize = 64;
/// One at a time: the removal of the one before would take the next one with it.
static TURN: Mutex<()> = Mutex::const_new(());

/// A browser under way. Dropping it ends and removes it.
#[derive(Debug)]
pub struct LockedBrowser {
    /// What happens. The last event is [`BrowserEvent::Ended`].
    pub events: mpsc::Receiver<BrowserEvent>,
    close: oneshot::Sender<()>,
    task: JoinHandle<Remains>,
}

/// Opens a browser for an errand. Must be called within a Tokio runtime.
#[must_use]
pub fn open(errand: Errand) -> LockedBrowser {
    let (events, outer_events) = mpsc::channel(EVENT_QUEUE);
    let (close, closed) = oneshot::channel();
    #[expect(
        clippy::disallowed_methods,
        reason = "its handle is kept; dropped with it, it still removes the browser"
    )]
    let task = tokio::spawn(async move {
        let _turn = TURN.lock().await;
        let folder = errand.machine.folder.clone();
        // Never cut off half-way: the rest of it would come to be after everything was removed.
        let home = home(&errand).await;
        let outcome = tokio::select! {
            outcome = run(errand, home, &events) => outcome,
            // A dropped sender says the same.
            _ = closed => Outcome::Closed,
        };
        let remains = removed(folder).await;
        // Nobody listens where somebody just wanted it gone.
        let _ = events.send(BrowserEvent::Ended(outcome, remains)).await;
        remains
    });
    LockedBrowser {
        events: outer_events,
        close,
        task,
    }
}

impl LockedBrowser {
    /// Ends it and waits until it is removed; some seconds at most.
    pub async fn close(self) -> Remains {
        // It may have ended by itself.
        let _ = self.close.send(());
        drop(self.events);
        self.task.await.unwrap_or(Remains::Something)
    }
}

async fn removed(folder: std::path::PathBuf) -> Remains {
    tokio::task::spawn_blocking(move || sweep(&folder))
        .await
        .unwrap_or(Remains::Something)
}

async fn home(errand: &Errand) -> anyhow::Result<Home> {
    let (machine, purpose) = (errand.machine.clone(), errand.purpose.clone());
    Ok(tokio::task::spawn_blocking(move || Home::make(&machine, &purpose)).await??)
}

async fn run(errand: Errand, home: anyhow::Result<Home>, events: &mpsc::Sender<BrowserEvent>) -> Outcome {
    if !rules::start_is_allowed(&errand.start, &errand.allowed) {
        tracing::warn!("the browser's first page is not on the list of what it may reach");
        return Outcome::Misled;
    }
    match home.and_then(|home| Ok(program::start(&home, &errand)?)) {
        Ok(mut program) => {
            let outcome = steer(&mut program, errand, events).await;
            program::end(&program.child);
            // Ended at once: it was killed.
            let _ = timeout(READ_WITHIN, program.child.wait()).await;
            outcome
        }
        Err(error) => {
            tracing::error!(%error, "the browser could not be started");
            Outcome::NotStarted
        }
    }
}

async fn steer(program: &mut Program, errand: Errand, events: &mpsc::Sender<BrowserEvent>) -> Outcome {
    let (at_first, at_last) = (Instant::now() + FIRST_PAGE_WITHIN, Instant::now() + errand.within);
    let rules = Rules::new(errand.allowed, errand.purpose.clone());
    let (mut watch, first) = Watch::begin(rules, &errand.purpose, errand.start);
    let mut messages = Messages::new(&mut program.from);
    let mut deeds = first;
    let (mut shown, mut nonsense) = (false, 0);
    loop {
        for deed in deeds {
            match deed {
                Deed::Send(command) => {
                    let text = command.to_text();
                    let sending = pipe::write(&mut program.to, &text);
                    if !matches!(timeout(READ_WITHIN, sending).await, Ok(Ok(()))) {
                        return Outcome::Crashed;
                    }
                }
                Deed::TellShown => {
                    shown = true;
                    tell(events, BrowserEvent::Shown);
                }
                Deed::TellRefused => tell(events, BrowserEvent::PageRefused),
                Deed::End(outcome) => return outcome,
            }
        }
        let deadline = if shown { at_last } else { at_last.min(at_first) };
        let message = tokio::select! {
            message = messages.next() => message,
            () = sleep_until(deadline) => return if shown { Outcome::TooLong } else { Outcome::Unreachable },
        };
        let Ok(Some(message)) = message else {
            return Outcome::Crashed;
        };
        deeds = match devtools::read(&message) {
            Ok(notice) => {
                nonsense = 0;
                notice.map(|notice| watch.see(notice)).unwrap_or_default()
            }
            Err(_) if nonsense < MOST_NONSENSE => {
                nonsense += 1;
                Vec::new()
            }
            Err(_) => return Outcome::Crashed,
        };
    }
}

/// A page that floods the list of events loses some; the last event is never lost.
fn tell(events: &mpsc::Sender<BrowserEvent>, event: BrowserEvent) {
    let _ = events.try_send(event);
}
