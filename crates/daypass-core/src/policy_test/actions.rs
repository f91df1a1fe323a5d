//! The actions that a text stands for, by what AWS defines.

use iam_catalog::{Service, actions_matching, service, services};
use iam_policy::syntax::nearest;

/// What a text stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionNames {
    /// These actions, as AWS writes them: one, or those that a wildcard stands for.
    Known(Vec<String>),
    /// One action that AWS is not known to have, and the nearest that it has. It may be newer than the catalog.
    Unknown {
        /// The nearest.
        near: Option<String>,
    },
    /// Nothing: it is no action's name at all, or no action fits the wildcard.
    None {
        /// What may have been meant.
        near: Option<String>,
    },
}

/// The actions that a text stands for: `s3:GetObject` for itself, `s3:Get*` for every such action of AWS's.
pub fn expand_actions(text: &str) -> ActionNames {
    let names: Vec<String> = actions_matching(text).map(|action| action.to_string()).collect();
    if !names.is_empty() {
        return ActionNames::Known(names);
    }
    let Some((prefix, name)) = text
        .split_once(':')
        .filter(|(prefix, name)| !prefix.is_empty() && !name.is_empty())
    else {
        return ActionNames::None { near: None };
    };
    let near = near_name(prefix, name);
    if text.contains(['*', '?']) {
        ActionNames::None { near }
    } else {
        ActionNames::Unknown { near }
    }
}

fn near_name(prefix: &str, name: &str) -> Option<String> {
    let of_service = |service: Service| {
        let names: Vec<&str> = service.actions().map(iam_catalog::Action::name).collect();
        let near = nearest(name, names.iter().copied())?;
        Some(format!("{}:{near}", service.prefix()))
    };
    if let Some(service) = service(prefix) {
        return of_service(service);
    }
    let near = nearest(prefix, services().map(Service::prefix))?;
    let near = service(near)?;
    let same = near.action(name).map(|action| action.to_string());
    same.or_else(|| of_service(near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_wildcards() {
        let known = |names: &[&str]| ActionNames::Known(names.iter().map(ToString::to_string).collect());
        assert_eq!(expand_actions("S3:getobject"), known(&["s3:GetObject"]));
        assert_eq!(
            expand_actions("sts:AssumeRoleWith*"),
            known(&["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"])
        );
        let unknown = |near: Option<&str>| ActionNames::Unknown {
            near: near.map(str::to_owned),
        };
        assert_eq!(expand_actions("s3:GetObjct"), unknown(Some("s3:GetObject")));
        assert_eq!(expand_actions("s4:GetObject"), unknown(Some("s3:GetObject")));
        assert_eq!(expand_actions("s3:BrandNewThingOfTomorrow"), unknown(None));
        for nothing in ["GetObject", "s3:", ":x", "s3:Xyz*", ""] {
            assert!(
                matches!(expand_actions(nothing), ActionNames::None { .. }),
                "{nothing}"
            );
        }
    }
}
