//! Follow-up figures, pure: what became of each meeting, summed by unit and municipality, each figure with an open
//! definition (R3, R4, R134, R153, R188).
//!
//! `account` makes one meeting's account out of what the kit reported; `tally` sums accounts; `measure` turns a tally
//! into figures and says which are good enough. What always holds: the order of reports and their repetition change
//! nothing, a municipality is the sum of its units, no share is above 100 %, and what is not known is [`Missing`], never
//! a guess.
//!
//! [`Missing`]: measure::Missing

pub mod account;
pub mod measure;
pub mod month;
pub mod settings;
pub mod small_numbers;
pub mod tally;
pub mod task;
pub mod travel;
pub mod utilisation;
pub mod yearly_plan;
