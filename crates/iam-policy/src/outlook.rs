//! What something can come to, over everything that keys might hold which a request does not carry.
//! Deciding takes a missing key as missing; explaining asks what a value of it would change.

/// Whether it can hold and whether it can fail; at least one of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outlook {
    pub can_hold: bool,
    pub can_fail: bool,
}

impl Outlook {
    /// It depends.
    pub(crate) const OPEN: Outlook = Outlook {
        can_hold: true,
        can_fail: true,
    };

    /// It does not depend on missing keys.
    pub(crate) const fn settled(holds: bool) -> Outlook {
        Outlook {
            can_hold: holds,
            can_fail: !holds,
        }
    }

    pub(crate) const fn is_open(self) -> bool {
        self.can_hold && self.can_fail
    }

    /// Of both together: all must hold.
    #[must_use]
    pub(crate) const fn and(self, other: Outlook) -> Outlook {
        Outlook {
            can_hold: self.can_hold && other.can_hold,
            can_fail: self.can_fail || other.can_fail,
        }
    }

    /// Of a choice between both: the key stays missing, or it is given.
    #[must_use]
    pub(crate) const fn or_else(self, other: Outlook) -> Outlook {
        Outlook {
            can_hold: self.can_hold || other.can_hold,
            can_fail: self.can_fail || other.can_fail,
        }
    }
}
