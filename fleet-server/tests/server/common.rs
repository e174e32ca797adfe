//! A real server with real TLS on free ports; the stand-in kit is `test_kit`'s.

use std::path::Path;

use crate::cluster::{self, Cluster};
pub(crate) use crate::{
    site::{Site, read, reservation, signing_request},
    test_kit::{TestKit, event},
};
use fleet_api::{PersonId, TenantId};
use fleet_server::{
    audit::Actor,
    data_dir::DataDir,
    domain::{link_policy::HostRule, role::Role},
    identity::administrator::{self, Administrator},
    server::Server,
    store::{NewLogin, NewTenant, Place, Settings, Store, Vault},
};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const LINK: &str = "https://video.example/webapp3/m/sesame";

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
        let openid = openid.map(|openid| ("openid.toml", openid));
        Self::make(cluster, openid.as_slice()).await
    }

    /// With these files in the data directory.
    pub(crate) async fn start_with_files(files: &[(&str, &str)]) -> Self {
        let cluster = if cluster::is_wanted() {
            Some(Cluster::with_tables().await)
        } else {
            None
        };
        Self::make(cluster, files).await
    }

    pub(crate) async fn start_on(cluster: Option<Cluster>) -> Self {
        Self::make(cluster, &[]).await
    }

    async fn make(cluster: Option<Cluster>, files: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("data");
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut directory = DataDir::create(&path, &names, Timestamp::now()).unwrap();
        for (name, content) in files {
            std::fs::write(path.join(name), content).unwrap();
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
        let subject = PersonId::generate().to_string();
        let (person, role) = logged_in(&self.server.app().store, tenant, &subject, role).await;
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

/// Somebody of that name logs in, to whom their provider gives that role; as whom, and in which role.
pub(crate) async fn logged_in(store: &Store, tenant: TenantId, name: &str, role: Role) -> (PersonId, Role) {
    let login = NewLogin {
        issuer: "https://id.example".to_owned(),
        subject: name.to_owned(),
        name: name.to_owned(),
        role,
    };
    store.note_login(tenant, &login, Timestamp::now()).await.unwrap()
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

/// The `type` of a problem, without its prefix.
pub(crate) fn problem(body: &Value) -> &str {
    body["type"]
        .as_str()
        .and_then(|kind| kind.strip_prefix("urn:home-visit-kit:problem:"))
        .unwrap_or_default()
}
