//! The demo on an embedded AWS: five chapters, played through daypass's own code against a server on loopback.

use super::cast;
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::place::{Embedded, Place};
use crate::view::story;
use daypass_aws::{AccountSnapshot, Connection, Lease, LeaseSettings, Probe, Stop, Walkthrough};
use daypass_core::expiry;
use daypass_core::lease::{LeaseEntropy, LeaseRequest, Readiness, Via};
use daypass_core::policy_text::{self, TextFormat};
use iam_policy::{Decision, Document, Explanation};
use iam_sandbox::Sandbox;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What the temporary role is to hold, as anyone would write it.
const ONE_BUCKET: &str = include_str!("one-bucket.json");
/// What the user is granted for an hour.
const LIST_REPORTS: &str = include_str!("list-reports.json");
const LASTS: SignedDuration = SignedDuration::from_hours(1);

/// Plays it.
pub(super) async fn play() -> Result<Ending, Failure> {
    let place = Place::in_sandbox(Embedded::start_repeatable().await?).await?;
    let Some(sandbox) = place
        .embedded
        .as_ref()
        .map(|embedded| Arc::clone(&embedded.sandbox))
    else {
        return Err(Failure::failed("the embedded AWS did not start"));
    };
    let admin = &place.connection;
    let stage = Stage {
        sandbox: &sandbox,
        admin,
    };
    story::title(
        "daypass demo",
        "on an embedded AWS that enforces IAM; nothing leaves this process",
    );
    let before = AccountSnapshot::take(admin).await?;
    let mut cast = Walkthrough::new(admin, "1").await?;

    story::chapter(1, "A user with a key, and a role that may list buckets");
    cast::make(&mut cast, || false).await?;

    story::chapter(2, "Denied without the role, allowed with it");
    let user = cast.as_user()?;
    stage
        .denied(&user, &Probe::ListBuckets, "the user lists buckets")
        .await?;
    let role = cast.as_role().await?;
    cast::must_be_allowed(&role, &Probe::ListBuckets, "the user lists buckets, in the role").await?;

    story::chapter(3, "Your own policy document, tried out in a role of its own");
    stage.try_document().await?;

    story::chapter(4, "Access that ends by itself");
    stage.ending_grant(&cast, &user).await?;

    story::chapter(5, "Everything is taken down again");
    cast::tear_down(&cast).await?;
    let after = AccountSnapshot::take(admin).await?;
    let changes = before.changes_to(&after);
    if !changes.is_empty() {
        return Err(changes.into_iter().fold(
            Failure::failed("the account is not as it was before"),
            Failure::why,
        ));
    }
    story::line(format_args!(
        "The account holds the same {} things as before: nothing was left behind.",
        after.len()
    ));
    story::end("Now with your own: daypass try --sandbox policy.json -- aws s3 ls");
    Ok(Ending::Own(Exit::Done))
}

/// The embedded AWS, and who runs it.
struct Stage<'a> {
    sandbox: &'a Sandbox,
    admin: &'a Connection,
}

impl Stage<'_> {
    async fn denied(&self, who: &Connection, probe: &Probe, call: &str) -> Result<(), Failure> {
        cast::must_be_denied(who, probe, call).await?;
        story::denied(call, self.why().as_ref());
        Ok(())
    }

    /// Why the last call was decided as it was, from the log of the embedded AWS.
    fn why(&self) -> Option<Explanation> {
        let log = self.sandbox.log();
        log.into_iter()
            .rev()
            .find_map(|call| call.explanation)
            .filter(|why| why.decision != Decision::Allow)
            .map(Arc::unwrap_or_clone)
    }

    async fn try_document(&self) -> Result<(), Failure> {
        story::quoted(ONE_BUCKET);
        let request = LeaseRequest {
            document: parsed(ONE_BUCKET)?,
            managed_policies: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            lasts: LASTS,
            via: Via::Role,
        };
        // The same name each time, so that the demo says the same each time.
        let entropy = Some(LeaseEntropy {
            name: 0x5eed_0fda_719a_5501_c342,
            ..daypass_aws::lease_entropy()?
        });
        let settings = LeaseSettings {
            readiness: Readiness::immediate(),
            entropy,
        };
        let never = CancellationToken::new();
        let lease = Lease::open(self.admin, request, &settings, &mut |_| {}, &Stop::default())
            .await
            .map_err(|error| Failure::from(error.failure))?;
        story::did("a temporary role with exactly this, trusted by nobody but us, for one hour");
        let held = self.admin.with_credentials(lease.credentials());
        let used = self.use_buckets(&held).await;
        lease.close(&mut |_| {}, &never).await?;
        story::removed("the temporary role");
        used
    }

    async fn use_buckets(&self, held: &Connection) -> Result<(), Failure> {
        let list = |bucket: &str| Probe::ListObjects {
            bucket: bucket.to_owned(),
        };
        cast::must_be_allowed(held, &list("reports"), "list the objects of reports").await?;
        self.denied(held, &list("archive"), "list the objects of archive")
            .await?;
        self.denied(held, &Probe::DescribeRegions, "describe EC2's regions")
            .await
    }

    /// A grant's end is in the policy itself: nobody has to come and take it away.
    async fn ending_grant(&self, cast: &Walkthrough, user: &Connection) -> Result<(), Failure> {
        let start = next_new_year();
        let end = start.saturating_add(LASTS).unwrap_or(start);
        self.set_clock(start);
        cast.grant(&expiry::end_allows(&parsed(LIST_REPORTS)?, end))
            .await?;
        story::did(format_args!(
            "the user may list the objects of reports, until {end}"
        ));
        let probe = Probe::ListObjects {
            bucket: "reports".to_owned(),
        };
        let call = |at: Timestamp| format!("{}  the user lists reports", at.strftime("%H:%M:%S"));
        cast::must_be_allowed(user, &probe, &call(start)).await?;
        story::line("The sandbox's clock moves on by one hour. Nothing else happens.");
        self.set_clock(end);
        self.denied(user, &probe, &call(end)).await
    }

    fn set_clock(&self, to: Timestamp) {
        self.sandbox
            .clock()
            .set_offset(to.duration_since(Timestamp::now()));
    }
}

fn parsed(text: &str) -> Result<Document, Failure> {
    policy_text::parse(text, TextFormat::Json).map_err(|diagnostics| Failure::Document {
        name: "the demo's policy".to_owned(),
        text: text.to_owned(),
        diagnostics,
    })
}

/// A moment to come that stays the same for a year, so that the demo says the same each time.
fn next_new_year() -> Timestamp {
    let this_year = Timestamp::now().to_zoned(TimeZone::UTC).year();
    let year = (this_year + 1).max(2030);
    let morning = civil::date(year, 1, 1).at(9, 0, 0, 0).to_zoned(TimeZone::UTC);
    morning.map_or_else(|_| Timestamp::now(), |morning| morning.timestamp())
}
