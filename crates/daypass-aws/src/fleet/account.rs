//! One account: the session of the deployer role in it, and what is planned through it.

use daypass_core::plan::{AccountAsked, AccountPlan, ObservedAccount};
use iam_policy::{AccountId, Arn};

use super::event::{FleetEvent, FleetWatch};
use super::observe::{self, Learned};
use super::pace::Pace;
use super::work::Work;
use super::{AccountFailure, Calls, FleetSettings};
use crate::connection::{Connection, partition_of_region};
use crate::credentials::Credentials;
use crate::error::AwsError;

/// An account in which the deployer role is assumed, and which is the one that was meant.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: AccountId,
    pub(super) connection: Connection,
    pub(super) pace: Pace,
    /// What was asked besides the listing; it does not change while we work.
    learned: tokio::sync::Mutex<Learned>,
}

impl Account {
    /// Assumes the deployer role, and sees that it is in this account. There is no other way in.
    pub(super) async fn open(
        base: &Connection,
        asked: &AccountAsked,
        settings: FleetSettings,
        watch: &FleetWatch,
    ) -> Result<Account, AccountFailure> {
        let id = asked.account.clone();
        watch.tell(FleetEvent::Opening { account: id.clone() });
        let pace = Pace::new(&id, base.clock().now(), settings, watch);
        match assume(base, asked, &pace).await {
            Ok(connection) => Ok(Account {
                id,
                connection,
                pace,
                learned: tokio::sync::Mutex::default(),
            }),
            Err(error) => Err(AccountFailure {
                account: id,
                error,
                calls: pace.calls(),
            }),
        }
    }

    /// Every call that was made so far.
    pub(super) fn calls(&self) -> Calls {
        self.pace.calls()
    }

    /// The account's time begins anew.
    pub(super) fn begin(&self) {
        self.pace.begin(self.connection.clock().now());
    }

    /// What is left of the account's time.
    pub(super) fn time_left(&self, next: &'static str) -> Result<std::time::Duration, AwsError> {
        self.pace.time_left(self.connection.clock().now(), next)
    }

    /// What the account holds.
    pub(super) async fn observe(&self) -> Result<ObservedAccount, AwsError> {
        let mut observed = observe::account(self).await?;
        self.learned.lock().await.put_into(&mut observed);
        Ok(observed)
    }

    /// What is to be done in it, and what it holds.
    pub(super) async fn plan(
        &self,
        asked: &AccountAsked,
        work: &Work,
    ) -> Result<(AccountPlan, ObservedAccount), AwsError> {
        let mut observed = self.observe().await?;
        loop {
            match work.plan(asked, &observed, self.connection.clock().now()) {
                Ok(plan) => return Ok((plan, observed)),
                Err(needs) => {
                    let mut learned = self.learned.lock().await;
                    learned.learn(self, &needs).await?;
                    learned.put_into(&mut observed);
                }
            }
        }
    }
}

impl Account {
    /// Asks for the tags of policies that are not as the files say, and says in the plan what they tell.
    pub(super) async fn tell_who_changed(&self, plan: &mut AccountPlan) -> Result<(), AwsError> {
        for policy in plan.changed_policies() {
            let tags = observe::policy_tags(self, &policy).await?;
            plan.tell_who_changed(&policy, &tags);
        }
        Ok(())
    }
}

async fn assume(base: &Connection, asked: &AccountAsked, pace: &Pace) -> Result<Connection, AwsError> {
    let settings = &asked.settings;
    let partition = partition_of_region(base.effective_region());
    let role = format!(
        "arn:{partition}:iam::{}:role/{}",
        asked.account, settings.deployer_role
    );
    let unusable = |what: &str| AwsError::Unusable {
        operation: "AssumeRole",
        what: what.to_owned(),
    };
    let role: Arn = role.parse().map_err(|_| unusable("the role has no ARN"))?;
    let session = settings.session_name.as_str();
    let sts = base.sts();
    let call = || {
        sts.assume_role()
            .role_arn(role.to_string())
            .role_session_name(session)
            .send()
    };
    let answer = match pace.make(base, "AssumeRole", call).await {
        Ok(answer) => answer,
        Err(failed) => {
            // Only now, to tell who was refused: a run without failures does not need to know.
            let _ = base.caller().await;
            return Err(crate::repeat::Asker::complete(
                base,
                failed.error,
                std::time::Duration::ZERO,
            ));
        }
    };
    let credentials = answer.credentials().map(Credentials::from_sts);
    let credentials = credentials.ok_or_else(|| unusable("no credentials"))?;
    let assumed = base.as_role(&role, session, &credentials);
    let sts = assumed.sts();
    let identity = pace
        .make(&assumed, "GetCallerIdentity", || sts.get_caller_identity().send())
        .await
        .map_err(|failed| failed.error)?;
    let caller = crate::connection::Caller::read(&identity)?;
    if caller.account != asked.account {
        return Err(AwsError::WrongAccount {
            role,
            expected: asked.account.clone(),
            found: caller.account,
        });
    }
    assumed.remember(caller);
    Ok(assumed)
}
