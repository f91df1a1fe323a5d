//! The files together: what is found in them, and what they ask for.

mod defects;
mod findings;
mod grants;
mod published;
mod schemas;

use super::*;

/// The moment at which the tests run.
pub(in crate::team) const NOW: &str = "2026-11-22T12:00:00Z";

pub(super) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// A team's files, right until a test changes them.
#[derive(Clone)]
pub(super) struct Team {
    pub(super) name: &'static str,
    pub(super) settings: Option<String>,
    pub(super) accounts: String,
    pub(super) policies: String,
    pub(super) permanent: Option<String>,
    pub(super) temporary: Option<String>,
}

pub(super) const ACCOUNTS: &str = "aws-accounts:\n  dev: \"111122223333\"\n  prod: \"444455556666\"\n";
pub(super) const POLICIES: &str = "\
aws-policies:
  reports:
    custom_statements:
      - effect: Allow
        actions: [s3:GetObject]
        resources: [\"arn:aws:s3:::reports/*\"]
  view:
    managed_policies: [\"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\"]
";

impl Team {
    pub(super) fn new() -> Team {
        Team {
            name: "team",
            settings: None,
            accounts: ACCOUNTS.to_owned(),
            policies: POLICIES.to_owned(),
            permanent: None,
            temporary: None,
        }
    }

    pub(super) fn named(mut self, name: &'static str) -> Team {
        self.name = name;
        self
    }

    pub(super) fn settings(mut self, text: &str) -> Team {
        self.settings = Some(text.to_owned());
        self
    }

    pub(super) fn accounts(mut self, text: &str) -> Team {
        text.clone_into(&mut self.accounts);
        self
    }

    pub(super) fn policies(mut self, text: &str) -> Team {
        text.clone_into(&mut self.policies);
        self
    }

    pub(super) fn permanent(mut self, text: &str) -> Team {
        self.permanent = Some(format!("permanent-access:\n{text}"));
        self
    }

    pub(super) fn temporary(mut self, text: &str) -> Team {
        self.temporary = Some(format!("temporary-access:\n{text}"));
        self
    }

    pub(super) fn texts(&self) -> TeamTexts {
        let file = |directory: &str, text: Option<&String>| FileText {
            path: format!("{directory}/{}.yaml", self.name).into(),
            text: text.cloned(),
        };
        TeamTexts {
            team: self.name.parse().unwrap(),
            accounts: file("aws-accounts", Some(&self.accounts)),
            policies: file("aws-policies", Some(&self.policies)),
            permanent: file("permanent-access", self.permanent.as_ref()),
            temporary: file("temporary-access", self.temporary.as_ref()),
        }
    }

    pub(super) fn check(&self) -> Checked {
        check(&self.settings_file(), &[self.texts()], now())
    }

    pub(super) fn settings_file(&self) -> FileText {
        FileText {
            path: "daypass.yaml".into(),
            text: self.settings.clone(),
        }
    }

    fn text_of(&self, path: &str) -> &str {
        let texts = match path.split('/').next().unwrap() {
            "daypass.yaml" => self.settings.as_deref(),
            "aws-accounts" => Some(self.accounts.as_str()),
            "aws-policies" => Some(self.policies.as_str()),
            "permanent-access" => self.permanent.as_deref(),
            _ => self.temporary.as_deref(),
        };
        texts.unwrap_or_default()
    }

    /// What is found, one line each: `error rule file "underlined": message | help`.
    pub(super) fn told(&self) -> Vec<String> {
        let checked = self.check();
        assert_eq!(checked.desired.is_some(), checked.count(Severity::Error) == 0);
        let told = checked.findings.iter().map(|finding| {
            let text = self.text_of(&finding.place.file);
            let underlined = finding.place.span.of(text).expect("a span within the text");
            let underlined = underlined.lines().next().unwrap_or_default();
            let help = finding.help.as_deref().unwrap_or("no help");
            format!(
                "{} {} {} `{underlined}`: {} | {help}",
                finding.severity,
                finding.rule.id(),
                finding.place.file,
                finding.message
            )
        });
        told.collect()
    }

    /// The only finding.
    #[track_caller]
    pub(super) fn only(&self) -> String {
        let told = self.told();
        let [only] = told.as_slice() else {
            panic!("{told:#?}")
        };
        only.clone()
    }

    /// The ids of the rules that found something.
    pub(super) fn rules(&self) -> Vec<&'static str> {
        self.check()
            .findings
            .iter()
            .map(|finding| finding.rule.id())
            .collect()
    }

    #[track_caller]
    pub(super) fn desired(&self) -> DesiredState {
        let checked = self.check();
        match checked.desired {
            Some(mut desired) => desired.remove(0),
            None => panic!("{:#?}", self.told()),
        }
    }

    /// `account grantee policy term` of each grant.
    #[track_caller]
    pub(super) fn grants(&self) -> Vec<String> {
        let desired = self.desired();
        let grants = desired.accounts.iter().flat_map(|account| {
            account.grants.iter().map(|grant| {
                let term = match grant.term {
                    Term::Permanent => "permanent".to_owned(),
                    Term::Until { start: None, end } => format!("until {end}"),
                    Term::Until {
                        start: Some(start),
                        end,
                    } => format!("{start} until {end}"),
                };
                format!(
                    "{} {} {} {term}",
                    account.account, grant.grantee, grant.policy.key
                )
            })
        });
        grants.collect()
    }
}

/// An entry of temporary access until the day.
pub(super) fn until(user: &str, environment: &str, grant: &str, end: &str) -> String {
    format!(
        "  - user: {user}\n    environment: {environment}\n    grant: {grant}\n    expiration_date: {end}\n"
    )
}
