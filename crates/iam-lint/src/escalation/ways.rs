//! The list of ways.

mod own;
mod passed;
mod there;

/// On what an action is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Whoever asks.
    Oneself,
    /// Somebody else, whose access may be more.
    AnotherUser,
    /// Any group.
    AnyGroup,
    /// Any role; of a session, its own.
    AnyRole,
    /// A role that is not one's own.
    OtherRole,
    /// A policy that one may have.
    AnyPolicy,
    /// Whatever the action is about.
    Everything,
    /// Something that is there; PARTITION, REGION and ACCOUNT stand for where it is.
    Any(&'static str),
}

/// A way to more permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// What people call it: the actions.
    pub name: &'static str,
    /// The actions that it needs, all of them.
    pub needs: &'static [(&'static str, On)],
    /// Whether it leads to more by itself. The others lead to the permissions of something that is there: a function, an
    /// instance, a role that trusts the account.
    pub certain: bool,
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Way> {
    own::OWN.iter().chain(passed::PASSED).chain(there::THERE)
}

const fn certain(name: &'static str, needs: &'static [(&'static str, On)]) -> Way {
    Way {
        name,
        needs,
        certain: true,
    }
}

const fn through(name: &'static str, needs: &'static [(&'static str, On)]) -> Way {
    Way {
        name,
        needs,
        certain: false,
    }
}
