//! What services an entity last used ("Refine permissions in AWS using last accessed information", IAM User Guide),
//! as noted call by call.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Document, Effect};
use jiff::Timestamp;

use super::checks::about_everything;
use super::paging::page;
use super::subject::{self, Held, Subject, actors_of_policy, managed_text};
use crate::authorization::Authorization;
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::identity::{AccessJob, EntityAccess, EntityName};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "GenerateServiceLastAccessedDetails",
        authorize: about_arn,
        run: generate,
    },
    Operation {
        service: Iam,
        name: "GetServiceLastAccessedDetails",
        authorize: about_everything,
        run: get,
    },
    Operation {
        service: Iam,
        name: "GetServiceLastAccessedDetailsWithEntities",
        authorize: about_everything,
        run: get_with_entities,
    },
    Operation {
        service: Iam,
        name: "ListPoliciesGrantingServiceAccess",
        authorize: about_arn,
        run: list_granting,
    },
];

/// Services that there are here, and what AWS calls them. A permission for everything is about these.
const SERVICES: [(&str, &str); 6] = [
    ("cloudtrail", "AWS CloudTrail"),
    ("ec2", "Amazon EC2"),
    ("iam", "AWS Identity and Access Management"),
    ("organizations", "AWS Organizations"),
    ("s3", "Amazon S3"),
    ("sts", "AWS Security Token Service"),
];

fn about_arn(call: &Call<'_>) -> Result<Authorization, ApiError> {
    subject::about(call, "Arn")
}

/// Does a document allow anything of a service?
fn grants(document: &Document, service: &str) -> bool {
    document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
        .any(|statement| {
            statement.action.negated
                || statement
                    .action
                    .actions
                    .texts()
                    .any(|action| is_of_service(action, service))
        })
}

fn is_of_service(action: &str, service: &str) -> bool {
    let prefix = action.split(':').next().unwrap_or_default();
    action == "*" || prefix.eq_ignore_ascii_case(service)
}

/// Every service that a document may be about: those that it names, and those that are here.
fn named(documents: &[&Document]) -> BTreeSet<String> {
    let actions = documents
        .iter()
        .flat_map(|document| &document.statements)
        .flat_map(|statement| statement.action.actions.texts());
    actions
        .filter_map(|action| action.split_once(':'))
        .map(|(prefix, _)| prefix.to_ascii_lowercase())
        .filter(|prefix| !prefix.contains(['*', '?']))
        .chain(SERVICES.iter().map(|(prefix, _)| (*prefix).to_owned()))
        .collect()
}

/// The documents that permit, and who acts by them.
fn permissions(call: &Call<'_>, arn: &str) -> Result<(Vec<Held>, Vec<EntityName>), ApiError> {
    let is_policy = arn
        .parse::<iam_policy::Arn>()
        .is_ok_and(|arn| arn.is_iam("policy"));
    if !is_policy {
        let subject = subject::subject(call, arn)?;
        return Ok((subject.policies(call)?, subject.actors(call)?));
    }
    let (name, (document, text)) = managed_text(call, arn)?
        .ok_or_else(|| ApiError::no_such_entity(format!("Policy {arn} was not found.")))?;
    let held = Held {
        name,
        arn: Some(arn.to_owned()),
        holder: "",
        holder_name: String::new(),
        document,
        text,
    };
    Ok((vec![held], actors_of_policy(call, arn)?))
}

fn generate(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let (held, actors) = permissions(call, call.required("Arn")?)?;
    let documents: Vec<&Document> = held.iter().map(|held| &*held.document).collect();
    let mut services = BTreeMap::new();
    for service in named(&documents) {
        if !documents.iter().any(|document| grants(document, &service)) {
            continue;
        }
        let accesses = actors
            .iter()
            .map(|entity| EntityAccess {
                used: call.world.uses.of(&entity.id, &service).cloned(),
                entity: entity.clone(),
            })
            .collect();
        services.insert(service, accesses);
    }
    let job = AccessJob {
        created: call.now(),
        is_by_action: call.param("Granularity") == Some("ACTION_LEVEL"),
        services,
    };
    let id = call.random.request_id();
    call.change(|account, _| account.reports.accesses.insert(id.clone(), job));
    Ok(Answer::fields(|xml| {
        xml.text("JobId", id);
    }))
}

fn job<'c>(call: &'c Call<'_>) -> Result<&'c AccessJob, ApiError> {
    let id = call.required("JobId")?;
    let jobs = &call.account()?.reports.accesses;
    jobs.get(id)
        .ok_or_else(|| ApiError::no_such_entity(format!("The job with id {id} cannot be found.")))
}

/// The latest of these uses, with its entity.
fn latest(accesses: &[EntityAccess]) -> Option<(&EntityName, Timestamp, &str)> {
    accesses
        .iter()
        .filter_map(|access| {
            let used = access.used.as_ref()?;
            Some((&access.entity, used.at, used.region.as_str()))
        })
        .max_by_key(|(_, at, _)| *at)
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let job = job(call)?;
    let services: Vec<_> = job.services.iter().collect();
    let page = page(call, services, |(service, _)| (*service).clone())?;
    Ok(Answer::fields(|xml| {
        xml.text("JobStatus", "COMPLETED")
            .text(
                "JobType",
                if job.is_by_action {
                    "ACTION_LEVEL"
                } else {
                    "SERVICE_LEVEL"
                },
            )
            .text("JobCreationDate", iso(job.created))
            .list(
                "ServicesLastAccessed",
                "member",
                &page.items,
                |xml, (service, accesses)| {
                    describe(xml, service, accesses, job.is_by_action);
                },
            )
            .text("JobCompletionDate", iso(job.created));
        page.write_end(xml);
    }))
}

fn describe(xml: &mut Xml, service: &str, accesses: &[EntityAccess], is_by_action: bool) {
    let name = SERVICES
        .iter()
        .find(|(prefix, _)| *prefix == service)
        .map_or(service, |(_, name)| name);
    let used = accesses.iter().filter(|access| access.used.is_some()).count();
    xml.text("ServiceName", name).text("ServiceNamespace", service);
    if let Some((entity, at, region)) = latest(accesses) {
        xml.text("LastAuthenticated", iso(at))
            .text("LastAuthenticatedEntity", &entity.arn)
            .text("LastAuthenticatedRegion", region);
    }
    xml.text("TotalAuthenticatedEntities", used);
    if !is_by_action {
        return;
    }
    let mut actions: BTreeMap<&str, (&EntityName, Timestamp, &str)> = BTreeMap::new();
    for access in accesses {
        for (action, (at, region)) in access.used.iter().flat_map(|used| &used.actions) {
            let last = actions.get(action.as_str()).map(|(_, at, _)| *at);
            if last.is_none_or(|last| last < *at) {
                actions.insert(action, (&access.entity, *at, region));
            }
        }
    }
    xml.list(
        "TrackedActionsLastAccessed",
        "member",
        actions,
        |xml, (action, (entity, at, region))| {
            xml.text("ActionName", action)
                .text("LastAccessedEntity", &entity.arn)
                .text("LastAccessedTime", iso(at))
                .text("LastAccessedRegion", region);
        },
    );
}

fn get_with_entities(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let job = job(call)?;
    let service = call.required("ServiceNamespace")?;
    let accesses = job.services.get(service).ok_or_else(|| {
        ApiError::no_such_entity(format!("The service {service} is not part of this report."))
    })?;
    // The latest first, those that never called last.
    let page = page(call, accesses.iter().collect(), |access: &&EntityAccess| {
        let at = access.used.as_ref().map_or(0, |used| used.at.as_second());
        format!("{:020} {}", i64::MAX - at, access.entity.arn)
    })?;
    Ok(Answer::fields(|xml| {
        xml.text("JobStatus", "COMPLETED")
            .text("JobCreationDate", iso(job.created))
            .text("JobCompletionDate", iso(job.created))
            .list("EntityDetailsList", "member", &page.items, |xml, access| {
                xml.element("EntityInfo", |xml| {
                    xml.text("Arn", &access.entity.arn)
                        .text("Name", &access.entity.name)
                        .text("Type", access.entity.kind)
                        .text("Id", &access.entity.id)
                        .text("Path", &access.entity.path);
                });
                xml.optional("LastAuthenticated", access.used.as_ref().map(|used| iso(used.at)));
            });
        page.write_end(xml);
    }))
}

fn list_granting(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let subject: Subject = subject::subject(call, call.required("Arn")?)?;
    let held = subject.policies(call)?;
    let services = call.input.params.list("ServiceNamespaces");
    Ok(Answer::fields(|xml| {
        xml.list(
            "PoliciesGrantingServiceAccess",
            "member",
            services,
            |xml, service| {
                let granting = held.iter().filter(|held| grants(&held.document, service));
                xml.text("ServiceNamespace", service)
                    .list("Policies", "member", granting, |xml, held| {
                        xml.text("PolicyName", &held.name)
                            .text(
                                "PolicyType",
                                if held.arn.is_some() { "MANAGED" } else { "INLINE" },
                            )
                            .optional("PolicyArn", held.arn.as_ref());
                        // Where a managed policy is attached follows from its ARN; an inline one needs its holder.
                        if held.arn.is_none() {
                            xml.text("EntityType", held.holder.to_ascii_uppercase())
                                .text("EntityName", &held.holder_name);
                        }
                    });
            },
        )
        .text("IsTruncated", false);
    }))
}
