//! A team's files, drawn.

use daypass_core::team::{FileText, TeamTexts};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::draw::Draw;

/// A team's files as values that a test can change.
#[derive(Debug, Clone)]
pub struct Team {
    /// The files' name.
    pub name: String,
    /// `aws-policies`, in order.
    pub policies: Vec<(String, Value)>,
    /// `permanent-access`.
    pub permanent: Vec<Value>,
    /// `temporary-access`.
    pub temporary: Vec<Value>,
    /// Environments and account ids.
    pub accounts: Vec<(String, String)>,
}

/// As files name them; IAM writes `Cora` and `Night`. There is no `emil`.
const USERS: [&str; 7] = ["bert", "bert", "cora", "cora", "dora@example.com", "a.b", "emil"];
const GROUPS: [&str; 2] = ["crew", "night"];
const ROLES: [&str; 2] = ["robot", "deploy"];
/// `x.adm` of team `t` and `adm` of team `t-x` were one policy to the tool before daypass.
const KEYS: [&str; 7] = [
    "adm",
    "x.adm",
    "x-adm",
    "reports",
    "reports.read-only",
    "very-long.names-of-policies.happen-where.people-write.what-they-mean.and-then-some.more-of-it.until-there-is-no-room",
    "Big,one",
];
const SMALL: [&str; 5] = [
    "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess",
    "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
    "arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess",
    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    "arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess",
];
/// Of the drawn accounts' own: in each account one of its own name.
const LARGE: [&str; 2] = [
    "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
    "arn:aws:iam::aws:policy/AmazonEC2FullAccess",
];

impl Team {
    /// A team of this name. Ends are at most six days after `now`, some are past.
    pub fn draw(draw: &mut Draw, name: &str, now: Timestamp) -> Team {
        let keys = draw.some(&KEYS, 2, 5);
        let policies = keys
            .iter()
            .map(|key| ((*key).to_owned(), policy(draw, name, key, now)));
        let policies: Vec<(String, Value)> = policies.collect();
        let mut team = Team {
            name: name.to_owned(),
            policies,
            permanent: Vec::new(),
            temporary: Vec::new(),
            accounts: vec![("dev".to_owned(), crate::dev().to_string())],
        };
        for _ in 0..draw.up_to(3) {
            let entry = team.permanent_entry(draw);
            team.permanent.push(entry);
        }
        for _ in 0..=draw.up_to(4) {
            let entry = team.temporary_entry(draw, now);
            team.temporary.push(entry);
        }
        // The same once more with another end: renewed, or asked for twice.
        if draw.percent(40)
            && let Some(entry) = team.temporary.first().cloned()
        {
            let mut again = entry;
            ends(draw, &mut again, now);
            team.temporary.push(again);
        }
        team.mend();
        team
    }

    /// Takes out what validation refuses: what is too large to be permanent, and a group to whom a role would deliver.
    fn mend(&mut self) {
        let large = |value: &Value| value.to_string().len() > 4_500;
        let mfa_of_large = |value: &Value| {
            let managed = value["managed_policies"].to_string();
            value["require_mfa"] == true && LARGE.iter().any(|arn| managed.contains(arn))
        };
        let named = |test: &dyn Fn(&Value) -> bool| -> Vec<String> {
            let of = self.policies.iter().filter(|(_, value)| test(value));
            of.map(|(key, _)| key.clone()).collect()
        };
        let too_large = named(&|value| large(value) || mfa_of_large(value));
        let by_role = named(&|value| value["delivery"] == "role");
        for entry in &mut self.permanent {
            let grants = entry["grants"].as_array_mut().unwrap();
            grants.retain(|grant| !too_large.iter().any(|key| grant == key));
        }
        self.permanent
            .retain(|entry| !entry["grants"].as_array().unwrap().is_empty());
        for entry in &mut self.temporary {
            let grants = entry["grants"].as_array().unwrap();
            if grants.iter().any(|grant| by_role.iter().any(|key| grant == key)) {
                entry.as_object_mut().unwrap().remove("groups");
            }
        }
    }

    /// The same team some days later: entries have gone and come, policies say something else.
    #[must_use]
    pub fn changed(&self, draw: &mut Draw, now: Timestamp) -> Team {
        let mut team = self.clone();
        for entries in [&mut team.permanent, &mut team.temporary] {
            entries.retain(|_| draw.percent(60));
        }
        for (key, value) in &mut team.policies {
            if draw.percent(30) {
                *value = policy(draw, &self.name, key, now);
            }
        }
        for _ in 0..draw.up_to(2) {
            let entry = team.permanent_entry(draw);
            team.permanent.push(entry);
        }
        for _ in 0..draw.up_to(3) {
            let entry = team.temporary_entry(draw, now);
            team.temporary.push(entry);
        }
        // Renewed beside what is past, or in its place.
        if let Some(mut renewed) = team.temporary.first().cloned() {
            ends(draw, &mut renewed, now);
            if draw.percent(50) {
                team.temporary.push(renewed);
            } else {
                team.temporary[0] = renewed;
            }
        }
        team.mend();
        team
    }

    /// Its files.
    pub fn texts(&self) -> TeamTexts {
        let file = |directory: &str, value: &Value| {
            let mut file = Map::new();
            file.insert(directory.to_owned(), value.clone());
            FileText {
                path: format!("{directory}/{}.yaml", self.name).into(),
                text: Some(serde_json::to_string_pretty(&file).unwrap()),
            }
        };
        let accounts: Map<String, Value> = self
            .accounts
            .iter()
            .map(|(name, id)| (name.clone(), json!(id)))
            .collect();
        let policies: Map<String, Value> = self.policies.iter().cloned().collect();
        TeamTexts {
            team: self.name.parse().unwrap(),
            accounts: file("aws-accounts", &Value::Object(accounts)),
            policies: file("aws-policies", &Value::Object(policies)),
            permanent: file("permanent-access", &json!(self.permanent)),
            temporary: file("temporary-access", &json!(self.temporary)),
        }
    }

    fn permanent_entry(&self, draw: &mut Draw) -> Value {
        json!({
            "description": "as ever",
            "environment": "*",
            "grants": self.grants(draw),
            "users": users(draw),
        })
        .with_others(draw)
    }

    fn temporary_entry(&self, draw: &mut Draw, now: Timestamp) -> Value {
        let mut entry = json!({
            "environment": "*",
            "grants": self.grants(draw),
            "users": users(draw),
            "reason": "a drawn one",
        })
        .with_others(draw);
        ends(draw, &mut entry, now);
        entry
    }

    fn grants(&self, draw: &mut Draw) -> Vec<String> {
        let keys: Vec<String> = self.policies.iter().map(|(key, _)| key.clone()).collect();
        draw.some(&keys, 1, 2)
    }
}

/// An entry for one grantee and one policy, ending at `end` or never.
pub fn entry_of(kind: &str, name: &str, grant: &str, end: Option<Timestamp>) -> Value {
    let mut entry = json!({"environment": "*", "grant": grant});
    entry[kind] = json!(name);
    if let Some(end) = end {
        entry["expiration_date"] = json!(end.to_string());
    }
    entry
}

trait WithOthers {
    fn with_others(self, draw: &mut Draw) -> Self;
}

impl WithOthers for Value {
    /// Roles and groups beside the users, or in their place.
    fn with_others(mut self, draw: &mut Draw) -> Value {
        if draw.percent(25) {
            self["roles"] = json!(draw.some(&ROLES, 1, 2));
        }
        if draw.percent(25) {
            self["groups"] = json!(draw.some(&GROUPS, 1, 2));
        }
        self
    }
}

fn users(draw: &mut Draw) -> Vec<&'static str> {
    let mut users = draw.some(&USERS, 1, 3);
    users.sort_unstable();
    users.dedup();
    users
}

/// An end within six days after `now` or three before it, and at times a start.
fn ends(draw: &mut Draw, entry: &mut Value, now: Timestamp) {
    let hours = |hours: usize| SignedDuration::from_hours(i64::try_from(hours).unwrap());
    let end = if draw.percent(20) {
        now - hours(draw.up_to(70))
    } else {
        now + hours(1 + draw.up_to(130))
    };
    entry["expiration_date"] = if draw.percent(20) {
        json!(end.strftime("%Y-%m-%d").to_string())
    } else {
        json!(end.to_string())
    };
    entry.as_object_mut().unwrap().remove("starts_at");
    if draw.percent(30) {
        entry["starts_at"] = json!((end - hours(2 + draw.up_to(100))).to_string());
    }
}

fn policy(draw: &mut Draw, team: &str, key: &str, now: Timestamp) -> Value {
    let mut policy = Map::new();
    let shape = draw.up_to(9);
    if shape < 8 {
        let mut statements = vec![allow(draw, team, key, now)];
        if draw.percent(30) {
            statements.push(json!({
                "sid": "Never",
                "effect": "Deny",
                "actions": ["s3:GetObject"],
                "resources": [format!("arn:aws:s3:::{}/secret/*", bucket(team, key))],
            }));
        }
        // More than one policy holds, or than a user's inline policies do.
        let more = *draw.one(&[0, 0, 0, 1, 4, 9, 16]);
        for number in 0..more {
            let keys: Vec<String> = (0..6)
                .map(|part| {
                    format!(
                        "arn:aws:s3:::{}-{number}/a-prefix-that-takes-room-{part}/*",
                        bucket(team, key)
                    )
                })
                .collect();
            statements.push(json!({
                "sid": format!("More{number}"), "effect": "Allow",
                "actions": ["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion"], "resources": keys,
            }));
        }
        policy.insert("custom_statements".to_owned(), json!(statements));
    }
    if shape >= 5 {
        let mut managed: Vec<String> = draw
            .some(&SMALL, 1, 2)
            .iter()
            .map(|arn| (*arn).to_owned())
            .collect();
        if draw.percent(15) {
            managed.push((*draw.one(&LARGE)).to_owned());
        }
        if draw.percent(20) {
            managed.push(format!("arn:aws:iam::{}:policy/local-tools", crate::dev()));
        }
        policy.insert("managed_policies".to_owned(), json!(managed));
    }
    if draw.percent(15) {
        policy.insert("require_mfa".to_owned(), json!(true));
    }
    if draw.percent(30) {
        policy.insert(
            "delivery".to_owned(),
            json!(draw.one(&["policy", "role", "role"])),
        );
    }
    if draw.percent(10) {
        policy.insert("boundary".to_owned(), json!("local-boundary"));
    }
    if draw.percent(30) {
        policy.insert("description".to_owned(), json!("what it is for"));
    }
    Value::Object(policy)
}

/// The bucket that a policy is about, so that each grant is seen by itself.
fn bucket(team: &str, key: &str) -> String {
    format!("{team}.{key}").to_ascii_lowercase().replace(',', ".")
}

fn allow(draw: &mut Draw, team: &str, key: &str, now: Timestamp) -> Value {
    let mut statement = json!({
        "effect": "Allow",
        "actions": ["s3:GetObject"],
        "resources": [format!("arn:aws:s3:::{}/*", bucket(team, key))],
    });
    let hours = SignedDuration::from_hours(i64::try_from(draw.up_to(200)).unwrap());
    let at = now + hours - SignedDuration::from_hours(20);
    let condition = match draw.up_to(11) {
        0 => json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
        1 => json!({"DateLessThan": {"aws:CurrentTime": at.to_string()}}),
        2 => json!({"DateGreaterThanEquals": {"AWS:currenttime": at.to_string()}}),
        3 => json!({"DateLessThan": {"AWS:currenttime": at.strftime("%Y-%m-%d").to_string()}}),
        4 => json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        _ => return statement,
    };
    statement["condition"] = condition;
    statement
}
