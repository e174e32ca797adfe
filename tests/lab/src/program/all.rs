//! `lab all`: BankID, the `OpenID` provider, the portal and a conference node, knowing each other, with one booked time.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lab::bank_id::{BankId, BankIdConfig};
use lab::jose::{Signing, SigningKey};
use lab::node::{IdentityProvider, Node, NodeConfig, RoomSettings};
use lab::openid::{OpenIdClient, OpenIdConfig, OpenIdProvider};
use lab::portal::{Portal, PortalConfig, example};
use lab::tls::Authority;
use serde_json::json;

use super::{bank_id, prepare, put, tell, until_told};

/// The room of the booked time.
const ROOM: &str = "vardplanering";
/// The provider as the room's participants choose it.
const PROVIDER: &str = "6c3f6f0c-0000-4000-8000-000000000001";
/// Whose the booked time is.
const PATIENT: &str = "elsa";
/// The fleet server at the provider.
const STAFF_CLIENT: &str = "fleet-server";

/// Runs all stand-ins together.
#[derive(clap::Args)]
pub(crate) struct AllArguments {
    /// Where `lab.json`, authorities, certificates and keys are written.
    #[arg(long, default_value_os_t = std::env::temp_dir().join("home-visit-lab"))]
    dir: PathBuf,
    /// Address of all servers but the control ports; ports are free ones.
    #[arg(long, default_value = "127.0.0.1")]
    ip: IpAddr,
    /// A name in all certificates; used in all addresses.
    #[arg(long)]
    host: Option<String>,
    /// Address of the fleet server's console, which staff log in to at the provider.
    #[arg(long, default_value = "https://127.0.0.1:8443")]
    console: String,
    /// Whether the meeting has a login of its own, after the portal's.
    #[arg(long)]
    second_login: bool,
}

impl AllArguments {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let dir = prepare(&self.dir)?;
        let listen = SocketAddr::new(self.ip, 0);
        let hosts: Vec<String> = self.host.iter().cloned().collect();
        let authority = Arc::new(Authority::new("Lab stand-in of the web's authorities")?);

        let bank_id = BankId::start(BankIdConfig {
            listen,
            hosts: hosts.clone(),
            ..BankIdConfig::default()
        })
        .await?;
        let provider = OpenIdProvider::start(OpenIdConfig {
            listen,
            hosts: hosts.clone(),
            ..OpenIdConfig::new(authority.clone(), bank_id.control())
        })
        .await?;
        let portal = PortalConfig {
            listen,
            hosts: hosts.clone(),
            ..PortalConfig::new(authority.clone())
        };
        let portal = Portal::start(portal, &provider).await?;
        let node = self.start_node(listen, hosts, &provider).await?;
        let people = bank_id.control().people();
        let patient = people.iter().find(|person| person.key == PATIENT);
        if let Some(patient) = patient {
            portal.put_booking(example(&patient.personal_number, &node.link_to(ROOM)));
        }

        let web_ca = put(&dir, "web-ca.pem", authority.pem())?;
        let facts = json!({
            "bank_id": bank_id::facts(&bank_id, &dir)?,
            "openid": {
                "issuer": provider.issuer(),
                "control_url": provider.control_url(),
                "ca_pem": web_ca,
                "staff_client": {"client_id": STAFF_CLIENT, "key": self.staff_client(&provider, &dir)?},
            },
            "portal": {"url": portal.url(), "control_url": portal.control_url(), "ca_pem": web_ca},
            "node": {
                "node_url": node.url(),
                "control_url": node.control_url(),
                "ca_pem": put(&dir, "node-ca.pem", node.ca_pem())?,
                "link": node.link_to(ROOM),
            },
        });
        tell(&dir, &facts)?;
        until_told(std::future::pending()).await
    }

    async fn start_node(
        &self,
        listen: SocketAddr,
        hosts: Vec<String>,
        provider: &OpenIdProvider,
    ) -> anyhow::Result<Node> {
        let media_ip = if self.ip.is_unspecified() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            self.ip
        };
        let node = Node::start(NodeConfig {
            listen,
            media_ip,
            hosts,
            ..NodeConfig::default()
        })
        .await?;
        node.log_in_at(PROVIDER, provider).await?;
        let login = IdentityProvider {
            name: "Provlegitimation".into(),
            uuid: PROVIDER.into(),
            disable_popup_flow: true,
        };
        let settings = RoomSettings {
            identity_providers: self.second_login.then_some(login).into_iter().collect(),
            ..RoomSettings::default()
        };
        node.control().put_room(ROOM, settings)?;
        Ok(node)
    }

    /// Registers the fleet server, and writes the key that it proves itself with.
    fn staff_client(&self, provider: &OpenIdProvider, dir: &Path) -> anyhow::Result<PathBuf> {
        let key = SigningKey::new(Signing::ES256)?;
        let console = self.console.trim_end_matches('/');
        provider.control().put_client(OpenIdClient {
            client_id: STAFF_CLIENT.into(),
            redirect_uris: vec![format!("{console}/login/callback")],
            post_logout_redirect_uris: vec![format!("{console}/login")],
            jwks: key.public_set(),
            signed_with: Signing::RS256,
            staff: true,
        });
        put(dir, "staff-client.key", key.pem())
    }
}
