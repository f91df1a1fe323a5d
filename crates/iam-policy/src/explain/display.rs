//! Explanations in a few lines, as a colleague would say them.
//! The first line stands alone; the others are indented below it.

use std::fmt;

use super::words::{Wish, held_values, listed};
use super::{Explanation, Flaw, HeldCondition, NearMiss, StatementRef};
use crate::combine::{Decision, Rule};
use crate::document::Effect;
use crate::policy_set::PolicyKind;
use crate::principal::MatchedBy;
use crate::statement::Element;

/// How many near misses are shown; the rest are counted.
const SHOWN: usize = 3;

impl fmt::Display for StatementRef {
    /// Such as "statement 2 `DenyDelete` of policy.json".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}", self.index + 1)?;
        if let Some(sid) = &self.sid {
            write!(f, " `{sid}`")?;
        }
        write!(f, " of {}", self.policy)
    }
}

impl StatementRef {
    /// The kind of policy, and the level where there are levels.
    fn place(&self) -> String {
        match &self.level {
            Some(level) => format!("{} at {level}", self.kind),
            None => self.kind.to_string(),
        }
    }
}

impl fmt::Display for NearMiss {
    /// Such as "Resource is X, the statement wants Y".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_for(Knowledge::Whole, f)
    }
}

impl NearMiss {
    fn fmt_for(&self, knowledge: Knowledge<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wishes = || listed(self.wanted.iter().map(String::as_str), "or");
        let found = || listed(self.found.iter().flatten().map(String::as_str), "and");
        let NearMiss { statement, name, .. } = self;
        let kind = statement.kind;
        let article = if kind == PolicyKind::Identity { "an" } else { "a" };
        match self.flaw {
            Some(Flaw::NotTaken) => {
                return write!(
                    f,
                    "{article} {kind} takes no {name}, so the statement grants nothing"
                );
            }
            Some(Flaw::Missing) => {
                return write!(
                    f,
                    "the statement has no {name}, which {article} {kind} needs, so it grants nothing"
                );
            }
            None => {}
        }
        match (self.element, &self.key) {
            (Element::Condition, Some(key)) => {
                f.write_str(&failed(knowledge, name, key, self.found.as_deref(), &self.wanted))?;
                for other in &self.also {
                    let (operator, found) = (&other.operator, other.found.as_deref());
                    let told = failed(knowledge, operator, &other.key, found, &other.wanted);
                    write!(f, "; and {told}")?;
                }
                Ok(())
            }
            _ if self.name.starts_with("Not") => {
                let element = self.name.trim_start_matches("Not");
                write!(
                    f,
                    "{element} is {}, the statement leaves out {}",
                    found(),
                    wishes()
                )
            }
            _ => write!(
                f,
                "{} is {}, the statement wants {}",
                self.name,
                found(),
                wishes()
            ),
        }
    }
}

/// What a condition that fails wants, beside what there is.
fn failed(
    knowledge: Knowledge<'_>,
    operator: &str,
    key: &str,
    found: Option<&[String]>,
    wanted: &[String],
) -> String {
    let wish = Wish::of(operator, wanted);
    let having = knowledge.having(operator, key, found);
    match &wish.unreadable {
        Some(strange) if wish.is_void || wish.is_negated => format!("{having}; {strange}, so no value fits"),
        _ => {
            let (Wish { subject, words, .. }, remark) = (&wish, wish.remark());
            format!("{having}, the statement wants {subject} {words}{remark}")
        }
    }
}

impl fmt::Display for HeldCondition {
    /// Such as "aws:SourceIp is X; the statement denies when it is in Y".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_for(Knowledge::Whole, f)
    }
}

impl HeldCondition {
    fn fmt_for(&self, knowledge: Knowledge<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wish = Wish::of(&self.operator, &self.wanted);
        let having = knowledge.having(&self.operator, &self.key, self.found.as_deref());
        match &wish.unreadable {
            Some(strange) if wish.is_void && wish.is_negated => {
                write!(f, "{having}; the statement denies whatever it is, for {strange}")
            }
            _ => {
                let (Wish { subject, words, .. }, remark) = (&wish, wish.remark());
                write!(
                    f,
                    "{having}; the statement denies when {subject} is {words}{remark}"
                )
            }
        }
    }
}

/// How much of the request is known to the one who explains.
#[derive(Debug, Clone, Copy)]
enum Knowledge<'w> {
    /// All of it: a key that is not there is not in the request.
    Whole,
    /// A part: of a key that is not there nothing is known to whom this names.
    Part { who: &'w str },
}

impl Knowledge<'_> {
    /// "`aws:CurrentTime` is ..." or that there is no telling.
    fn having(self, operator: &str, key: &str, found: Option<&[String]>) -> String {
        match (found, self) {
            (None, Knowledge::Whole) => format!("the request does not carry {key}"),
            (None, Knowledge::Part { who }) => format!("{who} does not know {key} of that call"),
            (Some([]), _) => format!("{key} holds no value"),
            (Some(values), _) => format!("{key} is {}", held_values(operator, values)),
        }
    }
}

/// An explanation in words; made by [`Explanation::told`].
#[derive(Debug, Clone, Copy)]
pub struct Telling<'e> {
    explanation: &'e Explanation,
    knowledge: Knowledge<'e>,
    is_brief: bool,
    is_one_line: bool,
}

impl<'e> Telling<'e> {
    /// For a request of which `who` knows a part only: nothing is said of what it carries beyond that.
    #[must_use]
    pub fn knowing_part(self, who: &'e str) -> Telling<'e> {
        Telling {
            knowledge: Knowledge::Part { who },
            ..self
        }
    }

    /// The decision and why, without the statements that came near and the keys that are missing.
    #[must_use]
    pub fn in_brief(self) -> Telling<'e> {
        Telling {
            is_brief: true,
            ..self
        }
    }

    /// In one line, for what shows no more than that.
    #[must_use]
    pub fn in_one_line(self) -> Telling<'e> {
        Telling {
            is_one_line: true,
            ..self
        }
    }

    /// What stands between two lines; `inline` where there is but one.
    fn next(self, inline: &'static str) -> &'static str {
        if self.is_one_line { inline } else { "\n  " }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.told().fmt(f)
    }
}

impl fmt::Display for Telling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.explanation;
        write!(f, "{}: ", of.decision)?;
        match of.decision {
            Decision::Allow => self.allowed(f)?,
            Decision::ExplicitDeny => self.denied(f)?,
            Decision::ImplicitDeny => self.not_allowed(f)?,
        }
        of.notes
            .iter()
            .try_for_each(|note| write!(f, "{}{note}", self.next("; ")))?;
        if of.missing_keys.is_empty() || self.is_brief {
            return Ok(());
        }
        let keys = of.missing_keys.join(", ");
        match self.knowledge {
            Knowledge::Whole => write!(
                f,
                "{}(keys not in the request that could matter: {keys})",
                self.next(" ")
            ),
            Knowledge::Part { who } => write!(
                f,
                "{}({who} does not know these keys of that call, which could matter: {keys})",
                self.next(" ")
            ),
        }
    }
}

impl Telling<'_> {
    fn denied(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.explanation;
        for (nth, one) in of.deciding.iter().enumerate() {
            if nth > 0 {
                write!(f, "{}and ", self.next(" "))?;
            }
            write!(f, "{one} ({}) denies", one.place())?;
            if nth == 0 {
                write!(f, " {} on {}", of.action, of.resource)?;
            }
        }
        for condition in &of.held_conditions {
            f.write_str(self.next("; "))?;
            condition.fmt_for(self.knowledge, f)?;
        }
        Ok(())
    }

    fn not_allowed(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.explanation;
        self.shortfalls(f)?;
        if self.is_brief {
            return Ok(());
        }
        for miss in of.near_misses.iter().take(SHOWN) {
            let place = &miss.statement;
            write!(f, "{}{place} ({}) came near: ", self.next("; "), place.effect)?;
            miss.fmt_for(self.knowledge, f)?;
        }
        match of.near_misses.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "{}... and {more} more that came near", self.next("; ")),
        }
    }

    fn allowed(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.explanation;
        match (of.rule, of.deciding.as_slice()) {
            (Rule::NoPermissionNeeded, _) => write!(f, "{} needs no permission", of.action),
            (Rule::RootUser, _) => write!(
                f,
                "the root user may do anything in its own account, and nothing denies {} on {}",
                of.action, of.resource
            ),
            (_, [one]) => write!(
                f,
                "{one} ({}) allows {} on {}",
                one.place(),
                of.action,
                of.resource
            ),
            (_, all) => {
                write!(f, "{} on {} is allowed", of.action, of.resource)?;
                all.iter().enumerate().try_for_each(|(nth, one)| {
                    let before = self.next(if nth == 0 { " " } else { " and " });
                    write!(f, "{before}by {one} ({})", one.place())
                })
            }
        }
    }

    fn shortfalls(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.explanation;
        if let Some(refusal) = of.refusal() {
            return f.write_str(&refusal);
        }
        for (nth, kind) in of.blocked_by.iter().enumerate() {
            if nth > 0 {
                f.write_str("; ")?;
            }
            f.write_str(&of.shortfall(*kind))?;
            if nth == 0 {
                write!(f, " {} on {}", of.action, of.resource)?;
            } else {
                f.write_str(" it")?;
            }
        }
        if let Some(why) = of.why_the_resource_must_allow() {
            write!(f, "{}{why}", self.next("; "))?;
        }
        Ok(())
    }
}

impl Explanation {
    /// The explanation in words; `Display` says the same.
    pub fn told(&self) -> Telling<'_> {
        Telling {
            explanation: self,
            knowledge: Knowledge::Whole,
            is_brief: false,
            is_one_line: false,
        }
    }

    /// "No such policy allows", to be followed by what.
    fn shortfall(&self, kind: PolicyKind) -> String {
        let in_force = self.verdicts.iter().any(|verdict| verdict.kind == kind);
        match kind {
            PolicyKind::Identity => {
                let resource_says_nothing = self.same_account
                    && self
                        .verdicts
                        .iter()
                        .any(|v| v.kind == PolicyKind::Resource && !v.matched_by.any());
                if resource_says_nothing {
                    "no identity policy and no resource policy allows".to_owned()
                } else {
                    "no identity policy allows".to_owned()
                }
            }
            PolicyKind::Resource if in_force => "the resource policy does not allow".to_owned(),
            PolicyKind::Resource => "there is no resource policy to allow".to_owned(),
            PolicyKind::Trust if in_force => {
                format!("the role's trust policy does not let {} call", self.principal)
            }
            PolicyKind::Trust => "there is no trust policy to allow".to_owned(),
            PolicyKind::Session if !in_force => {
                "a federated user without a session policy is not allowed".to_owned()
            }
            PolicyKind::Scp | PolicyKind::Rcp => {
                let silent = self
                    .verdicts
                    .iter()
                    .find(|v| v.kind == kind && v.effect != Some(Effect::Allow));
                let level = silent
                    .and_then(|verdict| verdict.level.as_deref())
                    .unwrap_or("one level");
                format!("no {kind} at {level} allows")
            }
            PolicyKind::Boundary | PolicyKind::Session | PolicyKind::Endpoint => {
                format!("the {kind} does not allow")
            }
        }
    }

    fn why_the_resource_must_allow(&self) -> Option<String> {
        let owner = self.owner.as_ref()?;
        if self.blocked_by.contains(&PolicyKind::Resource) {
            return Some(if self.same_account {
                "a KMS key's policy must allow it, or let the account's identity policies do so".to_owned()
            } else {
                format!("the resource belongs to account {owner}, so its own policy must allow it too")
            });
        }
        if self.blocked_by != [PolicyKind::Identity] {
            return None;
        }
        let delegating = self
            .verdicts
            .iter()
            .find(|verdict| verdict.matched_by.intersects(MatchedBy::ACCOUNT))
            .filter(|_| self.same_account);
        match delegating {
            Some(verdict) => Some(format!(
                "the {} names the account, which leaves it to the identity policies",
                verdict.kind
            )),
            None if self.rule == Rule::BothSides => Some(format!(
                "the resource in account {owner} allows it, the principal's own account must too"
            )),
            None => None,
        }
    }
}
