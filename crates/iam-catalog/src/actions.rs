//! From an API call, as an SDK names it, to the IAM actions that AWS checks for it.
//! Most operations are their own action; the rest stand in [`renames`], by service.

mod prefixes;
mod renames;

/// The IAM actions that a call may be checked against, the most telling first.
///
/// `service` is the SDKs' service id (`S3`, `CloudWatch Logs`, `SFN`; case and spaces do not matter) and `operation` the
/// API operation (`ListObjectsV2`): the names in the SDKs' client-side monitoring. An operation that needs permission
/// for several actions (`CopyObject` reads and writes), or for one of several by its content (`ExecuteStatement`), gives
/// them all. An unknown service or operation gives `prefix:Operation`.
///
/// Source: the Service Authorization Reference, "Actions, resources, and condition keys" of each service.
pub fn actions_of(service: &str, operation: &str) -> Vec<String> {
    let service = normal(service);
    let operation = without_api_date(operation);
    match renames::renamed(&service, operation) {
        Some(actions) => actions.iter().map(|&action| action.to_owned()).collect(),
        None => vec![format!("{}:{operation}", prefix_of(&service))],
    }
}

/// The IAM service prefix of an SDK's service id: `logs` for `CloudWatch Logs`.
pub fn service_prefix(service: &str) -> String {
    prefix_of(&normal(service)).to_owned()
}

fn normal(service: &str) -> String {
    service
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn prefix_of(normal_service: &str) -> &str {
    prefixes::PREFIXES
        .binary_search_by_key(&normal_service, |(service, _)| service)
        .ok()
        .and_then(|found| prefixes::PREFIXES.get(found))
        .map_or(normal_service, |(_, prefix)| prefix)
}

/// The wire names of `CloudFront` end with its API's date: `CreateDistribution2020_05_31`.
fn without_api_date(operation: &str) -> &str {
    let Some((name, date)) = operation
        .len()
        .checked_sub(10)
        .and_then(|at| operation.split_at_checked(at))
    else {
        return operation;
    };
    let is_date = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'_',
        _ => byte.is_ascii_digit(),
    });
    if is_date && !name.is_empty() {
        name
    } else {
        operation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_searched() {
        assert!(prefixes::PREFIXES.is_sorted());
        assert!(prefixes::PREFIXES.len() > 150);
    }

    #[test]
    fn an_operation_is_its_own_action() {
        assert_eq!(actions_of("S3", "GetObject"), ["s3:GetObject"]);
        assert_eq!(actions_of("EC2", "DescribeInstances"), ["ec2:DescribeInstances"]);
        assert_eq!(actions_of("IAM", "CreateRole"), ["iam:CreateRole"]);
        assert_eq!(actions_of("STS", "GetCallerIdentity"), ["sts:GetCallerIdentity"]);
        assert_eq!(actions_of("Brand New", "DoIt"), ["brandnew:DoIt"]);
    }

    #[test]
    fn services_whose_prefix_is_another_word() {
        for (service, prefix) in [
            ("CloudWatch", "cloudwatch"),
            ("CloudWatch Logs", "logs"),
            ("cloudwatch logs", "logs"),
            ("SFN", "states"),
            ("SES", "ses"),
            ("SESv2", "ses"),
            ("EventBridge", "events"),
            ("Application Auto Scaling", "application-autoscaling"),
            ("Auto Scaling", "autoscaling"),
            ("Elastic Load Balancing v2", "elasticloadbalancing"),
            ("Cost Explorer", "ce"),
            ("Config Service", "config"),
            ("EFS", "elasticfilesystem"),
            ("EMR", "elasticmapreduce"),
            ("DynamoDB Streams", "dynamodb"),
            ("Neptune", "rds"),
            ("OpenSearch", "es"),
            ("Pinpoint", "mobiletargeting"),
            ("Resource Groups Tagging API", "tag"),
            ("IoT Data Plane", "iot"),
            ("S3 Control", "s3"),
            ("AccessAnalyzer", "access-analyzer"),
        ] {
            assert_eq!(service_prefix(service), prefix, "{service}");
        }
    }

    // "API operations defined by Amazon S3" and "Required permissions for Amazon S3 API operations".
    #[test]
    fn s3_operations_that_are_no_actions() {
        for (operation, actions) in [
            ("ListBuckets", &["s3:ListAllMyBuckets"][..]),
            ("ListObjects", &["s3:ListBucket"]),
            ("ListObjectsV2", &["s3:ListBucket"]),
            ("ListObjectVersions", &["s3:ListBucketVersions"]),
            ("HeadBucket", &["s3:ListBucket"]),
            ("HeadObject", &["s3:GetObject"]),
            ("CopyObject", &["s3:GetObject", "s3:PutObject"]),
            ("CreateMultipartUpload", &["s3:PutObject"]),
            ("DeleteObjects", &["s3:DeleteObject"]),
            ("ListMultipartUploads", &["s3:ListBucketMultipartUploads"]),
            ("ListParts", &["s3:ListMultipartUploadParts"]),
            (
                "GetBucketLifecycleConfiguration",
                &["s3:GetLifecycleConfiguration"],
            ),
            ("DeleteBucketLifecycle", &["s3:PutLifecycleConfiguration"]),
            ("GetBucketEncryption", &["s3:GetEncryptionConfiguration"]),
            ("GetPublicAccessBlock", &["s3:GetBucketPublicAccessBlock"]),
            (
                "GetObjectLockConfiguration",
                &["s3:GetBucketObjectLockConfiguration"],
            ),
        ] {
            assert_eq!(actions_of("S3", operation), actions, "{operation}");
        }
        assert_eq!(
            actions_of("S3 Control", "GetPublicAccessBlock"),
            ["s3:GetAccountPublicAccessBlock"]
        );
    }

    #[test]
    fn other_services_renames() {
        assert_eq!(actions_of("Lambda", "Invoke"), ["lambda:InvokeFunction"]);
        assert_eq!(actions_of("SQS", "SendMessageBatch"), ["sqs:SendMessage"]);
        assert_eq!(
            actions_of("KMS", "ReEncrypt"),
            ["kms:ReEncryptFrom", "kms:ReEncryptTo"]
        );
        assert_eq!(actions_of("DynamoDB", "TransactGetItems"), ["dynamodb:GetItem"]);
        assert_eq!(actions_of("API Gateway", "GetRestApis"), ["apigateway:GET"]);
        assert_eq!(actions_of("ApiGatewayV2", "UpdateApi"), ["apigateway:PATCH"]);
        assert_eq!(
            actions_of("ApiGatewayV2", "UpdatePortal"),
            ["apigateway:UpdatePortal"]
        );
    }

    #[test]
    fn an_api_date_is_no_part_of_the_action() {
        assert_eq!(
            actions_of("CloudFront", "GetDistribution2020_05_31"),
            ["cloudfront:GetDistribution"]
        );
        assert_eq!(actions_of("X", "2020_05_31"), ["x:2020_05_31"]);
        assert_eq!(actions_of("X", "Ünïcode_é_ö_x"), ["x:Ünïcode_é_ö_x"]);
    }
}
