//! From a plan to a session: from the cache as far as it goes, then role by role, each of which is kept. Of many processes
//! that want the same session one asks for it, and the others wait and take it from the cache.

use super::advice;
use super::mfa::CodeSource;
use super::plan::{Base, Device, Hop, LONGEST_CHAINED, Plan, Role};
use crate::failure::Failure;
use crate::place::Embedded;
use crate::session_cache::{Session, SessionCache, SessionName, Turn};
use crate::settings::Settings;
use crate::view;
use daypass_aws::{AwsError, Connection, ConnectionSettings, Credentials, RoleRequest};
use daypass_core::lease::session_name_of;
use iam_policy::{AccountId, Arn};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// How long a user's session with MFA lasts: AWS's default ("GetSessionToken", AWS STS API Reference).
const MFA_LASTS: SignedDuration = SignedDuration::from_hours(12);
/// Sessions that only begin others need to live until that is done.
const LONG_ENOUGH: SignedDuration = SignedDuration::from_mins(1);
/// AWS's managed policy of this name reads everything and changes nothing ("ReadOnlyAccess", AWS Managed Policy Reference).
const READ_ONLY: &str = "ReadOnlyAccess";

/// Sessions of one plan.
#[derive(Debug)]
pub(super) struct Sessions {
    plan: Plan,
    settings: Settings,
    cache: Option<SessionCache>,
    codes: CodeSource,
    embedded: Option<Arc<Embedded>>,
}

impl Sessions {
    pub(super) fn new(plan: Plan, settings: &Settings, is_cached: bool, codes: CodeSource) -> Self {
        let cache = (is_cached && !settings.sandbox).then(|| SessionCache::of(&settings.variables));
        Sessions {
            plan,
            settings: settings.clone(),
            cache: cache.flatten(),
            codes,
            embedded: None,
        }
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The embedded AWS that the sessions are of.
    pub(super) fn in_sandbox(&mut self, embedded: Arc<Embedded>) {
        self.embedded = Some(embedded);
    }

    /// From here on nobody sits at the terminal.
    pub(super) fn in_background(&mut self) {
        self.codes = self.codes.clone().in_background();
    }

    /// The session, if it is kept and good to begin something with. Nothing is called.
    pub(super) fn kept(&self) -> Option<Session> {
        let session = self.cache.as_ref()?.get(&self.name(self.plan.hops.len()))?;
        session.is_fresh(Timestamp::now()).then_some(session)
    }

    /// The session, kept or new. With `refresh` the last one is asked for anew.
    pub(super) async fn obtain(&self, refresh: bool) -> Result<Session, Failure> {
        match self.attempt(refresh).await {
            // What was kept turned out to be none: AWS ended it early, or the other clock is ahead of ours.
            Err(Ended {
                begun_from: Some(kept),
                ..
            }) => {
                if let Some(cache) = &self.cache {
                    cache.forget(&kept);
                }
                self.attempt(refresh).await.map_err(|ended| ended.failure)
            }
            Err(ended) => Err(ended.failure),
            Ok(session) => Ok(session),
        }
    }

    /// The name of the session after so many roles.
    fn name(&self, hops: usize) -> SessionName {
        match &self.plan.mfa {
            Some(device) if hops == 0 => self.plan.mfa_name(device),
            _ => self.plan.name(hops),
        }
    }

    async fn attempt(&self, refresh: bool) -> Result<Session, Ended> {
        let all = self.plan.hops.len();
        let mut reached = self.reach(refresh);
        let (mut connection, mut session) = match reached.held.take() {
            Some(session) if reached.done == all => return Ok(session),
            Some(session) => (self.connect(Some(&session.credentials)).await?, Some(session)),
            None => self.begin(refresh, &mut reached).await?,
        };
        for (index, hop) in self.plan.hops.iter().enumerate().skip(reached.done) {
            let began_at = Timestamp::now();
            let (credentials, role) = match self.assume(&connection, hop, index).await {
                Ok(assumed) => assumed,
                Err(error) => {
                    let begun_from = reached.begun_from.filter(|_| has_ended(&error));
                    let failure = advice::of(error, hop, &self.plan);
                    return Err(Ended { failure, begun_from });
                }
            };
            let new = Session {
                credentials,
                role: Some(role.to_string()),
                began_at,
            };
            self.keep(&self.plan.name(index + 1), &new);
            connection = connection.with_credentials(&new.credentials);
            session = Some(new);
        }
        let session = match session {
            Some(session) => session,
            None => self.of_base(&connection).await?,
        };
        // Whoever waited for us finds it kept.
        drop(reached.turns);
        Ok(session)
    }

    /// Looks from the end to the beginning for a session that is kept. For each that is not, it is our turn to ask.
    fn reach(&self, refresh: bool) -> Reached {
        let all = self.plan.hops.len();
        let mut reached = Reached {
            done: all,
            held: None,
            begun_from: None,
            turns: Vec::new(),
        };
        loop {
            let is_last = reached.done == all;
            let name = self.name(reached.done);
            if reached.done > 0 || self.keeps_base() {
                let look = || {
                    let kept = self.cache.as_ref()?.get(&name)?;
                    let usable = if is_last {
                        !refresh && kept.is_fresh(Timestamp::now())
                    } else {
                        has_left(&kept, LONG_ENOUGH)
                    };
                    usable.then_some(kept)
                };
                reached.held = look();
                if reached.held.is_none() {
                    reached.turns.extend(self.turn(&name));
                    reached.held = look();
                }
            }
            if reached.held.is_some() {
                reached.begun_from = (!is_last).then_some(name);
                return reached;
            }
            if reached.done == 0 {
                return reached;
            }
            reached.done -= 1;
        }
    }

    /// A way to AWS as the plan begins, with MFA if it says so.
    async fn begin(
        &self,
        refresh: bool,
        reached: &mut Reached,
    ) -> Result<(Connection, Option<Session>), Failure> {
        let connection = self.connect(None).await?;
        let Some(device) = &self.plan.mfa else {
            return Ok((connection, None));
        };
        let name = self.plan.mfa_name(device);
        if refresh
            && self.plan.hops.is_empty()
            && let Some(cache) = &self.cache
        {
            cache.forget(&name);
        }
        let (session, was_kept) = self.with_mfa(&connection, device).await?;
        reached.begun_from = was_kept.then_some(name);
        Ok((connection.with_credentials(&session.credentials), Some(session)))
    }

    /// Whether what comes before the first role is worth a file: a user's session, which a new process would have to ask for.
    fn keeps_base(&self) -> bool {
        self.plan.hops.is_empty() && self.plan.mfa.is_none()
    }

    fn turn(&self, name: &SessionName) -> Option<Turn> {
        let cache = self.cache.as_ref()?;
        // It may take as long as somebody else's typing of a code: not on a thread that others need.
        match tokio::task::block_in_place(|| cache.turn(name)) {
            Ok(turn) => Some(turn),
            Err(error) => {
                view::warn(format_args!("sessions are not kept: {error}"));
                None
            }
        }
    }

    fn keep(&self, name: &SessionName, session: &Session) {
        let Some(cache) = &self.cache else { return };
        match cache.put(name, session) {
            Ok(()) if self.settings.verbose => {
                if let Some(place) = cache.key_place() {
                    view::note(format_args!("the session is kept, its key in {place}"));
                }
            }
            Ok(()) => {}
            // It costs the next call some time, and nothing else.
            Err(error) => view::warn(format_args!("the session is not kept: {error}")),
        }
    }

    /// A way to AWS as `credentials`, or as the plan begins.
    async fn connect(&self, credentials: Option<&Credentials>) -> Result<Connection, Failure> {
        let mut settings = ConnectionSettings {
            region: self.plan.region.clone(),
            endpoint_url: self.settings.endpoint_url.clone(),
            profile: self.plan.profile.clone(),
            ..ConnectionSettings::default()
        };
        match (credentials, &self.plan.base) {
            (Some(credentials), _) => settings.credentials = Some(credentials.clone()),
            (None, Base::Keys(keys)) => settings.credentials = Some(keys.clone()),
            (None, Base::Profile(profile)) => settings.profile = Some(profile.clone()),
            (None, Base::Machine(machine)) => settings.machine = Some(*machine),
            (None, Base::Anything | Base::Sandbox) => {}
        }
        if let Some(embedded) = &self.embedded {
            settings.endpoint_url = Some(embedded.url());
            settings.region = Some(crate::place::sandbox_region(&self.settings).to_owned());
            if credentials.is_none() {
                settings.credentials = Some(embedded.admin());
            }
        }
        let opened = Connection::open(settings).await;
        opened.map_err(|error| match credentials {
            Some(_) => Failure::from(error),
            None => advice::of_base(error, &self.plan),
        })
    }

    /// The user's session with MFA: one for all roles. Whether it was kept.
    async fn with_mfa(&self, connection: &Connection, device: &Device) -> Result<(Session, bool), Failure> {
        if let Base::Keys(keys) = &self.plan.base
            && keys.session_token.is_some()
        {
            return Err(advice::mfa_of_a_session());
        }
        if !matches!(self.plan.base, Base::Keys(_) | Base::Sandbox) {
            return Err(advice::mfa_of_a_session());
        }
        let name = self.plan.mfa_name(device);
        let look = || {
            let kept = self.cache.as_ref()?.get(&name)?;
            has_left(&kept, LONG_ENOUGH).then_some(kept)
        };
        if let Some(kept) = look() {
            return Ok((kept, true));
        }
        let _turn = self.turn(&name);
        if let Some(kept) = look() {
            return Ok((kept, true));
        }
        let serial = match device {
            Device::Serial(serial) => serial.clone(),
            Device::Own => own_device(connection).await?,
        };
        let mut left = self.codes.attempts();
        let (credentials, began_at) = loop {
            let code = tokio::task::block_in_place(|| self.codes.code(&serial))?;
            let began_at = Timestamp::now();
            left = left.saturating_sub(1);
            match connection
                .session_token(Some((&serial, &code)), Some(MFA_LASTS))
                .await
            {
                Ok(credentials) => break (credentials, began_at),
                Err(error) if left > 0 && advice::is_wrong_code(&error) => {
                    view::warn("AWS does not take this code; each is good once, so wait for the next one");
                }
                Err(error) => return Err(advice::of_mfa(error, &serial)),
            }
        };
        let session = Session {
            credentials,
            role: None,
            began_at,
        };
        self.keep(&name, &session);
        Ok((session, false))
    }

    /// Credentials of a profile that assumes no role: a session of the user whose key it is, else what it gives.
    async fn of_base(&self, connection: &Connection) -> Result<Session, Failure> {
        let began_at = Timestamp::now();
        let is_user = matches!(&self.plan.base, Base::Keys(keys) if keys.session_token.is_none());
        let credentials = if is_user {
            connection.session_token(None, None).await?
        } else {
            connection.credentials().await?
        };
        let session = Session {
            credentials,
            role: None,
            began_at,
        };
        self.keep(&self.plan.name(0), &session);
        Ok(session)
    }

    async fn assume(
        &self,
        connection: &Connection,
        hop: &Hop,
        index: usize,
    ) -> Result<(Credentials, Arn), AwsError> {
        let role = match &hop.role {
            Role::Arn(arn) => arn.clone(),
            Role::Named(name) => found(connection, name).await?,
        };
        let is_chained = index > 0;
        let mut lasts = hop.lasts;
        if is_chained && lasts.is_some_and(|lasts| lasts > LONGEST_CHAINED) {
            say_chained(&role);
            lasts = Some(LONGEST_CHAINED);
        }
        let person = ["USER", "LOGNAME"]
            .iter()
            .find_map(|name| self.settings.variables.text(name));
        let session_name = match &hop.session_name {
            Some(name) => name.clone(),
            None => session_name_of(&person.unwrap_or_default(), daypass_aws::lease_entropy()?.name),
        };
        let policy_arns = if hop.read_only {
            let arn = format!("arn:{}:iam::aws:policy/{READ_ONLY}", role.partition());
            arn.parse().ok().into_iter().collect()
        } else {
            Vec::new()
        };
        let mut request = RoleRequest {
            role,
            session_name,
            lasts,
            external_id: hop.external_id.clone(),
            policy: hop.session_policy.clone(),
            policy_arns,
            tags: hop.tags.clone(),
            transitive_tags: hop.transitive_tags.clone(),
            source_identity: hop.source_identity.clone(),
        };
        if self.settings.verbose {
            view::note(format_args!(
                "assuming {} as session {}",
                request.role, request.session_name
            ));
        }
        let assumed = match connection.assume_role(&request).await {
            // We began from a role ourselves: what it is only AWS knew.
            Err(error) if advice::is_too_long_for_a_chain(&error) && lasts > Some(LONGEST_CHAINED) => {
                say_chained(&request.role);
                request.lasts = Some(LONGEST_CHAINED);
                connection.assume_role(&request).await?
            }
            answered => answered?,
        };
        Ok((assumed.credentials, request.role))
    }
}

/// How far what is kept goes.
struct Reached {
    /// So many of the roles are done.
    done: usize,
    /// The session after them.
    held: Option<Session>,
    /// The name of the session that the rest begins from, if that was kept.
    begun_from: Option<SessionName>,
    /// The right to ask for what is not kept, as long as this is held.
    turns: Vec<Turn>,
}

/// Why there is no session; and what it was begun from, if that has ended.
struct Ended {
    failure: Failure,
    begun_from: Option<SessionName>,
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Ended {
            failure,
            begun_from: None,
        }
    }
}

/// Whether AWS no longer takes the credentials that asked.
fn has_ended(error: &AwsError) -> bool {
    matches!(
        error.code(),
        Some("ExpiredToken" | "ExpiredTokenException" | "InvalidClientTokenId")
    )
}

fn has_left(session: &Session, least: SignedDuration) -> bool {
    session
        .ends_at()
        .is_none_or(|ends_at| ends_at.duration_since(Timestamp::now()) > least)
}

fn say_chained(role: &Arn) {
    view::note(format_args!(
        "the session of {role} lasts one hour: AWS gives no longer one to who is a role already (role chaining)"
    ));
}

/// The role of this name in our account. Its path is part of its ARN, and only IAM knows it.
async fn found(connection: &Connection, name: &str) -> Result<Arn, AwsError> {
    let caller = connection.caller().await?;
    let has_path = name.contains('/');
    if !has_path {
        match connection.role_named(name).await {
            Ok(known) => return Ok(known.arn),
            // Who may not look may still assume it.
            Err(error @ AwsError::Refused { .. }) if error.is_access_denied() => {}
            Err(error) => return Err(error),
        }
    }
    arn_of(caller.arn.partition(), &caller.account, name).ok_or_else(|| AwsError::Unusable {
        operation: "GetCallerIdentity",
        what: "no account for the role's ARN".to_owned(),
    })
}

fn arn_of(partition: &str, account: &AccountId, name: &str) -> Option<Arn> {
    format!("arn:{partition}:iam::{account}:role/{name}").parse().ok()
}

/// The one MFA device that the user has. Security keys cannot be used for the API ("Secure API access with MFA", IAM User
/// Guide), so they do not count.
async fn own_device(connection: &Connection) -> Result<String, Failure> {
    let devices = match connection.mfa_devices().await {
        Ok(devices) => devices,
        Err(error) => {
            return Err(Failure::from(error)
                .help("or name your MFA device, which is then not looked for: --mfa-serial ARN"));
        }
    };
    let mut usable: Vec<String> = devices
        .into_iter()
        .filter(|serial| !serial.contains(":u2f/") && !serial.contains(":sms-mfa/"))
        .collect();
    match usable.len() {
        0 => Err(Failure::failed("you have no MFA device whose codes AWS's API takes").help(
            "enable a virtual device: \"Assign a virtual MFA device in the AWS Management Console\", IAM User Guide",
        )),
        1 => Ok(usable.swap_remove(0)),
        _ => Err(usable.iter().fold(
            Failure::bad_input("you have several MFA devices: say which one with --mfa-serial"),
            |failure, serial| failure.why(serial.clone()),
        )),
    }
}
