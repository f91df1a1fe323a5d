//! Whether a document fits its place: what AWS refuses although it is well formed.
//! IAM User Guide, "Grammar of the IAM JSON policy language" and "Comparing IAM policies"; AWS Organizations
//! User Guide, "SCP syntax" and "RCP syntax".

use std::collections::HashSet;

use crate::arn::{Arn, is_account_id};
use crate::document::{Document, PrincipalClause, PrincipalType, ResourceClause, Statement, Value, Who};
use crate::span::{Diagnostic, Span};

/// The place that a document is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentUse {
    /// An inline or managed policy of a user, group or role.
    Identity,
    /// A role's trust policy.
    Trust,
    /// A policy attached to a resource.
    ResourcePolicy,
    /// A permissions boundary.
    Boundary,
    /// A session policy.
    Session,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
}

impl DocumentUse {
    /// A name for people, with its article.
    pub const fn described(self) -> &'static str {
        match self {
            DocumentUse::Identity => "an identity policy",
            DocumentUse::Trust => "a trust policy",
            DocumentUse::ResourcePolicy => "a resource policy",
            DocumentUse::Boundary => "a permissions boundary",
            DocumentUse::Session => "a session policy",
            DocumentUse::Scp => "a service control policy",
            DocumentUse::Rcp => "a resource control policy",
        }
    }

    const fn names_principals(self) -> bool {
        matches!(
            self,
            DocumentUse::Trust | DocumentUse::ResourcePolicy | DocumentUse::Rcp
        )
    }

    /// IAM and Organizations take letters and digits in a Sid; other services take more.
    const fn has_plain_sids(self) -> bool {
        !matches!(self, DocumentUse::ResourcePolicy)
    }
}

impl Document {
    /// What AWS would refuse about this document in that place, in the order of the text.
    /// Nothing, when it would take it as far as a document alone can tell.
    pub fn check_as(&self, place: DocumentUse) -> Vec<Diagnostic> {
        let mut check = Check {
            place,
            wrong: Vec::new(),
        };
        if self.statements.is_empty() {
            check.say(
                self.span,
                "the document has no statements",
                "AWS wants at least one statement",
            );
        }
        let mut sids = HashSet::new();
        for statement in &self.statements {
            check.sid(statement, &mut sids);
            check.principal(statement);
            check.actions(statement);
            check.resource(statement);
            check.conditions(statement);
        }
        check.wrong.sort_by_key(|diagnostic| diagnostic.span);
        check.wrong
    }
}

struct Check {
    place: DocumentUse,
    wrong: Vec<Diagnostic>,
}

impl Check {
    fn say(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.wrong.push(Diagnostic::new(span, message).with_help(help));
    }

    /// `earlier`: the Sids of the statements before.
    fn sid<'s>(&mut self, statement: &'s Statement, earlier: &mut HashSet<&'s str>) {
        let Some(sid) = &statement.sid else { return };
        if self.place.has_plain_sids() && !sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let message = format!("Sid `{sid}` has characters other than letters and digits");
            self.say(statement.span, message, "AWS takes A-Z, a-z and 0-9 in a Sid");
        }
        if !sid.is_empty() && !earlier.insert(sid) {
            let message = format!("Sid `{sid}` is used twice");
            self.say(statement.span, message, "a Sid must be unique in its document");
        }
    }

    fn principal(&mut self, statement: &Statement) {
        let place = self.place.described();
        match (&statement.principal, self.place.names_principals()) {
            (None, true) => {
                let help = "say who: \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:user/name\"}";
                self.say(statement.span, format!("{place} wants a Principal"), help);
            }
            (Some(clause), false) => {
                let help = "it applies to whom it is attached to; leave Principal out";
                self.say(clause.key_span, format!("{place} has no Principal"), help);
            }
            (Some(clause), true) => self.principal_values(clause),
            (None, false) => {}
        }
    }

    fn principal_values(&mut self, clause: &PrincipalClause) {
        if clause.negated && self.place != DocumentUse::ResourcePolicy {
            let message = format!("{} has no NotPrincipal", self.place.described());
            self.say(clause.key_span, message, "name whom it is for in Principal");
        }
        let Who::Listed(entries) = &clause.who else { return };
        if self.place == DocumentUse::Rcp {
            let everyone = entries
                .iter()
                .all(|e| e.kind == PrincipalType::Aws && e.values.texts().eq(["*"]));
            if !everyone {
                let help = "write \"Principal\": \"*\" and limit it in Condition";
                self.say(
                    clause.key_span,
                    "a resource control policy has the Principal \"*\" only",
                    help,
                );
            }
            return;
        }
        for entry in entries {
            if entry.values.is_empty() {
                self.say(
                    entry.kind_span,
                    format!("no principal is listed under {}", entry.kind.as_str()),
                    "list one",
                );
            }
            if entry.kind == PrincipalType::Aws {
                entry
                    .values
                    .values
                    .iter()
                    .for_each(|value| self.aws_principal(value));
            }
        }
    }

    /// "You cannot use a wildcard to match part of a principal name or ARN."
    fn aws_principal(&mut self, value: &Value) {
        let text = value.text.as_str();
        let unique_id =
            text.len() >= 16 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if text == "*" || is_account_id(text) || (unique_id && text.starts_with('A')) {
            return;
        }
        if text.parse::<Arn>().is_err() {
            let help = "give an ARN, an account id or \"*\"";
            self.say(value.span, format!("`{text}` is not a principal"), help);
        } else if text.contains(['*', '?']) {
            let help = "name the account and match aws:PrincipalArn with ArnLike in Condition";
            self.say(
                value.span,
                format!("wildcards have no meaning in the principal `{text}`"),
                help,
            );
        }
    }

    fn actions(&mut self, statement: &Statement) {
        let clause = &statement.action;
        if clause.actions.is_empty() {
            self.say(
                clause.key_span,
                "the list of actions is empty",
                "list at least one, such as s3:GetObject",
            );
        }
        for value in &clause.actions.values {
            let text = value.text.as_str();
            let prefixed = text
                .split_once(':')
                .is_some_and(|(service, name)| !service.is_empty() && !name.is_empty());
            if text != "*" && !prefixed {
                let help = "an action is service:Operation, such as s3:GetObject, or \"*\"";
                self.say(value.span, format!("`{text}` is not an action"), help);
            } else if self.place == DocumentUse::Trust
                && !text
                    .get(..4)
                    .is_some_and(|service| service.eq_ignore_ascii_case("sts:"))
            {
                let help = "a trust policy allows sts:AssumeRole and its like";
                self.say(
                    value.span,
                    format!("`{text}` has no place in a trust policy"),
                    help,
                );
            }
        }
    }

    fn resource(&mut self, statement: &Statement) {
        let place = self.place.described();
        match (&statement.resource, self.place) {
            (Some(clause), DocumentUse::Trust) => {
                let help = "it is about the role it belongs to; leave Resource out";
                self.say(clause.key_span, format!("{place} has no Resource"), help);
            }
            (Some(clause), _) => self.resource_values(clause),
            (None, DocumentUse::Trust | DocumentUse::ResourcePolicy) => {}
            (None, _) => {
                let help = "say on what: \"Resource\": \"arn:aws:s3:::bucket/*\", or \"*\"";
                self.say(statement.span, format!("{place} wants a Resource"), help);
            }
        }
    }

    fn resource_values(&mut self, clause: &ResourceClause) {
        if clause.resources.is_empty() {
            self.say(
                clause.key_span,
                "the list of resources is empty",
                "list at least one, or \"*\"",
            );
        }
        for value in &clause.resources.values {
            let text = value.text.as_str();
            let is_arn = crate::arn::six_parts(text).is_some_and(|[arn, ..]| arn == "arn");
            let is_star = !text.is_empty() && text.bytes().all(|b| b == b'*');
            // A variable may stand for any part, the colons of it included.
            let is_open = text.contains("${") || text.starts_with("arn:*");
            if !(is_arn || is_star || is_open) {
                let help = "a resource is an ARN (arn:partition:service:region:account:resource) or \"*\"";
                self.say(value.span, format!("`{text}` is not a resource"), help);
            }
        }
    }

    fn conditions(&mut self, statement: &Statement) {
        for condition in &statement.conditions {
            if !condition.key.contains(':') {
                let help = "a condition key has a prefix, such as aws:SourceIp";
                self.say(
                    condition.key_span,
                    format!("`{}` is not a condition key", condition.key),
                    help,
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(text: &str, place: DocumentUse) -> Vec<String> {
        let document = Document::parse(text).unwrap();
        document.check_as(place).iter().map(ToString::to_string).collect()
    }

    const IDENTITY: &str = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Read", "Effect": "Allow",
        "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::${aws:username}"]}]}"#;
    const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"AWS": ["111122223333", "arn:aws:sts::111122223333:assumed-role/a/s"], "Service": "ec2.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"]}}"#;

    #[test]
    fn each_document_fits_its_own_place() {
        for place in [
            DocumentUse::Identity,
            DocumentUse::Boundary,
            DocumentUse::Session,
            DocumentUse::Scp,
        ] {
            assert!(complaints(IDENTITY, place).is_empty());
            assert_eq!(complaints(TRUST, place).len(), 2, "a Principal, no Resource");
        }
        assert!(complaints(TRUST, DocumentUse::Trust).is_empty());
        assert!(complaints(TRUST, DocumentUse::ResourcePolicy).is_empty());
        assert_eq!(
            complaints(IDENTITY, DocumentUse::Trust),
            [
                "a trust policy wants a Principal",
                "`s3:GetObject` has no place in a trust policy",
                "a trust policy has no Resource"
            ]
        );
        let rcp = r#"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}"#;
        assert!(complaints(rcp, DocumentUse::Rcp).is_empty());
        assert!(
            !complaints(
                &rcp.replace("\"*\", \"A", "{\"AWS\": \"111122223333\"}, \"A"),
                DocumentUse::Rcp
            )
            .is_empty()
        );
    }

    #[test]
    fn what_aws_refuses() {
        let refused = |from: &str, to: &str, text: &str, place| {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            let all = complaints(&changed, place);
            assert_eq!(all.len(), 1, "{changed}: {all:?}");
            all[0].clone()
        };
        let identity = |from, to| refused(from, to, IDENTITY, DocumentUse::Identity);
        assert!(identity("Read", "Read it").contains("letters and digits"));
        assert!(identity("s3:GetObject", "GetObject").contains("not an action"));
        assert!(identity("\"s3:GetObject\"", "[]").contains("empty"));
        assert!(identity("arn:aws:s3:::b/*", "bucket").contains("not a resource"));
        assert!(
            identity(
                "\"Resource\"",
                "\"Condition\": {\"Bool\": {\"SecureTransport\": true}}, \"Resource\""
            )
            .contains("condition key")
        );
        let trust = |from, to| refused(from, to, TRUST, DocumentUse::Trust);
        assert!(trust("assumed-role/a/s", "assumed-role/a/*").contains("wildcards"));
        assert!(trust("111122223333\"", "bob\"").contains("not a principal"));
        assert!(trust("\"Principal\"", "\"NotPrincipal\"").contains("NotPrincipal"));
        assert_eq!(
            complaints(r#"{"Statement": []}"#, DocumentUse::Identity),
            ["the document has no statements"]
        );
        let twice = IDENTITY.replace(
            "}]}",
            "}, {\"Sid\": \"Read\", \"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}]}",
        );
        assert_eq!(
            complaints(&twice, DocumentUse::Identity),
            ["Sid `Read` is used twice"]
        );
    }
}
