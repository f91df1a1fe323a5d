//! The rules, one to a file, each with its test there and its section in `docs/lint.md`.

mod dates;
mod wildcard;

mod action_malformed;
mod allow_not_action;
mod allows_everything;
mod date_passed;
mod deny_ends;
mod grants_nothing;
mod list_empty;
mod passes_any_role;
mod principal_missing;
mod principal_unsupported;
mod resource_in_trust;
mod resource_malformed;
mod resource_missing;
mod sid_characters;
mod sid_twice;
mod trust_action;
mod trusts_anyone;
mod variables_need_version;
mod version_old;

use iam_policy::Span;

use crate::subject::Subject;
use crate::{Finding, Level};

pub(crate) static ALL: &[&Rule] = &[
    &action_malformed::RULE,
    &allow_not_action::RULE,
    &allows_everything::RULE,
    &date_passed::RULE,
    &deny_ends::RULE,
    &grants_nothing::RULE,
    &list_empty::RULE,
    &passes_any_role::RULE,
    &principal_missing::RULE,
    &principal_unsupported::RULE,
    &resource_in_trust::RULE,
    &resource_malformed::RULE,
    &resource_missing::RULE,
    &sid_characters::RULE,
    &sid_twice::RULE,
    &trust_action::RULE,
    &trusts_anyone::RULE,
    &variables_need_version::RULE,
    &version_old::RULE,
];

/// One rule. Its id names its file and its section of the documentation.
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    level: Level,
    check: fn(&Subject<'_>, &mut Report),
}

impl Rule {
    pub(crate) fn findings(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let mut report = Report {
            rule: self.id,
            level: self.level,
            findings: Vec::new(),
        };
        (self.check)(subject, &mut report);
        report.findings
    }
}

/// What a rule writes into.
pub(crate) struct Report {
    rule: &'static str,
    level: Level,
    findings: Vec<Finding>,
}

impl Report {
    fn say(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let (rule, level) = (self.rule, self.level);
        self.findings.push(Finding {
            rule,
            level,
            span,
            message: message.into(),
            help: Some(help.into()),
        });
    }
}
