//! The sandbox: one world behind one lock, a request in and a reply out.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use iam_policy::AccountId;
use jiff::Timestamp;

use crate::clock::Clock;
use crate::compiled::Compiled;
use crate::fault::{Fault, Faults};
use crate::history::Stamp;
use crate::propagation::Propagation;
use crate::random::Random;
use crate::record::{CallRecord, LogPage};
use crate::seal::Seal;
use crate::sigv4::SigningKeys;
use crate::world::World;
use crate::world::credential::AccessKeyRecord;
use crate::world::seed;

/// How a sandbox is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The seed of all randomness: identifiers, secrets, lags, and which replica answers.
    pub entropy: u64,
    /// How changes travel.
    pub propagation: Propagation,
}

/// A long-term access key.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The access key id, `AKIA` and 16 more.
    pub id: String,
    /// The secret access key, 40 characters.
    pub secret: String,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("secret", &"(not shown)")
            .finish()
    }
}

/// Temporary credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct TemporaryKey {
    /// The access key, `ASIA` and 16 more.
    pub key: AccessKey,
    /// The session token.
    pub token: String,
}

impl fmt::Debug for TemporaryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemporaryKey")
            .field("key", &self.key)
            .field("token", &"(not shown)")
            .finish()
    }
}

/// What comes back from [`Sandbox::handle`].
#[derive(Debug)]
pub struct Reply {
    /// How long to wait before the outcome is to be seen. The sandbox itself never waits.
    pub delay: Duration,
    /// What happens then.
    pub outcome: Outcome,
}

/// What happens to a call.
#[derive(Debug)]
pub enum Outcome {
    /// It is answered.
    Response(http::Response<Bytes>),
    /// The connection breaks without an answer.
    Reset,
    /// Nothing ever happens.
    Hang,
}

/// An embedded AWS: accounts, IAM, STS, S3, a little of EC2 and CloudTrail, with every request authenticated and authorized.
#[derive(Debug)]
pub struct Sandbox {
    pub(crate) state: Mutex<State>,
    pub(crate) clock: Clock,
    account: AccountId,
    admin: AccessKey,
}

/// What changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) random: Random,
    pub(crate) propagation: Propagation,
    pub(crate) faults: Faults,
    pub(crate) compiled: Compiled,
    pub(crate) keys: SigningKeys,
    pub(crate) log: VecDeque<CallRecord>,
    /// How many calls have ever been recorded, forgotten ones too.
    pub(crate) recorded: u64,
}

/// How many calls the log remembers; the oldest go first.
const LOG_LENGTH: usize = 10_000;

impl State {
    pub(crate) fn record(&mut self, record: CallRecord) {
        if self.log.len() >= LOG_LENGTH {
            self.log.pop_front();
        }
        self.log.push_back(record);
        self.recorded += 1;
    }
}

impl Sandbox {
    /// A sandbox with the small seeded world, in which it is `now`.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "the seed is made of constants, so every test shows that it holds"
    )]
    pub fn new(settings: Settings, now: Timestamp) -> Sandbox {
        let mut random = Random::new(settings.entropy);
        let (world, account, admin) = seed::small_world(&mut random, now).expect("the seed is in order");
        Sandbox::of_world(settings, world, random, account, &admin)
    }

    /// A sandbox with this world.
    pub(crate) fn of_world(
        settings: Settings,
        mut world: World,
        random: Random,
        account: AccountId,
        admin: &AccessKeyRecord,
    ) -> Sandbox {
        let Settings { entropy, propagation } = settings;
        world.seal = Seal::of(entropy);
        let state = State {
            world,
            random,
            propagation,
            faults: Faults::default(),
            compiled: Compiled::default(),
            keys: SigningKeys::default(),
            log: VecDeque::new(),
            recorded: 0,
        };
        Sandbox {
            state: Mutex::new(state),
            clock: Clock::default(),
            account,
            admin: public(admin),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The access key of the user `admin`, who may do everything in the default account.
    pub fn admin(&self) -> AccessKey {
        self.admin.clone()
    }

    /// The active access keys of a user of the default account, oldest first; such as those of `developer`.
    pub fn access_keys(&self, user: &str) -> Vec<AccessKey> {
        let state = self.lock();
        let keys = state.world.newest_keys_of(&self.account, user);
        keys.iter()
            .filter(|key| key.is_active)
            .map(|key| public(key))
            .collect()
    }

    /// Makes an access key of the default account's root, known everywhere at once. The small world has none.
    pub fn create_root_key(&self, now: Timestamp) -> AccessKey {
        let mut state = self.lock();
        let State { world, random, .. } = &mut *state;
        let key = AccessKeyRecord {
            id: random.unique_id("AKIA"),
            secret: random.secret(),
            account: self.account.clone(),
            user: None,
            is_active: true,
            created: self.clock.now(now),
        };
        let made = public(&key);
        let mut stamp = Stamp {
            at: key.created,
            propagation: Propagation::none(),
            random,
        };
        world
            .keys
            .entry(key.id.clone())
            .or_default()
            .write(Some(key), &mut stamp);
        made
    }

    /// Adds an account with a user `admin` who administers it, known everywhere at once; gives that user's access
    /// key. For an account that is there already, a new `admin` takes the place of the old.
    pub fn add_account(&self, account: &AccountId, now: Timestamp) -> AccessKey {
        let mut state = self.lock();
        let State { world, random, .. } = &mut *state;
        public(&seed::add_account(world, account, random, self.clock.now(now)))
    }

    /// The default account.
    pub fn account(&self) -> AccountId {
        self.account.clone()
    }

    /// The world's clock; moving it does not break signatures.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// The last 10,000 calls, oldest first.
    pub fn log(&self) -> Vec<CallRecord> {
        self.lock().log.iter().cloned().collect()
    }

    /// Calls after the one of this number (0: from the first), at most `limit` of them.
    pub fn log_after(&self, after: u64, limit: usize) -> LogPage {
        let state = self.lock();
        let kept = u64::try_from(state.log.len()).unwrap_or(u64::MAX);
        let forgotten = state.recorded.saturating_sub(kept);
        let start = after.clamp(forgotten, state.recorded);
        let skipped = usize::try_from(start - forgotten).unwrap_or(usize::MAX);
        let calls: Vec<CallRecord> = state.log.iter().skip(skipped).take(limit).cloned().collect();
        LogPage {
            first: start + 1,
            next: start + u64::try_from(calls.len()).unwrap_or(0),
            missed: forgotten.saturating_sub(after),
            calls,
        }
    }

    /// Forgets the calls so far.
    pub fn clear_log(&self) {
        self.lock().log.clear();
    }

    /// Makes calls to come fail.
    pub fn inject(&self, fault: Fault) {
        self.lock().faults.inject(fault, None);
    }

    /// Makes calls to come fail by chance, from 0 (never) to 1 (always), drawn from the sandbox's seed: of the calls that
    /// match, `times` are struck after `skip` have passed.
    pub fn inject_by_chance(&self, fault: Fault, chance: f64) {
        self.lock().faults.inject(fault, Some(chance));
    }

    /// The faults that wait for calls, each with its chance if it has one.
    pub fn faults(&self) -> Vec<(Fault, Option<f64>)> {
        self.lock().faults.all()
    }

    /// Takes back all faults that have not struck yet.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// How many calls are still to be struck by a fault.
    pub fn faults_left(&self) -> usize {
        self.lock().faults.left()
    }

    /// All temporary credentials that have been handed out and not been forgotten since, whether anybody heard of
    /// them or not.
    pub fn sessions(&self) -> Vec<TemporaryKey> {
        let state = self.lock();
        let sessions = state.world.sessions.iter();
        sessions
            .map(|(id, session)| TemporaryKey {
                key: AccessKey {
                    id: id.clone(),
                    secret: session.secret.clone(),
                },
                token: session.token.clone(),
            })
            .collect()
    }

    /// The names of the default account's roles, as the last writes left them.
    pub fn role_names(&self) -> Vec<String> {
        self.names(|account| account.roles.all_newest().map(|role| role.name.clone()).collect())
    }

    /// The names of the default account's users, as the last writes left them.
    pub fn user_names(&self) -> Vec<String> {
        self.names(|account| account.users.all_newest().map(|user| user.name.clone()).collect())
    }

    /// The names of the default account's groups, as the last writes left them.
    pub fn group_names(&self) -> Vec<String> {
        self.names(|account| {
            account
                .groups
                .all_newest()
                .map(|group| group.name.clone())
                .collect()
        })
    }

    /// The ARNs of the default account's own managed policies, as the last writes left them.
    pub fn policy_arns(&self) -> Vec<String> {
        self.names(|account| {
            account
                .policies
                .all_newest()
                .map(|policy| policy.arn.clone())
                .collect()
        })
    }

    /// The ARNs of the default account's instances, in all regions, those included that were terminated a short while ago.
    pub fn instance_arns(&self) -> Vec<String> {
        self.names(|account| {
            let instances = account.instances.iter();
            instances
                .map(|instance| {
                    format!(
                        "arn:aws:ec2:{}:{}:instance/{}",
                        instance.region, self.account, instance.id
                    )
                })
                .collect()
        })
    }

    fn names(&self, collect: impl FnOnce(&crate::world::Account) -> Vec<String>) -> Vec<String> {
        self.lock()
            .world
            .account(&self.account)
            .map(collect)
            .unwrap_or_default()
    }

    /// When the newest change of a role of the default account is visible on every replica, in the world's time.
    /// None if there was never such a role, or its deletion has settled and is forgotten.
    pub fn role_settles_at(&self, role: &str) -> Option<Timestamp> {
        self.lock().world.account(&self.account)?.roles.settles_at(role)
    }
}

fn public(key: &AccessKeyRecord) -> AccessKey {
    AccessKey {
        id: key.id.clone(),
        secret: key.secret.clone(),
    }
}
