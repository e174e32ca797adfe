//! Which role may see or change what. Whatever is not listed here is denied.
//!
//! The console asks [`may`] before any handler runs (`console::routes`), and pages ask it again before they show a form.
//! `docs/authorisation.md` is made from this table. *Whose* things somebody reaches is another question: see
//! `Administrator::reach`.

use super::{
    closed_list::closed_list,
    role::Role::{
        self, Auditor, CareWorker, InformationOwner, MunicipalManager, Program, RegionOperator, RegionSupport,
    },
};

closed_list! {
    /// What there is to be seen or changed.
    Resource {
        /// Kits: where they are, whether they are ready; steps in their lives.
        Kits = "kits",
        /// Parts of kits and their condition.
        Parts = "parts",
        /// The whole register as a table, out and in.
        Register = "register",
        /// Handing a kit over to another municipality.
        HandOvers = "hand_overs",
        /// Making a kit somebody else's property.
        KitOwners = "kit_owners",
        /// Codes by which a tablet becomes a kit, and ending that.
        Enrolment = "enrolment",
        /// Asking a kit to do something.
        Commands = "commands",
        /// Saying that something is wrong with a kit.
        Faults = "faults",
        /// What becomes of a fault: whose task it is, how far it has come.
        Tickets = "tickets",
        /// Which kits stand ready to take a broken one's place, and putting one there.
        Spares = "spares",
        /// What people are told of before it stops a visit; putting it off.
        Alerts = "alerts",
        /// Where alerts are sent.
        AlertChannels = "alert_channels",
        /// Bookings of kits for meetings.
        Bookings = "bookings",
        /// Taking a kit along and bringing it back.
        CheckOuts = "check_outs",
        /// Signatures that a kit is clean.
        Hygiene = "hygiene",
        /// Which checklist a municipality follows.
        Checklists = "checklists",
        /// Which ways to identify a municipality allows, and how long a login on a kit lasts.
        Identification = "identification",
        /// Which consent text a municipality reads to patients.
        ConsentTexts = "consent_texts",
        /// Who was in meetings, by role and method, and what was answered before them.
        Attendance = "attendance",
        /// Whom kits call for help, and when.
        HelpDesk = "help_desk",
        /// At which services meetings may be held.
        MeetingServices = "meeting_services",
        /// Who was trained in what, and who has read which version of the routine.
        Training = "training",
        /// That oneself has read a version of the routine.
        OwnReading = "own_reading",
        /// The figures of a month, and how much each kit is used.
        FollowUp = "follow_up",
        /// What the follow-up counts against: plan, assumptions, required training.
        FollowUpSettings = "follow_up_settings",
        /// Why a meeting was not held.
        MeetingCauses = "meeting_causes",
        /// Agreements and who answers for what.
        Agreements = "agreements",
        /// Agreements on processing personal data.
        ProcessingAgreements = "processing_agreements",
        /// The region's municipalities.
        Municipalities = "municipalities",
        /// A municipality's care providers, units and who answers for the routine there.
        Organisation = "organisation",
        /// A municipality's care workers.
        CareWorkers = "care_workers",
        /// The audit trail.
        AuditTrail = "audit_trail",
        /// For how long the region's support may look.
        SupportAccess = "support_access",
        /// Who has logged in, and with which role.
        People = "people",
    }
}

closed_list! {
    /// What can be done with a resource.
    Action {
        /// Look at it. A look at something sensitive is recorded.
        See = "see",
        /// Add to it, change it, end it. Always recorded.
        Change = "change",
    }
}

/// Everybody with a role.
const ALL: &[Role] = &[
    RegionOperator,
    RegionSupport,
    MunicipalManager,
    CareWorker,
    InformationOwner,
    Auditor,
    Program,
];
const NOBODY: &[Role] = &[];
/// Who follows the fleet up, month by month.
const FOLLOW_UP: &[Role] = &[
    RegionOperator,
    MunicipalManager,
    InformationOwner,
    Auditor,
    Program,
];

/// Whether a role may do that.
#[must_use]
pub fn may(role: Role, resource: Resource, action: Action) -> bool {
    let (see, change) = holders(resource);
    match action {
        Action::See => see.contains(&role),
        Action::Change => change.contains(&role),
    }
}

/// Who may see a resource, and who may change it.
#[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
fn holders(resource: Resource) -> (&'static [Role], &'static [Role]) {
    match resource {
        Resource::Kits => (ALL, &[RegionOperator, RegionSupport, MunicipalManager, Program]),
        // A care worker says that a part broke: they are the first to know.
        Resource::Parts => (
            ALL,
            &[
                RegionOperator,
                RegionSupport,
                MunicipalManager,
                CareWorker,
                Program,
            ],
        ),
        Resource::Register => (
            &[
                RegionOperator,
                RegionSupport,
                MunicipalManager,
                InformationOwner,
                Auditor,
                Program,
            ],
            &[RegionOperator, MunicipalManager, Program],
        ),
        Resource::HandOvers => (NOBODY, &[RegionOperator, Program]),
        // Property changes hands by a person's word: no program's, and no municipality's alone.
        Resource::KitOwners => (NOBODY, &[RegionOperator]),
        Resource::Enrolment | Resource::Commands => (
            NOBODY,
            &[RegionOperator, RegionSupport, MunicipalManager, Program],
        ),
        // Whoever has the kit in their hands is the first to know that it is broken.
        Resource::Faults => (
            NOBODY,
            &[
                RegionOperator,
                RegionSupport,
                MunicipalManager,
                CareWorker,
                Program,
            ],
        ),
        Resource::Tickets | Resource::Alerts => {
            (ALL, &[RegionOperator, RegionSupport, MunicipalManager, Program])
        }
        Resource::Spares => (
            &[
                RegionOperator,
                RegionSupport,
                MunicipalManager,
                InformationOwner,
                Auditor,
                Program,
            ],
            &[RegionOperator, RegionSupport, MunicipalManager, Program],
        ),
        // Addresses of mailboxes and programs are only for those who choose them and for who checks them.
        Resource::AlertChannels => (
            &[RegionOperator, MunicipalManager, Auditor, Program],
            &[RegionOperator, MunicipalManager, Program],
        ),
        Resource::Bookings => (ALL, &[RegionOperator, MunicipalManager, CareWorker, Program]),
        // Hygiene and visits are the municipality's, whatever the agreement says.
        Resource::CheckOuts => (NOBODY, &[MunicipalManager, CareWorker, Program]),
        Resource::Hygiene => (ALL, &[MunicipalManager, CareWorker, Program]),
        Resource::Checklists => (NOBODY, &[MunicipalManager, InformationOwner, Program]),
        // Of agreements on processing both parties keep the register: the municipality, whose data they are, and the region.
        Resource::Identification | Resource::ProcessingAgreements => (
            ALL,
            &[RegionOperator, MunicipalManager, InformationOwner, Program],
        ),
        // The words are the municipality's, whoever runs the server.
        Resource::ConsentTexts => (ALL, &[MunicipalManager, InformationOwner, Program]),
        // Whoever answers for support knows the help desk's number first: that is the region or the municipality, by their
        // agreement.
        Resource::HelpDesk | Resource::Organisation => (ALL, &[RegionOperator, MunicipalManager, Program]),
        // Central infrastructure with secrecy protection is the region's, whoever owns the kits (R15); and it is the other
        // party to every agreement.
        Resource::MeetingServices | Resource::Agreements => (ALL, &[RegionOperator, Program]),
        // It is the care provider's documentation: whoever answers for it, and whoever checks.
        Resource::Attendance => (&[InformationOwner, Auditor, Program], NOBODY),
        // As with care workers' names: what they have learnt is the municipality's, not the region's.
        Resource::Training => (
            &[MunicipalManager, CareWorker, InformationOwner, Auditor, Program],
            &[MunicipalManager, InformationOwner, Program],
        ),
        // Nobody says for somebody else that they have read; whoever records for others has the right above.
        Resource::OwnReading => (NOBODY, &[MunicipalManager, CareWorker]),
        Resource::FollowUp => (FOLLOW_UP, NOBODY),
        Resource::FollowUpSettings => (FOLLOW_UP, &[RegionOperator, MunicipalManager, Program]),
        Resource::MeetingCauses => (
            NOBODY,
            &[RegionOperator, MunicipalManager, InformationOwner, Program],
        ),
        Resource::Municipalities => (ALL, NOBODY),
        // Their names are the municipality's, not the region's.
        Resource::CareWorkers => (
            &[MunicipalManager, CareWorker, InformationOwner, Auditor, Program],
            &[MunicipalManager, Program],
        ),
        Resource::AuditTrail => (
            &[
                RegionOperator,
                MunicipalManager,
                InformationOwner,
                Auditor,
                Program,
            ],
            NOBODY,
        ),
        // Consent is a person's, so no program gives it; and the municipality's, so the region does not.
        Resource::SupportAccess => (
            &[
                RegionOperator,
                RegionSupport,
                MunicipalManager,
                InformationOwner,
                Auditor,
            ],
            &[MunicipalManager],
        ),
        Resource::People => (&[RegionOperator, MunicipalManager, Auditor], &[RegionOperator]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_looks_changes_nothing_and_a_newcomer_does_not_even_look() {
        for resource in Resource::ALL {
            assert!(!may(Auditor, *resource, Action::Change), "{resource:?}");
            for action in Action::ALL {
                assert!(!may(Role::Newcomer, *resource, *action), "{resource:?}");
            }
        }
    }

    #[test]
    fn nobody_changes_what_they_may_not_see() {
        for resource in Resource::ALL {
            let (see, change) = holders(*resource);
            let blind = change
                .iter()
                .filter(|role| !see.is_empty() && !see.contains(role));
            assert_eq!(blind.count(), 0, "{resource:?}");
        }
    }

    #[test]
    fn property_changes_hands_by_the_regions_operator_and_by_nobody_else() {
        let changers = Role::ALL
            .iter()
            .filter(|role| may(**role, Resource::KitOwners, Action::Change));
        assert_eq!(changers.collect::<Vec<_>>(), [&RegionOperator]);
        assert!(!RegionOperator.fits(false));
    }

    #[test]
    fn consent_is_given_by_a_municipality_and_by_nobody_else() {
        let givers = Role::ALL
            .iter()
            .filter(|role| may(**role, Resource::SupportAccess, Action::Change));
        assert_eq!(givers.collect::<Vec<_>>(), [&MunicipalManager]);
        assert!(!RegionSupport.fits(false) && MunicipalManager.fits(false));
    }
}
