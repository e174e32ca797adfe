//! Typed ids, so that a kit's id cannot be handed where a reservation's is meant.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Makes a new id. Ids made later sort later (UUID version 7, RFC 9562), which keeps indexes compact.
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// A region or a municipality.
    TenantId
);
id!(
    /// A kit: rucksack, tablet and parts. It keeps its id when its tablet is replaced.
    KitId
);
id!(
    /// One enrolment of one tablet. A kit that is enrolled anew gets a new one, and the old one is refused.
    DeviceId
);
id!(
    /// One booked meeting for one kit.
    ReservationId
);
id!(
    /// One thing that a kit is asked to do once.
    CommandId
);
id!(
    /// One life of a kit's spool. Event numbers are counted within it, so that a kit whose disk was lost starts again at
    /// 1 without its events being taken for old ones.
    SpoolId
);
id!(
    /// Who provides care: the municipality itself, or a company on its behalf.
    CareProviderId
);
id!(
    /// A care provider's unit, such as a home care group.
    UnitId
);
id!(
    /// A care worker who checks kits out.
    CareWorkerId
);
id!(
    /// A part of a kit. It keeps its id when it moves to another kit.
    PartId
);
id!(
    /// A fault that somebody must see to.
    TicketId
);
id!(
    /// Something that somebody is told of before it stops a visit.
    AlertId
);
id!(
    /// Where alerts are sent: an address or a program.
    ChannelId
);
id!(
    /// Somebody who has logged in to the console.
    PersonId
);
id!(
    /// One try of a care worker to log in for a kit.
    StaffLoginId
);
