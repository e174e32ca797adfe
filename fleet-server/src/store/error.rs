//! What can go wrong in the store.

/// PostgreSQL's `lock_not_available`, `idle_in_transaction_session_timeout` and `query_canceled` (its appendix A), SQLite's
/// `SQLITE_BUSY` and what it says of one that recovers, or of a snapshot.
const PASSING: [&str; 6] = ["55P03", "25P03", "57014", "5", "261", "517"];
/// Of PostgreSQL: connections, resources that are used up, an operator who intervenes (such as a shutdown).
const PASSING_CLASSES: [&str; 3] = ["08", "53", "57P"];

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such thing, or it is another tenant's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The name is in use.
    #[error("that name is already taken")]
    NameTaken,
    /// Another SIM is registered with that ICCID, and there is one such card in the world.
    #[error("another SIM is registered with that ICCID; check the number on the card")]
    IccidTaken,
    /// Such a part with that serial number belongs to another kit.
    #[error("a part of that kind and serial number is registered already")]
    PartTaken,
    /// Another meeting has the kit at that time.
    #[error("the kit is already reserved at that time")]
    Overlap,
    /// Another kit has the same meeting at that time.
    #[error(
        "that meeting is booked already on a kit at that time; look in the calendar, or ask whoever booked the room for \
         one of its own"
    )]
    BookedTwice,
    /// It would take the kit away from somebody.
    #[error("the kit is reserved or checked out; cancel or return it first")]
    InUse,
    /// Care workers are at a unit that was to be closed.
    #[error("care workers are at that unit; move them to another one first")]
    UnitInUse,
    /// A care worker who was to leave has a kit.
    #[error("the care worker has a kit; take it back first")]
    HasAKit,
    /// Nobody takes along what has not arrived, is in repair or is gone.
    #[error("the kit is not in service; choose another, or take the next steps of its life first")]
    NotInService,
    /// What was used at somebody's home is not passed on as it is.
    #[error("the cleaning after the kit's last visit is not signed; have it cleaned and signed first")]
    NotClean,
    /// What is wrong with it would be forgotten.
    #[error("a fault of the kit is not closed yet; close it first")]
    FaultOpen,
    /// No tablet becomes a kit that nobody has.
    #[error("the kit is lost, stolen or retired; if it was found, take the step \"received\" first")]
    Gone,
    /// So many wait already that more would never be carried out.
    #[error("too many {0} wait for this kit already")]
    TooMany(&'static str),
    /// A login that went on while its role was changed.
    #[error("your role was changed while you logged in; log in again")]
    RoleChanged,
    /// It was to be changed only if it were still as it was seen.
    #[error("it has been changed since you looked; read it again and decide anew")]
    Changed,
    /// The request had its effect already.
    #[error("this request was carried out before; look at what it changed")]
    CarriedOut,
    /// A stored value that this version cannot have written.
    #[error("the stored value of {0} is damaged; restore the database from its backup")]
    Damaged(&'static str),
    /// A sealed link that does not open: another key, or changed by hand.
    #[error("a stored meeting link cannot be opened; is link.key the one of this database?")]
    Unsealing,
    /// The tables could not be brought up to date.
    #[error("the database could not be brought up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// The tables are older than this program.
    #[error("the tables are not up to date; run \"fleet-server migrate\" first")]
    NotMigrated,
    /// The role that serves could get around row-level security.
    #[error("the server must not use a role that owns its tables or that row-level security does not hold")]
    RoleTooMighty,
    /// The database itself.
    #[error("the database did not do as asked")]
    Database(#[from] sqlx::Error),
    /// The store is closing.
    #[error("the server is shutting down")]
    Closing,
}

impl StoreError {
    /// Whether the same may go well in a moment: the database does not answer, or somebody else was in the way for too long.
    #[must_use]
    pub fn passes(&self) -> bool {
        let Self::Database(error) = self else {
            return false;
        };
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => true,
            sqlx::Error::Database(said) => said.code().is_some_and(|code| {
                PASSING.contains(&&*code) || PASSING_CLASSES.iter().any(|class| code.starts_with(class))
            }),
            _ => false,
        }
    }

    /// Turns a clash of unique keys into the given error.
    pub(super) fn on_clash(error: sqlx::Error, clash: Self) -> Self {
        match error.as_database_error() {
            Some(database) if database.is_unique_violation() => clash,
            _ => Self::Database(error),
        }
    }
}
