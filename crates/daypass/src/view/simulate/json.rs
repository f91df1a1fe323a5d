//! Answers as data: one object a line, in the shape that docs/simulate.md promises.

use crate::simulation::{Answer, Answered, Position, Texts, Written, place_of};
use daypass_aws::Simulated;
use iam_policy::{
    Decision, Diagnostic, Effect, Element, Flaw, HeldCondition, NearMiss, PolicyKind, ScenarioId,
    StatementRef,
};
use serde::Serialize;

#[derive(Serialize)]
struct AnsweredObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
    decision: &'static str,
    reasons: Vec<Reason<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<Condition<'a>>,
    missing_keys: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    verdicts: Vec<Says<'a>>,
    rule: &'static str,
    page: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<Live<'a>>,
}

/// What AWS itself says.
#[derive(Serialize)]
struct Live<'a> {
    operation: &'static str,
    decision: &'static str,
    agrees: bool,
    missing_keys: &'a [String],
}

#[derive(Serialize)]
struct UnreadObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id<'a>>,
    error: ErrorObject<'a>,
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    #[serde(flatten)]
    first: Mistake<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more: Vec<Mistake<'a>>,
}

#[derive(Serialize)]
struct Mistake<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(flatten)]
    position: Position,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Id<'a> {
    Number(serde_json::Number),
    Text(&'a str),
}

#[derive(Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
enum Reason<'a> {
    Allows(Cited<'a>),
    Denies(Cited<'a>),
    DidNotAllow {
        kind: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        level: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        level_index: Option<usize>,
        in_force: bool,
    },
    CameNear {
        #[serde(flatten)]
        statement: Cited<'a>,
        failed: Failed<'a>,
    },
    /// No policy was asked: the rule alone decides.
    ByRule {
        message: String,
    },
}

#[derive(Serialize)]
struct Cited<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level_index: Option<usize>,
    policy_index: usize,
    statement_index: usize,
    sid: Option<&'a str>,
    effect: &'static str,
    span: Position,
}

#[derive(Serialize)]
struct Failed<'a> {
    element: &'static str,
    /// As written: `NotResource`, `StringEquals`.
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    /// `null` where the request does not carry the key.
    found: Option<&'a [String]>,
    wanted: &'a [String],
    /// The other conditions that fail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Condition<'a>>,
    /// What makes the statement void in a policy of its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    flaw: Option<&'static str>,
    span: Position,
}

#[derive(Serialize)]
struct Condition<'a> {
    operator: &'a str,
    key: &'a str,
    found: Option<&'a [String]>,
    wanted: &'a [String],
}

#[derive(Serialize)]
struct Says<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    verdict: &'static str,
}

/// Appends the answer and a line end. The file is told where there are several.
pub(crate) fn append(out: &mut Vec<u8>, answer: &Answer, written: &Written<'_>, several_files: bool) {
    let file = several_files.then_some(written.file);
    let id = answer.id.as_ref().map(Id::of);
    let before = out.len();
    let appended = match &answer.outcome {
        Ok(answered) => {
            let object = object(answered, Texts::One(written), file, id);
            serde_json::to_writer(&mut *out, &object)
        }
        Err(wrong) => serde_json::to_writer(
            &mut *out,
            &UnreadObject {
                file,
                id,
                error: ErrorObject::of(wrong, written),
            },
        ),
    };
    // Neither a vector nor these types can refuse; half an object would be worse than none.
    if appended.is_err() {
        out.truncate(before);
    }
    out.push(b'\n');
}

/// Appends the answer to a question of flags, and what AWS says to it.
pub(crate) fn append_question(
    out: &mut Vec<u8>,
    answered: &Answered,
    texts: Texts<'_>,
    live: Option<(&'static str, &Simulated)>,
) {
    let explanation = &answered.explanation;
    let object = AnsweredObject {
        action: Some(&explanation.action),
        resource: Some(&explanation.resource),
        live: live.map(|(operation, simulated)| Live {
            operation,
            decision: simulated.decision.as_str(),
            agrees: simulated.decision == explanation.decision,
            missing_keys: &simulated.missing_keys,
        }),
        ..object(answered, texts, None, None)
    };
    let before = out.len();
    if serde_json::to_writer(&mut *out, &object).is_err() {
        out.truncate(before);
    }
    out.push(b'\n');
}

/// The answer to one question as a value, with what was asked.
pub(crate) fn value_of(answered: &Answered, texts: Texts<'_>) -> serde_json::Value {
    let explanation = &answered.explanation;
    let object = AnsweredObject {
        action: Some(&explanation.action),
        resource: Some(&explanation.resource),
        ..object(answered, texts, None, None)
    };
    serde_json::to_value(&object).unwrap_or_default()
}

fn object<'a>(
    answered: &'a Answered,
    texts: Texts<'a>,
    file: Option<&'a str>,
    id: Option<Id<'a>>,
) -> AnsweredObject<'a> {
    let explanation = &answered.explanation;
    AnsweredObject {
        file,
        id,
        action: None,
        resource: None,
        decision: explanation.decision.as_str(),
        reasons: reasons(answered, texts),
        conditions: explanation.held_conditions.iter().map(Condition::of).collect(),
        missing_keys: &explanation.missing_keys,
        notes: explanation.notes.iter().map(ToString::to_string).collect(),
        verdicts: explanation.verdicts.iter().map(Says::of).collect(),
        rule: explanation.rule.as_str(),
        page: explanation.rule.page(),
        live: None,
    }
}

/// What decided, or what was missing and came near.
fn reasons<'a>(answered: &'a Answered, texts: Texts<'a>) -> Vec<Reason<'a>> {
    let explanation = &answered.explanation;
    let of = |statement| Cited::of(statement, answered, texts);
    let deciding = explanation
        .deciding
        .iter()
        .map(|statement| match statement.effect {
            Effect::Allow => Reason::Allows(of(statement)),
            Effect::Deny => Reason::Denies(of(statement)),
        });
    let mut reasons: Vec<Reason<'a>> = deciding.collect();
    if explanation.decision == Decision::ImplicitDeny {
        for kind in &explanation.blocked_by {
            did_not_allow(&mut reasons, *kind, answered);
        }
        reasons.extend(explanation.near_misses.iter().map(|miss| Reason::CameNear {
            statement: of(&miss.statement),
            failed: Failed::of(miss, texts),
        }));
    }
    if reasons.is_empty() {
        reasons.push(Reason::ByRule {
            message: super::why(explanation),
        });
    }
    reasons
}

/// The kind, or of SCPs and RCPs each level at which nothing allows.
fn did_not_allow<'a>(reasons: &mut Vec<Reason<'a>>, kind: PolicyKind, answered: &'a Answered) {
    let verdicts = answered.explanation.verdicts.iter();
    let of_kind: Vec<_> = verdicts.filter(|verdict| verdict.kind == kind).collect();
    let levels = of_kind
        .iter()
        .enumerate()
        .filter(|(_, verdict)| verdict.level.is_some() && verdict.effect != Some(Effect::Allow));
    let before = reasons.len();
    reasons.extend(levels.map(|(index, verdict)| Reason::DidNotAllow {
        kind: kind.as_str(),
        level: verdict.level.as_deref(),
        level_index: Some(index),
        in_force: true,
    }));
    if reasons.len() == before {
        reasons.push(Reason::DidNotAllow {
            kind: kind.as_str(),
            level: None,
            level_index: None,
            in_force: is_in_force(kind, answered),
        });
    }
}

/// Whether the scenario has a policy of the kind; of identity policies there may be none attached.
fn is_in_force(kind: PolicyKind, answered: &Answered) -> bool {
    let policies = &answered.policies;
    match kind {
        PolicyKind::Identity => !policies.identity.is_empty(),
        PolicyKind::Resource => policies.resource.is_some(),
        PolicyKind::Boundary => policies.boundary.is_some(),
        PolicyKind::Session => policies.session.is_some(),
        PolicyKind::Trust => policies.trust.is_some(),
        PolicyKind::Scp => policies.scp.is_some(),
        PolicyKind::Rcp => policies.rcp.is_some(),
        PolicyKind::Endpoint => policies.endpoint.is_some(),
    }
}

impl<'a> Id<'a> {
    fn of(id: &'a ScenarioId) -> Self {
        match id {
            ScenarioId::Text(text) => Id::Text(text),
            // As it was written, or in quotes: never another number.
            ScenarioId::Number(text) => match text.parse::<serde_json::Number>() {
                Ok(number) if number.to_string() == *text => Id::Number(number),
                _ => Id::Text(text),
            },
        }
    }
}

impl<'a> ErrorObject<'a> {
    fn of(wrong: &'a [Diagnostic], written: &Written<'_>) -> Self {
        let mut mistakes = wrong.iter().map(|diagnostic| Mistake {
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            position: written.position(diagnostic.span),
        });
        let first = mistakes.next().unwrap_or_else(|| Mistake {
            message: "the scenario cannot be read",
            help: None,
            position: written.position(iam_policy::Span::default()),
        });
        ErrorObject {
            first,
            more: mistakes.collect(),
        }
    }
}

impl<'a> Cited<'a> {
    fn of(statement: &'a StatementRef, answered: &Answered, texts: Texts<'a>) -> Self {
        let place = place_of(statement, &answered.policies);
        Cited {
            file: texts.file(statement),
            kind: statement.kind.as_str(),
            level: statement.level.as_deref(),
            level_index: place.and_then(|place| place.level),
            policy_index: place.map_or(0, |place| place.policy),
            statement_index: statement.index,
            sid: statement.sid.as_deref(),
            effect: statement.effect.as_str(),
            span: texts.position(statement, statement.span),
        }
    }
}

impl<'a> Failed<'a> {
    fn of(miss: &'a NearMiss, texts: Texts<'_>) -> Self {
        Failed {
            element: match miss.element {
                Element::Action => "action",
                Element::Resource => "resource",
                Element::Principal => "principal",
                Element::Condition => "condition",
            },
            name: &miss.name,
            key: miss.key.as_deref(),
            found: miss.found.as_deref(),
            wanted: &miss.wanted,
            also: miss
                .also
                .iter()
                .map(|other| Condition {
                    operator: &other.operator,
                    key: &other.key,
                    found: other.found.as_deref(),
                    wanted: &other.wanted,
                })
                .collect(),
            flaw: miss.flaw.map(|flaw| match flaw {
                Flaw::Missing => "missing",
                Flaw::NotTaken => "not_taken",
            }),
            span: texts.position(&miss.statement, miss.span),
        }
    }
}

impl<'a> Condition<'a> {
    fn of(held: &'a HeldCondition) -> Self {
        Condition {
            operator: &held.operator,
            key: &held.key,
            found: held.found.as_deref(),
            wanted: &held.wanted,
        }
    }
}

impl<'a> Says<'a> {
    fn of(verdict: &'a iam_policy::Verdict) -> Self {
        Says {
            kind: verdict.kind.as_str(),
            level: verdict.level.as_deref(),
            verdict: match verdict.effect {
                Some(Effect::Allow) => "allow",
                Some(Effect::Deny) => "deny",
                None => "none",
            },
        }
    }
}
