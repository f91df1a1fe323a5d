//! What is said about team files: where, how bad, what, and what to write instead.

use std::fmt;
use std::sync::Arc;

use iam_policy::{Diagnostic, Span};

/// A place in one of the files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file's path, as it was handed in.
    pub file: Arc<str>,
    /// The place to underline; empty where the file as a whole is meant.
    pub span: Span,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It can be applied, and probably is not what was meant.
    Warning,
    /// It cannot be applied.
    Error,
}

impl Severity {
    /// In lower case, as people read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// How bad it is.
    pub severity: Severity,
    /// By which rule.
    pub rule: Rule,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

macro_rules! rules {
    ($($name:ident $id:literal $about:literal,)*) => {
        /// What a finding is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $about] $name,)*
            /// A rule of `iam-lint`'s, by its id.
            Lint(&'static str),
        }

        impl Rule {
            /// All rules of the team files' own.
            pub const ALL: &'static [Rule] = &[$(Rule::$name,)*];

            /// The rule's id, such as `unknown-grant`.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Rule::$name => $id,)*
                    Rule::Lint(id) => id,
                }
            }

            /// What the rule finds, in one sentence.
            pub const fn about(self) -> &'static str {
                match self {
                    $(Rule::$name => $about,)*
                    Rule::Lint(_) => "A rule over policy documents.",
                }
            }
        }
    };
}

rules! {
    Syntax "syntax" "A file is not YAML, or uses anchors, aliases, tags or merge keys.",
    FileMissing "file-missing" "A file that the team needs is not there.",
    FileUnreadable "file-unreadable" "A file of policy tests, or a directory that may have some, cannot be read.",
    WrongType "wrong-type" "A value is of another type than its key takes.",
    WrongValue "wrong-value" "A value is none that its key takes.",
    UnknownKey "unknown-key" "A key is not known in its place.",
    DuplicateKey "duplicate-key" "A key is written twice in one place.",
    MissingKey "missing-key" "A key that is needed is not there.",
    EmptyValue "empty-value" "A key has no value, or an empty list.",
    WrongName "wrong-name" "A name has characters or a length that AWS does not take.",
    WrongAccount "wrong-account" "An account id is not twelve digits.",
    UnquotedAccount "unquoted-account" "An account id that begins with 0 stands without quotes.",
    SameAccount "same-account" "Two environments are the same account.",
    UnknownEnvironment "unknown-environment" "An environment is not in the team's aws-accounts file.",
    UnknownGrant "unknown-grant" "A grant is not in the team's aws-policies file.",
    Repeated "repeated" "Something is listed twice.",
    RelativeEnd "relative-end" "An end is told by a duration, so that every run would move it.",
    WrongEnd "wrong-end" "An end or a start is neither a day nor an instant.",
    EndTooFar "end-too-far" "An end is later than max_days allows.",
    EndPassed "end-passed" "An end has passed: the entry grants nothing any more.",
    OneUserName "one-user-name" "Two users become one IAM user.",
    OnePolicyName "one-policy-name" "Two policies become one IAM policy.",
    WrongDocument "wrong-document" "A statement is not one of the policy language.",
    WrongCharacter "wrong-character" "A character that IAM refuses in policy documents.",
    TooLarge "too-large" "A policy document is larger than AWS takes it.",
    TooMany "too-many" "More policies for one principal than AWS attaches by default.",
    ManagedPolicyUnknown "managed-policy-unknown" "AWS has no managed policy of this name.",
    ManagedPolicyElsewhere "managed-policy-elsewhere" "A customer managed policy belongs to another account.",
    NotByRole "not-by-role" "A role is to deliver what it cannot: groups cannot assume roles.",
    ExtendsOwnAccess "extends-own-access" "Whoever has the grant can extend their own access.",
}

/// Everything found so far, in whatever order it was found.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn error(
        &mut self,
        place: &Place,
        rule: Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(place, Severity::Error, rule, message.into(), help.into());
    }

    pub(crate) fn warning(
        &mut self,
        place: &Place,
        rule: Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(place, Severity::Warning, rule, message.into(), help.into());
    }

    pub(crate) fn diagnostic(&mut self, file: &Arc<str>, rule: Rule, diagnostic: Diagnostic) {
        let place = Place {
            file: Arc::clone(file),
            span: diagnostic.span,
        };
        let help = diagnostic.help.unwrap_or_default();
        self.add(&place, Severity::Error, rule, diagnostic.message, help);
    }

    /// Takes over what was found elsewhere.
    pub(crate) fn extend(&mut self, findings: Vec<Finding>) {
        self.0.extend(findings);
    }

    fn add(&mut self, place: &Place, severity: Severity, rule: Rule, message: String, help: String) {
        self.0.push(Finding {
            place: place.clone(),
            severity,
            rule,
            message,
            help: (!help.is_empty()).then_some(help),
        });
    }

    /// How many there are; what is added later can be told apart by it.
    pub(crate) fn mark(&self) -> usize {
        self.0.len()
    }

    /// Whether an error was added since the mark.
    pub(crate) fn errors_since(&self, mark: usize) -> bool {
        self.0
            .iter()
            .skip(mark)
            .any(|finding| finding.severity == Severity::Error)
    }

    /// By file, and in the order of its text; each once.
    pub(crate) fn in_order(mut self) -> Vec<Finding> {
        self.0
            .sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
        self.0.dedup();
        self.0
    }
}
