//! The name under which the others see the room: who sits here, by role. Never a name, so the service stores none.

use crate::visit::effect::OnSofa;
use crate::visit::event::Role;
use crate::visit::reservation::Kinship;

/// "Patient, dotter, undersköterska – hemma". The others in the meeting speak Swedish, whatever the kit's screen does.
pub(super) fn name(sofa: &[OnSofa]) -> String {
    let mut roles: Vec<_> = sofa.iter().map(|person| role(*person)).collect();
    if let Some(first) = roles.first_mut() {
        *first = "Patient";
    }
    format!("{} – hemma", roles.join(", "))
}

fn role(person: OnSofa) -> &'static str {
    match person {
        OnSofa::Patient => "patient",
        OnSofa::Relative(Kinship::Daughter) => "dotter",
        OnSofa::Relative(Kinship::Son) => "son",
        OnSofa::Relative(Kinship::Partner) => "partner",
        OnSofa::Relative(Kinship::Sibling) => "syskon",
        OnSofa::Relative(Kinship::Other) => "närstående",
        OnSofa::Staff(Role::CareWorker) => "undersköterska",
        OnSofa::Staff(Role::Nurse) => "sjuksköterska",
        OnSofa::Staff(Role::OtherStaff) => "personal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_see_roles_and_that_it_is_at_home() {
        let sofa = [
            OnSofa::Patient,
            OnSofa::Relative(Kinship::Daughter),
            OnSofa::Staff(Role::CareWorker),
        ];
        assert_eq!(name(&sofa), "Patient, dotter, undersköterska – hemma");
    }
}
