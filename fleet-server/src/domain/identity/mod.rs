//! Who is who in a meeting: what a municipality allows, what a booking says of those who are expected, and whose BankID counts.
//!
//! Rules only. `store` keeps what they let through, `identity` talks to login providers and to BankID.

pub mod consent;
pub mod expected;
pub mod personal_number;
pub mod settings;
pub mod shift;
