//! Closed lists whose members have one name on the wire, in the database and in the text files; the server's own are written so too.

// The names are tokens, not literals: utoipa does not see through the group that a literal comes in.
/// Declares an enum with its members' names, `ALL` and the way between the two. Needs `serde` and `utoipa` where it is used.
#[macro_export]
macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            utoipa::ToSchema,
        )]
        pub enum $name {
            $($(#[$member_doc])* #[serde(rename = $text)] $member,)+
        }

        impl $name {
            /// All members, in the order in which people are shown them.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The member's name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$member => $text,)+
                }
            }

            /// The member of that name.
            #[must_use]
            pub fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.name() == text)
            }
        }
    };
}
