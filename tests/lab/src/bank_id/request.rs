//! The bodies of the RP API and their rules. Sources: `pybankid` 1.5.0, `bankid6` 1.1.1, npm `bankid` 3.2.1 [SRC].
//!
//! Unknown parameters are refused [INF]: what a relying party misspells is found out here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::refusal::Refusal;
use crate::people::is_personal_number;

/// Longest visible text of `auth`, in base64.
const VISIBLE_AUTH: usize = 1_500;
/// Longest visible text of `sign`, in base64 [UNK].
const VISIBLE_SIGN: usize = 40_000;
/// Longest text that only the relying party sees, in base64 [UNK for `sign`].
const INVISIBLE: usize = 200_000;

/// Which endpoint an order came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Auth,
    Sign,
    PhoneAuth,
    PhoneSign,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Sign => "sign",
            Self::PhoneAuth => "phone/auth",
            Self::PhoneSign => "phone/sign",
        }
    }

    pub(super) fn by_phone(self) -> bool {
        matches!(self, Self::PhoneAuth | Self::PhoneSign)
    }

    fn signs(self) -> bool {
        matches!(self, Self::Sign | Self::PhoneSign)
    }
}

/// An order as it was asked for, its parameters checked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) kind: Kind,
    pub(super) personal_number: Option<String>,
    pub(super) end_user_ip: Option<String>,
    pub(super) wants_document: bool,
    pub(super) wants_risk: bool,
    pub(super) visible: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    end_user_ip: Option<String>,
    personal_number: Option<String>,
    call_initiator: Option<String>,
    #[serde(default)]
    requirement: Requirement,
    user_visible_data: Option<String>,
    user_non_visible_data: Option<String>,
    user_visible_data_format: Option<String>,
    return_url: Option<String>,
    #[serde(default)]
    return_risk: bool,
    web: Option<Web>,
    app: Option<App>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Requirement {
    #[serde(default, rename = "pinCode")]
    _pin_code: bool,
    #[serde(default)]
    mrtd: bool,
    card_reader: Option<String>,
    #[serde(default)]
    certificate_policies: Vec<String>,
    personal_number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Web {
    referring_domain: Option<String>,
    user_agent: Option<String>,
    device_identifier: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the RP API calls them so")]
struct App {
    app_identifier: Option<String>,
    #[serde(rename = "deviceOS")]
    device_os: Option<String>,
    device_model_name: Option<String>,
    device_identifier: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Reference {
    order_ref: String,
}

/// Reads the body of `auth`, `sign` and their telephone forms.
pub(super) fn read_start(kind: Kind, body: &[u8]) -> Result<Asked, Refusal> {
    let body: Body = read(body)?;
    body.check_texts(kind)?;
    body.requirement.check(kind)?;
    let personal_number = if kind.by_phone() {
        body.check_phone()?;
        body.personal_number
    } else {
        body.check_device()?;
        body.requirement.personal_number
    };
    Ok(Asked {
        kind,
        personal_number,
        end_user_ip: body.end_user_ip,
        wants_document: body.requirement.mrtd,
        wants_risk: body.return_risk,
        visible: body.user_visible_data,
    })
}

/// Reads the body of `collect` and `cancel`.
pub(super) fn read_reference(body: &[u8]) -> Result<String, Refusal> {
    read::<Reference>(body).map(|reference| reference.order_ref)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::invalid(format!("Invalid parameters: {error}")))
}

impl Body {
    fn check_texts(&self, kind: Kind) -> Result<(), Refusal> {
        let longest = if kind.signs() { VISIBLE_SIGN } else { VISIBLE_AUTH };
        match &self.user_visible_data {
            Some(text) => check_text("userVisibleData", text, longest)?,
            None if kind.signs() => return Err(wrong("userVisibleData")),
            None => {}
        }
        if let Some(text) = &self.user_non_visible_data {
            check_text("userNonVisibleData", text, INVISIBLE)?;
        }
        let format = self.user_visible_data_format.as_deref();
        ensure(
            "userVisibleDataFormat",
            matches!(format, None | Some("simpleMarkdownV1")),
        )
    }

    fn check_phone(&self) -> Result<(), Refusal> {
        let number = self.personal_number.as_deref();
        ensure("personalNumber", number.is_some_and(is_personal_number))?;
        let initiator = self.call_initiator.as_deref();
        ensure("callInitiator", matches!(initiator, Some("user" | "RP")))?;
        ensure("endUserIp", self.end_user_ip.is_none())?;
        ensure("returnUrl", self.return_url.is_none())?;
        ensure("web, app", self.web.is_none() && self.app.is_none())
    }

    fn check_device(&self) -> Result<(), Refusal> {
        let address = self.end_user_ip.as_deref();
        let is_address = address.is_some_and(|address| address.parse::<std::net::IpAddr>().is_ok());
        ensure("endUserIp", is_address)?;
        ensure("personalNumber", self.personal_number.is_none())?;
        ensure("callInitiator", self.call_initiator.is_none())?;
        let url = self.return_url.as_deref();
        ensure(
            "returnUrl",
            url.is_none_or(|url| !url.is_empty() && url.len() <= 512),
        )?;
        ensure("web, app", self.web.is_none() || self.app.is_none())?;
        self.web.as_ref().map_or(Ok(()), Web::check)?;
        self.app.as_ref().map_or(Ok(()), App::check)
    }
}

impl Requirement {
    fn check(&self, kind: Kind) -> Result<(), Refusal> {
        let reader = self.card_reader.as_deref();
        ensure("cardReader", matches!(reader, None | Some("class1" | "class2")))?;
        let is_oid = |policy: &String| policy.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        ensure(
            "certificatePolicies",
            self.certificate_policies.iter().all(is_oid),
        )?;
        let number = self.personal_number.as_deref();
        ensure("personalNumber", number.is_none_or(is_personal_number))?;
        // A call names the person outside `requirement`, and has no document to read.
        let for_device = self.mrtd || number.is_some() || reader.is_some();
        ensure("requirement", !(kind.by_phone() && for_device))
    }
}

impl Web {
    fn check(&self) -> Result<(), Refusal> {
        let agent = self.user_agent.as_deref();
        ensure(
            "userAgent",
            agent.is_none_or(|agent| agent.chars().count() <= 256),
        )?;
        ensure("referringDomain", is_short(self.referring_domain.as_deref()))?;
        ensure("deviceIdentifier", is_short(self.device_identifier.as_deref()))
    }
}

impl App {
    fn check(&self) -> Result<(), Refusal> {
        ensure("appIdentifier", is_short(self.app_identifier.as_deref()))?;
        ensure("deviceOS", is_short(self.device_os.as_deref()))?;
        ensure("deviceModelName", is_short(self.device_model_name.as_deref()))?;
        ensure("deviceIdentifier", is_short(self.device_identifier.as_deref()))
    }
}

/// UTF-8 in base64, 1 to `longest` characters after encoding.
fn check_text(name: &str, text: &str, longest: usize) -> Result<(), Refusal> {
    let is_text = STANDARD
        .decode(text)
        .is_ok_and(|bytes| std::str::from_utf8(&bytes).is_ok());
    ensure(name, is_text && (1..=longest).contains(&text.len()))
}

fn is_short(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.len() <= 255)
}

fn ensure(name: &str, right: bool) -> Result<(), Refusal> {
    if right { Ok(()) } else { Err(wrong(name)) }
}

fn wrong(name: &str) -> Refusal {
    Refusal::invalid(format!("Incorrect or missing {name}"))
}
