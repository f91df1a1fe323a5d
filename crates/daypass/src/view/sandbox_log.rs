//! The calls that a sandbox has answered, one line each, in columns that grow with what is in them.

use super::paint::{ERROR, QUIET, paint};
use serde_json::Value;

/// Wider entries push their own line to the right, not those after it.
const WIDEST: usize = 48;

/// Lines that stand one under the other.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Of the principal, the action and the resource.
    widths: [usize; 3],
}

impl Default for Lines {
    fn default() -> Self {
        // What most calls need, so that the first ones are not narrower than those after them.
        Lines { widths: [26, 22, 26] }
    }
}

impl Lines {
    /// The line of one call, as the sandbox tells of it.
    pub(crate) fn of(&mut self, call: &Value) -> String {
        let text = |key: &str| call.get(key).and_then(Value::as_str).map(printable);
        let principal = text("principal").map_or_else(|| "nobody".to_owned(), |arn| short(&arn));
        let action = text("action").unwrap_or_else(|| {
            let or_none = |key| text(key).unwrap_or_default();
            format!("{}:{}", or_none("service"), or_none("operation"))
        });
        let resource = text("resource").unwrap_or_else(|| "-".to_owned());
        let mut columns = String::new();
        for (cell, width) in [principal, action, resource].iter().zip(&mut self.widths) {
            let length = cell.chars().count();
            *width = length.min(WIDEST).max(*width);
            columns.extend([cell, " ".repeat(width.saturating_sub(length)).as_str(), "  "]);
        }
        let status = call.get("status").and_then(Value::as_u64).unwrap_or(0);
        let decision = match text("decision").as_deref() {
            Some("allow") => "allowed".to_owned(),
            Some(_) => paint(ERROR, "denied "),
            None if status < 400 => "-      ".to_owned(),
            None => paint(ERROR, "refused"),
        };
        let at = paint(QUIET, text("at").unwrap_or_default());
        let reason = text("reason").unwrap_or_default();
        format!("{at}  {columns}{decision}  {reason}")
    }
}

/// `111122223333:user/ann`: what tells one principal from another.
fn short(arn: &str) -> String {
    let mut parts = arn.splitn(6, ':').skip(4);
    match (parts.next(), parts.next()) {
        (Some(account), Some(resource)) => format!("{account}:{resource}"),
        _ => arn.to_owned(),
    }
}

/// Keys of objects may hold anything, and a terminal obeys some of it.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lines_stand_in_columns_whatever_comes() {
        let mut lines = Lines::default();
        let calls = [
            json!({"at": "2026-11-22T12:00:00Z", "principal": "arn:aws:iam::111122223333:user/ann", "service": "s3",
                "operation": "ListObjectsV2", "action": "s3:ListBucket", "resource": "arn:aws:s3:::archive",
                "decision": "implicitDeny", "reason": "no identity policy allows it", "status": 403}),
            json!({"at": "2026-11-22T12:00:01Z", "principal": null, "service": "sts", "operation": "GetCallerIdentity",
                "action": null, "resource": null, "decision": null, "reason": "SignatureDoesNotMatch", "status": 403}),
            json!({"at": "2026-11-22T12:00:02Z", "principal": "arn:aws:sts::111122223333:assumed-role/deploy/me",
                "service": "s3", "operation": "GetObject", "action": "s3:GetObject",
                "resource": "arn:aws:s3:::archive/a\u{1b}[31mkey", "decision": "allow", "reason": "allowed", "status": 200}),
        ];
        let shown: Vec<String> = calls
            .iter()
            .map(|call| anstream::adapter::strip_str(&lines.of(call)).to_string())
            .collect();
        assert_eq!(
            shown,
            [
                "2026-11-22T12:00:00Z  111122223333:user/ann       s3:ListBucket           arn:aws:s3:::archive        \
                 denied   no identity policy allows it",
                "2026-11-22T12:00:01Z  nobody                      sts:GetCallerIdentity   -                           \
                 refused  SignatureDoesNotMatch",
                "2026-11-22T12:00:02Z  111122223333:assumed-role/deploy/me  s3:GetObject            \
                 arn:aws:s3:::archive/a\u{FFFD}[31mkey  allowed  allowed",
            ]
        );
    }
}
