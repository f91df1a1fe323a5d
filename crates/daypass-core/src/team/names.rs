//! Names that cannot hold what AWS refuses, and the one from which IAM's name of a policy is made.
//! IAM User Guide, "IAM and AWS STS quotas", "IAM name requirements".

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// "IAM and AWS STS quotas": 128 characters for the name of a policy, 128 for a group, 64 for a user or role.
const LONGEST_POLICY: usize = 128;

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is no {what}: {wanted}")]
pub struct NameError {
    /// The text as given.
    pub text: String,
    /// What it should name, such as "user name".
    pub what: &'static str,
    /// What such a name looks like.
    pub wanted: &'static str,
}

macro_rules! name {
    ($(#[$about:meta])* $name:ident, $what:literal, $wanted:literal, $fits:expr) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let fits: fn(&str) -> bool = $fits;
                if fits(text) {
                    Ok($name(text.to_owned()))
                } else {
                    Err(NameError { text: text.to_owned(), what: $what, wanted: $wanted })
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name!(
    /// A team: the name of its files without `.yaml`.
    TeamName,
    "team name",
    "1 to 64 letters, digits, `.`, `_` and `-`, the first a letter or digit",
    |text| is_of(text, 64, "._-") && text.starts_with(|c: char| c.is_ascii_alphanumeric())
);
name!(
    /// A team's name for an account.
    Environment,
    "environment",
    "1 to 64 letters, digits, `.`, `_` and `-`",
    |text| is_of(text, 64, "._-")
);
name!(
    /// A team's name for a policy, by which it is granted.
    PolicyKey,
    "name of a policy",
    "it becomes part of an IAM policy's name: letters, digits and `+,.@_-`",
    |text| is_of(text, LONGEST_POLICY, "+,.@_-")
);
name!(
    /// The name of an IAM role.
    RoleName,
    "role name",
    "1 to 64 letters, digits and `+=,.@_-`",
    |text| is_of(text, 64, "+=,.@_-")
);
name!(
    /// The name of an IAM group.
    GroupName,
    "group name",
    "1 to 128 letters, digits and `+=,.@_-`",
    |text| is_of(text, 128, "+=,.@_-")
);
name!(
    /// The name of an IAM user.
    UserName,
    "user name",
    "1 to 64 letters, digits and `+=,.@_-`",
    |text| is_of(text, 64, "+=,.@_-")
);
name!(
    /// The name of the session that daypass opens in each account (STS API Reference, AssumeRole, RoleSessionName).
    SessionName,
    "session name",
    "2 to 64 letters, digits and `+=,.@_-`",
    |text| text.len() >= 2 && is_of(text, 64, "+=,.@_-")
);
name!(
    /// An IAM path: `/`, or `/a/b/`.
    IamPath,
    "IAM path",
    "it begins and ends with `/`, and has at most 512 letters, digits and `/+=,.@_-`",
    |text| text.starts_with('/') && text.ends_with('/') && is_of(text, 512, "/+=,.@_-")
);
name!(
    /// The name of an IAM policy of a team's.
    PolicyName,
    "policy name",
    "1 to 128 letters, digits and `+=,.@_-`",
    |text| is_of(text, LONGEST_POLICY, "+=,.@_-")
);

impl PolicyName {
    /// The name of `key` of `team`: `team-key`, and `team=key` for a team with a dash in its own name.
    ///
    /// No two pairs have one name: a key has no `=`, and a team before a dash has none.
    ///
    /// # Errors
    /// When both together are longer than an IAM policy's name.
    pub fn of(team: &TeamName, key: &PolicyKey) -> Result<PolicyName, NameError> {
        let between = if team.as_str().contains('-') { '=' } else { '-' };
        format!("{team}{between}{key}").parse()
    }
}

/// Whom access is given to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grantee {
    /// An IAM user.
    User(UserName),
    /// An IAM role.
    Role(RoleName),
    /// An IAM group.
    Group(GroupName),
}

impl Grantee {
    /// `user`, `role` or `group`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Grantee::User(_) => "user",
            Grantee::Role(_) => "role",
            Grantee::Group(_) => "group",
        }
    }

    /// Whether both are one principal: IAM does not tell upper from lower case in names.
    pub fn is_same(&self, other: &Grantee) -> bool {
        self.kind() == other.kind() && self.name().eq_ignore_ascii_case(other.name())
    }

    /// The IAM name.
    pub fn name(&self) -> &str {
        match self {
            Grantee::User(name) => name.as_str(),
            Grantee::Role(name) => name.as_str(),
            Grantee::Group(name) => name.as_str(),
        }
    }
}

impl fmt::Display for Grantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.name())
    }
}

fn is_of(text: &str, most: usize, besides: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || besides.contains(c);
    !text.is_empty() && text.len() <= most && text.chars().all(allowed)
}
