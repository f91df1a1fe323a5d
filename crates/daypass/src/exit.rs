//! How a run of daypass ends, as scripts see it. The numbers are a public promise.

use std::process::{ExitCode, ExitStatus};

/// What daypass's own exit codes mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// 0: done; nothing is left to do and nothing was left behind.
    Done = 0,
    /// 1: failed, in part or whole. What is left behind, if anything, is told with the command that removes it.
    Failed = 1,
    /// 2: the input is wrong (arguments, a file, a policy document). Nothing was called.
    BadInput = 2,
    /// 3: changes are pending. For commands that compare.
    Pending = 3,
    /// 4: denied. For commands that ask whether something is allowed.
    Denied = 4,
    /// 130: interrupted by a signal, and everything that had been made was removed. For a sweep: what it had not come to
    /// was kept.
    Interrupted = 130,
}

/// The end of a command: its own, or that of the child that it ran for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// daypass's own outcome.
    Own(Exit),
    /// The child's exit code, passed through; 128 and the signal's number when a signal ended it.
    Child(u8),
}

/// What the last part of `--help` says about exit codes.
pub(crate) const HELP: &str = "\
EXIT CODES
  0    done
  1    failed, in part or whole
  2    the input is wrong; nothing was called
  3    changes are pending
  4    denied
  130  interrupted, and everything was removed
  `try`, `assume` and `sandbox exec` end with the command's own code
  (128 + N when signal N ended it, 127 when it was not found).";

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Own(exit) => ExitCode::from(exit as u8),
            Ending::Child(code) => ExitCode::from(code),
        }
    }
}

impl Ending {
    /// Whether whoever started us is told that all went well.
    pub(crate) fn is_success(self) -> bool {
        matches!(self, Ending::Own(Exit::Done) | Ending::Child(0))
    }

    /// The child's end as a shell would report it.
    pub(crate) fn of_child(status: ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt;
        let code = match (status.code(), status.signal()) {
            (Some(code), _) => code,
            (None, Some(signal)) => 128 + signal,
            (None, None) => i32::from(Exit::Failed as u8),
        };
        Ending::Child(u8::try_from(code).unwrap_or(u8::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn a_childs_end_is_told_as_a_shell_tells_it() {
        let ending = |wait_status| Ending::of_child(ExitStatus::from_raw(wait_status));
        assert_eq!(ending(0), Ending::Child(0));
        assert_eq!(ending(3 << 8), Ending::Child(3));
        assert_eq!(ending(15), Ending::Child(143), "ended by SIGTERM");
    }
}
