//! Leases that somebody left behind: found by path and tags, from any machine.

use aws_sdk_iam::types::{Role, Tag};
use daypass_core::lease::{Closing, LeaseName, PATH, TAG_CREATED, TAG_EXPIRES, TAG_OWNER};
use iam_policy::AccountId;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::calls::Caller;
use super::drive;
use super::progress::{Leftover, Progress};
use crate::connection::Connection;
use crate::error::AwsError;
use crate::repeat::repeat;

/// A temporary role that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLease {
    /// The role's name.
    pub role_name: String,
    /// The account it is in.
    pub account: AccountId,
    /// Who opened it: the ARN as tagged.
    pub owner: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Its deadline; `None` when its tags cannot be read.
    pub expires_at: Option<Timestamp>,
}

impl FoundLease {
    /// Whether IAM has ended it by `now`.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// All temporary roles of the account, whoever made them, oldest first.
pub async fn find_leases(connection: &Connection) -> Result<Vec<FoundLease>, AwsError> {
    let iam = connection.iam();
    // So that an error tells who was refused.
    let account = connection.caller().await?.account;
    let mut leases = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let page = repeat(connection, "ListRoles", || {
            iam.list_roles()
                .path_prefix(PATH)
                .set_marker(marker.clone())
                .send()
        })
        .await?;
        // Somebody else may keep roles under our path, or below it: only our names at exactly our path are ours.
        let ours = |role: &&Role| role.path() == PATH && LeaseName::parse(role.role_name()).is_some();
        for role in page.roles().iter().filter(ours) {
            let name = role.role_name();
            let tags = repeat(connection, "ListRoleTags", || {
                iam.list_role_tags().role_name(name).send()
            })
            .await;
            let tags = match tags {
                Ok(answer) => answer.tags().to_vec(),
                // Removed since the list was made, or not known to this replica yet: its end is not known.
                Err(error) if error.code() == Some("NoSuchEntity") => Vec::new(),
                Err(error) => return Err(error),
            };
            let created = Timestamp::from_second(role.create_date().secs()).ok();
            leases.push(FoundLease {
                role_name: name.to_owned(),
                account: account.clone(),
                owner: tag(&tags, TAG_OWNER).map(str::to_owned),
                created: tag(&tags, TAG_CREATED)
                    .and_then(|text| text.parse().ok())
                    .or(created),
                expires_at: tag(&tags, TAG_EXPIRES).and_then(|text| text.parse().ok()),
            });
        }
        marker = page.marker().filter(|_| page.is_truncated()).map(str::to_owned);
        if marker.is_none() {
            break;
        }
    }
    leases.sort_by(|a, b| (a.created, &a.role_name).cmp(&(b.created, &b.role_name)));
    Ok(leases)
}

/// Removes a lease that was found. One that is already gone is no error.
pub async fn remove_lease(
    connection: &Connection,
    lease: &FoundLease,
    watch: &mut (dyn FnMut(Progress) + Send),
    give_up: &CancellationToken,
) -> Result<(), Leftover> {
    let now = connection.clock().now();
    let mut closing = Closing::of_found(lease.created.unwrap_or(now), now);
    let mut caller = Caller::for_role(connection, &lease.role_name);
    drive::close(&mut closing, &mut caller, &lease.role_name, watch, give_up)
        .await
        .map_err(|why| Leftover {
            role_name: lease.role_name.clone(),
            account: lease.account.clone(),
            deadline: lease.expires_at,
            why,
        })
}

fn tag<'a>(tags: &'a [Tag], key: &str) -> Option<&'a str> {
    tags.iter().find(|tag| tag.key() == key).map(Tag::value)
}
