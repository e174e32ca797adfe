//! What can be wrong with a kit: a closed list, so that a report never holds free text about a visit.

use crate::closed_list;

closed_list! {
    /// A fault, as somebody pressed it or the kit found it.
    Fault {
        /// "Vi hör ingenting".
        HearNothing = "hear_nothing",
        /// "De hör inte oss".
        NotHeard = "not_heard",
        /// "Bilden syns inte".
        NoPicture = "no_picture",
        /// "Något är trasigt".
        SomethingBroken = "something_broken",
        /// The tablet was not there at check-out or return.
        TabletMissing = "tablet_missing",
        /// The speakerphone was not there.
        SpeakerphoneMissing = "speakerphone_missing",
        /// The stand was not there.
        StandMissing = "stand_missing",
        /// The extension cable was not there.
        ExtensionCableMissing = "extension_cable_missing",
        /// The rucksack was not there.
        RucksackMissing = "rucksack_missing",
        /// The wipe after a meeting was not confirmed; the kit has locked itself.
        WipeNotConfirmed = "wipe_not_confirmed",
        /// The kit's own check failed.
        SelfTestFailed = "self_test_failed",
        /// There is no mobile network where there should be one.
        NoNetwork = "no_network",
        /// The meeting service did not let the kit in.
        MeetingNotReached = "meeting_not_reached",
    }
}

closed_list! {
    /// Where a report comes from. A role at most, never a person.
    FaultSource {
        /// Somebody in the room: patient, relative or care worker.
        Room = "room",
        /// The care worker who fetched or returned the kit.
        CareWorker = "care_worker",
        /// The kit itself.
        Kit = "kit",
        /// Somebody in the office, for instance after a call.
        Office = "office",
    }
}
