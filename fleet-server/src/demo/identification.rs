//! How patients identify in each municipality, and the consent text that it has adopted, in two versions.

use anyhow::Result;
use fleet_api::{Portal, PortalLogins, TenantId, TextVersion};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::dice::Dice;
use crate::{
    audit::{Act, Actor},
    domain::identity::{consent, settings::IdentitySettings},
    store::Store,
};

/// How many days ago each version was adopted, in Swedish and English.
const VERSIONS: [(i64, &str, &str); 2] = [
    (
        410,
        "Vi vill prata om din vård och omsorg med dem som är med i mötet. Går du med på det?",
        "We would like to talk about your care with those who are in the meeting. Do you agree?",
    ),
    (
        64,
        "Vi vill prata om din vård och omsorg med dem som är med i mötet.\n\
         Vi säger bara det som behövs för planen. Du kan ändra dig när du vill, även under mötet.\n\
         Går du med på det?",
        "We would like to talk about your care with those who are in the meeting.\n\
         We say only what the plan needs. You can change your mind at any time, during the meeting too.\n\
         Do you agree?",
    ),
];

/// A municipality's ways to identify and its texts.
#[derive(Debug)]
pub(super) struct Ways {
    pub(super) settings: IdentitySettings,
    texts: Vec<(Timestamp, TextVersion)>,
}

impl Ways {
    /// The text that was in force then.
    pub(super) fn text(&self, at: Timestamp) -> Option<TextVersion> {
        let in_force = self.texts.iter().rfind(|(since, _)| *since <= at);
        in_force.map(|(_, version)| *version)
    }
}

/// Decides and adopts them for a municipality.
pub(super) async fn add(store: &Store, tenant: TenantId, dice: &mut Dice, now: Timestamp) -> Result<Ways> {
    let ago = |days: i64| now - SignedDuration::from_hours(24 * days);
    let by = |days| Act::by(Actor::Operator, ago(days));
    let portal = Portal {
        name: "1177".parse()?,
        start: "https://e-tjanster.1177.example/".parse()?,
        allowed_origins: vec!["https://logga-in.1177.example".parse()?],
        logins: PortalLogins::One,
        e_ids: Vec::new(),
    };
    let settings = IdentitySettings {
        portal: dice.percent(60).then_some(portal),
        bank_id: dice.percent(40),
        staff_login: dice.percent(60),
        shift_hours: *dice.pick(&[8, 9, 10]),
        ..IdentitySettings::default()
    };
    store
        .change_identity_settings(tenant, &settings, &by(420))
        .await?;
    let author = *dice.pick(&["MAS Karin Lind", "MAS Ivan Berg", "MAS Leyla Dahl"]);
    let mut texts = Vec::new();
    for (days, swedish, english) in VERSIONS {
        let day = ago(days).to_zoned(TimeZone::UTC).date();
        let new = consent::new_version(swedish.parse()?, english.parse()?, author, day)?;
        texts.push((ago(days), store.adopt_consent_text(tenant, new, &by(days)).await?));
    }
    Ok(Ways { settings, texts })
}
