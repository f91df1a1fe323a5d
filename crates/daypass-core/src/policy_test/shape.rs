//! What a test file may hold, as tables: the reader knows its keys by them, and the JSON Schema is made of them.

use serde_json::{Map, Value, json};

use crate::team::schema::of_shape;
use crate::team::shape::{Form, Key, Shape, TEXT, key, required};

/// Which kinds of policy a file names, in the order of the docs.
pub(super) const KINDS: [&str; 8] = [
    "identity", "resource", "boundary", "session", "trust", "scp", "rcp", "endpoint",
];

const POLICY: Form = Form::Either(&TEXT, &POLICY_OBJECT);
const POLICY_OBJECT: Form = Form::Object(&NAMED_POLICY);
const LEVEL_OBJECT: Form = Form::Object(&LEVEL);
const POLICY_OR_LEVEL: Form = Form::Either(&POLICY, &LEVEL_OBJECT);
const REASON_OBJECT: Form = Form::Object(&REASON);

pub(super) static NAMED_POLICY: Shape = Shape {
    place: "a policy",
    about: "A policy document, and where it is.",
    keys: &[
        key("file", TEXT, "A JSON or YAML file, beside this one."),
        key("managed", TEXT, "A policy of AWS's, by name or ARN."),
        key("team", TEXT, "A team whose policy it is; `policy` names which."),
        key(
            "policy",
            TEXT,
            "The policy of the team, as its aws-policies file calls it.",
        ),
        key(
            "dir",
            TEXT,
            "Where the team's files are [default: the nearest directory above that has aws-policies].",
        ),
        key("document", Form::Document, "The document itself."),
    ],
    some_of: &[&["file", "managed", "team", "document"]],
    not_both: &[
        ("file", "managed"),
        ("file", "team"),
        ("file", "document"),
        ("managed", "team"),
        ("managed", "document"),
        ("team", "document"),
    ],
};

pub(super) static LEVEL: Shape = Shape {
    place: "a level",
    about: "What is attached to one level of the organization.",
    keys: &[
        required("level", TEXT, "What people call it: root, a unit, account."),
        required(
            "policies",
            Form::OneOrList(&POLICY),
            "The policies; together they must allow.",
        ),
    ],
    some_of: &[],
    not_both: &[],
};

pub(super) static POLICIES: Shape = Shape {
    place: "policies",
    about: "The policies in force, by kind. A kind that is left out is not in force.",
    keys: &[
        key(
            "identity",
            Form::OneOrList(&POLICY),
            "Policies of the user and its groups, or of the role.",
        ),
        key("resource", POLICY, "The policy of the resource."),
        key("boundary", Form::OneOrList(&POLICY), "The permissions boundary."),
        key("session", Form::OneOrList(&POLICY), "Session policies."),
        key(
            "trust",
            POLICY,
            "The trust policy of the role that sts:AssumeRole is about.",
        ),
        key(
            "scp",
            Form::OneOrList(&POLICY_OR_LEVEL),
            "Service control policies, from the root to the principal's account.",
        ),
        key(
            "rcp",
            Form::OneOrList(&POLICY_OR_LEVEL),
            "Resource control policies, from the root to the resource's account.",
        ),
        key(
            "endpoint",
            POLICY,
            "The policy of the VPC endpoint that requests come through.",
        ),
    ],
    some_of: &[&["identity", "resource", "trust"]],
    not_both: &[],
};

const PRINCIPAL: Key = key(
    "principal",
    TEXT,
    "Who asks: the ARN of a user, a role or a session, `anonymous`, or a service.",
);
const RESOURCE_ACCOUNT: Key = key(
    "resource_account",
    Form::Account,
    "Whose the resources are, where their ARNs do not tell.",
);
const CONTEXT: Key = key(
    "context",
    Form::Context,
    "Condition keys and their values, beside those that follow from principal, resource and moment.",
);
const AT: Key = key(
    "at",
    Form::Moment,
    "The moment of the requests: an instant, or a day for its first one [default: now].",
);

pub(super) static DEFAULTS: Shape = Shape {
    place: "defaults",
    about: "What holds for every case that does not say otherwise.",
    keys: &[PRINCIPAL, RESOURCE_ACCOUNT, CONTEXT, AT],
    some_of: &[],
    not_both: &[],
};

pub(super) static REASON: Shape = Shape {
    place: "a reason",
    about: "Why the decision is to be what it is; all of what is written has to be so.",
    keys: &[
        key(
            "decision",
            Form::Choice(&["allow", "implicit_deny", "explicit_deny"]),
            "The decision.",
        ),
        key(
            "statement",
            TEXT,
            "The Sid of a statement that decides; for an implicit deny, of one that comes near.",
        ),
        key(
            "policy",
            Form::Choice(&KINDS),
            "The kind of policy that allows, denies, or does not allow where it has to.",
        ),
        key(
            "key",
            TEXT,
            "The condition key that makes the difference: of a Deny that holds, or of an Allow that does not.",
        ),
    ],
    some_of: &[&["decision", "statement", "policy", "key"]],
    not_both: &[],
};

pub(super) static CASE: Shape = Shape {
    place: "a case",
    about: "What is to be allowed, or denied. Every action on every resource has to be.",
    keys: &[
        key("name", TEXT, "What the case is about."),
        key(
            "allow",
            Form::OneOrList(&TEXT),
            "Actions that are allowed; `s3:Get*` is every such action of AWS's.",
        ),
        key("deny", Form::OneOrList(&TEXT), "Actions that are denied."),
        key(
            "on",
            Form::OneOrList(&TEXT),
            "ARNs of resources; a wildcard is a family [default: `*`, every resource that the action has].",
        ),
        PRINCIPAL,
        RESOURCE_ACCOUNT,
        CONTEXT,
        AT,
        key(
            "reason",
            Form::Either(&TEXT, &REASON_OBJECT),
            "Why: the Sid of a statement, or more in detail.",
        ),
    ],
    some_of: &[&["allow", "deny"]],
    not_both: &[("allow", "deny")],
};

const DEFAULTS_FORM: Form = Form::Object(&DEFAULTS);
const POLICIES_FORM: Form = Form::Object(&POLICIES);
const CASE_FORM: Form = Form::Object(&CASE);

pub(super) static FILE: Shape = Shape {
    place: "a test file",
    about: "What policies should allow and deny.",
    keys: &[
        required("policies", POLICIES_FORM, "The policies in force."),
        key(
            "defaults",
            DEFAULTS_FORM,
            "What holds for every case that does not say otherwise.",
        ),
        required(
            "cases",
            Form::List(&CASE_FORM),
            "What is to be allowed, and denied.",
        ),
    ],
    some_of: &[],
    not_both: &[],
};

/// The JSON Schema of test files (draft 2020-12). What it refuses, the reader refuses; the reader knows more.
pub fn schema() -> Value {
    let mut schema = Map::new();
    schema.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".to_owned(), json!(FILE.place));
    if let Value::Object(object) = of_shape(&FILE) {
        schema.extend(object);
    }
    Value::Object(schema)
}
