//! Who was in a meeting and what was answered before it: roles, organisations and methods out of closed lists, never a name.

use crate::closed_list;

closed_list! {
    /// Who somebody in the meeting was.
    AttendeeRole {
        /// The patient.
        Patient = "patient",
        /// A relative or somebody else close to the patient.
        Relative = "relative",
        /// A care worker of the municipality or of a company on its behalf.
        CareWorker = "care_worker",
        /// A doctor.
        Doctor = "doctor",
        /// A nurse.
        Nurse = "nurse",
        /// The care coordinator.
        CareCoordinator = "care_coordinator",
        /// Somebody of the social services.
        SocialServices = "social_services",
        /// Somebody of the school.
        School = "school",
        /// An interpreter.
        Interpreter = "interpreter",
        /// Somebody else who is known.
        Other = "other",
        /// Nobody said.
        Unknown = "unknown",
    }
}

closed_list! {
    /// For whom somebody took part.
    AttendeeOrganisation {
        /// The region.
        Region = "region",
        /// The municipality.
        Municipality = "municipality",
        /// Another organisation.
        Other = "other",
        /// None: patient and relatives.
        None = "none",
        /// Nobody said.
        Unknown = "unknown",
    }
}

closed_list! {
    /// How somebody in the meeting was identified.
    AttendeeMethod {
        /// The care worker in the room vouched.
        StaffInRoom = "staff_in_room",
        /// Known to the care worker from before.
        KnownFromBefore = "known_from_before",
        /// By the patient's own BankID in the portal.
        BankIdPortal = "bank_id_portal",
        /// By BankID with the region as relying party.
        BankIdRegion = "bank_id_region",
        /// By the patient's own Freja eID+ in the portal.
        FrejaPortal = "freja_portal",
        /// By another electronic identification in the portal.
        OtherEIdPortal = "other_e_id_portal",
        /// By the meeting service's own login.
        MeetingLogin = "meeting_login",
        /// The patient vouched.
        VouchedByPatient = "vouched_by_patient",
        /// The host let them in.
        AdmittedByHost = "admitted_by_host",
        /// The care worker's own login for the kit.
        ShiftLogin = "shift_login",
        /// Nobody said.
        Unknown = "unknown",
    }
}

closed_list! {
    /// A question that must be answered before a meeting, or again within it.
    GateName {
        /// Who the patient is.
        Identity = "identity",
        /// Whether the organisations may share.
        Sharing = "sharing",
        /// Whether a relative is welcome.
        Relative = "relative",
        /// Whether nobody overhears.
        Privacy = "privacy",
        /// Whether the room is fit to be seen.
        RoomSeen = "room_seen",
        /// Under which rules of secrecy the meeting is held.
        LegalMode = "legal_mode",
    }
}

closed_list! {
    /// The answer to a gate.
    GateAnswer {
        /// The care worker in the room vouches.
        StaffInRoom = "staff_in_room",
        /// Known to the care worker from before.
        KnownFromBefore = "known_from_before",
        /// Identified by BankID.
        BankId = "bank_id",
        /// Identified by Freja eID+.
        Freja = "freja",
        /// Identified by another electronic identification.
        OtherEId = "other_e_id",
        /// The patient agrees.
        Consent = "consent",
        /// The patient does not agree.
        Refused = "refused",
        /// The patient cannot agree; whoever discloses has assessed the secrecy.
        Assessed = "assessed",
        /// The patient cannot agree, and nobody has assessed the secrecy.
        AssessmentMissing = "assessment_missing",
        /// The relative is welcome.
        Welcome = "welcome",
        /// The relative is not.
        NotWelcome = "not_welcome",
        /// What was agreed to is so no longer.
        Withdrawn = "withdrawn",
        /// Nobody else hears.
        NobodyElse = "nobody_else",
        /// Somebody may hear.
        InDoubt = "in_doubt",
        /// The room was looked at.
        Seen = "seen",
        /// Care providers only.
        CareProvidersOnly = "care_providers_only",
        /// Others too, and sharing stays off.
        MixedSharingOff = "mixed_sharing_off",
        /// Others too, and the patient has lifted the secrecy.
        MixedSharingLifted = "mixed_sharing_lifted",
        /// The answer was taken back before it counted.
        Undone = "undone",
    }
}
