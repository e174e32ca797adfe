//! Exit codes, for scripts that look for the cause of a failed meeting.

use std::process::ExitCode;

use crate::meeting::MeetingEvent;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done; a meeting ended as planned.
    Normal,
    /// 2: the command or its input is wrong.
    Usage,
    /// 3: the meeting did not let us in.
    Refused,
    /// 4: the meeting could not be reached.
    Unreachable,
    /// 5: the meeting was joined, and then lost.
    Lost,
}

impl Exit {
    /// What the last event of a session means. `joined`: whether we were in the meeting before.
    #[must_use]
    pub fn of(last: &MeetingEvent, joined: bool) -> Self {
        match last {
            MeetingEvent::Refused(_) => Self::Refused,
            MeetingEvent::Lost(_) if joined => Self::Lost,
            MeetingEvent::Lost(_) => Self::Unreachable,
            _ => Self::Normal,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Normal => 0,
            Exit::Usage => 2,
            Exit::Refused => 3,
            Exit::Unreachable => 4,
            Exit::Lost => 5,
        })
    }
}
