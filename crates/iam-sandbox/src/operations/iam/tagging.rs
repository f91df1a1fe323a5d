//! Tagging users and roles.

use super::checks::{about, about_tagging, about_untagging};
use super::entity::{Principal, newest, seen, write};
use super::paging::page;
use super::tags;
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::{Role, User};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "TagRole",
        authorize: about_tagging::<Role>,
        run: tag::<Role>,
    },
    Operation {
        service: Iam,
        name: "UntagRole",
        authorize: about_untagging::<Role>,
        run: untag::<Role>,
    },
    Operation {
        service: Iam,
        name: "ListRoleTags",
        authorize: about::<Role>,
        run: list::<Role>,
    },
    Operation {
        service: Iam,
        name: "TagUser",
        authorize: about_tagging::<User>,
        run: tag::<User>,
    },
    Operation {
        service: Iam,
        name: "UntagUser",
        authorize: about_untagging::<User>,
        run: untag::<User>,
    },
    Operation {
        service: Iam,
        name: "ListUserTags",
        authorize: about::<User>,
        run: list::<User>,
    },
];

fn tag<E: Principal>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut entity = E::clone(&*newest::<E>(call)?);
    let given = tags::read(call, "Tags")?;
    let own = entity.tags_mut();
    for (key, value) in given {
        match own.iter_mut().find(|(old, _)| old.eq_ignore_ascii_case(&key)) {
            Some(old) => *old = (key, value),
            None => own.push((key, value)),
        }
    }
    if own.len() > tags::MOST {
        return Err(tags::too_many(E::KIND));
    }
    write(call, entity);
    Ok(Answer::Empty)
}

fn untag<E: Principal>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut entity = E::clone(&*newest::<E>(call)?);
    let keys = call.input.params.list("TagKeys");
    entity
        .tags_mut()
        .retain(|(key, _)| !keys.iter().any(|gone| gone.eq_ignore_ascii_case(key)));
    write(call, entity);
    Ok(Answer::Empty)
}

fn list<E: Principal>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let entity = seen::<E>(call)?;
    let page = page(call, entity.tags().to_vec(), |(key, _)| key.clone())?;
    Ok(Answer::fields(|xml| {
        tags::write_list(xml, &page.items);
        page.write_end(xml);
    }))
}
