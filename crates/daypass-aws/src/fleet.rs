//! Many accounts, side by side: each is read once, planned, changed gently and read again. No account waits for another,
//! and none takes another's failure along.

mod account;
mod bucket;
mod event;
mod execute;
mod observe;
mod pace;
mod perform;
mod work;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use daypass_core::plan::{AccountAsked, AccountPlan, Holding, ObservedAccount, holdings};
use iam_policy::AccountId;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::connection::Connection;
use crate::error::AwsError;
use account::Account;

pub use event::{FleetEvent, FleetWatch};
pub use execute::{AccountOutcome, FailedChange, Instructions, SkippedChange};
pub use work::{What, Work};

/// How gently accounts are treated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FleetSettings {
    /// So many accounts at a time.
    pub parallel: usize,
    /// Calls to one account, per second, while AWS does not throttle.
    pub calls_per_second: f64,
    /// So many calls to one account may be made at once, before that rate holds.
    pub burst: f64,
    /// Reading an account takes no longer, and neither do its changes; a call under way is given up.
    pub deadline: Duration,
    /// For so long from the first call on, a denial may mean that the deployer role is new and not known everywhere
    /// yet, and is asked again.
    pub patience: Duration,
}

impl Default for FleetSettings {
    fn default() -> Self {
        FleetSettings {
            parallel: 16,
            calls_per_second: 20.0,
            burst: 40.0,
            deadline: Duration::from_mins(15),
            patience: Duration::from_secs(20),
        }
    }
}

/// Why an account could not be read at all. Nothing was changed in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("account {account}: {error}")]
pub struct AccountFailure {
    /// The account.
    pub account: AccountId,
    /// What went wrong.
    pub error: AwsError,
    /// The calls that were made, by operation.
    pub calls: Calls,
}

/// How often each operation was called, all attempts counted.
pub type Calls = BTreeMap<&'static str, u32>;

/// The accounts of an organization, reached from one place by assuming a role in each. Never by any other credentials.
#[derive(Debug, Clone)]
pub struct Fleet {
    connection: Connection,
    settings: FleetSettings,
    watch: FleetWatch,
    accounts: Arc<Mutex<BTreeMap<AccountId, Arc<Account>>>>,
}

impl Fleet {
    /// Accounts that `connection`'s caller may assume roles in.
    pub fn new(connection: Connection, settings: FleetSettings, watch: FleetWatch) -> Fleet {
        Fleet {
            connection,
            settings,
            watch,
            accounts: Arc::default(),
        }
    }

    /// The plan of each account, in the order in which they are asked about.
    pub async fn plan(
        &self,
        asked: &[AccountAsked],
        work: &Work,
    ) -> Vec<Result<AccountPlan, AccountFailure>> {
        self.each(asked.to_vec(), |fleet, asked| {
            let work = work.clone();
            async move {
                let account = fleet.open(&asked).await?;
                let planned = match account.plan(&asked, &work).await {
                    Ok((mut plan, _)) => account.tell_who_changed(&mut plan).await.map(|()| plan),
                    Err(error) => Err(error),
                };
                fleet.closed(&account, planned)
            }
        })
        .await
    }

    /// Says in a plan that was made elsewhere who has changed what is not as the files say, where tags tell.
    ///
    /// # Errors
    /// The account cannot be come into, or does not tell.
    pub async fn tell_who_changed(
        &self,
        asked: &AccountAsked,
        plan: &mut AccountPlan,
    ) -> Result<(), AccountFailure> {
        if plan.changed_policies().is_empty() {
            return Ok(());
        }
        let account = self.open(asked).await?;
        let told = account.tell_who_changed(plan).await;
        self.closed(&account, told)
    }

    /// Who has what in each account at `at`.
    pub async fn holdings(
        &self,
        asked: &[AccountAsked],
        at: Timestamp,
    ) -> Vec<Result<Vec<Holding>, AccountFailure>> {
        let observed = self.observe(asked).await;
        let pairs = asked.iter().zip(observed);
        pairs
            .map(|(asked, observed)| observed.map(|observed| holdings(asked, &observed, at)))
            .collect()
    }

    /// What each account holds.
    pub async fn observe(&self, asked: &[AccountAsked]) -> Vec<Result<ObservedAccount, AccountFailure>> {
        self.each(asked.to_vec(), |fleet, asked| async move {
            let account = fleet.open(&asked).await?;
            let observed = account.observe().await;
            fleet.closed(&account, observed)
        })
        .await
    }

    /// Makes the changes of each plan, and reads the account again until nothing is left to do.
    ///
    /// What was planned is done, in its order; what fails is told and holds up nothing but what depends on it.
    pub async fn execute(
        &self,
        instructions: Vec<Instructions>,
        stop: &CancellationToken,
    ) -> Vec<AccountOutcome> {
        self.each(instructions, |fleet, instructions| {
            let stop = stop.clone();
            async move {
                let asked = &instructions.asked;
                match fleet.open(asked).await {
                    Ok(account) => {
                        let outcome = execute::run(&account, &instructions, &stop).await;
                        fleet.watch.tell(FleetEvent::Finished {
                            account: asked.account.clone(),
                        });
                        outcome
                    }
                    Err(failure) => AccountOutcome::failed(&instructions, failure.error, failure.calls),
                }
            }
        })
        .await
    }

    /// The session in an account: begun once. The account's time begins with each thing that is done there: others have
    /// been waited for in between, or somebody who thought before they agreed.
    async fn open(&self, asked: &AccountAsked) -> Result<Arc<Account>, AccountFailure> {
        if let Some(open) = self.known().get(&asked.account) {
            open.begin();
            return Ok(Arc::clone(open));
        }
        let opened = Account::open(&self.connection, asked, self.settings, &self.watch).await;
        match opened {
            Ok(account) => {
                let account = Arc::new(account);
                self.known().insert(asked.account.clone(), Arc::clone(&account));
                Ok(account)
            }
            Err(failure) => {
                self.watch.tell(FleetEvent::Failed {
                    account: asked.account.clone(),
                    why: failure.error.to_string(),
                });
                Err(failure)
            }
        }
    }

    fn closed<T>(&self, account: &Account, result: Result<T, AwsError>) -> Result<T, AccountFailure> {
        let id = account.id.clone();
        match result {
            Ok(value) => {
                self.watch.tell(FleetEvent::Finished { account: id });
                Ok(value)
            }
            Err(error) => {
                self.watch.tell(FleetEvent::Failed {
                    account: id.clone(),
                    why: error.to_string(),
                });
                Err(AccountFailure {
                    account: id,
                    error,
                    calls: account.calls(),
                })
            }
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<AccountId, Arc<Account>>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs something for each item, so many at a time; the results are in the order of the items.
    async fn each<I, T, F, R>(&self, items: Vec<I>, run: F) -> Vec<T>
    where
        I: Send + 'static,
        T: Send + 'static,
        F: Fn(Fleet, I) -> R,
        R: Future<Output = T> + Send + 'static,
    {
        let places = Arc::new(Semaphore::new(self.settings.parallel.max(1)));
        let mut tasks = JoinSet::new();
        for (index, item) in items.into_iter().enumerate() {
            let places = Arc::clone(&places);
            let work = run(self.clone(), item);
            tasks.spawn(async move {
                // The semaphore is never closed.
                let _place = places.acquire_owned().await;
                (index, work.await)
            });
        }
        let mut results = BTreeMap::new();
        while let Some(joined) = tasks.join_next().await {
            match joined {
                Ok((index, result)) => {
                    results.insert(index, result);
                }
                // A panic is a bug of ours: it is not swallowed.
                Err(error) => {
                    if let Ok(panic) = error.try_into_panic() {
                        std::panic::resume_unwind(panic);
                    }
                }
            }
        }
        results.into_values().collect()
    }
}
