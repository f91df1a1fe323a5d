//! The context keys that policies ask for, in conditions and as variables ("GetContextKeysForCustomPolicy", IAM API
//! Reference).

use iam_policy::{Document, Version};

use super::checks::about_everything;
use super::policy_text;
use super::subject::{self, managed_text};
use crate::authorization::Authorization;
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "GetContextKeysForCustomPolicy",
        authorize: about_everything,
        run: of_custom,
    },
    Operation {
        service: Iam,
        name: "GetContextKeysForPrincipalPolicy",
        authorize: about_source,
        run: of_principal,
    },
];

pub(super) fn about_source(call: &Call<'_>) -> Result<Authorization, ApiError> {
    subject::about(call, "PolicySourceArn")
}

/// The keys of some documents, each once, in the order of first appearance.
pub(super) fn keys_of<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    let mut add = |key: &str| {
        if !keys.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            keys.push(key.to_owned());
        }
    };
    for document in documents {
        let has_variables = document.version == Version::V2012;
        for statement in &document.statements {
            for resource in statement
                .resource
                .iter()
                .flat_map(|clause| clause.resources.texts())
            {
                variables(resource, has_variables).for_each(&mut add);
            }
            for condition in &statement.conditions {
                add(&condition.key);
                for value in condition.values.texts() {
                    variables(value, has_variables).for_each(&mut add);
                }
            }
        }
    }
    keys
}

/// The keys in `${key}` and `${key, 'default'}`. Policies before 2012-10-17 have no variables, and `${*}`, `${?}` and
/// `${$}` stand for themselves ("IAM policy elements: Variables and tags", IAM User Guide).
fn variables(text: &str, has_variables: bool) -> impl Iterator<Item = &str> {
    text.split("${")
        .skip(1)
        .filter(move |_| has_variables)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(inside, _)| inside.split(',').next().unwrap_or_default().trim())
        .filter(|key| key.contains(':'))
}

/// The documents of a list of policies that a request brings.
fn given(call: &Call<'_>) -> Result<Vec<std::sync::Arc<Document>>, ApiError> {
    let texts = call.input.params.list("PolicyInputList");
    texts
        .into_iter()
        .map(|text| {
            let policy = policy_text::any(text);
            policy
                .map(|policy| policy.document)
                .map_err(|error| ApiError::invalid_input(error.message))
        })
        .collect()
}

fn answer(documents: &[std::sync::Arc<Document>]) -> Answer {
    let keys = keys_of(documents.iter().map(|document| &**document));
    Answer::fields(|xml| {
        xml.element("ContextKeyNames", |xml| {
            for key in keys {
                xml.text("member", key);
            }
        });
    })
}

fn of_custom(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    Ok(answer(&given(call)?))
}

fn of_principal(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let subject = subject::subject(call, call.required("PolicySourceArn")?)?;
    let held = subject.policies(call)?;
    let mut documents: Vec<_> = held.into_iter().map(|held| held.document).collect();
    if let Some(arn) = subject.boundary()
        && let Some((_, (document, _))) = managed_text(call, arn)?
    {
        documents.push(document);
    }
    documents.extend(given(call)?);
    Ok(answer(&documents))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_conditions_and_variables() {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*",
            "Resource":["arn:aws:s3:::b/${aws:username}/${*}","arn:aws:s3:::b/${aws:PrincipalTag/team, 'none'}"],
            "Condition":{"StringLike":{"s3:prefix":["${AWS:UserName}/*","${aws:userid}"]},"Bool":{"aws:SecureTransport":"true"}}}]}"#;
        let document = Document::parse(text).unwrap();
        assert_eq!(
            keys_of([&document]),
            [
                "aws:username",
                "aws:PrincipalTag/team",
                "s3:prefix",
                "aws:userid",
                "aws:SecureTransport"
            ]
        );
        let old = Document::parse(&text.replace("2012-10-17", "2008-10-17")).unwrap();
        assert_eq!(keys_of([&old]), ["s3:prefix", "aws:SecureTransport"]);
    }
}
