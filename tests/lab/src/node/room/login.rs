//! Login by an identity provider: list, redirect, proof.
//!
//! The node is an `OpenID` Connect client of the provider where one is set (the address that begins such a login comes in
//! with the request). Otherwise the provider's page (the node's own stand-in page unless `login_url` names another) sends
//! the person back. In both cases [`Room::finish_login`] follows, and the client gets an `sso_token` in one of the two ways
//! of the official client: by redirect or by a message to the opener.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::settings::LoginResult;
use super::{Answer, IdentityProvider, JoinRequest, Room};

/// Replaced by the proof in the client's target.
const PLACEHOLDER: &str = "__pexip-sso-token__";
/// Pending logins kept; older ones are forgotten first.
const MAX_PENDING: usize = 100;

/// Logins under way and proofs given out.
#[derive(Debug, Default)]
pub(super) struct Logins {
    pending: Vec<PendingLogin>,
    proofs: Vec<String>,
}

#[derive(Debug)]
struct PendingLogin {
    state: String,
    target: Option<String>,
}

/// What the browser is to do when a login has ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginEnd {
    /// Go to this address.
    Redirect(String),
    /// Give this proof to the window that opened this one.
    TellOpener(String),
    /// Nobody gets in.
    Refused {
        /// The window that opened this one waits for a message.
        tell_opener: bool,
        /// Not for this person; otherwise the login does not work now.
        forbidden: bool,
    },
}

/// A login that the node has begun at a provider.
#[derive(Debug, Clone)]
pub struct BegunLogin {
    /// Where the browser goes.
    pub address: String,
    /// What it comes back with.
    pub state: String,
}

impl Room {
    pub(super) fn check_login(&mut self, request: &JoinRequest) -> Result<bool, Answer> {
        if self.settings.identity_providers.is_empty() {
            return Ok(false);
        }
        if let Some(proof) = real(request.sso_token.as_deref()) {
            return if self.redeem_proof(proof) {
                Ok(true)
            } else {
                Err(Answer::refused("SSO Authentication Failed"))
            };
        }
        let chosen = real(request.chosen_idp.as_deref());
        let provider = self
            .settings
            .identity_providers
            .iter()
            .find(|idp| Some(idp.uuid.as_str()) == chosen);
        Err(match provider.cloned() {
            Some(provider) => self.redirect_to(&provider, request),
            None => self.list_of_providers(),
        })
    }

    fn list_of_providers(&self) -> Answer {
        Answer::refused(json!({"idp": self.settings.identity_providers, "version": {}}))
    }

    fn redirect_to(&mut self, provider: &IdentityProvider, request: &JoinRequest) -> Answer {
        let target = request.sso_redirect_target.as_deref();
        let target = target.filter(|_| provider.disable_popup_flow);
        if provider.disable_popup_flow && !target.is_some_and(|target| target.contains(PLACEHOLDER)) {
            // [INF]: the list of allowed targets belongs to the provider's settings on a real node.
            return Answer::refused("SSO Authentication Failed. SSO is not available from this domain");
        }
        let BegunLogin { address, state } = match &request.login {
            Some(begun) => begun.clone(),
            None => self.own_login(provider),
        };
        if self.logins.pending.len() == MAX_PENDING {
            self.logins.pending.remove(0);
        }
        self.logins.pending.push(PendingLogin {
            state,
            target: target.map(Into::into),
        });
        Answer::refused(json!({
            "redirect_url": address,
            "redirect_idp": {"name": provider.name, "uuid": provider.uuid},
            "disable_popup_flow": provider.disable_popup_flow,
            "version": {},
        }))
    }

    /// A login by a page that sends people back without proving anything.
    fn own_login(&mut self, provider: &IdentityProvider) -> BegunLogin {
        let state = self.new_secret().replace(['+', '/', '='], "-");
        let return_to = format!(
            "{}/api/v1/oidcconsumer/{}?state={state}",
            self.base_url, provider.uuid
        );
        let page = match &self.settings.login_url {
            Some(url) => url.clone(),
            None => format!("{}/stand-in-login", self.base_url),
        };
        let sign = if page.contains('?') { '&' } else { '?' };
        let return_to = utf8_percent_encode(&return_to, NON_ALPHANUMERIC);
        BegunLogin {
            address: format!("{page}{sign}return_to={return_to}"),
            state,
        }
    }

    /// The provider sent the person back: gives the proof out once. `proved`: the provider vouches for the person.
    pub fn finish_login(&mut self, state: &str, proved: bool) -> Option<LoginEnd> {
        let position = self
            .logins
            .pending
            .iter()
            .position(|login| login.state == state)?;
        let login = self.logins.pending.remove(position);
        let result = self.settings.login_result;
        if !proved || result != LoginResult::Success {
            return Some(LoginEnd::Refused {
                tell_opener: login.target.is_none(),
                forbidden: !proved || result == LoginResult::Forbidden,
            });
        }
        let proof = self.new_secret();
        self.logins.proofs.push(proof.clone());
        Some(match login.target {
            Some(target) => {
                let proof = utf8_percent_encode(&proof, NON_ALPHANUMERIC).to_string();
                LoginEnd::Redirect(target.replace(PLACEHOLDER, &proof))
            }
            None => LoginEnd::TellOpener(proof),
        })
    }

    fn redeem_proof(&mut self, proof: &str) -> bool {
        let Some(position) = self.logins.proofs.iter().position(|known| known == proof) else {
            return false;
        };
        if !self.settings.sso_token_reusable {
            self.logins.proofs.remove(position);
        }
        true
    }
}

/// Clients write `none` for "not set".
fn real(value: Option<&str>) -> Option<&str> {
    value.filter(|value| !value.is_empty() && *value != "none")
}
