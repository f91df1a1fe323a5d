//! One short text for all of an account that a plan depends on: when it differs, the account has moved since.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::Options;
use super::asked::AccountAsked;
use super::observed::{ObservedAccount, ObservedPrincipal};
use super::owned::Owned;
use crate::team::Grantee;

/// The fingerprint of these principals and of what carries the teams' marks.
pub(super) fn of(asked: &AccountAsked, principals: &[Grantee], observed: &ObservedAccount) -> String {
    let owned = Owned::new(asked, observed, Options::default());
    let mut told = format!("{}\n{:?}\n", observed.account, observed.attachments);
    for (grantee, principal) in &observed.principals {
        if is_named(principals, grantee) || is_marked(&owned, grantee, principal) {
            tell(&mut told, grantee, principal);
        }
    }
    for policy in observed.policies.values() {
        if owned.policy(policy).is_some() {
            let versions: Vec<&str> = policy
                .versions
                .iter()
                .map(|version| version.id.as_str())
                .collect();
            let _ = writeln!(told, "{} {versions:?} {}", policy.arn, policy.document.text);
        }
    }
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(told.as_bytes()) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn tell(told: &mut String, grantee: &Grantee, principal: &ObservedPrincipal) {
    let ObservedPrincipal {
        arn,
        inline,
        attached,
        tags,
        boundary,
        trust,
    } = principal;
    let trust = trust.as_ref().map(|trust| &trust.text);
    let _ = writeln!(
        told,
        "{grantee} {arn} {attached:?} {tags:?} {boundary:?} {trust:?}"
    );
    for (name, text) in inline {
        let _ = writeln!(told, "{name:?} {:?}", text.text);
    }
}

fn is_named(principals: &[Grantee], grantee: &Grantee) -> bool {
    principals.iter().any(|named| named.is_same(grantee))
}

fn is_marked(owned: &Owned<'_>, grantee: &Grantee, principal: &ObservedPrincipal) -> bool {
    owned.role(grantee, principal).is_some()
        || principal.inline.keys().any(|name| owned.inline(name).is_some())
        || principal
            .attached
            .iter()
            .any(|arn| owned.is_attached_by_us_alone(principal, arn))
}
