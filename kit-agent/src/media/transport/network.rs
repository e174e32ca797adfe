//! Notices when an address of this machine comes or goes: the modem changed cells' network, a cable was pulled.
//!
//! ICE would need 15 s and more to see it; netlink tells at once. Changes that come together are told once.
//! Neighbour: `driver`, which passes it on as `CallEvent::NetworkChanged`.

use std::collections::HashSet;
use std::net::IpAddr;
use std::time::Duration;

use futures_util::StreamExt as _;
use if_watch::IfEvent;
use if_watch::tokio::IfWatcher;
use tokio::sync::mpsc;

/// Changes within this time are one change.
const SETTLE: Duration = Duration::from_millis(200);

/// Watches until nobody listens. Without netlink it says so in the log and ends: the watchdog is still there.
pub(super) async fn watch(changes: mpsc::Sender<()>) {
    let (Ok(mut watcher), Ok(known)) = (IfWatcher::new(), if_addrs::get_if_addrs()) else {
        tracing::warn!("changes of network cannot be watched; a lost path is found by silence alone");
        return;
    };
    let mut known: HashSet<IpAddr> = known.into_iter().map(|i| i.ip()).filter(matters).collect();
    while let Some(event) = watcher.next().await {
        if !note(&mut known, &event) {
            continue;
        }
        while let Ok(Some(event)) = tokio::time::timeout(SETTLE, watcher.next()).await {
            note(&mut known, &event);
        }
        if changes.send(()).await.is_err() {
            return;
        }
    }
}

/// Whether the event changes what we can be reached by.
fn note(known: &mut HashSet<IpAddr>, event: &std::io::Result<IfEvent>) -> bool {
    match event {
        Ok(IfEvent::Up(net)) => matters(&net.addr()) && known.insert(net.addr()),
        Ok(IfEvent::Down(net)) => known.remove(&net.addr()),
        Err(_) => false,
    }
}

fn matters(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_link_local(),
        IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local(),
    }
}
