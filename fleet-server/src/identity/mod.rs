//! Who is asking: kits by certificate, administrators by token.
//!
//! `device_certificate` says which kit a certificate names, `authority` signs them, `administrator` knows people. A later
//! step adds logins by OIDC beside the token.

pub mod administrator;
pub mod authority;
pub mod device_certificate;
pub mod secret;
pub mod session;
