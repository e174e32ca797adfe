//! Tells open pages that something within their reach has changed; they then fetch themselves anew (`assets/scripts/live.js`).
//!
//! The stream carries no content, so it can show nobody what their rights hide: what they get is what the page itself gives
//! them. It ends with the login, and looks at who is within reach again before each word.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Redirect, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use fleet_api::TenantId;
use futures_util::stream;
use jiff::Timestamp;
use maud::{Markup, html};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::visitor::Visitor;
use crate::{
    app::App,
    console::{icons, texts::Texts},
    store::Tenant,
};

/// How often changes are looked for.
const EVERY: Duration = Duration::from_secs(1);
/// Shortest time between two words to one page, however much changes.
const PAUSE: Duration = Duration::from_secs(3);
/// Longest time between two words: time alone changes pages too, as when a kit falls silent.
const AT_LEAST_EVERY: Duration = Duration::from_mins(1);
/// How often a silent stream shows that it is there.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// One page that watches.
struct Watch {
    app: App,
    /// Whose session it is; asked for again and again, so that the stream ends with it.
    headers: HeaderMap,
    retired: CancellationToken,
    /// Cancels the same when the page is left, so that it does not count among those that watch.
    _leaving: DropGuard,
    turns: Interval,
    reach: Vec<TenantId>,
    seen: Option<u64>,
    told: Instant,
    over: bool,
}

/// `GET /live`.
pub(super) async fn stream(State(app): State<App>, visitor: Visitor, headers: HeaderMap) -> Response {
    let Some(retired) = app.sessions.watch(&headers) else {
        return Redirect::to("/login").into_response();
    };
    let mut turns = interval(EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watch = Watch {
        app,
        headers,
        _leaving: retired.clone().drop_guard(),
        retired,
        turns,
        reach: ids(visitor.reach),
        seen: None,
        // The first change is told at once.
        told: Instant::now().checked_sub(PAUSE).unwrap_or_else(Instant::now),
        over: false,
    };
    let words = stream::unfold(watch, |mut watch| async move {
        let word = watch.next_word().await?;
        Some((Ok::<_, Infallible>(word), watch))
    });
    Sse::new(words)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response()
}

impl Watch {
    /// The next word to the page; none when the stream is over.
    async fn next_word(&mut self) -> Option<Event> {
        let (stop, retired) = (self.app.stop.clone(), self.retired.clone());
        while !self.over {
            tokio::select! {
                () = stop.cancelled() => return None,
                () = retired.cancelled() => {
                    // The page must know that it is not to come back.
                    self.over = true;
                    return Some(word("retired"));
                }
                _ = self.turns.tick() => {
                    let found = self.app.sessions.find(&self.headers, Timestamp::now()).await;
                    let administrator = found.ok().flatten()?;
                    if self.is_due() {
                        self.reach = ids(administrator.reach(&self.app.store).await.ok()?);
                        return Some(word("changed"));
                    }
                }
            }
        }
        None
    }

    /// Whether the page is to be told now. What changes within the pause is told after it.
    fn is_due(&mut self) -> bool {
        let count = self.app.store.changes().count(self.reach.iter().copied());
        let changed = self.seen.is_some_and(|seen| seen != count);
        let since = self.told.elapsed();
        let due = (changed && since >= PAUSE) || since >= AT_LEAST_EVERY;
        if due || self.seen.is_none() {
            self.seen = Some(count);
        }
        if due {
            self.told = Instant::now();
        }
        due
    }
}

fn ids(tenants: Vec<Tenant>) -> Vec<TenantId> {
    tenants.into_iter().map(|tenant| tenant.id).collect()
}

fn word(name: &str) -> Event {
    // Browsers pass over an event without data.
    Event::default().event(name).data("now")
}

/// The elements by which a page hears of changes and fetches itself anew. Without script they do nothing.
pub(super) fn listener(texts: &Texts) -> Markup {
    html! {
        div hidden hx-ext="sse" sse-connect="/live" sse-close="retired" {
            span #refresh hx-get="" hx-trigger="sse:changed, refresh" hx-target="#content" hx-select="#content"
                hx-swap="morph:outerHTML" hx-select-oob="#my-tasks" {}
        }
        p.live #offline role="status" hidden { (icons::WARNING) (texts.t("live.offline")) }
        p.live #news role="status" hidden { (texts.t("live.news")) " " button type="button" { (texts.t("live.show")) } }
    }
}

/// Whether this visitor's pages may fetch themselves: a look of the region's support is recorded one by one, so each must
/// be meant.
pub(super) fn may_watch(visitor: &Visitor) -> bool {
    !visitor.administrator.role.needs_consent()
}
