//! The rules, one to a file, each with its test there and its section in `docs/lint.md`.

mod addresses;
mod clauses;
mod conditions;
mod dates;
mod documented;
mod principals;
mod tags;
mod ways;
pub(crate) mod wildcard;

pub(crate) use documented::{arn, opened};
pub(crate) use ways::ways_of;

use iam_policy::Span;

use crate::subject::Subject;
use crate::{Finding, Fix, Level};

/// Declares the modules of the rules, and all of them as a list.
macro_rules! rules {
    ($($module:ident,)*) => {
        $(mod $module;)*

        pub(crate) static ALL: &[&Rule] = &[$(&$module::RULE,)*];
    };
}

rules! {
    action_malformed,
    action_matches_nothing,
    action_redundant,
    action_unknown,
    allow_not_action,
    allow_not_principal,
    allow_not_resource,
    allows_everything,
    arn_compared_as_text,
    arn_equals_text,
    arn_part_missing,
    arn_part_unneeded,
    arn_partition,
    arn_service_case,
    audience_with_set_operator,
    bool_values_several,
    bucket_policy_escalation,
    condition_always_holds,
    condition_irrelevant,
    condition_key_malformed,
    condition_key_not_for_action,
    condition_key_old,
    condition_key_unknown,
    condition_means_null,
    condition_never_holds,
    condition_value_unreadable,
    condition_values_empty,
    condition_values_mixed,
    creates_any_service_linked_role,
    date_as_seconds,
    date_passed,
    deny_ends,
    dynamodb_attributes_open,
    escalates_privileges,
    escalates_through_resources,
    exposes_credentials,
    federated_malformed,
    federated_outside_trust,
    for_all_values_single,
    for_all_values_unguarded,
    github_subject_missing,
    github_subject_open,
    grants_nothing,
    ip_range_host_bits,
    ip_range_malformed,
    key_can_be_forged,
    kms_key_not_arn,
    list_empty,
    manages_permissions,
    mfa_not_enforced,
    null_with_set_operator,
    number_redundant,
    operator_type,
    passes_any_role,
    principal_action_mismatch,
    principal_key_for_service,
    principal_malformed,
    principal_missing,
    principal_redundant,
    principal_unique_id,
    principal_unsupported,
    principal_wildcard,
    principals_empty,
    provider_without_condition,
    rcp_action,
    rcp_allow,
    rcp_denies_principals,
    rcp_denies_services,
    rcp_not_action,
    rcp_principal,
    rcp_without_null_check,
    region_malformed,
    resource_covers_all,
    resource_in_trust,
    resource_malformed,
    resource_missing,
    resource_never_matches,
    resource_public,
    resource_redundant,
    resource_star_unneeded,
    resource_unknown,
    roles_anywhere_actions,
    s3_prefix_bypassed,
    sensitive_key_open,
    service_principal_malformed,
    service_unknown,
    service_without_source,
    set_operator_missing,
    sid_characters,
    sid_empty,
    sid_twice,
    size_quota,
    source_ip_private,
    statement_redundant,
    statement_shadowed,
    tag_key_missing,
    tag_unsupported_in_allow,
    tag_unsupported_in_deny,
    tag_with_not_action,
    trust_account_open,
    trust_action,
    trust_not_principal,
    trust_service_without_source,
    trusts_anyone,
    variable_for_operator,
    variable_malformed,
    variable_misplaced,
    variables_need_version,
    version_old,
    vpc_id_malformed,
    vpc_source_ip_alone,
    wildcard_without_like,
}

/// One rule. Its id names its file and its section of the documentation.
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) level: Level,
    /// What it finds, in one sentence.
    pub(crate) about: &'static str,
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
        self.add(span, message.into(), help.into(), None);
    }

    /// The same with a mend that keeps the meaning.
    fn say_with_fix(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>, fix: Fix) {
        self.add(span, message.into(), help.into(), Some(fix));
    }

    fn add(&mut self, span: Span, message: String, help: String, fix: Option<Fix>) {
        self.findings.push(Finding {
            rule: self.rule,
            level: self.level,
            span,
            message,
            help: Some(help),
            fix,
        });
    }
}
