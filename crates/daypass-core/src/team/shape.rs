//! What the files may hold, as tables: the reader knows its keys by them, and the JSON Schemas are made of them.

/// An object of known keys.
#[derive(Debug)]
pub(crate) struct Shape {
    /// What people call it, with its article.
    pub(crate) place: &'static str,
    pub(crate) about: &'static str,
    pub(crate) keys: &'static [Key],
    /// Of each list at least one key is there.
    pub(crate) some_of: &'static [&'static [&'static str]],
    /// Of each pair at most one key is there.
    pub(crate) not_both: &'static [(&'static str, &'static str)],
}

/// A key of an object.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) form: Form,
    pub(crate) required: bool,
}

/// What a key takes.
#[derive(Debug)]
pub(crate) enum Form {
    /// Text that is not empty.
    Text,
    /// Text of this pattern (ECMA-262).
    Pattern(&'static str),
    /// One of these.
    Choice(&'static [&'static str]),
    /// Twelve digits.
    Account,
    /// `true` or `false`.
    Flag,
    /// A whole number of days.
    Days,
    /// A day or an instant.
    Moment,
    /// A list with at least one element.
    List(&'static Form),
    /// A value, or a list of them with at least one element.
    OneOrList(&'static Form),
    /// A list that may be empty.
    Entries(&'static Form),
    Object(&'static Shape),
    /// Any keys of this pattern, and what each has.
    Map(&'static str, &'static Form),
    /// One of the two.
    Either(&'static Form, &'static Form),
    /// The form, or nothing at all.
    OrNothing(&'static Form),
    /// A statement's Condition: operators, keys, values.
    Conditions,
    /// A request's context: condition keys and their values, or nothing for a key that is not in it.
    Context,
    /// A policy document.
    Document,
}

pub(crate) const LONGEST_TERM: u16 = 366;

pub(crate) const fn key(name: &'static str, form: Form, about: &'static str) -> Key {
    Key {
        name,
        about,
        form,
        required: false,
    }
}

pub(crate) const fn required(name: &'static str, form: Form, about: &'static str) -> Key {
    Key {
        name,
        about,
        form,
        required: true,
    }
}

const USER: Form = Form::Pattern("^[A-Za-z0-9+=,._@-]+$");
const ROLE: Form = Form::Pattern("^[A-Za-z0-9+=,.@_-]{1,64}$");
const GROUP: Form = Form::Pattern("^[A-Za-z0-9+=,.@_-]{1,128}$");
const ENVIRONMENT: Form = Form::Pattern("^[A-Za-z0-9._*?-]+$");
const GRANT: Form = Form::Pattern("^[A-Za-z0-9+,.@_-]{1,128}$");
pub(crate) const TEXT: Form = Form::Text;
/// A managed policy: the whole ARN, or for a boundary the name that it has in each account.
const BOUNDARY: Form = Form::Pattern("^(arn:[^:]+:iam::(aws|[0-9]{12}):policy/.+|[A-Za-z0-9+=,.@_/-]+)$");

static STATEMENT: Shape = Shape {
    place: "a statement",
    about: "A statement of the policy language.",
    keys: &[
        key(
            "sid",
            Form::Pattern("^[A-Za-z0-9]+$"),
            "The statement's name: letters and digits.",
        ),
        required(
            "effect",
            Form::Choice(&["Allow", "Deny"]),
            "Allow or Deny. An end never touches a Deny.",
        ),
        key(
            "actions",
            Form::OneOrList(&TEXT),
            "The actions, such as `s3:GetObject`; `*` and `?` are wildcards.",
        ),
        key(
            "not_actions",
            Form::OneOrList(&TEXT),
            "Every action but these (NotAction).",
        ),
        key(
            "resources",
            Form::OneOrList(&TEXT),
            "The resources' ARNs, or `*`.",
        ),
        key(
            "not_resources",
            Form::OneOrList(&TEXT),
            "Every resource but these (NotResource).",
        ),
        key(
            "condition",
            Form::Conditions,
            "When it applies: operator, condition key, value (Condition).",
        ),
    ],
    some_of: &[&["actions", "not_actions"], &["resources", "not_resources"]],
    not_both: &[("actions", "not_actions"), ("resources", "not_resources")],
};

const STATEMENT_FORM: Form = Form::Object(&STATEMENT);
const MANAGED: Form = Form::Pattern("^arn:[^:]+:iam::(aws|[0-9]{12}):policy/.+$");

pub(crate) static POLICY: Shape = Shape {
    place: "a policy",
    about: "A policy that can be granted: AWS managed policies, statements of your own, or both.",
    keys: &[
        key("description", TEXT, "What it is for."),
        key(
            "managed_policies",
            Form::List(&MANAGED),
            "ARNs of managed policies: AWS's, or the account's own.",
        ),
        key(
            "custom_statements",
            Form::List(&STATEMENT_FORM),
            "Statements of your own.",
        ),
        key(
            "require_mfa",
            Form::Flag,
            "Allow only what is signed in with MFA.",
        ),
        key(
            "max_days",
            Form::Days,
            "The most days that a temporary grant of it lasts, in place of the default.",
        ),
        key(
            "delivery",
            Form::Choice(&["auto", "policy", "role"]),
            "How temporary access is delivered: policies of the user's, or a role that only they can assume. \
             `auto` takes policies while they fit.",
        ),
        key(
            "boundary",
            BOUNDARY,
            "The permissions boundary of a role that delivers it: an ARN, or a name.",
        ),
    ],
    some_of: &[&["managed_policies", "custom_statements"]],
    not_both: &[],
};

pub(crate) const STATEMENT_SHAPE: &Shape = &STATEMENT;

const PRINCIPALS: &[&str] = &["user", "users", "role", "roles", "group", "groups"];

macro_rules! access {
    ($name:ident, $place:literal, $about:literal, [$($more:expr),* $(,)?]) => {
        pub(crate) static $name: Shape = Shape {
            place: $place,
            about: $about,
            keys: &[
                key("description", TEXT, "What the access is for."),
                key("user", USER, "One user, as an e-mail address or an IAM name."),
                key("users", Form::List(&USER), "Users, as e-mail addresses or IAM names."),
                key("role", ROLE, "One IAM role, by name."),
                key("roles", Form::List(&ROLE), "IAM roles, by name."),
                key("group", GROUP, "One IAM group, by name."),
                key("groups", Form::List(&GROUP), "IAM groups, by name."),
                key("environment", ENVIRONMENT, "One environment of aws-accounts; `*` and `?` are wildcards."),
                key("environments", Form::List(&ENVIRONMENT), "Environments of aws-accounts; `*` and `?` are wildcards."),
                key("grant", GRANT, "One policy of aws-policies."),
                key("grants", Form::List(&GRANT), "Policies of aws-policies."),
                key("reason", TEXT, "Why."),
                key("ticket", TEXT, "Where it was asked for."),
                $($more,)*
            ],
            some_of: &[PRINCIPALS, &["environment", "environments"], &["grant", "grants"]],
            not_both: &[],
        };
    };
}

access!(
    PERMANENT,
    "permanent access",
    "Who has which access until the entry is removed.",
    []
);
access!(
    TEMPORARY,
    "temporary access",
    "Who has which access until when.",
    [
        required(
            "expiration_date",
            Form::Moment,
            "The last day (`2026-11-30`, through that day), or the instant of the end (`2026-11-30T18:00:00Z`)."
        ),
        key(
            "starts_at",
            Form::Moment,
            "The first day, or the instant of the start; without it, at once."
        ),
    ]
);

const ACCOUNT: Form = Form::Account;
const POLICY_FORM: Form = Form::Object(&POLICY);
const PERMANENT_FORM: Form = Form::Object(&PERMANENT);
const TEMPORARY_FORM: Form = Form::Object(&TEMPORARY);
const ACCOUNT_MAP: Form = Form::Map("^[A-Za-z0-9._-]{1,64}$", &ACCOUNT);
const POLICY_MAP: Form = Form::Map("^[A-Za-z0-9+,.@_-]{1,128}$", &POLICY_FORM);
const PERMANENT_LIST: Form = Form::Entries(&PERMANENT_FORM);
const TEMPORARY_LIST: Form = Form::Entries(&TEMPORARY_FORM);

macro_rules! file {
    ($name:ident, $place:literal, $key:literal, $form:expr, $about:literal) => {
        pub(crate) static $name: Shape = Shape {
            place: $place,
            about: $about,
            keys: &[required($key, Form::OrNothing(&$form), $about)],
            some_of: &[],
            not_both: &[],
        };
    };
}

file!(
    ACCOUNTS_FILE,
    "an accounts file",
    "aws-accounts",
    ACCOUNT_MAP,
    "The team's accounts: a name for each, and its id."
);
file!(
    POLICIES_FILE,
    "a policies file",
    "aws-policies",
    POLICY_MAP,
    "The policies that the team can grant, by name."
);
file!(
    PERMANENT_FILE,
    "a permanent access file",
    "permanent-access",
    PERMANENT_LIST,
    "Access without an end."
);
file!(
    TEMPORARY_FILE,
    "a temporary access file",
    "temporary-access",
    TEMPORARY_LIST,
    "Access until a day or an instant."
);

const USERNAME_CHOICE: Form = Form::Choice(&["strip-domain", "keep"]);
const USERNAME: Form = Form::Pattern("^[A-Za-z0-9+=,.@_-]{1,64}$");
const USERNAME_MAP: Form = Form::Map("^[A-Za-z0-9+=,._@-]+$", &USERNAME);

pub(crate) static SETTINGS_FILE: Shape = Shape {
    place: "daypass.yaml",
    about: "What holds for every team of the directory.",
    keys: &[
        key(
            "max_days",
            Form::Days,
            "The most days that temporary access lasts [default: 6].",
        ),
        key(
            "timezone",
            TEXT,
            "The zone of days without a time, such as Europe/Berlin [default: UTC].",
        ),
        key(
            "deployer_role",
            ROLE,
            "The role that daypass assumes in each account [default: AWSSelfServeDeployer].",
        ),
        key(
            "usernames",
            Form::Either(&USERNAME_CHOICE, &USERNAME_MAP),
            "How users become IAM users: `strip-domain` (bert@example.com is bert), `keep`, or a map of those who are \
             called otherwise; whoever is not in the map loses the domain [default: strip-domain].",
        ),
        key(
            "policy_path",
            Form::Pattern("^/([A-Za-z0-9+=,.@_/-]*/)?$"),
            "The IAM path of what daypass makes [default: /daypass/].",
        ),
        key(
            "boundary",
            BOUNDARY,
            "The permissions boundary of every role that daypass makes: an ARN, or a name.",
        ),
        key(
            "session_name",
            Form::Pattern("^[A-Za-z0-9+=,.@_-]{2,64}$"),
            "The name of daypass's sessions, as CloudTrail shows it [default: daypass].",
        ),
    ],
    some_of: &[],
    not_both: &[],
};
