//! What changes mean, as a person would say it.

use super::*;

pub(super) fn document(statements: &str) -> Document {
    Document::parse(&format!(
        r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#
    ))
    .unwrap()
}

fn told(difference: &Difference) -> Vec<String> {
    let each = |mark: &str, patterns: &[RequestPattern]| -> Vec<String> {
        patterns
            .iter()
            .map(|pattern| format!("{mark} {pattern}"))
            .collect()
    };
    let mut lines = each("+", &difference.gained);
    lines.extend(each("-", &difference.lost));
    lines.extend(each("denied", &difference.denied));
    lines.extend(each("undenied", &difference.no_longer_denied));
    lines.extend(difference.undecided.iter().map(|undecided| {
        format!(
            "? {:?} {}: {}",
            undecided.side, undecided.pattern, undecided.doubt
        )
    }));
    lines
}

/// What changes from one list of statements to the other, and the other way round in mirror image.
pub(super) fn change(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (document(old), document(new));
    let (there, back) = (compare(&old, &new), compare(&new, &old));
    let texts = |patterns: &[RequestPattern]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(texts(&there.gained), texts(&back.lost));
    assert_eq!(texts(&there.lost), texts(&back.gained));
    assert_eq!(texts(&there.denied), texts(&back.no_longer_denied));
    told(&there)
}

const READ: &str = r#"{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::bucket/*"}"#;

#[test]
fn the_same_in_other_words_is_no_difference() {
    for (old, new) in [
        (READ, READ),
        (
            READ,
            r#"{"Effect": "Allow", "Action": ["s3:get*", "s3:GetObject"], "Resource": ["arn:aws:s3:::bucket/*"]}"#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
               {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}"#,
            r#"{"Effect": "Deny", "NotAction": ["s3:Get*"], "Resource": "*"},
               {"Effect": "Allow", "Action": ["s3:Get*", "s3:GetX"], "Resource": "*"}"#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*",
                "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["a", "b"]}}}"#,
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*",
                "Condition": {"StringEquals": {"aws:principaltag/team": "a"}}},
               {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
                "Condition": {"StringEquals": {"aws:PrincipalTag/team": "b"}}}"#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*",
                "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}}"#,
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*",
                "Condition": {"DateLessThan": {"aws:CurrentTime": "2025-12-31T19:00:00-05:00"}}}"#,
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:username}/*"}"#,
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::home/${aws:username}/*",
                "arn:aws:s3:::home/${AWS:Username}/a*"]}"#,
        ),
    ] {
        assert_eq!(change(old, new), Vec::<String>::new());
    }
}

#[test]
fn more_actions_and_other_resources() {
    let wider = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::bucket/*"}"#;
    assert_eq!(
        change(READ, wider),
        ["+ s3:* except s3:Get* on arn:aws:s3:::bucket/*"]
    );
    let elsewhere = r#"{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::other/*"}"#;
    assert_eq!(
        change(READ, elsewhere),
        [
            "+ s3:Get* on arn:aws:s3:::other/*",
            "- s3:Get* on arn:aws:s3:::bucket/*"
        ]
    );
    let shifted = r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::bucket/*"}"#;
    assert_eq!(
        change(READ, shifted),
        [
            "+ s3:PutObject on arn:aws:s3:::bucket/*",
            "- s3:Get* except s3:GetObject on arn:aws:s3:::bucket/*"
        ]
    );
}

#[test]
fn what_a_deny_takes_and_gives_back() {
    let all = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
    let spared =
        format!(r#"{all}, {{"Effect": "Deny", "Action": "s3:Put*", "Resource": "arn:aws:s3:::archive/*"}}"#);
    assert_eq!(
        change(all, &spared),
        [
            "- s3:Put* on arn:aws:s3:::archive/*",
            "denied s3:Put* on arn:aws:s3:::archive/*"
        ]
    );
    // Without an Allow in the same document a Deny still binds the others.
    let alone = r#"{"Effect": "Deny", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::a*"}"#;
    assert_eq!(
        change("", alone),
        ["denied * except iam:* on * except arn:aws:s3:::a*"]
    );
}

#[test]
fn conditions_are_held_against_each_other() {
    let with = |condition: &str| {
        format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {{{condition}}}}}"#)
    };
    let until = |day: &str| with(&format!(r#""DateLessThan": {{"aws:CurrentTime": "{day}"}}"#));
    assert_eq!(
        change(&until("2026-01-01"), &until("2026-02-01")),
        ["+ s3:* on *, if aws:CurrentTime DateLessThan 2026-02-01, \
             unless aws:CurrentTime DateLessThan 2026-01-01"]
    );
    let from = |ranges: &str| with(&format!(r#""IpAddress": {{"aws:SourceIp": [{ranges}]}}"#));
    assert_eq!(
        change(
            &from(r#""192.0.2.0/24""#),
            &from(r#""192.0.2.0/25", "192.0.2.128/25""#)
        ),
        Vec::<String>::new(),
        "both halves are the whole"
    );
    assert_eq!(
        change(&from(r#""192.0.2.0/24""#), &from(r#""192.0.2.0/25""#)),
        ["- s3:* on *, if aws:SourceIp IpAddress 192.0.2.0/24, unless aws:SourceIp IpAddress 192.0.2.0/25"]
    );
    let like = |pattern: &str| with(&format!(r#""StringLike": {{"s3:prefix": "{pattern}"}}"#));
    assert_eq!(
        change(
            &like("home/*"),
            &with(r#""StringEquals": {"s3:prefix": "home/bob"}"#)
        )
        .len(),
        1
    );
    let mfa = with(r#""Bool": {"aws:MultiFactorAuthPresent": "true"}"#);
    assert_eq!(
        change(&with(""), &mfa),
        ["- s3:* on *, unless aws:MultiFactorAuthPresent Bool true"]
    );
    let if_exists = with(r#""BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}"#);
    assert_eq!(
        change(&mfa, &if_exists).len(),
        1,
        "the famous hole: a request without the key"
    );
}

#[test]
fn the_version_decides_whether_there_are_variables() {
    let statements =
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}"}"#;
    let new = document(statements);
    let mut old = new.clone();
    old.version = crate::Version::V2008;
    assert_eq!(
        told(&compare(&old, &new)),
        [
            "+ s3:GetObject on arn:aws:s3:::home/${aws:username} except arn:aws:s3:::home/${$}{aws:username}",
            "- s3:GetObject on arn:aws:s3:::home/${$}{aws:username} except arn:aws:s3:::home/${aws:username}"
        ]
    );
}

#[test]
fn what_hangs_on_variables_is_told_as_undecided() {
    let own = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}"},
                 {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:PrincipalTag/home}-old"}"#;
    let open =
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}"}"#;
    let told = change(own, open);
    assert!(
        told.iter()
            .any(|line| line.starts_with("? Gained") && line.contains("variables")),
        "{told:?}"
    );
}

#[test]
fn variables_may_stand_for_the_same() {
    let own = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}"},
                 {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:PrincipalTag/home}"}"#;
    let open =
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}"}"#;
    let difference = compare(&document(own), &document(open));
    assert!(difference.is_decided());
    assert_eq!(
        difference.gained[0].example.as_ref().unwrap().resource,
        "arn:aws:s3:::home/example"
    );
}

#[test]
fn principals_are_part_of_it() {
    let by = |principal: &str| {
        format!(r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "sts:AssumeRole"}}"#)
    };
    assert_eq!(
        change(
            &by(r#"{"AWS": "111122223333"}"#),
            &by(r#"{"AWS": ["111122223333", "444455556666"]}"#)
        ),
        ["+ sts:AssumeRole on *, by AWS 111122223333, 444455556666, by other than AWS 111122223333"]
    );
    assert_eq!(
        change(
            &by(r#"{"AWS": "arn:aws:iam::111122223333:root"}"#),
            &by(r#"{"AWS": "111122223333"}"#)
        ),
        Vec::<String>::new()
    );
    assert_eq!(
        change(
            &by(r#"{"AWS": "111122223333"}"#),
            &by(r#"{"AWS": "arn:aws:iam::111122223333:role/app"}"#)
        ),
        ["- sts:AssumeRole on *, by AWS 111122223333, by other than AWS arn:aws:iam::111122223333:role/app"],
        "a role of the account is in the account"
    );
    assert_eq!(
        change(&by(r#"{"Service": "ec2.amazonaws.com"}"#), &by(r#""*""#)),
        ["+ sts:AssumeRole on *, by anyone, by other than Service ec2.amazonaws.com"]
    );
}

#[test]
fn every_pattern_shows_a_request() {
    let new = r#"{"Effect": "Allow", "Action": "s3:*Object*", "Resource": "arn:aws:s3:::home/${aws:username}/*",
                  "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}, "Null": {"aws:TokenIssueTime": "true"}}}"#;
    let difference = compare(&document(READ), &document(new));
    let example = difference.gained[0].example.as_ref().unwrap();
    assert_eq!(example.resource, "arn:aws:s3:::home/example/x");
    assert_eq!(example.context.get("aws:PrincipalTag/team").unwrap(), ["red"]);
    assert!(example.action.contains("object"), "{}", example.action);
    assert!(difference.gained[0].matches(example) && difference.is_decided());
}

/// IAM User Guide, "AWS global condition context keys": both are in every request, and tell one moment.
#[test]
fn both_keys_of_the_moment_tell_the_same() {
    let until = |condition: &str| {
        format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {{{condition}}}}}"#)
    };
    let date = until(r#""DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}"#);
    let seconds = until(r#""NumericLessThan": {"aws:EpochTime": "1767225600"}"#);
    let either = until(r#""DateLessThanIfExists": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}"#);
    assert_eq!(change(&date, &seconds), Vec::<String>::new());
    assert_eq!(change(&seconds, &date), Vec::<String>::new());
    assert_eq!(
        change(&date, &either),
        Vec::<String>::new(),
        "there is no request without"
    );
    let later = until(r#""NumericLessThan": {"aws:EpochTime": "1767225601"}"#);
    let difference = compare(&document(&date), &document(&later));
    let example = difference.gained[0].example.as_ref().unwrap();
    assert_eq!(example.context.get("aws:EpochTime").unwrap(), ["1767225600"]);
    assert_eq!(
        example.context.get("aws:CurrentTime").unwrap(),
        ["2026-01-01T00:00:00Z"]
    );
    assert!(difference.is_decided() && difference.lost.is_empty());
}

/// IAM User Guide, "AWS global condition context keys": `aws:PrincipalArn` and `aws:PrincipalAccount` are who asks.
#[test]
fn who_asks_is_one_principal() {
    let statement = |principal: &str, condition: &str| {
        let principal = match principal {
            "" => String::new(),
            arn => format!(r#""Principal": {{"AWS": "{arn}"}}, "#),
        };
        format!(
            r#"{{"Effect": "Allow", {principal}"Action": "s3:GetObject", "Resource": "*", "Condition": {{{condition}}}}}"#
        )
    };
    let nobody = [
        statement(
            "arn:aws:iam::444455556666:root",
            r#""StringEquals": {"aws:PrincipalAccount": "111122223333"}"#,
        ),
        statement(
            "arn:aws:iam::111122223333:role/x",
            r#""ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/x"}"#,
        ),
        statement(
            "",
            r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/x*"},
               "StringEquals": {"aws:PrincipalAccount": "444455556666"}"#,
        ),
    ];
    for statement in nobody {
        assert_eq!(change("", &statement), Vec::<String>::new(), "{statement}");
    }
    // In the account itself the condition says nothing.
    let open = r#"{"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "s3:GetObject", "Resource": "*"}"#;
    let told = statement(
        "444455556666",
        r#""StringEquals": {"aws:PrincipalAccount": "444455556666"}"#,
    );
    assert_eq!(change(open, &told), Vec::<String>::new());
    let example = |statement: &str| {
        let mut difference = compare(&document(""), &document(statement));
        assert!(difference.is_decided(), "{statement}");
        difference.gained.remove(0).example.unwrap()
    };
    let of_account = example(&statement(
        "",
        r#""StringEquals": {"aws:PrincipalAccount": "444455556666"}"#,
    ));
    assert_eq!(of_account.principal.account().unwrap().as_str(), "444455556666");
    let of_role = example(&statement(
        "*",
        r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin-*"}"#,
    ));
    assert_eq!(
        (
            of_role.principal.to_string().as_str(),
            of_role.context.get("aws:PrincipalArn").unwrap()
        ),
        (
            "arn:aws:sts::111122223333:assumed-role/admin-example/example",
            &["arn:aws:iam::111122223333:role/admin-example".to_owned()][..]
        )
    );
}

#[test]
fn upper_and_lower_case_are_held_against_each_other() {
    let team = |condition: &str| {
        format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {{{condition}}}}}"#)
    };
    let exact = team(r#""StringEquals": {"aws:PrincipalTag/team": "Red"}"#);
    let folded = team(r#""StringEqualsIgnoreCase": {"aws:PrincipalTag/team": "red"}"#);
    let difference = compare(&document(&exact), &document(&folded));
    assert!(difference.is_decided() && difference.lost.is_empty());
    assert_eq!(difference.gained.len(), 1);
    let like = team(r#""StringLike": {"aws:PrincipalTag/team": ["[rR]ed", "RED*"]}"#);
    assert!(compare(&document(&folded), &document(&like)).is_decided());
    let digits = |operator: &str| team(&format!(r#""{operator}": {{"aws:username": "17"}}"#));
    assert_eq!(
        change(&digits("StringEquals"), &digits("StringEqualsIgnoreCase")),
        Vec::<String>::new()
    );
}

/// IAM User Guide, "IAM policy elements: Variables and tags", "Specifying default values".
#[test]
fn a_default_adds_what_the_variable_has_not() {
    let home = |variable: &str| {
        format!(
            r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/{variable}/*"}}"#
        )
    };
    let difference = compare(
        &document(&home("${aws:username}")),
        &document(&home("${aws:username, 'anybody'}")),
    );
    assert!(difference.is_decided() && difference.lost.is_empty());
    let example = difference.gained[0].example.as_ref().unwrap();
    assert_eq!(example.resource, "arn:aws:s3:::home/anybody/x");
    assert_eq!(example.context.get("aws:username"), None);
}

#[test]
fn examples_have_the_form_of_what_they_are() {
    let with = |condition: &str| {
        format!(
            r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {{{condition}}}}}"#
        )
    };
    let value = |statement: &str, key: &str| {
        let difference = compare(&document(""), &document(statement));
        difference.gained[0]
            .example
            .as_ref()
            .unwrap()
            .context
            .get(key)
            .unwrap()
            .to_vec()
    };
    let source = with(r#""ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:x*"}"#);
    assert!(value(&source, "aws:SourceArn")[0].contains(":111122223333:x"));
    let own = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:PrincipalTag/Team}-${aws:PrincipalAccount}"}"#;
    let difference = compare(&document(""), &document(own));
    let example = difference.gained[0].example.as_ref().unwrap();
    assert!(
        example.resource.ends_with("-111122223333"),
        "{}",
        example.resource
    );
    let keys: Vec<_> = example.context.iter().map(|(key, _)| key.to_owned()).collect();
    assert!(keys.contains(&"aws:PrincipalTag/Team".to_owned()), "{keys:?}");
}

/// IAM User Guide, "AWS global condition context keys": `aws:MultiFactorAuthPresent` and `aws:SecureTransport` work with Boolean
/// operators, and their value type is single-valued.
#[test]
fn a_boolean_key_is_true_or_false_or_missing() {
    let deny = |condition: &str| {
        format!(r#"{{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {{{condition}}}}}"#)
    };
    for key in ["aws:MultiFactorAuthPresent", "aws:SecureTransport"] {
        let cases = ["Bool", "StringEquals", "ForAnyValue:Bool"].map(|operator| {
            [
                deny(&format!(r#""{operator}": {{"{key}": "true"}}"#)),
                deny(&format!(r#""Bool": {{"{key}": "false"}}"#)),
                deny(&format!(r#""Null": {{"{key}": "true"}}"#)),
            ]
            .join(", ")
        });
        for all in cases {
            assert_eq!(change(&deny(""), &all), Vec::<String>::new(), "{all}");
        }
    }
}
