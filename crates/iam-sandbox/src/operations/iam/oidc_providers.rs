//! OpenID Connect providers ("Create an OpenID Connect (OIDC) identity provider in IAM", IAM User Guide).

use sha1::{Digest, Sha1};

use super::checks::about_everything;
use super::kept::{Kept, about, about_new as about_new_kept, newest, remove, seen, write};
use super::tags;
use crate::authorization::Authorization;
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::entity::arn;
use crate::world::identity::OidcProvider;

/// "IAM and AWS STS quotas", IAM User Guide: providers of an account, and client ids of a provider.
const MOST: usize = 100;
const MOST_CLIENTS: usize = 100;
const MOST_THUMBPRINTS: usize = 5;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateOpenIDConnectProvider",
        authorize: about_new,
        run: create,
    },
    Operation {
        service: Iam,
        name: "GetOpenIDConnectProvider",
        authorize: about::<OidcProvider>,
        run: get,
    },
    Operation {
        service: Iam,
        name: "ListOpenIDConnectProviders",
        authorize: about_everything,
        run: list,
    },
    Operation {
        service: Iam,
        name: "DeleteOpenIDConnectProvider",
        authorize: about::<OidcProvider>,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "AddClientIDToOpenIDConnectProvider",
        authorize: about::<OidcProvider>,
        run: add_client,
    },
    Operation {
        service: Iam,
        name: "RemoveClientIDFromOpenIDConnectProvider",
        authorize: about::<OidcProvider>,
        run: remove_client,
    },
    Operation {
        service: Iam,
        name: "UpdateOpenIDConnectProviderThumbprint",
        authorize: about::<OidcProvider>,
        run: update_thumbprints,
    },
];

/// The issuer's URL without `https://`, which it must begin with.
fn url(call: &Call<'_>) -> Result<String, ApiError> {
    let text = call.required("Url")?;
    let url = text.strip_prefix("https://").unwrap_or_default();
    let is_host = |host: &str| {
        !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
    };
    let is_url = is_host(url.split('/').next().unwrap_or_default()) && !url.contains(['?', '#', ' ']);
    if is_url {
        Ok(url.to_owned())
    } else {
        Err(ApiError::invalid_input(format!(
            "Invalid Open ID Connect Provider URL: {text} must begin with https:// and have neither port nor query"
        )))
    }
}

fn about_new(call: &Call<'_>) -> Result<Authorization, ApiError> {
    about_new_kept(call, arn(call.account_id(), "oidc-provider", "/", &url(call)?))
}

fn texts(call: &Call<'_>, list: &str) -> Vec<String> {
    let texts = call.input.params.list(list);
    texts.into_iter().map(str::to_owned).collect()
}

fn thumbprints(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let thumbprints = texts(call, "ThumbprintList");
    if thumbprints.len() > MOST_THUMBPRINTS {
        return Err(ApiError::invalid_input(
            "Thumbprint list must contain fewer than 5 entries.",
        ));
    }
    let is_hex = |text: &String| text.bytes().all(|b| b.is_ascii_hexdigit());
    match thumbprints.iter().find(|text| !is_hex(text)) {
        Some(wrong) => Err(ApiError::invalid_input(format!("Invalid thumbprint: {wrong}"))),
        None => Ok(thumbprints),
    }
}

fn too_many_clients() -> ApiError {
    ApiError::limit_exceeded(format!(
        "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {MOST_CLIENTS}"
    ))
}

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let url = url(call)?;
    let mut thumbprints = thumbprints(call)?;
    let clients = texts(call, "ClientIDList");
    let tags = tags::read(call, "Tags")?;
    let providers = &call.account()?.oidc_providers;
    if providers.newest(&url).is_some() {
        return Err(ApiError::already_exists(format!(
            "Provider with url https://{url} already exists."
        )));
    }
    if providers.all_newest().count() >= MOST {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for OpenIdConnectProvidersPerAccount: {MOST}"
        )));
    }
    if clients.len() > MOST_CLIENTS {
        return Err(too_many_clients());
    }
    if thumbprints.is_empty() {
        // AWS looks at the certificate of the issuer. Nobody is called from here: the name stands for it.
        thumbprints.push(hex::encode(Sha1::digest(url.as_bytes())));
    }
    let provider = OidcProvider {
        url,
        created: call.now(),
        clients,
        thumbprints,
        tags,
    };
    let answer = Answer::fields(|xml| {
        xml.text("OpenIDConnectProviderArn", provider.arn(call.account_id()));
        write_tags(xml, &provider);
    });
    write(call, provider);
    Ok(answer)
}

fn write_tags(xml: &mut Xml, provider: &OidcProvider) {
    if !provider.tags.is_empty() {
        tags::write_list(xml, &provider.tags);
    }
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let provider = seen::<OidcProvider>(call)?;
    let write = |xml: &mut Xml, name: &str, texts: &[String]| {
        xml.element(name, |xml| {
            for text in texts {
                xml.text("member", text);
            }
        });
    };
    Ok(Answer::fields(|xml| {
        xml.text("Url", &provider.url);
        write(xml, "ClientIDList", &provider.clients);
        write(xml, "ThumbprintList", &provider.thumbprints);
        xml.text("CreateDate", iso(provider.created));
        write_tags(xml, &provider);
    }))
}

fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let providers = call.account()?.oidc_providers.all_seen(call.view);
    Ok(Answer::fields(|xml| {
        xml.list(
            "OpenIDConnectProviderList",
            "member",
            providers,
            |xml, provider| {
                xml.text("Arn", provider.arn(call.account_id()));
            },
        );
    }))
}

/// "It does not fail or return an error if you call the operation for a provider that does not exist"
/// ("DeleteOpenIDConnectProvider", IAM API Reference).
fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let (key, _) = OidcProvider::asked(call)?;
    if let Some(provider) = call.account()?.oidc_providers.newest(&key).cloned() {
        remove(call, &*provider);
    }
    Ok(Answer::Empty)
}

fn changed(
    call: &mut Call<'_>,
    change: impl FnOnce(&Call<'_>, &mut OidcProvider) -> Result<(), ApiError>,
) -> Result<Answer, ApiError> {
    let mut provider = OidcProvider::clone(&*newest::<OidcProvider>(call)?);
    change(call, &mut provider)?;
    write(call, provider);
    Ok(Answer::Empty)
}

/// Adding one that is there already is no error, nor is removing one that is not.
fn add_client(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    changed(call, |call, provider| {
        let client = call.required("ClientID")?;
        if provider.clients.iter().any(|known| known == client) {
            return Ok(());
        }
        if provider.clients.len() >= MOST_CLIENTS {
            return Err(too_many_clients());
        }
        provider.clients.push(client.to_owned());
        Ok(())
    })
}

fn remove_client(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    changed(call, |call, provider| {
        let client = call.required("ClientID")?;
        provider.clients.retain(|known| known != client);
        Ok(())
    })
}

fn update_thumbprints(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    changed(call, |call, provider| {
        provider.thumbprints = thumbprints(call)?;
        Ok(())
    })
}
