//! The catalogue of what is recorded. Each kind stands here once, with a sentence and an example for every field;
//! `docs/audit-events.md` is made from it.

use fleet_api::{
    AgentVersion, AlertId, CareWorkerId, ChannelId, Fault, FaultSource, HelpDesk, KitId, KitName, PartId,
    PersonId, ReservationId, TicketId,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::seal::SealBreak;
use crate::domain::{
    agreement::Arrangement,
    alert::{AlertKind, ChannelKind},
    follow_up::{account::WhyNotHeld, settings::Settings},
    hygiene::{OverrideReason, Phase, SkipReason},
    identity::shift::ShiftEnd,
    life_cycle::LifeState,
    part::{Condition, Part, PartKind},
    processing::ProcessingKind,
    role::Role,
    ticket::{Resolution, TicketState},
    training::Topic,
};

/// Any id in an example.
const ID: Uuid = Uuid::from_u128(0x0193_4a5b_6c7d_7e8f_9a0b_1c2d_3e4f_5a6b);

fn example_part(warranty_until: Option<Date>) -> Part {
    Part {
        kind: PartKind::Tablet,
        serial: "4471".to_owned(),
        condition: Condition::Good,
        warranty_until,
        screen: Some(126),
        subscription: None,
    }
}

/// A kind of event with its description and an example.
#[derive(Debug)]
pub struct Described {
    /// What it says.
    pub description: &'static str,
    /// One such event.
    pub example: AuditEvent,
}

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $kind:ident $name:literal { $($field:ident: $type:ty = $example:expr),* $(,)? })+) => {
        /// Something that is recorded. Never a patient, never a link, never a secret.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        #[expect(missing_docs, reason = "the fields are explained by their examples in docs/audit-events.md")]
        pub enum AuditEvent {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $kind { $($field: $type),* },)+
        }

        impl AuditEvent {
            /// The kind's name in the trail.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind { .. } => $name,)+
                }
            }
        }

        /// Every kind with its description and an example.
        #[must_use]
        pub fn catalogue() -> Vec<Described> {
            vec![$(Described {
                description: concat!($($doc),+).trim_ascii(),
                example: AuditEvent::$kind { $($field: $example),* },
            }),+]
        }
    };
}

events! {
    /// A region or a municipality was added.
    TenantAdded "tenant_added" { name: String = "Härnösands kommun".to_owned() }
    /// A tenant's settings were changed; all of them as they are since then: meeting hosts, help desk, agent version.
    SettingsChanged "settings_changed" {
        meeting_hosts: Vec<String> = vec!["video.example".to_owned()],
        help_desk: Option<HelpDesk> = Some(HelpDesk {
            number: "060-12 34 56".parse().expect("a number"),
            hours: Some("vardagar 07.30–16.30".parse().expect("hours")),
        }),
        update_target: Option<AgentVersion> = Some("1.8.2".parse().expect("a version")),
    }
    /// A new token was made for a program; the token itself is never recorded.
    TokenAdded "token_added" {
        token_name: String = "7KQ2MVXA".to_owned(),
        role: Option<Role> = Some(Role::Program),
    }
    /// A program's token was ended.
    TokenRevoked "token_revoked" { token_name: String = "7KQ2MVXA".to_owned() }
    /// The last day of an agreement was set; none = until further notice. Nothing that is past changes by it.
    AgreementEnded "agreement_ended" {
        arrangement: Arrangement = Arrangement::Rented,
        from: Date = jiff::civil::date(2026, 1, 1),
        until: Option<Date> = Some(jiff::civil::date(2026, 12, 31)),
    }
    /// An agreement that had not begun was withdrawn.
    AgreementWithdrawn "agreement_withdrawn" {
        arrangement: Arrangement = Arrangement::Owned,
        from: Date = jiff::civil::date(2027, 1, 1),
    }
    /// An agreement was made. Nothing that is past changes by it.
    AgreementMade "agreement_made" {
        arrangement: Arrangement = Arrangement::Owned,
        from: Date = jiff::civil::date(2027, 1, 1),
        until: Option<Date> = None,
    }
    /// An agreement on processing personal data was noted, or what was noted of it was corrected.
    ProcessingAgreementNoted "processing_agreement_noted" {
        reference: String = "RVN 2026/123".to_owned(),
        agreement_kind: ProcessingKind = ProcessingKind::Processor,
        from: Date = jiff::civil::date(2026, 1, 1),
        until: Option<Date> = None,
    }
    /// A care provider was added.
    CareProviderAdded "care_provider_added" { name: String = "Kommunens hemtjänst".to_owned() }
    /// A unit was added to a care provider.
    UnitAdded "unit_added" { name: String = "Hemtjänst norr".to_owned() }
    /// A care provider got another name.
    CareProviderRenamed "care_provider_renamed" {
        from: String = "Kommunens hemtjänst".to_owned(),
        to: String = "Kommunens vård och omsorg".to_owned(),
    }
    /// A unit got another name.
    UnitRenamed "unit_renamed" {
        from: String = "Hemtjänst norr".to_owned(),
        to: String = "Hemtjänst nordväst".to_owned(),
    }
    /// A unit was closed, or opened again.
    UnitClosed "unit_closed" { unit: String = "Hemtjänst norr".to_owned(), closed: bool = true }
    /// Somebody became information owner of a unit (a manager who answers for the routine).
    InformationOwnerNamed "information_owner_named" {
        unit: String = "Hemtjänst norr".to_owned(),
        position: String = "enhetschef".to_owned(),
    }
    /// A care worker was added; the trail knows them by their pseudonym.
    CareWorkerAdded "care_worker_added" {
        worker: CareWorkerId = CareWorkerId(ID),
        pseudonym: String = "7K2".to_owned(),
    }
    /// A care worker went to another unit.
    CareWorkerMoved "care_worker_moved" {
        worker: CareWorkerId = CareWorkerId(ID),
        unit: String = "Hemtjänst söder".to_owned(),
    }
    /// A care worker left, and can take no kit out any more; or came back.
    CareWorkerLeft "care_worker_left" { worker: CareWorkerId = CareWorkerId(ID), left: bool = true }
    /// A kit was added to the register.
    KitAdded "kit_added" { kit: KitId = KitId(ID), name: KitName = "Kit 14".parse().expect("a kit's name") }
    /// A kit was given another name.
    KitRenamed "kit_renamed" {
        kit: KitId = KitId(ID),
        from: KitName = "Kit 14".parse().expect("a kit's name"),
        to: KitName = "Kit 114".parse().expect("a kit's name"),
    }
    /// A kit became somebody else's property. It stands in the trails of whoever has it, whose it was and whose it became.
    KitOwnerChanged "kit_owner_changed" {
        kit: KitId = KitId(ID),
        from: String = "Granö kommun".to_owned(),
        to: String = "Region Mitt".to_owned(),
    }
    /// A kit took a step in its life.
    KitStepTaken "kit_step_taken" {
        kit: KitId = KitId(ID),
        from: LifeState = LifeState::InService,
        to: LifeState = LifeState::InRepair,
    }
    /// A kit was handed over to another municipality; its history stays here.
    KitHandedOver "kit_handed_over" { kit: KitId = KitId(ID), to: String = "Tallnäs kommun".to_owned() }
    /// A kit was taken over from another municipality.
    KitTakenOver "kit_taken_over" { kit: KitId = KitId(ID), from: String = "Granö kommun".to_owned() }
    /// A part was registered.
    PartAdded "part_added" {
        part: PartId = PartId(ID),
        kit: KitId = KitId(ID),
        part_kind: PartKind = PartKind::Speakerphone,
        serial: String = "0932".to_owned(),
    }
    /// What the register says of a part was changed.
    PartChanged "part_changed" {
        part: PartId = PartId(ID),
        from: Box<Part> = Box::new(example_part(None)),
        to: Box<Part> = Box::new(example_part(Some(jiff::civil::date(2028, 6, 30)))),
    }
    /// The state of a part was changed.
    PartConditionChanged "part_condition_changed" {
        part: PartId = PartId(ID),
        from: Condition = Condition::Good,
        to: Condition = Condition::Broken,
    }
    /// The register of kits was exported.
    InventoryExported "inventory_exported" { rows: u64 = 48 }
    /// A one-time code was made by which a tablet can become this kit.
    EnrolmentCodeMade "enrolment_code_made" { kit: KitId = KitId(ID) }
    /// A tablet was enrolled as this kit.
    KitEnrolled "kit_enrolled" { kit: KitId = KitId(ID) }
    /// Somebody tried a code that was made for this kit and does not work, for this reason.
    EnrolmentRefused "enrolment_refused" {
        kit: KitId = KitId(ID),
        reason: String = "expired code".to_owned(),
    }
    /// A kit's enrolment was ended; its certificate is refused from then on.
    EnrolmentEnded "enrolment_ended" { kit: KitId = KitId(ID) }
    /// A kit was asked to do something.
    CommandGiven "command_given" { kit: KitId = KitId(ID), command: String = "run_self_test".to_owned() }
    /// A kit was reserved for a meeting. The link is not recorded.
    KitReserved "kit_reserved" {
        reservation: ReservationId = ReservationId(ID),
        kit: KitId = KitId(ID),
        starts_at: Timestamp = Timestamp::UNIX_EPOCH,
        ends_at: Timestamp = Timestamp::UNIX_EPOCH,
    }
    /// A reservation was cancelled and its link erased.
    ReservationCancelled "reservation_cancelled" { reservation: ReservationId = ReservationId(ID) }
    /// A reservation was moved to another time or kit.
    ReservationMoved "reservation_moved" {
        reservation: ReservationId = ReservationId(ID),
        kit: KitId = KitId(ID),
        starts_at: Timestamp = Timestamp::UNIX_EPOCH,
        ends_at: Timestamp = Timestamp::UNIX_EPOCH,
    }
    /// A care worker took a kit along. With a reason where a hygiene sign-off was missing.
    KitCheckedOut "kit_checked_out" {
        kit: KitId = KitId(ID),
        reservation: Option<ReservationId> = Some(ReservationId(ID)),
        without_sign_off: Option<OverrideReason> = Some(OverrideReason::Acute),
    }
    /// A care worker brought a kit back.
    KitReturned "kit_returned" { kit: KitId = KitId(ID) }
    /// A municipality adopted a hygiene checklist.
    ChecklistAdopted "checklist_adopted" {
        version: u32 = 2,
        review_on: Date = jiff::civil::date(2027, 11, 20),
    }
    /// Somebody signed that a kit is clean: in the office, or on the kit, where the version is the one that it showed.
    HygieneSigned "hygiene_signed" {
        kit: KitId = KitId(ID),
        phase: Phase = Phase::After,
        checklist_version: Option<u32> = Some(2),
    }
    /// A kit was not cleaned, for this reason; whoever had it said so on the kit.
    HygieneSkipped "hygiene_skipped" { kit: KitId = KitId(ID), reason: SkipReason = SkipReason::NothingToCleanWith }
    /// A care worker was trained, or how long a training counts was corrected.
    WorkerTrained "worker_trained" {
        worker: CareWorkerId = CareWorkerId(ID),
        topic: Topic = Topic::KitUse,
        on: Date = jiff::civil::date(2026, 11, 20),
        valid_until: Date = jiff::civil::date(2028, 11, 20),
    }
    /// A municipality adopted a version of the routine.
    RoutineAdopted "routine_adopted" {
        version: u32 = 2,
        title: String = "Rutin för digitala vårdmöten, 2026".to_owned(),
        from: Date = jiff::civil::date(2026, 11, 20),
        review_on: Date = jiff::civil::date(2027, 11, 20),
    }
    /// A care worker has read a version of the routine.
    RoutineRead "routine_read" { version: u32 = 2 }
    /// Somebody stated why a meeting was not held.
    MeetingCauseStated "meeting_cause_stated" {
        reservation: ReservationId = ReservationId(ID),
        cause: WhyNotHeld = WhyNotHeld::WeakNetwork,
    }
    /// The settings of the follow-up were replaced: plan, assumptions, required training.
    FollowUpSettingsChanged "follow_up_settings_changed" { settings: Settings = Settings::default() }
    /// A fault of a kit was reported, and nobody had reported it before.
    TicketOpened "ticket_opened" {
        ticket: TicketId = TicketId(ID),
        kit: KitId = KitId(ID),
        fault: Fault = Fault::HearNothing,
        source: FaultSource = FaultSource::Room,
    }
    /// Somebody took a ticket a step further. With what it came to where it was closed.
    TicketStepTaken "ticket_step_taken" {
        ticket: TicketId = TicketId(ID),
        from: TicketState = TicketState::InWork,
        to: TicketState = TicketState::Closed,
        resolution: Option<Resolution> = Some(Resolution::Repaired),
    }
    /// Somebody is to see to a ticket, or nobody any more.
    TicketAssigned "ticket_assigned" {
        ticket: TicketId = TicketId(ID),
        assignee: Option<PersonId> = Some(PersonId(ID)),
    }
    /// A kit was marked as spare, or taken back into daily use.
    SpareMarked "spare_marked" { kit: KitId = KitId(ID), spare: bool = true }
    /// A spare took the place of a broken kit, with the visits that it had before it.
    KitReplaced "kit_replaced" {
        ticket: TicketId = TicketId(ID),
        kit: KitId = KitId(ID),
        spare: KitId = KitId(ID),
    }
    /// People were told of something before it stops a visit.
    AlertRaised "alert_raised" {
        alert: AlertId = AlertId(ID),
        alert_kind: AlertKind = AlertKind::BatteryLow,
        kit: KitId = KitId(ID),
    }
    /// Somebody put an alert off.
    AlertSnoozed "alert_snoozed" {
        alert: AlertId = AlertId(ID),
        until: Timestamp = Timestamp::UNIX_EPOCH,
    }
    /// A receiver of alerts was added. Its address is not recorded: it may be somebody's own.
    AlertChannelAdded "alert_channel_added" {
        channel: ChannelId = ChannelId(ID),
        channel_kind: ChannelKind = ChannelKind::Email,
    }
    /// A receiver of alerts was removed, with what still waited for it.
    AlertChannelRemoved "alert_channel_removed" { channel: ChannelId = ChannelId(ID) }
    /// What a tenant decides about identification was changed.
    IdentificationChanged "identification_changed" {
        staff: bool = true,
        portal: Option<String> = Some("1177".to_owned()),
        bank_id: bool = true,
        staff_login: bool = true,
    }
    /// A municipality adopted a version of its consent text.
    ConsentTextAdopted "consent_text_adopted" {
        number: u16 = 3,
        year: i16 = 2026,
        author: String = "MAS".to_owned(),
    }
    /// A care worker logged in for a kit, which is bound to them until then at the latest.
    ShiftBegan "shift_began" { kit: KitId = KitId(ID), until: Timestamp = Timestamp::UNIX_EPOCH }
    /// A kit is not bound to a care worker any more.
    ShiftEnded "shift_ended" { kit: KitId = KitId(ID), cause: ShiftEnd = ShiftEnd::Returned }
    /// Somebody identified by BankID for a meeting and may join it from this kit. Who they are is not recorded.
    JoinGrantMade "join_grant_made" { reservation: ReservationId = ReservationId(ID) }
    /// Somebody identified by BankID who is not the one that the meeting is for. Who they are is not recorded.
    OtherPersonRefused "other_person_refused" { reservation: ReservationId = ReservationId(ID) }
    /// The log of meetings was read or exported by somebody.
    AttendanceRead "attendance_read" { entries: u64 = 50 }
    /// The list of those who have logged in was looked at: who works here.
    PeopleRead "people_read" { people: u64 = 12 }
    /// The list of those who can see to a ticket was looked at.
    AssigneesRead "assignees_read" { ticket: TicketId = TicketId(ID), people: u64 = 4 }
    /// Somebody opened the pages with a program's token, as is possible while no login is set up.
    LoggedInByToken "logged_in_by_token" { token_name: String = "7KQ2MVXA".to_owned() }
    /// Somebody tried a token whose name exists, with a secret that is not its own.
    TokenRefused "token_refused" { token_name: String = "7KQ2MVXA".to_owned() }
    /// Somebody logged out.
    LoggedOut "logged_out" {}
    /// A login was not accepted, for this reason. Who tried is not recorded.
    LoginRefused "login_refused" { reason: String = "refused".to_owned() }
    /// Somebody who had logged in entered a one-time code that is not right, or no longer. The code is not recorded.
    FirstCodeRefused "first_code_refused" { person: PersonId = PersonId(ID) }
    /// A backup of everything was made, with the server's keys or without.
    BackupMade "backup_made" { with_keys: bool = true }
    /// Somebody logged in.
    LoggedIn "logged_in" { person: PersonId = PersonId(ID), role: Role = Role::CareWorker }
    /// A one-time code was made by which somebody can become the first region operator.
    FirstCodeMade "first_code_made" { expires_at: Timestamp = Timestamp::UNIX_EPOCH }
    /// Somebody became region operator by the one-time code.
    FirstOperatorNamed "first_operator_named" { person: PersonId = PersonId(ID) }
    /// Somebody is not region operator any more.
    OperatorWithdrawn "operator_withdrawn" { person: PersonId = PersonId(ID) }
    /// Somebody was logged out everywhere by another, as when their computer is lost.
    SessionsEnded "sessions_ended" { person: PersonId = PersonId(ID) }
    /// A municipality let the region's support look at its pages until a time.
    SupportAllowed "support_allowed" { until: Timestamp = Timestamp::UNIX_EPOCH }
    /// A municipality ended that before its time.
    SupportEnded "support_ended" {}
    /// The region's support looked at something, or changed it: which page, and the ids of what was looked at; never a name.
    SupportLooked "support_looked" {
        page: String = "GET /kits/{id}".to_owned(),
        looked_at: Option<Vec<Uuid>> = Some(vec![ID]),
    }
    /// The audit trail was read or exported by somebody.
    AuditRead "audit_read" { entries: u64 = 50 }
    /// The trail's seal and its entries did not agree, or there was no seal yet: it was sealed anew after this entry.
    TrailSealedAnew "trail_sealed_anew" { cause: SealBreak = SealBreak::NoSeal, after: u64 = 812 }
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
