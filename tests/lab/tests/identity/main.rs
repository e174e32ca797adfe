//! The stand-ins of identity over the wire: BankID, the `OpenID` provider, the portal and the node's own login.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected stops")]

mod bank_id;
mod device;
mod openid;
mod phone;
mod portal;
mod support;
