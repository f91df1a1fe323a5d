//! Credentials that nobody has here: what cleans up after users asks for them, and finds none.

use super::checks::{about_everything, about_user_or_self};
use super::entity::not_found;
use super::grammar;
use crate::authorization::Authorization;
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::User;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "ListSSHPublicKeys",
        authorize: about_user_or_self,
        run: ssh_keys,
    },
    Operation {
        service: Iam,
        name: "ListSigningCertificates",
        authorize: about_user_or_self,
        run: signing_certificates,
    },
    Operation {
        service: Iam,
        name: "ListServiceSpecificCredentials",
        authorize: about_service_credentials,
        run: service_credentials,
    },
    Operation {
        service: Iam,
        name: "ListServerCertificates",
        authorize: about_everything,
        run: server_certificates,
    },
];

fn none_of_user(call: &Call<'_>, list: &str) -> Result<Answer, ApiError> {
    let name = grammar::named_or_self(call)?;
    call.seen(&call.account()?.users, &name)
        .ok_or_else(|| not_found::<User>(&name))?;
    Ok(none(list))
}

fn none(list: &str) -> Answer {
    Answer::fields(|xml| {
        xml.element(list, |_| {}).text("IsTruncated", false);
    })
}

fn ssh_keys(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    none_of_user(call, "SSHPublicKeys")
}

fn signing_certificates(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    none_of_user(call, "Certificates")
}

fn is_for_all(call: &Call<'_>) -> bool {
    call.param("AllUsers") == Some("true")
}

fn about_service_credentials(call: &Call<'_>) -> Result<Authorization, ApiError> {
    if is_for_all(call) {
        return about_everything(call);
    }
    about_user_or_self(call)
}

fn service_credentials(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    const LIST: &str = "ServiceSpecificCredentials";
    if is_for_all(call) {
        return Ok(none(LIST));
    }
    none_of_user(call, LIST)
}

#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
fn server_certificates(_: &mut Call<'_>) -> Result<Answer, ApiError> {
    Ok(none("ServerCertificateMetadataList"))
}
