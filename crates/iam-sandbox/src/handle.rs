//! The way of one request: what it asks for, what befalls it, who asks, whether they may, and what comes of it.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response};
use jiff::Timestamp;

use crate::authentication::{Evidence, authenticate};
use crate::authorization::{self, Authorization, Ruling};
use crate::constraints;
use crate::event::{Asking, Event};
use crate::fault::FaultKind;
use crate::history::View;
use crate::operations::call::{Call, Input};
use crate::operations::{self, Operation};
use crate::propagation::REPLICAS;
use crate::record::{CallRecord, Checked};
use crate::region::takes_version_2;
use crate::sandbox::{Outcome, Reply, Sandbox, State};
use crate::sigv4::{self, Claim, Content, Place, Problem};
use crate::wire::answer::{Answer, render, render_error};
use crate::wire::error::ApiError;
use crate::wire::params::Params;
use crate::wire::s3::Target;
use crate::wire::signature;
use crate::wire::{Service, foreign};
use crate::world::credential::Caller;

/// A request whose service and operation are known.
struct Asked {
    parts: Parts,
    body: Bytes,
    claim: Result<Option<Claim>, Problem>,
    service: Service,
    name: String,
    operation: Option<&'static Operation>,
    params: Params,
    target: Target,
}

/// What a call came to.
struct Done {
    principal: String,
    ruling: Option<Ruling>,
    checked: Vec<Checked>,
    result: Result<Answer, ApiError>,
    /// What CloudTrail will tell of it.
    event: Option<Event>,
}

impl Sandbox {
    /// Answers a request. `now` is the real time, which signatures are checked against; the world lives by
    /// [`Sandbox::clock`].
    pub fn handle(&self, request: Request<Bytes>, now: Timestamp) -> Reply {
        if let Some(response) = self.administer(&request, now) {
            return answered(response);
        }
        let (parts, body) = request.into_parts();
        let claim = sigv4::read(&parts);
        let mut state = self.lock();
        let state = &mut *state;
        let request_id = state.random.request_id();
        let service = match service_of(&parts, &body, &claim) {
            Ok(service) => service,
            Err(name) => return answered(foreign::response(&parts, &name, &request_id)),
        };
        let mut asked = Asked::new(parts, body, claim, service);
        let world_now = self.clock.now(now);
        let fault = state
            .faults
            .strike(service.name(), &asked.name, &mut state.random);
        let (is_done, delay) = match &fault {
            Some(FaultKind::Delay(delay)) => (true, *delay),
            Some(FaultKind::ErrorAfter { .. } | FaultKind::ResetAfter | FaultKind::HangAfter) | None => {
                (true, Duration::ZERO)
            }
            Some(
                FaultKind::Throttle
                | FaultKind::Error { .. }
                | FaultKind::ResetBefore
                | FaultKind::HangBefore,
            ) => (false, Duration::ZERO),
        };
        let mut done = if is_done {
            state.perform(&mut asked, &self.account(), world_now, now)
        } else {
            Done {
                principal: String::new(),
                ruling: None,
                checked: Vec::new(),
                result: Ok(Answer::Empty),
                event: None,
            }
        };
        match &fault {
            Some(FaultKind::Throttle) => done.result = Err(ApiError::throttled(service)),
            Some(FaultKind::Error { status, code } | FaultKind::ErrorAfter { status, code }) => {
                done.result = Err(ApiError::new(*status, code, "This fault was asked for."));
            }
            _ => {}
        }
        let is_head = asked.parts.method == Method::HEAD;
        let event = done.event.map(|mut event| {
            event.request = crate::event::number(&request_id);
            event.error = done
                .result
                .as_ref()
                .err()
                .map(|error| error.message.as_str().into());
            Arc::new(event)
        });
        let error_code = done.result.as_ref().err().map(|error| error.code.clone());
        let response = match done.result {
            Ok(answer) => render(service, &asked.name, answer, &request_id),
            Err(error) if service == Service::S3 => {
                let error = error.with_detail("Resource", &asked.target.path);
                render_error(service, &error, is_head, &request_id)
            }
            Err(error) => render_error(service, &error, is_head, &request_id),
        };
        state.record(CallRecord {
            at: world_now,
            principal: done.principal,
            service: service.name().to_owned(),
            operation: asked.name,
            action: done
                .ruling
                .as_ref()
                .map(|ruling| ruling.action.clone())
                .unwrap_or_default(),
            resource: done
                .ruling
                .as_ref()
                .map(|ruling| ruling.resource.clone())
                .unwrap_or_default(),
            checked: done.checked,
            decision: done.ruling.as_ref().map(|ruling| ruling.explanation.decision),
            explanation: done.ruling.map(|ruling| ruling.explanation),
            status: response.status().as_u16(),
            error_code,
            event,
        });
        let outcome = match fault {
            Some(FaultKind::ResetBefore | FaultKind::ResetAfter) => Outcome::Reset,
            Some(FaultKind::HangBefore | FaultKind::HangAfter) => Outcome::Hang,
            _ => Outcome::Response(response),
        };
        Reply { delay, outcome }
    }
}

fn answered(response: Response<Bytes>) -> Reply {
    Reply {
        delay: Duration::ZERO,
        outcome: Outcome::Response(response),
    }
}

/// The service that the request was signed for. An unsigned one is for the service whose action it names, or else
/// for S3, the only one that answers anonymous callers. `Err` is the name of a service that is not here.
fn service_of(
    parts: &Parts,
    body: &Bytes,
    claim: &Result<Option<Claim>, Problem>,
) -> Result<Service, String> {
    if let Ok(Some(claim)) = claim {
        return Service::from_scope(&claim.scope.service).ok_or_else(|| claim.scope.service.clone());
    }
    if json_operation(parts).is_some() {
        return Ok(Service::CloudTrail);
    }
    let params = query_params(parts, body);
    let Some(action) = params.get("Action") else {
        return Ok(Service::S3);
    };
    let by_name = [Service::Iam, Service::Sts, Service::Ec2]
        .into_iter()
        .find(|service| operations::find(*service, action).is_some());
    Ok(by_name.unwrap_or(Service::Sts))
}

/// The operation of CloudTrail that `X-Amz-Target` names; its models spell the service in two ways.
fn json_operation(parts: &Parts) -> Option<&str> {
    let target = parts.headers.get("x-amz-target")?.to_str().ok()?;
    let target = target
        .strip_prefix("com.amazonaws.cloudtrail.v20131101.")
        .unwrap_or(target);
    target.strip_prefix("CloudTrail_20131101.")
}

/// Parameters of the query protocol, which stand in the body of a POST or in the query of a GET.
fn query_params(parts: &Parts, body: &Bytes) -> Params {
    if parts.method == Method::POST {
        Params::parse(&String::from_utf8_lossy(body))
    } else {
        Params::parse(parts.uri.query().unwrap_or_default())
    }
}

impl Asked {
    fn new(parts: Parts, body: Bytes, claim: Result<Option<Claim>, Problem>, service: Service) -> Asked {
        let target = Target::of(&parts);
        let (params, name) = match service {
            Service::S3 => (Params::default(), target.operation()),
            Service::CloudTrail => {
                let name = json_operation(&parts).unwrap_or_default().to_owned();
                (Params::default(), name)
            }
            Service::Iam | Service::Sts | Service::Ec2 => {
                let params = query_params(&parts, &body);
                let name = params.get("Action").unwrap_or_default().to_owned();
                (params, name)
            }
        };
        let operation = operations::find(service, &name);
        Asked {
            parts,
            body,
            claim,
            service,
            name,
            operation,
            params,
            target,
        }
    }
}

impl State {
    fn perform(
        &mut self,
        asked: &mut Asked,
        default_account: &iam_policy::AccountId,
        now: Timestamp,
        real_now: Timestamp,
    ) -> Done {
        let failed = |principal: String, error| Done {
            principal,
            ruling: None,
            checked: Vec::new(),
            result: Err(error),
            event: None,
        };
        // One replica answers the whole request.
        let view = View {
            replica: self.random.below(REPLICAS),
            now,
        };
        let (caller, content) = match self.caller(asked, default_account, view, real_now) {
            Ok(known) => known,
            Err(error) => return failed(String::new(), error),
        };
        let principal = caller.arn();
        let Some(operation) = asked.operation else {
            let version = asked.params.get("Version");
            return failed(
                principal,
                operations::unknown(asked.service, &asked.name, version),
            );
        };
        let region = self.region(asked);
        let event = Event::of(&Asking {
            service: asked.service,
            operation: operation.name,
            caller: &caller,
            params: &asked.params,
            target: &asked.target,
            headers: &asked.parts.headers,
            body: &content.body,
            region: &region,
            seal: &self.world.seal,
            before: self.log.back().and_then(|call| call.event.as_deref()),
        });
        // As AWS does, after the signature and before the permissions: those are about names that must be names.
        let checked = operations::check_version(asked.service, operation.name, asked.params.get("Version"))
            .and_then(|()| constraints::check(asked.service, operation.name, &asked.params));
        if let Err(error) = checked {
            return Done {
                event,
                ..failed(principal, error)
            };
        }
        let mut call = Call {
            world: &mut self.world,
            random: &mut self.random,
            compiled: &self.compiled,
            log: &self.log,
            recorded: self.recorded,
            propagation: self.propagation,
            view,
            real_now,
            service: asked.service,
            operation: operation.name,
            region: &region,
            caller,
            input: Input {
                params: std::mem::take(&mut asked.params),
                target: asked.target.clone(),
                headers: std::mem::take(&mut asked.parts.headers),
                trailer: content.trailer,
                body: content.body,
            },
            checked: RefCell::default(),
        };
        let (ruling, permission) = match (operation.authorize)(&call) {
            Ok(Authorization::Open | Authorization::Within) => (None, Ok(())),
            Ok(Authorization::Required(checks)) => {
                let (ruling, permission) = authorization::decide(&call, *checks);
                (Some(ruling), permission)
            }
            Err(error) => (None, Err(error)),
        };
        call.note_use(ruling.as_ref().map(|ruling| ruling.action.as_str()));
        // Who brings a token in place of a signature is found out on the way.
        let principal = match &ruling {
            Some(ruling) if call.caller.access_key.is_empty() => ruling.explanation.principal.clone(),
            _ => principal,
        };
        let result = permission.and_then(|()| (operation.run)(&mut call));
        Done {
            principal,
            ruling,
            checked: call.checked.into_inner(),
            result,
            event,
        }
    }

    /// The region that the request has come to. A URL of Signature Version 2 says none: it is good where the bucket is.
    fn region(&self, asked: &Asked) -> String {
        let claimed = match &asked.claim {
            Ok(Some(claim)) if claim.place != Place::OldQuery => Some(claim.scope.region.as_str()),
            Ok(Some(_)) => asked
                .target
                .bucket
                .as_ref()
                .and_then(|name| self.world.buckets.get(name))
                .map(|bucket| bucket.region.as_str()),
            _ => None,
        };
        claimed.unwrap_or("us-east-1").to_owned()
    }

    fn caller(
        &self,
        asked: &Asked,
        default_account: &iam_policy::AccountId,
        view: View,
        real_now: Timestamp,
    ) -> Result<(Caller, Content), ApiError> {
        let service = asked.service;
        match &asked.claim {
            Err(problem) => Err(signature::refusal(service, problem)),
            Ok(Some(claim)) if claim.place == Place::OldQuery && !takes_version_2(&self.region(asked)) => {
                Err(signature::refusal(service, &Problem::OldVersion))
            }
            Ok(Some(claim)) => {
                let evidence = Evidence {
                    service,
                    claim,
                    parts: &asked.parts,
                    body: &asked.body,
                    keys: &self.keys,
                    real_now,
                };
                authenticate(&self.world, view, &evidence)
            }
            // Anonymous callers get as far as bucket policies let them.
            Ok(None) if service == Service::S3 && asked.target.bucket.is_some() => {
                let owner = asked
                    .target
                    .bucket
                    .as_ref()
                    .and_then(|name| self.world.buckets.get(name));
                let account = owner.map_or(default_account, |bucket| &bucket.account).clone();
                let content = Content::unsigned(&asked.parts, &asked.body)
                    .map_err(|problem| signature::refusal(service, &problem))?;
                Ok((Caller::anonymous(account), content))
            }
            // The token that such a call brings is proof enough.
            Ok(None) if service == Service::Sts && asked.name == "AssumeRoleWithWebIdentity" => {
                let content = Content::unsigned(&asked.parts, &asked.body)
                    .map_err(|problem| signature::refusal(service, &problem))?;
                Ok((Caller::anonymous(default_account.clone()), content))
            }
            Ok(None) => Err(ApiError::unsigned(service)),
        }
    }
}
