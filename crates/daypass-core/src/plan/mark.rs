//! How what daypass made is told from everything else in an account, and whose it is: paths, names, tags.
//!
//! All of it is in the answer of one `GetAccountAuthorizationDetails`, which tells the tags of users and roles, but not
//! those of policies and groups. So a customer managed policy is told by its path, an inline policy by its name, a role by
//! its path, and the attachment of a policy that is not ours by a tag on the user or role. Groups take no tags: theirs are
//! written into an inline policy that allows nothing.

use std::fmt::Write as _;

use iam_policy::{Arn, Document, Statement};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::expiry::instant;
use crate::team::{Grantee, PolicyKey, PolicyName, TeamName, TeamSettings, Term};

/// Tag on policies and roles: the team.
pub const TAG_TEAM: &str = "daypass:team";
/// Tag on policies and roles: the team's name for the policy that is granted.
pub const TAG_GRANT: &str = "daypass:grant";
/// Tag on roles: for whom, such as `user/bert`.
pub const TAG_GRANTEE: &str = "daypass:grantee";
/// Tag on policies and roles: the instant at which IAM ends it.
pub const TAG_EXPIRES: &str = "daypass:expires-at";
/// Tags on users and roles: an attachment of a policy that is not ours. `daypass:attached:HASH:TEAM`.
pub const TAG_ATTACHED: &str = "daypass:attached:";
/// The inline policy of a grant's role that ends it.
pub const END_POLICY: &str = "daypass-end";
/// The inline policy of a grant's role that holds the policy's own statements.
pub const PERMISSIONS_POLICY: &str = "daypass-permissions";

const INLINE: &str = "daypass=";
const ATTACHMENTS: &str = "=attached";
const PATH_OF_TEAMS: &str = "team/";
/// "IAM and AWS STS quotas": 128 characters for the name of a policy, 64 for a role's.
const LONGEST_POLICY_NAME: usize = 128;
const LONGEST_ROLE_NAME: usize = 64;

/// The IAM path of a team's policies and roles: `/daypass/team/TEAM/`.
pub fn path_of(settings: &TeamSettings, team: &TeamName) -> String {
    format!("{}{PATH_OF_TEAMS}{team}/", settings.policy_path)
}

/// The team whose path this is.
pub fn team_of_path(settings: &TeamSettings, path: &str) -> Option<TeamName> {
    let rest = path.strip_prefix(settings.policy_path.as_str())?;
    rest.strip_prefix(PATH_OF_TEAMS)?.strip_suffix('/')?.parse().ok()
}

/// The inline policy that delivers `key` of `team` for a term: `daypass=TEAM=KEY=20261201T000000Z`.
pub fn inline_name(team: &TeamName, key: &PolicyKey, lasts: Term) -> String {
    let behind = format!("={}", written(lasts).unwrap_or_default());
    fitted(&format!("{INLINE}{team}={key}"), &behind, LONGEST_POLICY_NAME)
}

/// The inline policy of a group in which the attachments of policies that are not ours are written down.
pub fn attachments_name(team: &TeamName) -> String {
    format!("{INLINE}{team}={ATTACHMENTS}")
}

/// What an inline policy of ours is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InlineMark {
    /// It delivers a grant.
    Grant {
        /// Of this team.
        team: TeamName,
        /// The team's policy; shortened where its name was too long.
        key: String,
        /// When it ends.
        end: Option<Timestamp>,
    },
    /// It writes down a group's attachments for this team.
    Attachments(TeamName),
}

impl InlineMark {
    /// Whose it is.
    pub fn team(&self) -> &TeamName {
        match self {
            InlineMark::Grant { team, .. } | InlineMark::Attachments(team) => team,
        }
    }
}

/// What the name of an inline policy tells; `None`: it is not ours.
pub fn inline_mark(name: &str) -> Option<InlineMark> {
    let (team, rest) = name.strip_prefix(INLINE)?.split_once('=')?;
    let team = team.parse().ok()?;
    if rest == ATTACHMENTS {
        return Some(InlineMark::Attachments(team));
    }
    let (key, lasts) = rest.rsplit_once('=')?;
    Some(InlineMark::Grant {
        team,
        key: readable(key),
        end: read_end(lasts),
    })
}

/// The document that writes down a group's attachments.
///
/// It allows nothing: what it names is no resource of the action, and the action "requires no permissions" (STS API
/// Reference, GetCallerIdentity). IAM keeps it, and tells it with the group.
pub fn attachments_document<'a>(attached: impl IntoIterator<Item = &'a Arn>) -> Document {
    let arns: Vec<String> = attached.into_iter().map(ToString::to_string).collect();
    Document::new(vec![
        Statement::allow()
            .with_sid("DaypassAttached")
            .with_actions(["sts:GetCallerIdentity"])
            .with_resources(arns),
    ])
}

/// The attachments that such a document writes down.
pub fn attachments_in(document: &Document) -> Vec<Arn> {
    let resources = document.statements.iter().filter_map(|one| one.resource.as_ref());
    resources
        .flat_map(|clause| clause.resources.texts())
        .filter_map(|text| text.parse().ok())
        .collect()
}

/// The key of the tag that says that `team` has attached `policy`.
pub fn attached_tag(team: &TeamName, policy: &Arn) -> String {
    format!("{TAG_ATTACHED}{}:{team}", short_hash(policy.as_str()))
}

/// The team and the hash of the policy's ARN in the key of such a tag.
pub fn read_attached_tag(key: &str) -> Option<(TeamName, &str)> {
    let (hash, team) = key.strip_prefix(TAG_ATTACHED)?.split_once(':')?;
    Some((team.parse().ok()?, hash))
}

/// The value of such a tag: for people. Of what a policy's name may have, tags take all but the comma.
pub fn attached_value(policy: &Arn) -> String {
    policy.iam_name().unwrap_or_default().replace(',', "_")
}

/// The name of a customer managed policy that delivers a grant: the team's policy where that is permanent, else with its
/// term behind it, `team-key==20261201T000000Z`. `part` counts from 0 where one document does not hold it all.
///
/// No two are the same: neither a team nor a key has a `=`, and so no `==`.
pub fn policy_name(policy: &PolicyName, term: Term, part: usize) -> String {
    let mut behind = written(term).map(|term| format!("=={term}")).unwrap_or_default();
    if part > 0 {
        let _ = write!(behind, "=={}", part + 1);
    }
    fitted(policy.as_str(), &behind, LONGEST_POLICY_NAME)
}

/// What the name of a team's customer managed policy tells: the team's policy (shortened where that was too long), and
/// when it ends.
pub fn read_policy_name(team: &TeamName, name: &str) -> (String, Option<Timestamp>) {
    let rest = name.strip_prefix(team.as_str()).unwrap_or(name);
    let rest = rest.strip_prefix(['-', '=']).unwrap_or(rest);
    (readable(rest), rest.split("==").find_map(read_end))
}

/// The name of the role that delivers a policy to a grantee, and to nobody else.
pub fn role_name(policy: &PolicyName, grantee: &Grantee) -> String {
    let who = format!("{}/{}", grantee.kind(), grantee.name());
    let hash = short_hash(&format!("{policy} {who}"));
    let readable = format!("{}-{policy}", grantee.name());
    let kept: String = readable
        .chars()
        .take(LONGEST_ROLE_NAME - hash.len() - 1)
        .collect();
    format!("{kept}-{hash}")
}

/// The `Sid` of the first statement of a policy that was taken over from the tool that daypass replaces.
pub const TAKEN_OVER: &str = "DaypassTakenOver";

/// The name that the tool that daypass replaces gave a team's policy.
pub fn earlier_policy_name(team: &TeamName, key: &PolicyKey) -> String {
    format!("{team}-{key}").replace('.', "-")
}

/// The name that it gave the inline policy of a temporary grant.
pub fn earlier_inline_name(team: &TeamName, key: &str, user: &str) -> String {
    format!("temp-{team}-{key}-{user}").replace('.', "-")
}

/// Eight hexadecimal digits that stand for a text.
pub fn short_hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let mut hex = String::with_capacity(8);
    for byte in digest.iter().take(4) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// `text` and what stands behind it in so many characters: shortened, and then told apart by a hash.
fn fitted(text: &str, behind: &str, longest: usize) -> String {
    if text.len() + behind.len() <= longest {
        return format!("{text}{behind}");
    }
    let hash = short_hash(&format!("{text}{behind}"));
    let mark = format!("=={hash}");
    let behind: String = behind.chars().take(longest / 2).collect();
    let kept: String = text
        .chars()
        .take(longest.saturating_sub(mark.len() + behind.len()))
        .collect();
    format!("{kept}{mark}{behind}")
}

/// A name without the hash of what was too long.
fn readable(key: &str) -> String {
    key.split("==").next().unwrap_or(key).to_owned()
}

fn written(term: Term) -> Option<String> {
    match term {
        Term::Permanent => None,
        Term::Until { start: None, end } => Some(compact(end)),
        Term::Until {
            start: Some(start),
            end,
        } => Some(format!("{}-{}", compact(start), compact(end))),
    }
}

fn read_end(term: &str) -> Option<Timestamp> {
    let end = term.rsplit('-').next()?;
    (end.len() == "20261201T000000Z".len()).then(|| end.parse().ok())?
}

fn compact(at: Timestamp) -> String {
    instant(at).replace(['-', ':'], "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn team(name: &str) -> TeamName {
        name.parse().unwrap()
    }

    fn key(name: &str) -> PolicyKey {
        name.parse().unwrap()
    }

    fn until(end: &str) -> Term {
        Term::Until {
            start: None,
            end: end.parse().unwrap(),
        }
    }

    #[test]
    fn names_read_well() {
        let payments = PolicyName::of(&team("payments"), &key("developers.read-only")).unwrap();
        let term = until("2026-12-01T00:00:00Z");
        assert_eq!(
            policy_name(&payments, Term::Permanent, 0),
            "payments-developers.read-only"
        );
        assert_eq!(
            policy_name(&payments, term, 1),
            "payments-developers.read-only==20261201T000000Z==2"
        );
        assert_eq!(
            inline_name(&team("payments"), &key("admin"), term),
            "daypass=payments=admin=20261201T000000Z"
        );
        let bert = Grantee::User("bert".parse().unwrap());
        assert_eq!(
            role_name(&payments, &bert),
            format!(
                "bert-payments-developers.read-only-{}",
                short_hash("payments-developers.read-only user/bert")
            )
        );
    }

    #[test]
    fn marks_are_read_back() {
        let end = "2026-12-03T18:30:00Z".parse().unwrap();
        let start = Some("2026-12-02T00:00:00Z".parse().unwrap());
        let term = Term::Until { start, end };
        let of = |key: &str| InlineMark::Grant {
            team: team("a-b"),
            key: key.to_owned(),
            end: Some(end),
        };
        assert_eq!(
            inline_mark(&inline_name(&team("a-b"), &key("x.y"), term)),
            Some(of("x.y"))
        );
        let mark = inline_mark(&attachments_name(&team("a")));
        assert_eq!(mark, Some(InlineMark::Attachments(team("a"))));
        assert_eq!(inline_mark("somebody-elses"), None);
        let view: Arn = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
            .parse()
            .unwrap();
        assert_eq!(
            attachments_in(&attachments_document([&view])),
            std::slice::from_ref(&view)
        );
        let tag = attached_tag(&team("a"), &view);
        assert_eq!(
            read_attached_tag(&tag),
            Some((team("a"), short_hash(view.as_str()).as_str()))
        );
        let named = PolicyName::of(&team("a-b"), &key("x.y")).unwrap();
        let read = |name: &str| read_policy_name(&team("a-b"), name);
        assert_eq!(read(&policy_name(&named, term, 1)), ("x.y".to_owned(), Some(end)));
        assert_eq!(read(named.as_str()), ("x.y".to_owned(), None));
    }

    proptest! {
        /// "IAM and AWS STS quotas": 128 characters for a policy's name, 64 for a role's; and no two meet.
        #[test]
        fn names_fit_and_no_two_are_the_same(
            keys in prop::collection::btree_set("[a-z.]{1,100}", 2),
            user in "[a-z]{1,64}",
            name in "[a-z][a-z-]{0,20}",
            part in 0usize..9,
        ) {
            let end = "2026-12-03T00:00:00Z".parse().unwrap();
            let term = Term::Until { start: Some("2026-12-02T00:00:00Z".parse().unwrap()), end };
            let team = team(&name);
            let grantee = Grantee::User(user.parse().unwrap());
            let mut names = std::collections::BTreeSet::new();
            for one in &keys {
                let policy = PolicyName::of(&team, &key(one)).unwrap();
                for name in [policy_name(&policy, term, part), policy_name(&policy, Term::Permanent, part)] {
                    prop_assert!(name.len() <= 128, "{}", name);
                    prop_assert!(name.parse::<PolicyName>().is_ok());
                    prop_assert!(names.insert(name));
                }
                prop_assert_eq!(read_policy_name(&team, &policy_name(&policy, term, part)).1, Some(end));
                let inline = inline_name(&team, &key(one), term);
                prop_assert!(inline.len() <= 128);
                let is_read = matches!(inline_mark(&inline),
                    Some(InlineMark::Grant { team: read, end: Some(read_end), .. }) if read == team && read_end == end);
                prop_assert!(is_read, "{}", inline);
                prop_assert!(names.insert(inline));
                let role = role_name(&policy, &grantee);
                prop_assert!(role.len() <= 64 && role.parse::<crate::team::RoleName>().is_ok());
                prop_assert!(names.insert(role));
            }
        }
    }
}
