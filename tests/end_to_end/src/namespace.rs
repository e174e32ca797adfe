//! A tablet's network on this machine: a namespace with two links, as Wi-Fi and a modem. Needs root and iproute2.
//!
//! The node listens on [`Tablet::gateway`], which both links lead to. Dropping a [`Tablet`] removes everything.

use std::net::Ipv4Addr;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use crate::processes::output;

/// A link of the tablet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Up from the beginning.
    Wifi,
    /// Down at the beginning.
    Mobile,
}

/// A namespace with its links.
pub struct Tablet {
    name: String,
    net: u8,
}

impl Tablet {
    /// Makes the namespace, with an address on its Wi-Fi.
    pub async fn new() -> Result<Self> {
        let pid = std::process::id();
        let tablet = Self {
            name: format!("kit{pid}"),
            // Each test is a process of its own, so that neighbours get other networks.
            net: 100 + u8::try_from(pid % 100)?,
        };
        ip(&["netns", "add", &tablet.name])
            .await
            .context("a network namespace needs root")?;
        tablet.inside(&["link", "set", "lo", "up"]).await?;
        for link in [Link::Wifi, Link::Mobile] {
            let (outer, inner) = (tablet.outer(link), inner(link));
            let veth = ["link", "add", &outer, "type", "veth", "peer", "name", inner];
            ip(&[&veth[..], &["netns", &tablet.name]].concat()).await?;
            let gateway = format!("{}/24", tablet.address(link, 1));
            ip(&["address", "add", &gateway, "dev", &outer]).await?;
            ip(&["link", "set", &outer, "up"]).await?;
        }
        tablet.connect(Link::Wifi, 2).await?;
        Ok(tablet)
    }

    /// Name of the namespace.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address on this machine that both links lead to.
    #[must_use]
    pub fn gateway(&self) -> Ipv4Addr {
        self.address(Link::Wifi, 1)
    }

    /// The link comes up with an address that ends in `host`, and all traffic goes there.
    pub async fn connect(&self, link: Link, host: u8) -> Result<()> {
        let (inner, address) = (inner(link), format!("{}/24", self.address(link, host)));
        self.inside(&["link", "set", inner, "up"]).await?;
        self.inside(&["address", "add", &address, "dev", inner]).await?;
        let gateway = self.address(link, 1).to_string();
        self.inside(&["route", "replace", "default", "via", &gateway])
            .await
    }

    /// The link loses the address that ends in `host`.
    pub async fn lose_address(&self, link: Link, host: u8) -> Result<()> {
        let address = format!("{}/24", self.address(link, host));
        self.inside(&["address", "del", &address, "dev", inner(link)])
            .await
    }

    /// The link goes down.
    pub async fn disconnect(&self, link: Link) -> Result<()> {
        self.inside(&["address", "flush", "dev", inner(link)]).await?;
        self.inside(&["link", "set", inner(link), "down"]).await
    }

    async fn inside(&self, arguments: &[&str]) -> Result<()> {
        ip(&[&["-netns", &self.name], arguments].concat()).await
    }

    fn outer(&self, link: Link) -> String {
        match link {
            Link::Wifi => format!("{}w", self.name),
            Link::Mobile => format!("{}m", self.name),
        }
    }

    fn address(&self, link: Link, host: u8) -> Ipv4Addr {
        let subnet = match link {
            Link::Wifi => 1,
            Link::Mobile => 2,
        };
        Ipv4Addr::new(10, self.net, subnet, host)
    }
}

impl Drop for Tablet {
    fn drop(&mut self) {
        let ip = |arguments: &[&str]| {
            // A drop cannot report.
            let _ = std::process::Command::new("ip").args(arguments).status();
        };
        // The namespace itself lives until the last process in it has ended; the links must not.
        ip(&["link", "del", &self.outer(Link::Wifi)]);
        ip(&["link", "del", &self.outer(Link::Mobile)]);
        ip(&["netns", "del", &self.name]);
    }
}

fn inner(link: Link) -> &'static str {
    match link {
        Link::Wifi => "wifi",
        Link::Mobile => "mobile",
    }
}

async fn ip(arguments: &[&str]) -> Result<()> {
    let said = output(Command::new("ip").args(arguments)).await?;
    ensure!(said.is_empty(), "{said}");
    Ok(())
}
