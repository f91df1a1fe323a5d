//! AWS's own managed policies: every one of the catalog is there to be listed, read and attached.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use std::collections::BTreeSet;

use common::Cloud;
use iam_catalog::managed_policies;

#[test]
fn all_of_them_are_listed_page_by_page() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let mut listed = BTreeSet::new();
    let mut marker: Option<String> = None;
    loop {
        let mut params = vec![("Scope", "AWS"), ("MaxItems", "400")];
        params.extend(marker.as_deref().map(|marker| ("Marker", marker)));
        let page = cloud.iam(&admin, "ListPolicies", &params).ok();
        let arns = page.texts("Arn");
        assert!(arns.len() == 400 || page.text("IsTruncated").unwrap() == "false");
        for arn in arns {
            assert!(listed.insert(arn.clone()), "{arn} is there twice");
        }
        marker = page.text("Marker");
        if marker.is_none() {
            break;
        }
    }
    let known: BTreeSet<String> = managed_policies().map(|policy| policy.arn.to_owned()).collect();
    assert!(known.len() >= 1_500);
    assert_eq!(listed, known);
}

#[test]
fn a_path_and_attachment_narrow_the_list() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let params = [("Scope", "AWS"), ("PathPrefix", "/job-function/")];
    let names = cloud
        .iam(&admin, "ListPolicies", &params)
        .ok()
        .texts("PolicyName");
    assert!(
        names.contains(&"ViewOnlyAccess".to_owned()) && names.len() < 30,
        "{names:?}"
    );
    let params = [("Scope", "AWS"), ("OnlyAttached", "true")];
    let answer = cloud.iam(&admin, "ListPolicies", &params).ok();
    assert_eq!(answer.texts("PolicyName"), ["AdministratorAccess"]);
    assert_eq!(answer.texts("AttachmentCount"), ["2"]);
}

/// One policy of each path, as AWS answers for it: default version, dates, the document in that version alone.
#[test]
fn one_is_read_with_its_version_and_dates() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    for path in [
        "/",
        "/service-role/",
        "/aws-service-role/",
        "/job-function/",
        "/root-task/",
    ] {
        let policy = managed_policies().find(|policy| policy.path == path).unwrap();
        let answer = cloud.iam(&admin, "GetPolicy", &[("PolicyArn", policy.arn)]).ok();
        assert_eq!(answer.text("DefaultVersionId").unwrap(), policy.version);
        assert_eq!(answer.text("CreateDate").unwrap(), policy.created);
        assert_eq!(answer.text("UpdateDate").unwrap(), policy.updated);
        let params = [("PolicyArn", policy.arn), ("VersionId", policy.version)];
        let version = cloud.iam(&admin, "GetPolicyVersion", &params).ok();
        let document = version.text("Document").unwrap();
        let decoded = percent_encoding::percent_decode_str(&document)
            .decode_utf8()
            .unwrap();
        assert_eq!(decoded, policy.document());
        let params = [("PolicyArn", policy.arn), ("VersionId", "v9999")];
        cloud
            .iam(&admin, "GetPolicyVersion", &params)
            .refused(404, "NoSuchEntity");
    }
}

#[test]
fn any_of_them_can_be_attached_and_is_in_force() {
    let cloud = Cloud::new();
    let (admin, reader) = (cloud.admin(), cloud.user("reader", None));
    cloud.iam(&reader, "ListGroups", &[]).refused(403, "AccessDenied");
    let arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    let attach = [("UserName", "reader"), ("PolicyArn", arn)];
    cloud.iam(&admin, "AttachUserPolicy", &attach).ok();
    cloud.iam(&reader, "ListGroups", &[]).ok();
    let all = cloud
        .iam(
            &admin,
            "GetAccountAuthorizationDetails",
            &[("Filter.member.1", "AWSManagedPolicy")],
        )
        .ok();
    assert!(all.texts("Arn").contains(&arn.to_owned()), "{}", all.body);
    let wrong_path = [
        ("UserName", "reader"),
        ("PolicyArn", "arn:aws:iam::aws:policy/ViewOnlyAccess"),
    ];
    cloud
        .iam(&admin, "AttachUserPolicy", &wrong_path)
        .refused(404, "NoSuchEntity");
}
