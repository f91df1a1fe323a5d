//! One event as CloudTrail tells it ("CloudTrail record contents" and "CloudTrail userIdentity element", AWS CloudTrail
//! User Guide).

use iam_policy::AccountId;
use iam_policy::syntax::{NodeKind, parse_json};
use sha2::{Digest, Sha256};

use crate::authorization::context::SOURCE_IP;
use crate::event::{Event, is_read_only, uuid};
use crate::operations::call::iso;
use crate::record::CallRecord;
use crate::wire::json::Json;
use crate::world::credential::CallerKind;
use crate::world::entity::arn;

/// By the name of the parameter, what kind of resource it names.
const RESOURCES: [(&str, &str); 8] = [
    ("userName", "AWS::IAM::User"),
    ("roleName", "AWS::IAM::Role"),
    ("roleArn", "AWS::IAM::Role"),
    ("groupName", "AWS::IAM::Group"),
    ("policyArn", "AWS::IAM::Policy"),
    ("instanceProfileName", "AWS::IAM::InstanceProfile"),
    ("bucketName", "AWS::S3::Bucket"),
    ("instanceId", "AWS::EC2::Instance"),
];

/// An event, as one account is told it.
pub(super) struct Told<'a> {
    record: &'a CallRecord,
    event: &'a Event,
    recipient: &'a AccountId,
}

impl<'a> Told<'a> {
    /// `recipient` sees it because it is the caller's account, or the role's.
    pub(super) fn new(record: &'a CallRecord, event: &'a Event, recipient: &AccountId) -> Told<'a> {
        let of_role = event
            .role_account
            .as_ref()
            .filter(|account| *account == recipient);
        Told {
            record,
            event,
            recipient: of_role.unwrap_or(&event.caller.account),
        }
    }

    pub(super) fn seconds(&self) -> i64 {
        self.record.at.as_second()
    }

    /// Does the lookup attribute `key` have this value?
    pub(super) fn has(&self, key: &str, value: &str) -> bool {
        match key {
            "EventId" => self.id() == value,
            "EventName" => self.record.operation == value,
            "ReadOnly" => self.read_only() == value,
            "Username" => self.user_name() == Some(value),
            "EventSource" => self.source() == value,
            "AccessKeyId" => self.access_key() == Some(value),
            "ResourceType" => self.resources().iter().any(|(kind, _)| *kind == value),
            "ResourceName" => self.resources().iter().any(|(_, name)| name == value),
            _ => false,
        }
    }

    /// As it stands in the answer.
    pub(super) fn json(&self) -> Json {
        let resources = self.resources().into_iter().map(|(kind, name)| {
            Json::object([("ResourceType", kind.into()), ("ResourceName", Json::Text(name))])
        });
        let mut members = vec![
            ("EventId", Json::Text(self.id())),
            ("EventName", self.record.operation.as_str().into()),
            ("ReadOnly", self.read_only().into()),
        ];
        members.extend(self.access_key().map(|key| ("AccessKeyId", key.into())));
        members.push(("EventTime", Json::number(self.seconds())));
        members.push(("EventSource", Json::Text(self.source())));
        members.extend(self.user_name().map(|name| ("Username", name.into())));
        members.push(("Resources", Json::List(resources.collect())));
        members.push(("CloudTrailEvent", Json::Text(self.whole().to_string())));
        object(members)
    }

    fn whole(&self) -> Json {
        let Told { record, event, .. } = self;
        let parameters = parse_json(&event.parameters).map_or(Json::Null, |node| Json::from(&node));
        let mut members = vec![
            ("eventVersion", "1.11".into()),
            ("userIdentity", self.identity()),
            ("eventTime", Json::Text(iso(record.at))),
            ("eventSource", Json::Text(self.source())),
            ("eventName", record.operation.as_str().into()),
            ("awsRegion", (*event.region).into()),
            ("sourceIPAddress", SOURCE_IP.into()),
            ("userAgent", (*event.agent).into()),
        ];
        if let Some(code) = &record.error_code {
            // "Troubleshooting API request errors", Amazon EC2 API Reference.
            let side = match (record.service.as_str(), record.status) {
                ("ec2", 500..) => "Server.",
                ("ec2", _) => "Client.",
                _ => "",
            };
            members.push(("errorCode", Json::Text(format!("{side}{code}"))));
            members.push(("errorMessage", event.error.as_deref().into()));
        }
        members.extend([
            ("requestParameters", parameters),
            ("responseElements", Json::Null),
            ("requestID", Json::Text(uuid(event.request))),
            ("eventID", Json::Text(self.id())),
            ("readOnly", is_read_only(&record.operation).into()),
            ("eventType", "AwsApiCall".into()),
            ("managementEvent", true.into()),
            ("recipientAccountId", Json::text(self.recipient)),
        ]);
        let others = event.role_account.as_ref();
        if others.is_some_and(|account| *account != event.caller.account) && record.error_code.is_none() {
            members.push(("sharedEventID", Json::Text(self.id_for("everybody"))));
        }
        members.push(("eventCategory", "Management".into()));
        object(members)
    }

    fn identity(&self) -> Json {
        let caller = &self.event.caller;
        let account = Json::text(&caller.account);
        // Another account is told which account it was, and which of its principals, but not by name.
        if *self.recipient != caller.account {
            return Json::object([
                ("type", "AWSAccount".into()),
                ("principalId", Json::Text(caller.user_id())),
                ("accountId", account),
            ]);
        }
        let kind = match &caller.kind {
            CallerKind::User { .. } => "IAMUser",
            CallerKind::Role { .. } => "AssumedRole",
            CallerKind::Federated { .. } => "FederatedUser",
            CallerKind::Root => "Root",
            CallerKind::Anonymous if self.record.service == "sts" => {
                return self.web_identity();
            }
            CallerKind::Anonymous => {
                return Json::object([
                    ("type", "AWSAccount".into()),
                    ("principalId", "".into()),
                    ("accountId", "anonymous".into()),
                ]);
            }
        };
        let mut members = vec![
            ("type", kind.into()),
            ("principalId", Json::Text(caller.user_id())),
            ("arn", Json::Text(caller.arn())),
            ("accountId", account),
            ("accessKeyId", caller.access_key.as_str().into()),
        ];
        if let CallerKind::User { name, .. } = &caller.kind {
            members.push(("userName", name.as_str().into()));
        }
        if let Some(session) = self.session() {
            members.push(("sessionContext", session));
        }
        object(members)
    }

    /// "Values for AWS STS APIs with SAML and web identity federation", on the page of the element.
    fn web_identity(&self) -> Json {
        let mut members = vec![("type", "WebIdentityUser".into())];
        let provider = self.record.principal.as_str();
        if let Some(token) = &self.event.token
            && !provider.is_empty()
        {
            let id = format!("{provider}:{}:{}", token.audience, token.subject);
            members.extend([
                ("principalId", Json::Text(id)),
                ("userName", token.subject.as_str().into()),
                ("identityProvider", provider.into()),
            ]);
        }
        object(members)
    }

    fn session(&self) -> Option<Json> {
        let session = self.event.session.as_ref()?;
        let caller = &self.event.caller;
        let mut members = Vec::new();
        match &caller.kind {
            CallerKind::Role { name, path, id, .. } => members.push((
                "sessionIssuer",
                Json::object([
                    ("type", "Role".into()),
                    ("principalId", id.as_str().into()),
                    ("arn", Json::Text(arn(&caller.account, "role", path, name))),
                    ("accountId", Json::text(&caller.account)),
                    ("userName", name.as_str().into()),
                ]),
            )),
            CallerKind::Federated { user, user_id, .. } => members.push((
                "sessionIssuer",
                Json::object([
                    ("type", "IAMUser".into()),
                    ("principalId", user_id.as_str().into()),
                    ("accountId", Json::text(&caller.account)),
                    ("userName", user.as_str().into()),
                ]),
            )),
            CallerKind::User { .. } | CallerKind::Root | CallerKind::Anonymous => {}
        }
        members.push((
            "attributes",
            Json::object([
                ("creationDate", Json::Text(iso(session.issued))),
                // A text, as CloudTrail has it.
                ("mfaAuthenticated", Json::text(session.has_mfa)),
            ]),
        ));
        if let Some(identity) = &session.source_identity {
            members.push(("sourceIdentity", identity.as_str().into()));
        }
        Some(object(members))
    }

    /// The same for the same call, and another for each account that is told of it.
    fn id(&self) -> String {
        self.id_for(self.recipient.as_ref())
    }

    fn id_for(&self, whom: &str) -> String {
        let mut hash = Sha256::new_with_prefix(self.event.request.to_be_bytes());
        hash.update(whom);
        let bytes = hash.finalize();
        uuid(
            bytes
                .iter()
                .take(16)
                .fold(0, |number, byte| number << 8 | u128::from(*byte)),
        )
    }

    fn source(&self) -> String {
        format!("{}.amazonaws.com", self.record.service)
    }

    fn read_only(&self) -> &'static str {
        if is_read_only(&self.record.operation) {
            "true"
        } else {
            "false"
        }
    }

    fn access_key(&self) -> Option<&str> {
        let key = self.event.caller.access_key.as_str();
        (!key.is_empty() && *self.recipient == self.event.caller.account).then_some(key)
    }

    /// The user, or the session by its name.
    fn user_name(&self) -> Option<&str> {
        if *self.recipient != self.event.caller.account {
            return None;
        }
        match &self.event.caller.kind {
            CallerKind::User { name, .. } | CallerKind::Federated { name, .. } => Some(name),
            CallerKind::Role { session_name, .. } => Some(session_name),
            CallerKind::Root => Some("root"),
            CallerKind::Anonymous => self.event.token.as_ref().map(|token| token.subject.as_str()),
        }
    }

    /// What the request names.
    fn resources(&self) -> Vec<(&'static str, String)> {
        let Ok(node) = parse_json(&self.event.parameters) else {
            return Vec::new();
        };
        let NodeKind::Object(members) = node.kind else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for member in members {
            let Some((_, kind)) = RESOURCES.iter().find(|(name, _)| *name == member.key) else {
                continue;
            };
            match member.value.kind {
                NodeKind::String(name) => found.push((*kind, name)),
                NodeKind::Array(items) => {
                    found.extend(items.into_iter().filter_map(|item| match item.kind {
                        NodeKind::String(name) => Some((*kind, name)),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        found
    }
}

fn object(members: Vec<(&str, Json)>) -> Json {
    Json::Object(
        members
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}
