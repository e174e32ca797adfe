//! Who is asking: kits by certificate, people by OpenID Connect, programs by token.
//!
//! `device_certificate` says which kit a certificate names, `authority` signs them; `openid` vouches for people, `session`
//! remembers them; `administrator` is whoever uses the console, `entry` is how a login becomes one, with a role. `staff_login` is
//! a care worker's login for a kit, `bank_id` a patient's for a meeting.

pub mod administrator;
pub mod authority;
pub mod bank_id;
pub mod device_certificate;
pub mod enrolment_code;
pub mod entry;
pub mod may_take;
pub mod openid;
pub mod refusals;
pub mod secret;
pub mod session;
pub mod staff_login;
mod watching;
