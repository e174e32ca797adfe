//! The stand-ins of identity over the wire: BankID, the `OpenID` provider, the portal and the node's own login.

mod bank_id;
mod openid;
mod phone;
mod portal;
mod support;
