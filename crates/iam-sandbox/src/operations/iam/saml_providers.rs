//! SAML providers, as records ("Create a SAML identity provider in IAM", IAM User Guide).

use jiff::{SignedDuration, Timestamp};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::checks::about_everything;
use super::kept::{Kept, about, about_new as about_new_kept, newest, remove, seen, write};
use super::{grammar, tags};
use crate::authorization::Authorization;
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::arn;
use crate::world::identity::SamlProvider;

/// SAML providers of an account, and private keys of one ("IAM and AWS STS quotas", IAM User Guide).
const MOST: usize = 100;
const MOST_KEYS: usize = 2;
/// How long metadata is good for that does not say so.
const USUAL_VALIDITY: SignedDuration = SignedDuration::from_hours(24 * 365 * 100);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateSAMLProvider",
        authorize: about_new,
        run: create,
    },
    Operation {
        service: Iam,
        name: "GetSAMLProvider",
        authorize: about::<SamlProvider>,
        run: get,
    },
    Operation {
        service: Iam,
        name: "ListSAMLProviders",
        authorize: about_everything,
        run: list,
    },
    Operation {
        service: Iam,
        name: "UpdateSAMLProvider",
        authorize: about::<SamlProvider>,
        run: update,
    },
    Operation {
        service: Iam,
        name: "DeleteSAMLProvider",
        authorize: about::<SamlProvider>,
        run: delete,
    },
];

fn about_new(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let name = grammar::name(call, "Name")?;
    about_new_kept(call, arn(call.account_id(), "saml-provider", "/", &name))
}

/// The metadata and the end that it gives itself.
fn metadata(call: &Call<'_>, text: &str) -> Result<(String, Timestamp), ApiError> {
    let unreadable = || ApiError::invalid_input("Could not parse metadata");
    let mut reader = Reader::from_str(text);
    let mut end = None;
    let mut is_metadata = false;
    loop {
        match reader.read_event().map_err(|_| unreadable())? {
            Event::Start(element) if !is_metadata => {
                let name = element.local_name();
                if !matches!(name.as_ref(), "EntityDescriptor" | "EntitiesDescriptor") {
                    return Err(unreadable());
                }
                is_metadata = true;
                let attribute = element
                    .try_get_attribute("validUntil")
                    .map_err(|_| unreadable())?;
                end = attribute
                    .map(|attribute| attribute.value.into_owned())
                    .and_then(|text| text.parse::<Timestamp>().ok());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !is_metadata {
        return Err(unreadable());
    }
    let usual = call.now().checked_add(USUAL_VALIDITY).unwrap_or(Timestamp::MAX);
    Ok((text.to_owned(), end.unwrap_or(usual)))
}

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = grammar::name(call, "Name")?;
    let (metadata, valid_until) = metadata(call, call.required("SAMLMetadataDocument")?)?;
    let tags = tags::read(call, "Tags")?;
    let providers = &call.account()?.saml_providers;
    if providers.newest(&name).is_some() {
        return Err(ApiError::already_exists(format!(
            "Provider with name {name} already exists."
        )));
    }
    if providers.all_newest().count() >= MOST {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for SAMLProvidersPerAccount: {MOST}"
        )));
    }
    let mut provider = SamlProvider {
        name,
        id: call.random.capitals(24),
        created: call.now(),
        valid_until,
        metadata,
        encryption: None,
        keys: Vec::new(),
        tags,
    };
    encrypt(call, &mut provider)?;
    let answer = Answer::fields(|xml| {
        xml.text("SAMLProviderArn", provider.arn(call.account_id()));
        if !provider.tags.is_empty() {
            tags::write_list(xml, &provider.tags);
        }
    });
    write(call, provider);
    Ok(answer)
}

/// Takes over what the request says about encrypted assertions.
fn encrypt(call: &mut Call<'_>, provider: &mut SamlProvider) -> Result<(), ApiError> {
    if let Some(mode) = call.param("AssertionEncryptionMode") {
        provider.encryption = Some(mode.to_owned());
    }
    if let Some(gone) = call.param("RemovePrivateKey") {
        let before = provider.keys.len();
        provider.keys.retain(|(id, _)| id != gone);
        if provider.keys.len() == before {
            return Err(ApiError::no_such_entity(format!(
                "The private key with id {gone} cannot be found."
            )));
        }
    }
    if call.param("AddPrivateKey").is_some() {
        if provider.keys.len() >= MOST_KEYS {
            return Err(ApiError::limit_exceeded(format!(
                "Cannot exceed quota for PrivateKeysPerSAMLProvider: {MOST_KEYS}"
            )));
        }
        let id = call.random.capitals(24);
        provider.keys.push((id, call.now()));
    }
    Ok(())
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let provider = seen::<SamlProvider>(call)?;
    Ok(Answer::fields(|xml| {
        xml.text("SAMLProviderUUID", &provider.id)
            .text("SAMLMetadataDocument", &provider.metadata)
            .text("CreateDate", iso(provider.created))
            .text("ValidUntil", iso(provider.valid_until))
            .optional("AssertionEncryptionMode", provider.encryption.as_ref());
        if !provider.keys.is_empty() {
            xml.list("PrivateKeyList", "member", &provider.keys, |xml, (id, at)| {
                xml.text("KeyId", id).text("Timestamp", iso(*at));
            });
        }
        if !provider.tags.is_empty() {
            tags::write_list(xml, &provider.tags);
        }
    }))
}

fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let providers = call.account()?.saml_providers.all_seen(call.view);
    Ok(Answer::fields(|xml| {
        xml.list("SAMLProviderList", "member", providers, |xml, provider| {
            xml.text("Arn", provider.arn(call.account_id()))
                .text("ValidUntil", iso(provider.valid_until))
                .text("CreateDate", iso(provider.created));
        });
    }))
}

fn update(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut provider = SamlProvider::clone(&*newest::<SamlProvider>(call)?);
    if let Some(text) = call.param("SAMLMetadataDocument") {
        (provider.metadata, provider.valid_until) = metadata(call, text)?;
    }
    encrypt(call, &mut provider)?;
    let answer = Answer::fields(|xml| {
        xml.text("SAMLProviderArn", provider.arn(call.account_id()));
    });
    write(call, provider);
    Ok(answer)
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let provider = newest::<SamlProvider>(call)?;
    remove(call, &*provider);
    Ok(Answer::Empty)
}
