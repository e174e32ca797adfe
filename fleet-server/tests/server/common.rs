//! A real server with real TLS on free ports, and a stand-in kit that speaks the wire directly.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the answers of their own server"
)]

use std::{path::Path, sync::Arc};

use crate::cluster::{self, Cluster};
use fleet_api::{
    EnrolResponse, Event, EventKind, KitId, NumberedEvent, PersonId, Sequence, SpoolId, SyncRequest,
    SyncResponse, TenantId, paths,
};
use fleet_server::{
    audit::Actor,
    data_dir::DataDir,
    domain::{link_policy::HostRule, role::Role},
    identity::administrator::{self, Administrator},
    server::Server,
    store::{NewTenant, Place, Settings, Store, Vault},
};
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use reqwest::{Method, StatusCode};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const LINK: &str = "https://video.example/webapp3/m/sesame";

/// Where a server is and who may use it.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) device: String,
    pub(crate) console: String,
    pub(crate) server_authority: Vec<u8>,
    pub(crate) token: String,
}

pub(crate) struct TestServer {
    pub(crate) site: Site,
    pub(crate) server: Server,
    pub(crate) data: TempDir,
    /// Where the tests run on PostgreSQL.
    pub(crate) cluster: Option<Cluster>,
}

/// A store of its own on whichever database the tests run on.
pub(crate) struct TestStore {
    pub(crate) place: Place,
    cluster: Option<Cluster>,
    directory: TempDir,
}

impl TestStore {
    pub(crate) async fn make() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (place, cluster) = if cluster::is_wanted() {
            let cluster = Cluster::with_tables().await;
            (Place::Server(cluster.server()), Some(cluster))
        } else {
            (Place::File(directory.path().join("fleet.db")), None)
        };
        Self {
            place,
            cluster,
            directory,
        }
    }

    pub(crate) async fn open(&self, key: [u8; 32]) -> Store {
        Store::open(&self.place, Vault::new(&key)).await.unwrap()
    }

    /// All that is in its files.
    pub(crate) fn files(&self) -> Vec<u8> {
        files(self.directory.path(), self.cluster.as_ref())
    }
}

fn files(directory: &Path, cluster: Option<&Cluster>) -> Vec<u8> {
    if let Some(cluster) = cluster {
        return cluster.files();
    }
    let read = |name| std::fs::read(directory.join(name)).unwrap_or_default();
    [read("fleet.db"), read("fleet.db-wal")].concat()
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    /// With these settings for logins by OpenID Connect.
    pub(crate) async fn start_with(openid: Option<&str>) -> Self {
        let cluster = if cluster::is_wanted() {
            Some(Cluster::with_tables().await)
        } else {
            None
        };
        Self::make(cluster, openid).await
    }

    pub(crate) async fn start_on(cluster: Option<Cluster>) -> Self {
        Self::make(cluster, None).await
    }

    async fn make(cluster: Option<Cluster>, openid: Option<&str>) -> Self {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("data");
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut directory = DataDir::create(&path, &names, Timestamp::now()).unwrap();
        if let Some(openid) = openid {
            std::fs::write(path.join("openid.toml"), openid).unwrap();
        }
        if let Some(cluster) = &cluster {
            directory.keep_on(cluster.server()).unwrap();
        }
        let any = "127.0.0.1:0".parse().unwrap();
        let server = Server::start(&directory, any, any).await.unwrap();
        let mut site = Site {
            device: format!("https://{}", server.device_address),
            console: format!("https://{}", server.console_address),
            server_authority: std::fs::read(path.join("server-ca.pem")).unwrap(),
            token: String::new(),
        };
        site.token = add_tenant(&server, "Region").await;
        Self {
            site,
            server,
            data,
            cluster,
        }
    }

    /// Another server process's worth of server, with the same data directory.
    pub(crate) async fn another(&self) -> (Server, Site) {
        let directory = DataDir::open(&self.data.path().join("data")).unwrap();
        let any = "127.0.0.1:0".parse().unwrap();
        let server = Server::start(&directory, any, any).await.unwrap();
        let site = Site {
            device: format!("https://{}", server.device_address),
            console: format!("https://{}", server.console_address),
            ..self.site.clone()
        };
        (server, site)
    }

    /// The PostgreSQL server, where the tests run on one.
    pub(crate) fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// All that the database has in its files.
    pub(crate) fn files(&self) -> Vec<u8> {
        files(&self.data.path().join("data"), self.cluster.as_ref())
    }

    /// A municipality of the region: its id, and the site as its administrator.
    pub(crate) async fn municipality(&self, name: &str) -> (TenantId, Site) {
        let store = &self.server.app().store;
        let region = store.tenant_named("Region").await.unwrap();
        let new = NewTenant {
            name: name.to_owned(),
            settings: region.settings,
        };
        let id = store
            .add_municipality(region.id, &new, &Timestamp::now().into())
            .await
            .unwrap();
        let (shown, token) = administrator::new_token();
        store.add_token(id, &token, Timestamp::now()).await.unwrap();
        let token = shown.expose_secret().to_owned();
        (
            id,
            Site {
                token,
                ..self.site.clone()
            },
        )
    }

    /// The id of the tenant of that name.
    pub(crate) async fn tenant(&self, name: &str) -> TenantId {
        self.server.app().store.tenant_named(name).await.unwrap().id
    }

    /// A token with a role of its own.
    pub(crate) async fn token_as(&self, tenant: TenantId, role: Role) -> String {
        let (shown, token) = administrator::new_token_as(role);
        let store = &self.server.app().store;
        store.add_token(tenant, &token, Timestamp::now()).await.unwrap();
        shown.expose_secret().to_owned()
    }

    /// The cookie of somebody who is logged in with that role, and as whom.
    pub(crate) async fn session_as(&self, tenant: TenantId, role: Role) -> (String, PersonId) {
        let person = PersonId::generate();
        let administrator = Administrator {
            tenant,
            role,
            actor: Actor::Person(role, person),
        };
        let sessions = &self.server.app().sessions;
        let cookie = sessions.begin(&administrator, None, Timestamp::now());
        let cookie = cookie.await.unwrap();
        (cookie.split(';').next().unwrap().to_owned(), person)
    }

    /// Another tenant on the same server.
    pub(crate) async fn other_tenant(&self) -> Site {
        Site {
            token: add_tenant(&self.server, "Another").await,
            ..self.site.clone()
        }
    }
}

async fn add_tenant(server: &Server, name: &str) -> String {
    let hosts: Vec<HostRule> = vec!["video.example".parse().unwrap()];
    let settings = Settings {
        meeting_hosts: hosts,
        ..Settings::default()
    };
    let store = &server.app().store;
    let new = NewTenant {
        name: name.to_owned(),
        settings,
    };
    let tenant = store.add_tenant(&new, Timestamp::now()).await.unwrap();
    let (shown, token) = administrator::new_token();
    store.add_token(tenant, &token, Timestamp::now()).await.unwrap();
    shown.expose_secret().to_owned()
}

impl Site {
    pub(crate) fn http(&self, identity: Option<(&str, &KeyPair)>) -> reqwest::Client {
        reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls(identity))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(30))
            .build()
            .unwrap()
    }

    pub(crate) fn tls(&self, identity: Option<(&str, &KeyPair)>) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(&self.server_authority).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let Some((certificate, key)) = identity else {
            return builder.with_no_client_auth();
        };
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        builder.with_client_auth_cert(chain, key).unwrap()
    }

    /// A REST call as the administrator.
    pub(crate) async fn rest(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self
            .http(None)
            .request(method, format!("{}{path}", self.console))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn code(&self, kit: &str) -> String {
        let (status, body) = self
            .rest(
                Method::POST,
                "/api/v1/enrolment-codes",
                Some(json!({ "kit": kit })),
            )
            .await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        body["code"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn enrol(&self, code: &str, key: &KeyPair) -> (StatusCode, Value) {
        let body = json!({ "code": code, "signing_request": signing_request(key) });
        let request = self
            .http(None)
            .post(format!("{}{}", self.device, paths::ENROL))
            .json(&body);
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn enrolled_kit(&self, name: &str) -> TestKit {
        let key = KeyPair::generate().unwrap();
        let (status, body) = self.enrol(&self.code(name).await, &key).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        TestKit::new(self.clone(), key, serde_json::from_value(body).unwrap())
    }

    /// Reserves a kit from in `hours` hours on, for an hour.
    pub(crate) async fn reserve(&self, kit: KitId, hours: i64) -> (StatusCode, Value) {
        self.rest(
            Method::POST,
            "/api/v1/reservations",
            Some(reservation(kit, hours)),
        )
        .await
    }
}

pub(crate) fn reservation(kit: KitId, hours: i64) -> Value {
    let starts_at = Timestamp::now() + jiff::SignedDuration::from_hours(hours);
    json!({
        "kit_id": kit,
        "title": "Ditt bokade SIP-möte",
        "starts_at": starts_at,
        "ends_at": starts_at + jiff::SignedDuration::from_hours(1),
        "link": LINK,
    })
}

pub(crate) fn signing_request(key: &KeyPair) -> String {
    CertificateParams::default()
        .serialize_request(key)
        .unwrap()
        .pem()
        .unwrap()
}

pub(crate) async fn read(response: reqwest::Response) -> (StatusCode, Value) {
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// A kit as the server sees one.
pub(crate) struct TestKit {
    pub(crate) site: Site,
    pub(crate) key: KeyPair,
    pub(crate) enrolled: EnrolResponse,
    pub(crate) http: reqwest::Client,
    pub(crate) spool: SpoolId,
}

impl TestKit {
    pub(crate) fn new(site: Site, key: KeyPair, enrolled: EnrolResponse) -> Self {
        let http = site.http(Some((enrolled.certificate.as_str(), &key)));
        Self {
            site,
            key,
            enrolled,
            http,
            spool: SpoolId::generate(),
        }
    }

    pub(crate) fn request(&self, events: Vec<NumberedEvent>) -> SyncRequest {
        SyncRequest {
            spool: self.spool,
            agent_version: "1.8".parse().unwrap(),
            events,
            state: None,
        }
    }

    pub(crate) async fn post(&self, path: &str, body: &impl serde::Serialize) -> (StatusCode, Value) {
        let request = self.http.post(format!("{}{path}", self.site.device)).json(body);
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn sync(&self, events: Vec<NumberedEvent>) -> SyncResponse {
        let (status, body) = self.post(paths::SYNC, &self.request(events)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }
}

pub(crate) fn event(sequence: u32, kind: EventKind) -> NumberedEvent {
    NumberedEvent {
        sequence: Sequence(sequence),
        event: Event {
            at: Timestamp::now(),
            kind,
        },
    }
}

/// The `type` of a problem, without its prefix.
pub(crate) fn problem(body: &Value) -> &str {
    body["type"]
        .as_str()
        .and_then(|kind| kind.strip_prefix("urn:home-visit-kit:problem:"))
        .unwrap_or_default()
}
