//! The other engines: iam-rs in this process, iam-simulate in Node.

use std::hint::black_box;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use iam_rs::{Arn, Context, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId};
use serde_json::{Value, json};

use crate::per_item;
use crate::shapes::{ACCOUNT, PRINCIPAL, Shape};

/// Nanoseconds per decision.
pub fn iam_rs(shape: &Shape) -> f64 {
    let parse = |text: &String| serde_json::from_str::<IAMPolicy>(text).expect("a policy");
    let evaluator = PolicyEvaluator::with_policies(shape.policies.iter().map(parse).collect());
    let requests: Vec<IAMRequest> = shape
        .questions
        .iter()
        .map(|asked| {
            let mut context = Context::new();
            for (key, value) in &asked.context {
                context = context.with_string(*key, *value);
            }
            // It takes no lone `*` for a resource.
            let resource = if asked.resource == "*" { "arn:aws:ec2:::*" } else { &asked.resource };
            IAMRequest::new_with_context(
                Principal::Aws(PrincipalId::String(PRINCIPAL.to_owned())),
                asked.action.clone(),
                Arn::parse(resource).expect("an ARN"),
                context,
            )
        })
        .collect();
    per_item(requests.len(), || {
        for request in &requests {
            let _ = black_box(evaluator.evaluate(black_box(request)));
        }
    })
}

/// Nanoseconds per decision of each shape, told by a Node process; or why there are none.
pub fn iam_simulate(shapes: &[Shape]) -> Result<Vec<f64>, String> {
    let folder = std::env::var_os("IAM_SIMULATE_NODE_MODULES")
        .map(PathBuf::from)
        .ok_or("Node is not there (run it as `cargo xtask bench engine`)")?;
    let shapes: Vec<Value> = shapes
        .iter()
        .map(|shape| {
            let policies: Vec<Value> = shape
                .policies
                .iter()
                .map(|text| serde_json::from_str(text).expect("JSON"))
                .collect();
            let questions: Vec<Value> = shape
                .questions
                .iter()
                .map(|asked| {
                    let context: serde_json::Map<String, Value> = asked
                        .context
                        .iter()
                        .map(|(key, value)| ((*key).to_owned(), json!(value)))
                        .collect();
                    json!({ "action": asked.action, "resource": asked.resource, "context": context })
                })
                .collect();
            json!({ "policies": policies, "questions": questions })
        })
        .collect();
    let asked = json!({ "principal": PRINCIPAL, "account": ACCOUNT, "shapes": shapes }).to_string();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/iam-simulate.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("node does not start: {error}"))?;
    let sent = node.stdin.take().map(|mut stdin| stdin.write_all(asked.as_bytes()));
    if !matches!(sent, Some(Ok(()))) {
        return Err("node did not read the questions".to_owned());
    }
    let output = node.wait_with_output().map_err(|error| error.to_string())?;
    serde_json::from_slice(&output.stdout).map_err(|error| format!("node's answer is no list of figures: {error}"))
}
