//! Account ids and Amazon resource names, as types that cannot hold nonsense.
//! AWS General Reference, "Amazon Resource Names (ARNs)"; IAM User Guide, "IAM identifiers".

use std::fmt;
use std::str::FromStr;

/// An AWS account id: exactly twelve digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(String);

/// Why a text is not an account id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an account id: twelve digits")]
pub struct AccountIdError {
    /// The text as given.
    pub text: String,
}

impl AccountId {
    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountId {
    type Err = AccountIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_account_id(text) {
            Ok(AccountId(text.to_owned()))
        } else {
            Err(AccountIdError {
                text: text.to_owned(),
            })
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for AccountId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// An Amazon resource name: `arn:partition:service:region:account:resource`.
///
/// Region and account may be empty; the resource may itself hold colons and slashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    text: String,
    /// Offsets of the five colons that part the six components.
    colons: [usize; 5],
}

/// Why a text is not an ARN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArnError {
    /// It does not begin with `arn:`.
    #[error("`{text}` is not an ARN: it does not begin with `arn:`")]
    Prefix {
        /// The text as given.
        text: String,
    },
    /// It has fewer than six parts.
    #[error(
        "`{text}` is not an ARN: it has {found} of six parts (arn:partition:service:region:account:resource)"
    )]
    Parts {
        /// The text as given.
        text: String,
        /// How many parts it has.
        found: usize,
    },
    /// A part that cannot be empty is.
    #[error("`{text}` is not an ARN: its {part} is empty")]
    EmptyPart {
        /// The text as given.
        text: String,
        /// Which part: partition, service or resource.
        part: &'static str,
    },
}

/// The offsets of the first five colons, or how many there are.
///
/// A plain walk: the parts are so short that searching for each colon would cost more.
pub(crate) fn five_colons(text: &str) -> Result<[usize; 5], usize> {
    let mut colons = [0; 5];
    let mut slots = colons.iter_mut();
    for (at, byte) in text.bytes().enumerate() {
        if byte == b':' {
            match slots.next() {
                Some(slot) => *slot = at,
                None => break,
            }
        }
    }
    let left = slots.len();
    if left == 0 { Ok(colons) } else { Err(5 - left) }
}

/// The six parts of a text that has five colons.
pub(crate) fn six_parts(text: &str) -> Option<[&str; 6]> {
    let mut parts = [""; 6];
    let mut from = 0;
    let ends = five_colons(text).ok()?.into_iter().chain([text.len()]);
    for (part, end) in parts.iter_mut().zip(ends) {
        *part = text.get(from..end)?;
        from = end + 1;
    }
    Some(parts)
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.starts_with("arn:") {
            return Err(ArnError::Prefix {
                text: text.to_owned(),
            });
        }
        let colons = five_colons(text).map_err(|colons| ArnError::Parts {
            text: text.to_owned(),
            found: colons + 1,
        })?;
        let arn = Arn {
            text: text.to_owned(),
            colons,
        };
        let empty = [
            ("partition", arn.partition()),
            ("service", arn.service()),
            ("resource", arn.resource()),
        ]
        .into_iter()
        .find(|(_, value)| value.is_empty());
        match empty {
            Some((part, _)) => Err(ArnError::EmptyPart {
                text: text.to_owned(),
                part,
            }),
            None => Ok(arn),
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl AsRef<str> for Arn {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl Arn {
    /// Puts an ARN together from its parts after `arn`.
    pub fn from_parts(
        partition: &str,
        service: &str,
        region: &str,
        account: &str,
        resource: &str,
    ) -> Result<Arn, ArnError> {
        format!("arn:{partition}:{service}:{region}:{account}:{resource}").parse()
    }

    /// `arn:aws:iam::ACCOUNT:root`, which stands for the whole account in policies.
    pub fn account_root(account: &AccountId) -> Arn {
        let text = format!("arn:aws:iam::{account}:root");
        // The colons of this form never move: the account id has a fixed length.
        Arn {
            text,
            colons: [3, 7, 11, 12, 25],
        }
    }

    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn part(&self, from: usize, to: usize) -> &str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub fn partition(&self) -> &str {
        let [a, b, ..] = self.colons;
        self.part(a + 1, b)
    }

    /// The service, such as `iam`.
    pub fn service(&self) -> &str {
        let [_, b, c, ..] = self.colons;
        self.part(b + 1, c)
    }

    /// The region; empty for global services.
    pub fn region(&self) -> &str {
        let [_, _, c, d, _] = self.colons;
        self.part(c + 1, d)
    }

    /// The account part as written: twelve digits, empty (S3), or `aws` (AWS managed policies).
    pub fn account_part(&self) -> &str {
        let [_, _, _, d, e] = self.colons;
        self.part(d + 1, e)
    }

    /// The account, when the ARN names one.
    pub fn account(&self) -> Option<AccountId> {
        self.account_part().parse().ok()
    }

    /// Everything after the fifth colon.
    pub fn resource(&self) -> &str {
        let [.., e] = self.colons;
        self.part(e + 1, self.text.len())
    }

    /// What stands before the first `/` or `:` of the resource: `role`, `user`, `policy`, `assumed-role`.
    /// `None` where the resource has neither, as in `root` or an S3 bucket.
    pub fn resource_type(&self) -> Option<&str> {
        self.resource().split_once(['/', ':']).map(|(kind, _)| kind)
    }

    /// The IAM path with its slashes: `/` or `/a/b/`. `None` for anything but an IAM entity.
    pub fn iam_path(&self) -> Option<&str> {
        let rest = self.after_iam_type()?;
        let slash = rest.rfind('/')?;
        rest.get(..=slash)
    }

    /// The IAM name (the last part of `role/a/b/name`), or the role's name in a role session's ARN.
    pub fn iam_name(&self) -> Option<&str> {
        if let Some((role, _)) = self.role_session() {
            return Some(role);
        }
        self.after_iam_type()?
            .rsplit('/')
            .next()
            .filter(|name| !name.is_empty())
    }

    /// Role name and session name of `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
    pub fn role_session(&self) -> Option<(&str, &str)> {
        if self.service() != "sts" {
            return None;
        }
        let (role, session) = self.resource().strip_prefix("assumed-role/")?.split_once('/')?;
        (!role.is_empty() && !session.is_empty()).then_some((role, session))
    }

    /// Whether this is `arn:aws:iam::ACCOUNT:KIND/...`.
    pub fn is_iam(&self, kind: &str) -> bool {
        self.service() == "iam" && self.resource_type() == Some(kind)
    }

    /// The slash after the type and what follows it, for IAM ARNs.
    fn after_iam_type(&self) -> Option<&str> {
        if self.service() != "iam" {
            return None;
        }
        let resource = self.resource();
        resource.get(resource.find('/')?..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(text: &str) -> Arn {
        text.parse().unwrap()
    }

    #[test]
    fn parts_of_an_arn() {
        let role = arn("arn:aws:iam::111122223333:role/division/team/app");
        assert_eq!(
            (role.partition(), role.service(), role.region()),
            ("aws", "iam", "")
        );
        assert_eq!(role.account().unwrap().as_str(), "111122223333");
        assert_eq!(role.resource_type(), Some("role"));
        assert_eq!(role.iam_path(), Some("/division/team/"));
        assert_eq!(role.iam_name(), Some("app"));
        let plain = arn("arn:aws:iam::aws:policy/ReadOnlyAccess");
        assert_eq!(
            (plain.account(), plain.iam_path(), plain.iam_name()),
            (None, Some("/"), Some("ReadOnlyAccess"))
        );
        let session = arn("arn:aws:sts::111122223333:assumed-role/app/s1");
        assert_eq!(
            (session.role_session(), session.iam_name()),
            (Some(("app", "s1")), Some("app"))
        );
        let log = arn("arn:aws:logs:us-east-1:111122223333:log-group:name:log-stream:x");
        assert_eq!(
            (log.region(), log.resource()),
            ("us-east-1", "log-group:name:log-stream:x")
        );
        let bucket = arn("arn:aws:s3:::amzn-s3-demo-bucket");
        assert_eq!(
            (bucket.resource(), bucket.resource_type(), bucket.iam_name()),
            ("amzn-s3-demo-bucket", None, None)
        );
    }

    #[test]
    fn the_account_root_is_an_ordinary_arn() {
        let account: AccountId = "111122223333".parse().unwrap();
        let root = Arn::account_root(&account);
        assert_eq!(root, arn("arn:aws:iam::111122223333:root"));
        assert_eq!(root.account(), Some(account));
        assert_eq!(root.resource(), "root");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "arn",
            "arn:aws:s3",
            "arn:aws:s3:::",
            "arn::s3:::b",
            "arn:aws::::b",
            "urn:a:b:c:d:e",
        ] {
            assert!(text.parse::<Arn>().is_err(), "{text}");
        }
        for text in [
            "",
            "11112222333",
            "1111222233334",
            "11112222333x",
            "１１１１２２２２３３３３",
        ] {
            assert!(text.parse::<AccountId>().is_err(), "{text}");
        }
    }
}
