//! What runs daypass as an AWS Lambda function, as a CloudFormation template: every day, for all accounts in one go, or by a
//! state machine of AWS Step Functions that starts it for each account.

use super::NewFile;
use std::path::Path;

const ALL_AT_ONCE: &str = r#"{"command": "${Command}", "teams": "all"}"#;
const ONE_BY_ONE: &str = r#"{"command": "${Command}", "teams": "all", "max_concurrency": ${MaxConcurrency}, "tolerated_failure_percentage": ${ToleratedFailurePercentage}, "max_removals": null}"#;

/// The template, and what Lambda starts.
pub(crate) fn lambda(directory: &Path, fan_out: bool) -> Vec<NewFile> {
    vec![
        NewFile {
            path: directory.join("template.yaml"),
            text: template(fan_out),
        },
        NewFile {
            path: directory.join("package").join("bootstrap"),
            text: include_str!("../../templates/lambda/bootstrap.sh").to_owned(),
        },
    ]
}

fn template(fan_out: bool) -> String {
    let part = |wanted: bool, text: &'static str| if wanted { text } else { "" };
    let text = [
        include_str!("../../templates/lambda/parameters.yaml"),
        part(
            fan_out,
            include_str!("../../templates/lambda/fan-out-parameters.yaml"),
        ),
        include_str!("../../templates/lambda/function.yaml"),
        part(fan_out, include_str!("../../templates/lambda/fan-out.yaml")),
        include_str!("../../templates/lambda/outputs.yaml"),
    ]
    .concat();
    let (start, target, input) = if fan_out {
        ("states:StartExecution", "!Ref StateMachine", ONE_BY_ONE)
    } else {
        ("lambda:InvokeFunction", "!GetAtt Function.Arn", ALL_AT_ONCE)
    };
    text.replace("@START@", start)
        .replace("@TARGET@", target)
        .replace("@INPUT@", input)
}
