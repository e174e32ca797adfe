//! Made-up people with test numbers, whom the phones of the lab identify as.

use serde::{Deserialize, Serialize};

/// Somebody with an electronic identification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What tests call this person.
    pub key: String,
    /// Twelve digits, the last of them a right check digit.
    pub personal_number: String,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub surname: String,
    /// What this person is at work; none for others.
    #[serde(default)]
    pub staff: Option<Staff>,
}

/// Somebody at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "a register calls it so")]
pub struct Staff {
    /// In the manner of a staff register's id: leads to a person only there.
    pub staff_id: String,
    /// The claim `roles`.
    pub roles: Vec<String>,
    /// The claim `organisation`: a company registration number.
    pub organisation: String,
}

impl Person {
    /// First and last name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.surname)
    }
}

/// Elsa and Olof are patients, Maj is a relative; Hanna is a care worker, Mats works elsewhere.
#[must_use]
pub fn default_people() -> Vec<Person> {
    let person = |key: &str, personal_number: &str, given_name: &str, surname: &str| Person {
        key: key.into(),
        personal_number: personal_number.into(),
        given_name: given_name.into(),
        surname: surname.into(),
        staff: None,
    };
    let staff = |staff_id: &str, roles: &[&str], organisation: &str| Staff {
        staff_id: staff_id.into(),
        roles: roles.iter().map(|&role| role.into()).collect(),
        organisation: organisation.into(),
    };
    let mut hanna = person("hanna", "189001049817", "Hanna", "Sjödin");
    hanna.staff = Some(staff("SE0000000000-0001", &["fleet-care_worker"], "212000-0001"));
    let mut mats = person("mats", "191212121212", "Mats", "Åström");
    mats.staff = Some(staff("SE0000000000-0002", &["fleet-auditor"], "212000-0002"));
    vec![
        person("elsa", "189001019802", "Elsa", "Berg"),
        person("olof", "189001029819", "Olof", "Lind"),
        person("maj", "189001039800", "Maj", "Berg"),
        hanna,
        mats,
    ]
}

/// Twelve digits with a right check digit (the Luhn sum of the last ten).
#[must_use]
pub fn is_personal_number(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|letter| letter.to_digit(10)).collect();
    if text.len() != 12 || digits.len() != 12 {
        return false;
    }
    let sum: u32 = digits[2..]
        .iter()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, double) if double > 9 => double - 9,
            (0, double) => double,
            _ => *digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_made_up_people_have_well_formed_numbers() {
        for person in default_people() {
            assert!(is_personal_number(&person.personal_number), "{}", person.key);
        }
        for wrong in ["189001019803", "8900101980", "18900101-9802", "18900101980x", ""] {
            assert!(!is_personal_number(wrong), "{wrong}");
        }
    }
}
