//! Tagging whatever IAM can tag.

use std::sync::Arc;

use super::checks::{check_about, check_about_policy};
use super::entity::{Entity, name_of};
use super::kept::Kept;
use super::paging::page;
use super::{entity, kept, managed, tags};
use crate::authorization::{Authorization, Check};
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::{ManagedPolicy, Role, Tags, User};
use crate::world::identity::{InstanceProfile, MfaDevice, OidcProvider, SamlProvider};

macro_rules! operations {
    ($($kind:ty, $tag:literal, $untag:literal, $list:literal;)*) => {
        pub(super) const OPERATIONS: &[Operation] = &[$(
            Operation { service: Iam, name: $tag, authorize: about_tagging::<$kind>, run: tag::<$kind> },
            Operation { service: Iam, name: $untag, authorize: about_untagging::<$kind>, run: untag::<$kind> },
            Operation { service: Iam, name: $list, authorize: about::<$kind>, run: list::<$kind> },
        )*];
    };
}

operations! {
    User, "TagUser", "UntagUser", "ListUserTags";
    Role, "TagRole", "UntagRole", "ListRoleTags";
    ManagedPolicy, "TagPolicy", "UntagPolicy", "ListPolicyTags";
    InstanceProfile, "TagInstanceProfile", "UntagInstanceProfile", "ListInstanceProfileTags";
    MfaDevice, "TagMFADevice", "UntagMFADevice", "ListMFADeviceTags";
    OidcProvider, "TagOpenIDConnectProvider", "UntagOpenIDConnectProvider", "ListOpenIDConnectProviderTags";
    SamlProvider, "TagSAMLProvider", "UntagSAMLProvider", "ListSAMLProviderTags";
}

/// What carries tags.
trait Tagged: Clone + 'static {
    const KIND: &'static str;

    /// The question whether the caller may, about the one that the request names.
    fn check(call: &Call<'_>) -> Result<Check, ApiError>;
    fn newest(call: &Call<'_>) -> Result<Arc<Self>, ApiError>;
    fn seen(call: &Call<'_>) -> Result<Arc<Self>, ApiError>;
    fn tags(&self) -> &[(String, String)];
    fn tags_mut(&mut self) -> &mut Tags;
    fn write(self, call: &mut Call<'_>);
}

macro_rules! principal {
    ($kind:ty) => {
        impl Tagged for $kind {
            const KIND: &'static str = <$kind as Entity>::KIND;

            fn check(call: &Call<'_>) -> Result<Check, ApiError> {
                check_about::<$kind>(call, &name_of::<$kind>(call)?)
            }
            fn newest(call: &Call<'_>) -> Result<Arc<Self>, ApiError> {
                entity::newest::<$kind>(call)
            }
            fn seen(call: &Call<'_>) -> Result<Arc<Self>, ApiError> {
                entity::seen::<$kind>(call)
            }
            fn tags(&self) -> &[(String, String)] {
                &self.tags
            }
            fn tags_mut(&mut self) -> &mut Tags {
                &mut self.tags
            }
            fn write(self, call: &mut Call<'_>) {
                entity::write(call, self);
            }
        }
    };
}

principal!(User);
principal!(Role);

impl Tagged for ManagedPolicy {
    const KIND: &'static str = "policy";

    fn check(call: &Call<'_>) -> Result<Check, ApiError> {
        check_about_policy(call)
    }
    fn newest(call: &Call<'_>) -> Result<Arc<Self>, ApiError> {
        managed::newest(call).map(Arc::new)
    }
    fn seen(call: &Call<'_>) -> Result<Arc<Self>, ApiError> {
        managed::seen(call)
    }
    fn tags(&self) -> &[(String, String)] {
        &self.tags
    }
    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
    fn write(self, call: &mut Call<'_>) {
        managed::write(call, self);
    }
}

impl<K: Kept> Tagged for K {
    const KIND: &'static str = <K as Kept>::KIND;

    fn check(call: &Call<'_>) -> Result<Check, ApiError> {
        kept::check_about::<K>(call)
    }
    fn newest(call: &Call<'_>) -> Result<Arc<Self>, ApiError> {
        kept::newest::<K>(call)
    }
    fn seen(call: &Call<'_>) -> Result<Arc<Self>, ApiError> {
        kept::seen::<K>(call)
    }
    fn tags(&self) -> &[(String, String)] {
        Kept::tags(self)
    }
    fn tags_mut(&mut self) -> &mut Tags {
        Kept::tags_mut(self)
    }
    fn write(self, call: &mut Call<'_>) {
        kept::write(call, self);
    }
}

fn about<T: Tagged>(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(T::check(call)?)
}

fn about_tagging<T: Tagged>(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(tags::request_context(T::check(call)?, &tags::read(call, "Tags")?))
}

fn about_untagging<T: Tagged>(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let keys = call.input.params.list("TagKeys");
    let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
    Authorization::one(T::check(call)?.with("aws:TagKeys", keys))
}

fn tag<T: Tagged>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut entity = T::clone(&*T::newest(call)?);
    let given = tags::read(call, "Tags")?;
    let own = entity.tags_mut();
    for (key, value) in given {
        match own.iter_mut().find(|(old, _)| old.eq_ignore_ascii_case(&key)) {
            Some(old) => *old = (key, value),
            None => own.push((key, value)),
        }
    }
    if own.len() > tags::MOST {
        return Err(tags::too_many(T::KIND));
    }
    entity.write(call);
    Ok(Answer::Empty)
}

fn untag<T: Tagged>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut entity = T::clone(&*T::newest(call)?);
    let keys = call.input.params.list("TagKeys");
    entity
        .tags_mut()
        .retain(|(key, _)| !keys.iter().any(|gone| gone.eq_ignore_ascii_case(key)));
    entity.write(call);
    Ok(Answer::Empty)
}

fn list<T: Tagged>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let entity = T::seen(call)?;
    let page = page(call, entity.tags().to_vec(), |(key, _)| key.clone())?;
    Ok(Answer::fields(|xml| {
        tags::write_list(xml, &page.items);
        page.write_end(xml);
    }))
}
