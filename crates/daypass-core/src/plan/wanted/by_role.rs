//! A grant delivered by a role that its grantee may assume.

use std::collections::BTreeMap;

use iam_policy::{Arn, Document};

use super::{Builder, Case, WantedRole, tags};
use crate::expiry::instant;
use crate::plan::change::{Delivered, Form};
use crate::plan::grant_role::GrantRole;
use crate::plan::mark;
use crate::plan::roles::{self, ROLE_ROOM};
use crate::team::{Grant, Grantee, PolicyRef, RoleName, Term};

/// "IAM and AWS STS quotas": a trust policy, unless the account's quota was raised.
const TRUST_POLICY: usize = 2_048;

impl<'a> Builder<'a, '_> {
    pub(super) fn by_role(&mut self, case: Case<'a>, first: &'a Grant, why: String) {
        let policy = case.policy;
        let name = mark::role_name(&policy.name, case.grantee);
        let path = mark::path_of(&self.asked.settings, &case.team.team);
        let (Ok(arn), Ok(name)) = (
            self.observed.arn("role", &path, &name).parse::<Arn>(),
            name.parse(),
        ) else {
            return;
        };
        let mut terms: Vec<Term> = case.grants.iter().map(|grant| grant.term).collect();
        terms.sort();
        let role = GrantRole {
            arn: arn.as_str(),
            grantee: &case.principal.arn,
            policy,
            terms: &terms,
        };
        let (trust, Some(end_policy), Some(end)) = (role.trust(), role.end_policy(), role.end()) else {
            return;
        };
        if let Some((_, other)) = self.observed.find(&Grantee::Role(RoleName::clone(&name)))
            && other.arn != arn
        {
            let message = format!("the account has a role of the name {name} already, {}", other.arn);
            let help = "rename the policy in the files, or remove the other role".to_owned();
            return self.problem(case.team, first, case.grantee, message, help);
        }
        let mut inline = BTreeMap::from([(mark::END_POLICY, end_policy)]);
        inline.extend(policy.document.clone().map(|own| (mark::PERMISSIONS_POLICY, own)));
        let size: usize = inline.values().map(Document::iam_size).sum();
        // Room for what a revocation puts beside them.
        if size > ROLE_ROOM {
            let message = format!(
                "{} for {}: its statements and their end have {size} characters, a role may have {ROLE_ROOM} beside what revokes them",
                policy.key, case.grantee
            );
            let help = "make the policy smaller, or two of it".to_owned();
            return self.problem(case.team, first, case.grantee, message, help);
        }
        let size = trust.iam_size();
        if size > TRUST_POLICY {
            let message = format!(
                "{} for {}: the trust policy for {} terms has {size} characters, it may have {TRUST_POLICY}",
                policy.key,
                case.grantee,
                terms.len()
            );
            let help = "put the entries together: one end in place of many".to_owned();
            return self.problem(case.team, first, case.grantee, message, help);
        }
        if policy.managed.len() > self.observed.attachments.role {
            self.wanted.needs.limits |= !self.observed.attachments.is_known;
            let message = format!(
                "{} for {}: it has {} managed policies, the account attaches {} to a role",
                policy.key,
                case.grantee,
                policy.managed.len(),
                self.observed.attachments.role
            );
            let help = "make two policies of it, or raise the account's quota".to_owned();
            return self.problem(case.team, first, case.grantee, message, help);
        }
        let origin = case.origin(
            None,
            Some(Delivered {
                form: Form::Role,
                why: why + &role.windows(),
            }),
        );
        let mut tags = tags(&origin);
        tags.insert(mark::TAG_GRANTEE.to_owned(), roles::tag_of(case.grantee));
        tags.insert(mark::TAG_EXPIRES.to_owned(), instant(end));
        let boundary = policy
            .boundary
            .as_ref()
            .and_then(|boundary| self.boundary(boundary));
        let taken = policy
            .managed
            .iter()
            .chain(&boundary)
            .cloned()
            .collect::<Vec<_>>();
        if !self.has_all(case, first, taken.into_iter()) {
            return;
        }
        self.wanted.roles.insert(
            name,
            WantedRole {
                trust,
                inline,
                attached: policy.managed.iter().cloned().collect(),
                boundary,
                tags,
                grantee: case.grantee.clone(),
                origin,
                arn,
            },
        );
    }

    fn boundary(&self, boundary: &PolicyRef) -> Option<Arn> {
        match boundary {
            PolicyRef::Arn(arn) => Some(arn.clone()),
            PolicyRef::Name(name) => self.observed.arn("policy", "/", name).parse().ok(),
        }
    }
}
