//! What a temporary role is called and how it is recognised: by path and tags, from any machine.

use std::fmt;

use iam_policy::{AccountId, Arn};

/// Where every temporary role lives (an IAM path).
pub const PATH: &str = "/daypass/try/";
/// Tag: who opened the lease, the ARN of the principal.
pub const TAG_OWNER: &str = "daypass:owner";
/// Tag: when the lease was opened.
pub const TAG_CREATED: &str = "daypass:created";
/// Tag: the deadline.
pub const TAG_EXPIRES: &str = "daypass:expires-at";
/// Tag: the version of daypass.
pub const TAG_VERSION: &str = "daypass:version";

/// 32 characters that are never taken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const RANDOM: u32 = 16;
/// "IAM and AWS STS quotas": 64 characters for a role's name.
const LONGEST_OWNER: usize = 64 - "daypass-try-".len() - 1 - RANDOM as usize;

/// The name of a temporary role: `daypass-try-OWNER-RANDOM`, at most 64 characters, unique by 80 random bits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseName(String);

impl LeaseName {
    /// A name for a lease of `owner`'s, made unique by `entropy`.
    pub fn new(owner: &Arn, entropy: u128) -> Self {
        LeaseName(format!("daypass-try-{}-{}", who(owner), random_text(entropy)))
    }

    /// Reads a name that somebody typed or that AWS told; only names of this form are accepted.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("daypass-try-")?;
        let (_, random) = rest.rsplit_once('-')?;
        let random_ok = random.len() == RANDOM as usize && random.bytes().all(|b| ALPHABET.contains(&b));
        let all_ok = text.len() <= 64 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (random_ok && all_ok).then(|| LeaseName(text.to_owned()))
    }

    /// The role's ARN in `account`.
    pub fn arn(&self, partition: &str, account: &AccountId) -> String {
        format!("arn:{partition}:iam::{account}:role{PATH}{}", self.0)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LeaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a session that `owner` begins: `WHO-RANDOM`, at most 64 characters. It tells people apart who assume the
/// same role, in CloudTrail and in trust policies, and no two sessions are one principal.
pub fn session_name(owner: &Arn, entropy: u128) -> String {
    let random: String = random_text(entropy).chars().take(8).collect();
    format!("{}-{random}", who(owner))
}

/// The same for a person who is known by a name only; by none, for `daypass`.
pub fn session_name_of(person: &str, entropy: u128) -> String {
    let random: String = random_text(entropy).chars().take(8).collect();
    let who = plain(person);
    let who = if who.is_empty() { "daypass" } else { &who };
    format!("{who}-{random}")
}

/// A user's own name; a session's name, which is the person's in most set-ups.
fn who(owner: &Arn) -> String {
    let resource = owner.resource();
    plain(resource.rsplit('/').next().unwrap_or(resource))
}

fn plain(who: &str) -> String {
    let who: String = who
        .split('@')
        .next()
        .unwrap_or(who)
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(LONGEST_OWNER)
        .collect();
    who.trim_matches('-').to_owned()
}

/// 80 bits of `entropy` as 16 characters.
pub(super) fn random_text(entropy: u128) -> String {
    (0..RANDOM)
        .filter_map(|place| ALPHABET.get(usize::try_from((entropy >> (place * 5)) & 31).unwrap_or(0)))
        .map(|&byte| char::from(byte))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(text: &str) -> Arn {
        text.parse().unwrap()
    }

    #[test]
    fn carries_the_owner_and_fits() {
        let alice = LeaseName::new(&arn("arn:aws:iam::111122223333:user/teams/Alice"), 0);
        assert_eq!(alice.as_str(), "daypass-try-alice-aaaaaaaaaaaaaaaa");
        let session = LeaseName::new(
            &arn("arn:aws:sts::111122223333:assumed-role/admin/bob@example.com"),
            u128::MAX,
        );
        assert_eq!(session.as_str(), "daypass-try-bob-9999999999999999");
        let long = format!("arn:aws:iam::111122223333:user/{}", "x".repeat(64));
        assert_eq!(LeaseName::new(&arn(&long), 7).as_str().len(), 64);
    }

    #[test]
    fn reads_back_its_own_names_only() {
        let own = LeaseName::new(&arn("arn:aws:iam::111122223333:user/o'neil+x"), 123_456_789);
        assert_eq!(LeaseName::parse(own.as_str()), Some(own));
        for other in [
            "admin",
            "daypass-try-",
            "daypass-try-x-short",
            "daypass-try-x-aaaaaaaaaaaaaaa0",
        ] {
            assert_eq!(LeaseName::parse(other), None, "{other}");
        }
    }
}
