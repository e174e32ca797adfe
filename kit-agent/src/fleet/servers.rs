//! Which of its servers the kit uses: several may share one database, under addresses of their own or as several addresses
//! of one name. One that does not answer is passed over, and the next is tried; all serve equally, so there is no way back.
//!
//! Each kit begins with any of them, so that a region's kits are spread over its servers.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use rand::seq::SliceRandom;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use url::Url;

/// Longest wait for one of several addresses of a name: where nothing answers at all, the next must still have its turn.
const ADDRESS_TIME: Duration = Duration::from_secs(4);

/// The kit's servers; cheap to clone, and all clones use the same one.
#[derive(Debug, Clone)]
pub(super) struct Servers {
    urls: Arc<[Url]>,
    turn: Arc<AtomicUsize>,
}

impl Servers {
    /// Begins with any of them. There is at least one.
    pub(super) fn new(first: Url, others: Vec<Url>) -> Self {
        let mut urls = others;
        urls.push(first);
        urls.shuffle(&mut rand::rng());
        Self {
            urls: urls.into(),
            turn: Arc::default(),
        }
    }

    /// The one to use now.
    pub(super) fn current(&self) -> &Url {
        &self.urls[self.turn.load(SeqCst) % self.urls.len()]
    }

    /// It did not answer: the next one has its turn, unless it has already.
    pub(super) fn pass_over(&self, server: &Url) {
        let turn = self.turn.load(SeqCst);
        if self.urls[turn % self.urls.len()] == *server {
            let _ = self.turn.compare_exchange(turn, turn + 1, SeqCst, SeqCst);
        }
    }
}

/// Connects to any of a name's addresses, each in its turn.
pub(super) async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    connect_in_turn(&addresses(host, port).await?, ADDRESS_TIME).await
}

async fn connect_in_turn(addresses: &[SocketAddr], time_each: Duration) -> io::Result<TcpStream> {
    let mut failure = io::ErrorKind::NotFound.into();
    for address in addresses {
        match timeout(time_each, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => failure = error,
            Err(_) => failure = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(failure)
}

/// A name's addresses in any order: one that accepts and then says nothing is not always the first.
async fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let mut addresses: Vec<_> = lookup_host((host, port)).await?.collect();
    addresses.shuffle(&mut rand::rng());
    Ok(addresses)
}

/// The same for the requests' client, which tries the addresses by itself.
#[derive(Debug)]
pub(super) struct AnyOrder;

impl Resolve for AnyOrder {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The client puts the port in.
            let addresses: Addrs = Box::new(addresses(name.as_str(), 0).await?.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::{TcpListener, TcpSocket};

    use super::*;

    fn url(name: &str) -> Url {
        format!("https://{name}.region.example:8443").parse().unwrap()
    }

    #[test]
    fn a_server_that_does_not_answer_is_passed_over_once() {
        let servers = Servers::new(url("one"), vec![url("two")]);
        let (first, same) = (servers.current().clone(), servers.clone());
        servers.pass_over(&first);
        let second = same.current().clone();
        assert_ne!(first, second);
        same.pass_over(&first);
        assert_eq!(
            *servers.current(),
            second,
            "the sync and the nudge failed together"
        );
        servers.pass_over(&second);
        assert_eq!(*servers.current(), first);
    }

    #[test]
    fn the_only_server_stays() {
        let servers = Servers::new(url("one"), Vec::new());
        servers.pass_over(&url("one"));
        assert_eq!(*servers.current(), url("one"));
    }

    /// A port where nobody ever answers: its queue is full and nobody accepts.
    async fn silent() -> (SocketAddr, TcpListener, Vec<TcpStream>) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let (address, mut waiting) = (listener.local_addr().unwrap(), Vec::new());
        while let Ok(stream) = timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
            waiting.push(stream.unwrap());
        }
        (address, listener, waiting)
    }

    #[tokio::test]
    async fn an_address_that_refuses_or_is_silent_is_followed_by_the_next() {
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let refusing = closed.local_addr().unwrap();
        drop(closed);
        let (silent, _listener, _waiting) = silent().await;
        let live = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let live_at = live.local_addr().unwrap();
        let time_each = Duration::from_millis(300);
        let stream = connect_in_turn(&[refusing, silent, live_at], time_each)
            .await
            .unwrap();
        assert_eq!(stream.peer_addr().unwrap(), live_at);
        let failed = connect_in_turn(&[refusing, silent], time_each).await;
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_name_with_several_addresses_is_reached_at_the_one_that_answers() {
        let live = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = live.local_addr().unwrap().port();
        // Its other address, ::1, refuses where the machine has it at all.
        assert!(connect("localhost", port).await.is_ok());
    }
}
