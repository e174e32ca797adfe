//! Who somebody is in their organisation. What a role may do stands in `authorisation`.

use super::closed_list::closed_list;

closed_list! {
    /// A role. Whoever logs in has exactly one, within one organisation.
    Role {
        /// Runs the fleet for the region and all its municipalities.
        RegionOperator = "region_operator",
        /// Helps from afar; sees a municipality only while that municipality allows it.
        RegionSupport = "region_support",
        /// Answers for a municipality's kits and people.
        MunicipalManager = "municipal_manager",
        /// Takes kits to patients.
        CareWorker = "care_worker",
        /// A manager who answers for the routine of their units.
        InformationOwner = "information_owner",
        /// Looks at everything, changes nothing.
        Auditor = "auditor",
        /// Another system, with a token.
        Program = "program",
        /// Logged in, but nobody has given them a role yet.
        Newcomer = "newcomer",
    }
}

impl Role {
    /// Whether a municipality must have agreed before this role sees it.
    #[must_use]
    pub fn needs_consent(self) -> bool {
        self == Self::RegionSupport
    }

    /// Whether the role exists in such an organisation: the region's own roles cannot be held in a municipality.
    #[must_use]
    pub fn fits(self, in_a_region: bool) -> bool {
        in_a_region || !matches!(self, Self::RegionOperator | Self::RegionSupport)
    }
}
