//! What one part of a seed says of another: policies, groups, principals. Each must be there.

use std::collections::BTreeMap;

use iam_policy::syntax::nearest;
use iam_policy::{AccountId, Arn, Span};

use super::parts::AccountSeed;
use super::reader::Reader;

/// Names that are known, and those that are to be looked up once everything is.
#[derive(Default)]
pub(super) struct References {
    /// ARNs of the managed policies of the account that is being read, by their name.
    policies: BTreeMap<String, String>,
    /// Names of its groups.
    groups: Vec<String>,
    principals: Vec<(String, Span)>,
}

impl References {
    /// Another account is read now.
    pub(super) fn enter_account(&mut self) {
        self.policies.clear();
        self.groups.clear();
    }

    pub(super) fn know_policy(&mut self, name: &str, arn: String) {
        self.policies.insert(name.to_owned(), arn);
    }

    pub(super) fn know_group(&mut self, name: &str) {
        self.groups.push(name.to_owned());
    }

    /// The ARN of a managed policy that is named by its ARN or name: one of the account's, or one of AWS's.
    pub(super) fn policy(&self, reader: &mut Reader, given: &str, span: Span) -> String {
        let own = match given.strip_prefix("arn:") {
            None => self.policies.get(given),
            Some(_) => self.policies.values().find(|arn| *arn == given),
        };
        let of_aws = iam_catalog::find_managed_policy(given).map(|policy| policy.arn);
        if let Some(arn) = own.map(String::as_str).or(of_aws) {
            return arn.to_owned();
        }
        let names = iam_catalog::managed_policies().map(|policy| policy.name);
        let near = if given.starts_with("arn:") {
            None
        } else {
            nearest(given, self.policies.keys().map(String::as_str).chain(names))
        };
        let help = near.map_or_else(
            || {
                "name a policy under `policies` of this account, or one of AWS's, by its name or ARN"
                    .to_owned()
            },
            |near| format!("did you mean `{near}`?"),
        );
        reader.say_with_help(span, format!("there is no managed policy `{given}`"), help);
        given.to_owned()
    }

    /// A group of the account, by its name as the group has it.
    pub(super) fn group(&self, reader: &mut Reader, given: &str, span: Span) -> Option<String> {
        let found = self.groups.iter().find(|name| name.eq_ignore_ascii_case(given));
        if found.is_none() {
            let help = match nearest(given, self.groups.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add it under `groups` of this account".to_owned(),
            };
            reader.say_with_help(span, format!("there is no group `{given}`"), help);
        }
        found.cloned()
    }

    /// A principal of a trust or bucket policy, to be looked up at the end.
    pub(super) fn principal(&mut self, text: &str, span: Span) {
        self.principals.push((text.to_owned(), span));
    }

    /// Looks up what could not be before. As in AWS, who is named must be there ("Invalid principal in policy"); an
    /// account outside the seed may hold anybody.
    pub(super) fn check(self, reader: &mut Reader, accounts: &[AccountSeed]) {
        for (text, span) in self.principals {
            let Ok(arn) = text.parse::<Arn>() else {
                if !(text == "*" || text.parse::<AccountId>().is_ok() || is_unique_id(&text)) {
                    let help = "write an ARN, an account's id, or \"*\"";
                    reader.say_with_help(span, format!("`{text}` is no principal"), help);
                }
                continue;
            };
            let account = arn.account();
            let Some(account) = accounts.iter().find(|known| Some(&known.id) == account.as_ref()) else {
                continue;
            };
            if !account.has(&arn, &text) {
                let help = "AWS refuses a policy that names a principal which does not exist";
                reader.say_with_help(span, format!("there is no principal {text}"), help);
            }
        }
    }
}

/// What a policy shows in place of a principal that is gone: `AIDA` or `AROA` and more.
fn is_unique_id(text: &str) -> bool {
    (text.starts_with("AIDA") || text.starts_with("AROA"))
        && text.len() >= 20
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

impl AccountSeed {
    fn has(&self, arn: &Arn, text: &str) -> bool {
        match (arn.service(), arn.resource_type()) {
            ("iam", None) => arn.resource() == "root",
            ("iam", Some("user")) => self
                .users
                .iter()
                .any(|user| user.identity.arn(&self.id, "user") == text),
            ("iam", Some("role")) => self
                .roles
                .iter()
                .any(|role| role.identity.arn(&self.id, "role") == text),
            ("sts", Some("assumed-role")) => arn.role_session().is_some_and(|(name, _)| {
                let mut roles = self.roles.iter();
                roles.any(|role| role.identity.name == name)
            }),
            ("sts", Some("federated-user")) => true,
            _ => false,
        }
    }
}
