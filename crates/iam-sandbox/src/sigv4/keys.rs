//! Signing keys, derived once and kept: a key is good for a day, and its derivation takes four codes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Scope, mac};

/// How many keys are kept; a full store is emptied.
const MOST: usize = 1024;

/// The keys in use.
#[derive(Debug, Default)]
pub(crate) struct SigningKeys {
    known: Mutex<HashMap<String, Arc<Known>>>,
}

#[derive(Debug)]
struct Known {
    secret: String,
    scope: Scope,
    key: Vec<u8>,
}

impl SigningKeys {
    /// The signing key of a secret for a scope; the access key finds it again.
    pub(super) fn of(&self, access_key: &str, secret: &str, scope: &Scope) -> Vec<u8> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known
            .get(access_key)
            .filter(|found| found.scope == *scope && found.secret == secret)
        {
            return found.key.clone();
        }
        let key = derive(secret, scope);
        if known.len() >= MOST {
            known.clear();
        }
        let fresh = Known {
            secret: secret.to_owned(),
            scope: scope.clone(),
            key: key.clone(),
        };
        known.insert(access_key.to_owned(), Arc::new(fresh));
        key
    }
}

fn derive(secret: &str, scope: &Scope) -> Vec<u8> {
    let mut key = mac(format!("AWS4{secret}").as_bytes(), scope.date.as_bytes());
    for part in [scope.region.as_str(), scope.service.as_str(), "aws4_request"] {
        key = mac(&key, part.as_bytes());
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_secret_or_scope_has_another_key() {
        let keys = SigningKeys::default();
        let scope = |service: &str| Scope {
            date: "20150830".to_owned(),
            region: "us-east-1".to_owned(),
            service: service.to_owned(),
        };
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        // "Create a signed AWS API request: Example signing key", IAM User Guide.
        let wanted = "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9";
        for _ in 0..2 {
            assert_eq!(hex::encode(keys.of("A", secret, &scope("iam"))), wanted);
        }
        assert_ne!(
            keys.of("A", secret, &scope("sts")),
            keys.of("A", secret, &scope("iam"))
        );
        assert_ne!(
            keys.of("A", "other", &scope("iam")),
            keys.of("A", secret, &scope("iam"))
        );
        assert_eq!(hex::encode(keys.of("A", secret, &scope("iam"))), wanted);
    }
}
