//! Questions drawn from small vocabularies, the policies with an eye on the request, so that matches, near misses
//! and denies are all frequent.

mod conditions;
mod principals;
mod words;

use std::sync::Arc;

use fastrand::Rng;
use iam_policy::{Context, Document, Level, PolicySet, Principal, Request, Source, Statement, Version};

/// One authorization question with every policy that bears on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The policies.
    pub policies: PolicySet,
    /// The request.
    pub request: Request,
}

/// The question of a number, under a seed: the same whoever asks, in whatever order.
pub fn numbered(seed: u64, number: u64) -> Question {
    // Seeds that follow each other give unlike sequences, and the seeds of two runs do not overlap.
    let spread = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    question(&mut Rng::with_seed(spread.wrapping_add(number)))
}

/// The next question of a sequence.
pub fn question(rng: &mut Rng) -> Question {
    let request = request(rng);
    let policies = policies(rng, &request);
    Question { policies, request }
}

/// True in so many of a hundred cases.
fn chance(rng: &mut Rng, percent: u8) -> bool {
    rng.u8(..100) < percent
}

/// One of a few, all equally likely; the default where there are none.
fn pick<T: Copy + Default>(rng: &mut Rng, among: &[T]) -> T {
    rng.choice(among).copied().unwrap_or_default()
}

fn request(rng: &mut Rng) -> Request {
    let action = pick(rng, words::ACTIONS);
    let resource = words::resource_for(rng, action);
    let mut request = Request::new(principals::asking(rng), action, resource);
    if chance(rng, 15) {
        request.resource_account = pick(rng, words::ACCOUNTS).parse().ok();
    }
    request.context = context(rng, &request.principal);
    request
}

fn context(rng: &mut Rng, principal: &Principal) -> Context {
    let mut context = conditions::context(rng);
    // What a real request carries, most of the time.
    if chance(rng, 70) {
        match principal {
            Principal::User { arn } => {
                context.insert("aws:username", arn.iam_name().unwrap_or_default());
                context.insert("aws:PrincipalArn", arn.as_str());
            }
            Principal::RoleSession { role: Some(role), .. } => {
                context.insert("aws:PrincipalArn", role.as_str());
            }
            _ => {}
        }
    }
    context
}

fn policies(rng: &mut Rng, request: &Request) -> PolicySet {
    let about = About {
        request,
        openness: pick(rng, &[10, 40, 70, 90]),
    };
    let assumes = request.action.starts_with("sts:") && request.action != "sts:GetCallerIdentity";
    PolicySet {
        identity: sources(rng, about, 2, Shape::Identity),
        resource: chance(rng, 55).then(|| source(rng, about, Shape::Resource)),
        boundary: chance(rng, 20).then(|| sources(rng, about, 1, Shape::Identity)),
        session: chance(rng, 25).then(|| sources(rng, about, 2, Shape::Identity)),
        trust: chance(rng, if assumes { 90 } else { 5 }).then(|| source(rng, about, Shape::Trust)),
        scp: chance(rng, 15).then(|| levels(rng, about, Shape::Identity)),
        rcp: chance(rng, 12).then(|| levels(rng, about, Shape::Rcp)),
        endpoint: chance(rng, 10).then(|| source(rng, about, Shape::Resource)),
    }
}

/// What the policies are drawn for: a request, and in how many of a hundred cases an Allow is a broad one.
#[derive(Clone, Copy)]
struct About<'q> {
    request: &'q Request,
    openness: u8,
}

/// Which elements a statement has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Identity,
    Resource,
    Trust,
    Rcp,
}

fn levels(rng: &mut Rng, about: About<'_>, shape: Shape) -> Vec<Level> {
    let count = rng.usize(0..=3);
    (0..count)
        .map(|number| {
            let mut policies = sources(rng, about, 2, shape);
            if chance(rng, 75) {
                policies.push(Source::new("full access", Document::new(vec![everything(shape)])));
            }
            Level {
                name: format!("level {number}"),
                policies,
            }
        })
        .collect()
}

/// What FullAWSAccess and RCPFullAWSAccess say.
fn everything(shape: Shape) -> Statement {
    let statement = Statement::allow().with_actions(["*"]).with_resources(["*"]);
    match shape {
        Shape::Rcp => statement.with_principal("AWS", ["*"]),
        Shape::Identity | Shape::Resource | Shape::Trust => statement,
    }
}

fn sources(rng: &mut Rng, about: About<'_>, most: usize, shape: Shape) -> Vec<Source> {
    let count = rng.usize(0..=most);
    (0..count).map(|_| source(rng, about, shape)).collect()
}

fn source(rng: &mut Rng, about: About<'_>, shape: Shape) -> Source {
    let count = rng.usize(1..=3);
    let mut document = Document::new((0..count).map(|_| statement(rng, about, shape)).collect());
    if chance(rng, 15) {
        document.version = Version::V2008;
    }
    Source {
        name: "p".to_owned(),
        document: Arc::new(document),
    }
}

fn statement(rng: &mut Rng, about: About<'_>, shape: Shape) -> Statement {
    let allow = chance(rng, 80);
    let mut statement = if allow {
        Statement::allow()
    } else {
        Statement::deny()
    };
    let broad = allow && chance(rng, about.openness);
    let action = &about.request.action;
    statement = if broad && chance(rng, 50) {
        statement.with_actions(["*"])
    } else if chance(rng, 12) {
        statement.with_not_actions(words::action_patterns(rng, action))
    } else {
        statement.with_actions(words::action_patterns(rng, action))
    };
    // A few statements have an element too many or too few.
    let has_resource = (shape == Shape::Trust) == chance(rng, 3);
    if has_resource {
        statement = if broad && chance(rng, 60) {
            statement.with_resources(["*"])
        } else if chance(rng, 12) {
            statement.with_not_resources(words::resource_patterns(rng, &about.request.resource))
        } else {
            statement.with_resources(words::resource_patterns(rng, &about.request.resource))
        };
    }
    let has_principal = (shape == Shape::Identity) == chance(rng, 3);
    if has_principal {
        statement.principal = Some(match shape {
            Shape::Rcp if chance(rng, 90) => principals::everyone(),
            Shape::Identity | Shape::Resource | Shape::Trust | Shape::Rcp => {
                principals::clause(rng, &about.request.principal)
            }
        });
    }
    if chance(rng, if broad { 20 } else { 50 }) {
        for _ in 0..rng.usize(1..=2) {
            statement = conditions::add(rng, statement);
        }
    }
    statement
}
