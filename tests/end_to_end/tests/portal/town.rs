//! A kit in a town with a portal, a provider and somebody who holds a phone; and what its people do on the kit's screen.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use end_to_end::processes::until;
use end_to_end::visit::{ALIAS, Place, SOON};
use lab::bank_id::{BankId, BankIdConfig};
use lab::node::RoomSettings;
use lab::openid::{OpenIdConfig, OpenIdProvider};
use lab::people::default_people;
use lab::phone::{Act, App, Phone, Picture};
use lab::portal::{Booking, EId, Portal, PortalConfig, Way, example};
use lab::tls::Authority;
use serde_json::{Value, json};
use tempfile::TempDir;

/// "Logga in", the booked time and "Anslut till videobesöket" on the portal's pages, in shares of the screen.
const LOG_IN: (f64, f64) = (0.268, 0.279);
const BOOKED_TIME: (f64, f64) = (0.41, 0.329);
const TO_MEETING: (f64, f64) = (0.328, 0.4175);
/// The meeting service's name for the provider.
const PROVIDER: &str = "prov-1";
/// A finger moves a page so often until the code is in sight.
const MOST_SWIPES: u8 = 12;

/// A kit in a town with a portal, a provider and somebody who holds a phone.
pub(crate) struct Town {
    pub(crate) place: Place,
    pub(crate) phone: Phone,
    pub(crate) portal: Portal,
    _provider: OpenIdProvider,
    _bank_id: BankId,
    // Holds the portal's trust anchor.
    _folder: TempDir,
}

impl Town {
    /// The patient has a booked time whose page leads to the meeting in this way.
    pub(crate) async fn new(way: Way, logins: u8) -> Result<Self> {
        Self::with_e_id(way, logins, EId::BankId).await
    }

    /// As [`Town::new`], where people log in at the portal by this.
    pub(crate) async fn with_e_id(way: Way, logins: u8, e_id: EId) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let bank_id = BankId::start(BankIdConfig::default()).await?;
        let authority = Arc::new(Authority::new("Lab web")?);
        let pem = folder.path().join("web-ca.pem");
        std::fs::write(&pem, authority.pem())?;
        let config = OpenIdConfig::new(authority.clone(), bank_id.control());
        let provider = OpenIdProvider::start(config).await?;
        let config = PortalConfig {
            e_id,
            ..PortalConfig::new(authority)
        };
        let portal = Portal::start(config, &provider).await?;
        let app = App::of(bank_id.control_url(), "elsa", &[provider.ca_pem()]).await?;

        let own_login = json!([{ "name": "Prov", "uuid": PROVIDER, "disable_popup_flow": false }]);
        let room: RoomSettings = match logins {
            1 => RoomSettings::default(),
            _ => serde_json::from_value(json!({ "identity_providers": own_login }))?,
        };
        let settings = format!(
            "name = \"Testportal\"\nstart = \"{}/\"\nallowed_origins = [\"{}\"]\nlogins = {logins}\n{}",
            portal.url(),
            provider.issuer().trim_end_matches('/'),
            e_ids(portal.url(), e_id)
        );
        let place = Place::open_with_portal(room, &settings, &pem).await?;
        place.node.log_in_at(PROVIDER, &provider).await?;
        place.control().add_robot(ALIAS, "Robot", 440.0)?;
        let elsa = default_people().into_iter().find(|person| person.key == "elsa");
        let elsa = elsa.context("the lab knows Elsa")?.personal_number;
        portal.put_booking(Booking {
            way,
            ..example(&elsa, &place.node.link_to(ALIAS))
        });
        Ok(Self {
            place,
            phone: Phone::new(app),
            portal,
            _provider: provider,
            _bank_id: bank_id,
            _folder: folder,
        })
    }

    /// From the shelf to the portal's first page.
    pub(crate) async fn begin(&self) -> Result<()> {
        self.place.take_out().await?;
        self.place.pack_from("check_out", "identify").await?;
        self.place.choose_portal().await
    }

    /// The code is found on the screen, with a finger where it lies below, and used.
    pub(crate) async fn scan(&self) -> Result<()> {
        let display = self.place.display.name().to_owned();
        for _ in 0..MOST_SWIPES {
            let look = || Picture::of_display(&display);
            let seen = self.phone.use_screen(look, Act::Identify, Duration::from_secs(2));
            if seen.await.is_ok() {
                return Ok(());
            }
            self.place.display.swipe_up().await?;
        }
        self.save("no-code").await?;
        anyhow::bail!("there was no code on the screen")
    }

    /// "Logga in": the provider's page follows.
    pub(crate) async fn tap_portal_login(&self) -> Result<()> {
        // A page takes no tap for a moment after it has come.
        self.place.rest().await;
        self.place.display.tap(LOG_IN.0, LOG_IN.1).await?;
        self.place.rest().await;
        Ok(())
    }

    /// From the booked times to the meeting: two taps, each repeated until its page is there.
    pub(crate) async fn to_the_meeting(&self) -> Result<()> {
        let both = until("the meeting's link", SOON, || async {
            if self.place.kit.journal().ok()?.iter().any(link_caught) {
                return Some(());
            }
            for at in [BOOKED_TIME, TO_MEETING] {
                self.place.display.tap(at.0, at.1).await.ok()?;
                tokio::time::sleep(Duration::from_millis(700)).await;
            }
            None
        });
        if both.await.is_err() {
            self.save("no-link").await?;
            anyhow::bail!("the meeting's link was not found at {}", self.portal.url());
        }
        Ok(())
    }

    /// Keeps a picture of the screen where somebody wants to look at it.
    pub(crate) async fn save(&self, name: &str) -> Result<()> {
        match std::env::var_os("SCREENSHOTS") {
            Some(folder) => {
                self.place
                    .display
                    .save(&Path::new(&folder).join(format!("{name}.png")))
                    .await
            }
            None => Ok(()),
        }
    }

    /// No process, no folder, no word of it on disk.
    pub(crate) async fn nothing_is_left(&self) -> Result<()> {
        let home = self.place.browser_home()?;
        ensure!(!home.exists(), "{} is still there", home.display());
        ensure!(!anybody_lives_in(&home)?, "a process of the browser is left");
        let link = self.place.node.link_to(ALIAS);
        let secrets = [
            ALIAS,
            &link,
            "kaprifol",
            "lab_portal_session",
            "vardplanering",
            "Elsa",
        ];
        self.place.kit.nothing_left(&secrets).await
    }
}

/// What the kit's settings say of a portal that knows another e-ID than BankID, too.
fn e_ids(portal: &str, e_id: EId) -> String {
    match e_id {
        EId::BankId => String::new(),
        EId::Freja => format!(
            "e_ids = [{{ e_id = \"bank_id\", page = \"{portal}{}\" }}, {{ e_id = \"freja\", page = \"{portal}{}\" }}]",
            EId::BankId.page(),
            EId::Freja.page()
        ),
    }
}

/// Whether a process has something of its own in there.
pub(crate) fn anybody_lives_in(home: &Path) -> Result<bool> {
    let home = home.to_str().context("a plain path")?;
    Ok(std::fs::read_dir("/proc")?.flatten().any(|process| {
        let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(home)
    }))
}

fn link_caught(line: &Value) -> bool {
    line["event"] == "browser_ended" && line["data"] == true
}
