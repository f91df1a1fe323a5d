//! The canonical form: what it looks like, and that it says the same.

use super::*;
use iam_policy_reference::generate;

fn form(text: &str, format: TextFormat) -> Formatted {
    formatted(text, format, Style::Canonical).unwrap_or_else(|wrong| panic!("{wrong:#?}\n{text}"))
}

const WRITTEN: &str = "\
{\"Statement\": [{\"Action\": [\"s3:GetObject\"], \"Effect\": \"Allow\", \"Sid\": \"Read\",
  \"Resource\": [\"arn:aws:s3:::b/*\", \"arn:aws:s3:::c/${aws:username}\"],
  \"Condition\": {\"Bool\": {\"aws:SecureTransport\": true}, \"StringEquals\": {\"aws:x\": [\"no\", \"1\", \"a: b\"]}}}],
 \"Version\": \"2012-10-17\"}";

const CANONICAL: &str = "\
Version: \"2012-10-17\"
Statement:
  - Sid: Read
    Effect: Allow
    Action: s3:GetObject
    Resource:
      - arn:aws:s3:::b/*
      - \"arn:aws:s3:::c/${aws:username}\"
    Condition:
      Bool:
        aws:SecureTransport: true
      StringEquals:
        aws:x:
          - \"no\"
          - \"1\"
          - \"a: b\"
";

#[test]
fn yaml_is_in_block_style_and_quoted_where_it_could_be_misread() {
    let form = form(WRITTEN, TextFormat::Yaml);
    assert_eq!(form.text, CANONICAL);
    assert!(!form.is_formatted);
    assert!(super::tests::form(CANONICAL, TextFormat::Yaml).is_formatted);
}

#[test]
fn json_is_as_the_library_prints_it() {
    let form = form(WRITTEN, TextFormat::Json);
    assert_eq!(form.text, format!("{}\n", form.document.to_json()));
    let small = formatted(WRITTEN, TextFormat::Json, Style::Minified).unwrap();
    assert_eq!(small.text.trim_end().chars().count(), small.document.iam_size());
}

#[test]
fn comments_are_never_lost() {
    let with_comments = CANONICAL
        .replace("Statement:\n", "\n# who may read\nStatement:\n")
        .replace(
            "Action: s3:GetObject\n",
            "Action: s3:GetObject   # one at a time\n",
        );
    let form = form(&with_comments, TextFormat::Yaml);
    assert!(
        form.is_formatted && form.text == with_comments,
        "in the form but for its comments"
    );
    let other = with_comments.replace("Effect: Allow", "Effect:   'Allow'");
    let lost = formatted(&other, TextFormat::Yaml, Style::Canonical).unwrap_err();
    let places: Vec<_> = lost.iter().map(|wrong| wrong.span.of(&other).unwrap()).collect();
    assert_eq!(places, ["# who may read", "# one at a time"]);
    let no_comment = "Statement: {Effect: Deny, Action: 's3:* # all', Resource: 'a#b'}";
    assert!(formatted(no_comment, TextFormat::Yaml, Style::Canonical).is_ok());
}

#[test]
fn other_files_are_told_from_policies() {
    assert!(is_policy(CANONICAL, TextFormat::Yaml) && is_policy(WRITTEN, TextFormat::Json));
    assert!(!is_policy("{\"name\": \"x\"}", TextFormat::Json) && !is_policy("- a\n", TextFormat::Yaml));
}

/// IAM User Guide, "IAM and AWS STS quotas"; Amazon S3 User Guide, "Bucket policies and user policies" ("limited to 20 KB in
/// size"); AWS Organizations User Guide, "Quotas and service limits for AWS Organizations".
#[test]
fn a_document_has_the_quotas_of_what_it_can_be() {
    let quotas = |statement: &str| {
        let document = Document::parse(&format!(r#"{{"Statement": {statement}}}"#)).unwrap();
        let quotas = quotas_of(&document);
        quotas
            .iter()
            .map(|quota| (quota.what, quota.characters))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        quotas(r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}"#),
        [("trust policy", 2_048)]
    );
    let bucket = |effect: &str, principal: &str| {
        quotas(&format!(
            r#"{{"Effect": "{effect}", "Principal": {principal}, "Action": "s3:GetObject", "Resource": "*"}}"#
        ))
    };
    assert_eq!(bucket("Allow", "\"*\""), [("bucket policy", 20_480)]);
    assert_eq!(
        bucket("Deny", r#"{"AWS": "111122223333"}"#),
        [("bucket policy", 20_480)]
    );
    assert_eq!(
        bucket("Deny", "\"*\""),
        [("bucket policy", 20_480), ("resource control policy", 5_120)]
    );
    let identity = form(WRITTEN, TextFormat::Json).document;
    assert_eq!(quotas_of(&identity).len(), 6);
}

/// What is asked for is JSON, which has no comments.
#[test]
fn minified_goes_without_comments() {
    let text = "Statement: # all\n  Effect: Deny # no\n  Action: '*'\n  Resource: '*'\n";
    let small = formatted(text, TextFormat::Yaml, Style::Minified).unwrap();
    assert_eq!(
        small.text,
        "{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}\n"
    );
}

/// Over drawn documents, of every kind and with every operator.
#[test]
fn the_form_says_the_same_and_is_its_own_form() {
    let mut seen = 0;
    for number in 0..400 {
        let policies = generate::numbered(5, number).policies;
        let sources = policies
            .identity
            .iter()
            .chain(&policies.resource)
            .chain(&policies.trust);
        for source in sources {
            let json = source.document.to_json();
            // What the parser refuses has no form.
            let Ok(document) = Document::parse(&json) else {
                continue;
            };
            for format in [TextFormat::Json, TextFormat::Yaml] {
                let once = form(&json, format);
                assert!(once.document.same_meaning(&document), "{json}");
                let twice = form(&once.text, format);
                assert_eq!(twice.text, once.text, "{json}");
                assert!(twice.is_formatted);
                assert!(twice.document.same_meaning(&document), "{}\n{json}", once.text);
                let texts = |document: &Document| document.to_minified();
                assert_eq!(
                    texts(&twice.document),
                    texts(&document),
                    "order and spelling stay"
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 300, "{seen}");
}
