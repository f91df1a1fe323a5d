use std::collections::BTreeSet;

use super::*;
use crate::document::Document;

/// The statements that an index finds for an action, by their places.
fn found(clauses: &[&str], action: &str) -> BTreeSet<u32> {
    let statements: Vec<String> = clauses
        .iter()
        .map(|clause| format!(r#"{{"Effect": "Allow", {clause}, "Resource": "*"}}"#))
        .collect();
    let document = Document::parse(&format!(r#"{{"Statement": [{}]}}"#, statements.join(","))).unwrap();
    let clauses = (0..).zip(document.statements.iter().map(|statement| &statement.action));
    let index = Index::compile(clauses.clone());
    let text = |found: Use| {
        let (_, clause) = clauses.clone().nth(found.statement as usize).unwrap();
        clause.actions.values[found.value as usize].text.as_str()
    };
    let mut found: BTreeSet<u32> = index.negated().iter().copied().collect();
    let _ = index.visit(&AskedAction::of(action), text, |statement| {
        found.insert(statement);
        ControlFlow::Continue(())
    });
    found
}

#[test]
fn statements_are_found_by_every_form_of_action() {
    let clauses = [
        r#""Action": ["s3:GetObject", "ec2:RunInstances"]"#,
        r#""Action": "S3:GETOBJECT""#,
        r#""Action": "s3:Get*""#,
        r#""Action": "s3:*""#,
        r#""Action": "s3:?etObject""#,
        r#""Action": "*""#,
        r#""Action": "s*:Get*""#,
        r#""Action": "*:GetObject""#,
        r#""NotAction": "s3:GetObject""#,
        r#""Action": ["s3:Put*", "s3:GetBucket*", "s3:GetObjectAcl", "ec2:*", "ec2:Get*"]"#,
    ];
    let all = |places: &[u32]| places.iter().copied().collect::<BTreeSet<u32>>();
    assert_eq!(found(&clauses, "s3:GetObject"), all(&[0, 1, 2, 3, 4, 5, 6, 7, 8]));
    assert_eq!(found(&clauses, "s3:getobject"), all(&[0, 1, 2, 3, 4, 5, 6, 7, 8]));
    assert_eq!(found(&clauses, "ec2:RunInstances"), all(&[0, 5, 8, 9]));
    assert_eq!(found(&clauses, "sns:GetTopic"), all(&[5, 6, 8]));
    // What is no action still gets an answer.
    for odd in ["", ":", "s3", "s3:", "*", "é:é", "s3:é"] {
        assert!(found(&clauses, odd).is_superset(&all(&[5, 8])), "{odd}");
    }
}

#[test]
fn many_statements_with_one_pattern_are_all_found() {
    let clauses = [r#""Action": ["iam:*", "iam:*", "iam:Get*", "iam:GetUser"]"#; 50];
    assert_eq!(found(&clauses, "iam:GetUser").len(), 50);
}
