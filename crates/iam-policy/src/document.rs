//! A policy document as data: what was written, where it stands, nothing decided yet.
//! IAM User Guide, "IAM JSON policy element reference".

use crate::span::Span;

/// A policy document of any kind: identity-based, resource-based, trust, boundary, session, SCP or RCP.
///
/// A document is neutral: whether an element is right for its place is asked with
/// [`check_as`](Document::check_as).
///
/// Equality compares everything, spans included; [`same_meaning`](Document::same_meaning) compares
/// what the documents say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The version of the language; [`Version::V2008`] where none is written.
    pub version: Version,
    /// Where the version is written, if it is.
    pub version_span: Option<Span>,
    /// The `Id` element.
    pub id: Option<String>,
    /// The statements in the order written.
    pub statements: Vec<Statement>,
    /// The whole object.
    pub span: Span,
}

/// The version of the policy language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, which applies when no version is written: policy variables are literal text.
    V2008,
    /// `2012-10-17`, the current one.
    V2012,
}

impl Version {
    /// As written in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Version::V2008 => "2008-10-17",
            Version::V2012 => "2012-10-17",
        }
    }
}

/// What a matching statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Permits the request, unless something denies it.
    Allow,
    /// Denies the request, whatever permits it.
    Deny,
}

impl Effect {
    /// As written in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        }
    }
}

impl std::fmt::Display for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The statement's name.
    pub sid: Option<String>,
    /// Allow or Deny.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`, if written.
    pub principal: Option<PrincipalClause>,
    /// `Action` or `NotAction`.
    pub action: ActionClause,
    /// `Resource` or `NotResource`; trust policies have none.
    pub resource: Option<ResourceClause>,
    /// One entry for each operator and key; all must hold.
    pub conditions: Vec<Condition>,
    /// The whole object.
    pub span: Span,
}

/// `Action` or `NotAction`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionClause {
    /// Whether it is `NotAction`.
    pub negated: bool,
    /// Patterns such as `s3:Get*`.
    pub actions: ValueList,
    /// The element's name in the text.
    pub key_span: Span,
}

/// `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceClause {
    /// Whether it is `NotResource`.
    pub negated: bool,
    /// Patterns such as `arn:aws:s3:::bucket/*`.
    pub resources: ValueList,
    /// The element's name in the text.
    pub key_span: Span,
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalClause {
    /// Whether it is `NotPrincipal`.
    pub negated: bool,
    /// Who.
    pub who: Who,
    /// The element's name in the text.
    pub key_span: Span,
}

/// The value of a principal element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The string `"*"`.
    Everyone(Span),
    /// A map from kind of principal to values.
    Listed(Vec<PrincipalEntry>),
}

/// One kind of principal and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalEntry {
    /// Which kind.
    pub kind: PrincipalType,
    /// The kind in the text.
    pub kind_span: Span,
    /// ARNs, account ids, service names; whatever the kind takes.
    pub values: ValueList,
}

/// The kinds of principal that a principal element can list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalType {
    /// `AWS`: accounts, users, roles, sessions, or `*`.
    Aws,
    /// `Service`: service principals such as `ec2.amazonaws.com`.
    Service,
    /// `Federated`: identity providers.
    Federated,
    /// `CanonicalUser`: an account as Amazon S3 names it.
    CanonicalUser,
}

impl PrincipalType {
    /// All of them.
    pub const ALL: [PrincipalType; 4] = [
        PrincipalType::Aws,
        PrincipalType::Service,
        PrincipalType::Federated,
        PrincipalType::CanonicalUser,
    ];

    /// As written in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            PrincipalType::Aws => "AWS",
            PrincipalType::Service => "Service",
            PrincipalType::Federated => "Federated",
            PrincipalType::CanonicalUser => "CanonicalUser",
        }
    }
}

/// One condition: an operator on a key, with the values of which one must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// As written, such as `ForAnyValue:StringLikeIfExists`.
    pub operator: String,
    /// The operator in the text.
    pub operator_span: Span,
    /// The condition key, such as `aws:SourceIp`.
    pub key: String,
    /// The key in the text.
    pub key_span: Span,
    /// The values; booleans and numbers as their text.
    pub values: ValueList,
}

/// One or more values of an element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValueList {
    /// The values in the order written.
    pub values: Vec<Value>,
    /// Whether a list was written (`["a"]`), not a single value (`"a"`).
    pub written_as_list: bool,
    /// The value or the whole list.
    pub span: Span,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The text; of an unquoted boolean or number as it was written.
    pub text: String,
    /// How it was written.
    pub form: ValueForm,
    /// Where.
    pub span: Span,
}

/// How a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueForm {
    /// In quotes.
    String,
    /// `true` or `false` without quotes.
    Bool,
    /// A number without quotes.
    Number,
}

impl ValueList {
    /// The texts of the values.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|value| value.text.as_str())
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl<S: Into<String>> FromIterator<S> for ValueList {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Self {
        let values: Vec<Value> = texts
            .into_iter()
            .map(|text| Value {
                text: text.into(),
                form: ValueForm::String,
                span: Span::default(),
            })
            .collect();
        ValueList {
            written_as_list: values.len() != 1,
            values,
            span: Span::default(),
        }
    }
}

impl Document {
    /// A document made by a program, of version 2012-10-17.
    pub fn new(statements: Vec<Statement>) -> Document {
        Document {
            version: Version::V2012,
            version_span: None,
            id: None,
            statements,
            span: Span::default(),
        }
    }
}
