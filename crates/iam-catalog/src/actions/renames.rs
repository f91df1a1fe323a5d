//! The operations whose IAM action has another name. Sources: the Service Authorization Reference of each service; for
//! S3 also "Required permissions for Amazon S3 API operations" (Amazon S3 User Guide).

/// `service` in lower case without spaces.
pub(super) fn renamed(service: &str, operation: &str) -> Option<&'static [&'static str]> {
    match service {
        "s3" => s3(operation),
        "s3control" => s3_control(operation),
        "apigateway" | "apigatewayv2" => api_gateway(operation),
        "bedrockruntime" => bedrock_runtime(operation),
        "budgets" => budgets(operation),
        "cloudfront" => cloudfront(operation),
        "dynamodb" => dynamodb(operation),
        "kms" => kms(operation),
        "lambda" => lambda(operation),
        "sns" => sns(operation),
        "sqs" => sqs(operation),
        _ => None,
    }
}

fn s3(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "ListBuckets" => &["s3:ListAllMyBuckets"],
        "ListDirectoryBuckets" => &["s3express:ListAllMyDirectoryBuckets"],
        "CreateSession" => &["s3express:CreateSession"],
        "HeadBucket" | "ListObjects" | "ListObjectsV2" => &["s3:ListBucket"],
        "ListObjectVersions" => &["s3:ListBucketVersions"],
        "ListMultipartUploads" => &["s3:ListBucketMultipartUploads"],
        "ListParts" => &["s3:ListMultipartUploadParts"],
        "HeadObject" | "SelectObjectContent" => &["s3:GetObject"],
        "CompleteMultipartUpload" | "CreateMultipartUpload" | "UploadPart" => &["s3:PutObject"],
        "CopyObject" | "UploadPartCopy" => &["s3:GetObject", "s3:PutObject"],
        "DeleteObjects" => &["s3:DeleteObject"],
        "WriteGetObjectResponse" => &["s3-object-lambda:WriteGetObjectResponse"],
        _ => return s3_bucket_settings(operation),
    })
}

/// A bucket's settings: `Bucket` drops out of most names, and there is no `Delete`: who may put may remove.
fn s3_bucket_settings(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "GetBucketAccelerateConfiguration" => &["s3:GetAccelerateConfiguration"],
        "PutBucketAccelerateConfiguration" => &["s3:PutAccelerateConfiguration"],
        "GetBucketAnalyticsConfiguration" | "ListBucketAnalyticsConfigurations" => {
            &["s3:GetAnalyticsConfiguration"]
        }
        "PutBucketAnalyticsConfiguration" | "DeleteBucketAnalyticsConfiguration" => {
            &["s3:PutAnalyticsConfiguration"]
        }
        "GetBucketCors" => &["s3:GetBucketCORS"],
        "PutBucketCors" | "DeleteBucketCors" => &["s3:PutBucketCORS"],
        "GetBucketEncryption" => &["s3:GetEncryptionConfiguration"],
        "PutBucketEncryption" | "DeleteBucketEncryption" => &["s3:PutEncryptionConfiguration"],
        "GetBucketIntelligentTieringConfiguration" | "ListBucketIntelligentTieringConfigurations" => {
            &["s3:GetIntelligentTieringConfiguration"]
        }
        "PutBucketIntelligentTieringConfiguration" | "DeleteBucketIntelligentTieringConfiguration" => {
            &["s3:PutIntelligentTieringConfiguration"]
        }
        "GetBucketInventoryConfiguration" | "ListBucketInventoryConfigurations" => {
            &["s3:GetInventoryConfiguration"]
        }
        "PutBucketInventoryConfiguration" | "DeleteBucketInventoryConfiguration" => {
            &["s3:PutInventoryConfiguration"]
        }
        "GetBucketLifecycle" | "GetBucketLifecycleConfiguration" => &["s3:GetLifecycleConfiguration"],
        "PutBucketLifecycle" | "PutBucketLifecycleConfiguration" | "DeleteBucketLifecycle" => {
            &["s3:PutLifecycleConfiguration"]
        }
        "CreateBucketMetadataConfiguration" => &["s3:CreateBucketMetadataTableConfiguration"],
        "GetBucketMetadataConfiguration" => &["s3:GetBucketMetadataTableConfiguration"],
        "DeleteBucketMetadataConfiguration" => &["s3:DeleteBucketMetadataTableConfiguration"],
        "GetBucketMetricsConfiguration" | "ListBucketMetricsConfigurations" => {
            &["s3:GetMetricsConfiguration"]
        }
        "PutBucketMetricsConfiguration" | "DeleteBucketMetricsConfiguration" => {
            &["s3:PutMetricsConfiguration"]
        }
        "GetBucketNotificationConfiguration" => &["s3:GetBucketNotification"],
        "PutBucketNotificationConfiguration" => &["s3:PutBucketNotification"],
        "DeleteBucketOwnershipControls" => &["s3:PutBucketOwnershipControls"],
        "GetBucketReplication" => &["s3:GetReplicationConfiguration"],
        "PutBucketReplication" | "DeleteBucketReplication" => &["s3:PutReplicationConfiguration"],
        "DeleteBucketTagging" => &["s3:PutBucketTagging"],
        "GetObjectLockConfiguration" => &["s3:GetBucketObjectLockConfiguration"],
        "PutObjectLockConfiguration" => &["s3:PutBucketObjectLockConfiguration"],
        "GetPublicAccessBlock" => &["s3:GetBucketPublicAccessBlock"],
        "PutPublicAccessBlock" | "DeletePublicAccessBlock" => &["s3:PutBucketPublicAccessBlock"],
        _ => return None,
    })
}

fn s3_control(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "GetPublicAccessBlock" => &["s3:GetAccountPublicAccessBlock"],
        "PutPublicAccessBlock" | "DeletePublicAccessBlock" => &["s3:PutAccountPublicAccessBlock"],
        _ => return None,
    })
}

/// API Gateway's control plane names its actions by HTTP method; the resource tells the rest.
fn api_gateway(operation: &str) -> Option<&'static [&'static str]> {
    const GET: &[&str] = &["apigateway:GET"];
    const DELETE: &[&str] = &["apigateway:DELETE"];
    const PATCH: &[&str] = &["apigateway:PATCH"];
    const POST: &[&str] = &["apigateway:POST"];
    const PUT: &[&str] = &["apigateway:PUT"];
    // Operations on portals and routing rules are actions by their own name.
    if crate::action(&format!("apigateway:{operation}")).is_some() {
        return None;
    }
    let verb_end = operation
        .char_indices()
        .skip(1)
        .find(|(_, c)| c.is_ascii_uppercase())
        .map(|(at, _)| at);
    Some(match operation.get(..verb_end?)? {
        "Get" | "Export" => GET,
        "Delete" | "Flush" | "Reset" | "Untag" => DELETE,
        "Update" => PATCH,
        "Put" | "Reimport" => PUT,
        "Import" if matches!(operation, "ImportDocumentationParts" | "ImportApi") => PUT,
        "Create" | "Generate" | "Import" | "Reject" | "Test" => POST,
        // REST APIs are tagged with PUT, HTTP APIs with POST.
        "Tag" => &["apigateway:PUT", "apigateway:POST"],
        _ => return None,
    })
}

fn bedrock_runtime(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "Converse" => &["bedrock:InvokeModel"],
        "ConverseStream" => &["bedrock:InvokeModelWithResponseStream"],
        _ => return None,
    })
}

fn budgets(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "DescribeBudget"
        | "DescribeBudgets"
        | "DescribeBudgetNotificationsForAccount"
        | "DescribeBudgetPerformanceHistory"
        | "DescribeNotificationsForBudget"
        | "DescribeSubscribersForNotification" => &["budgets:ViewBudget"],
        "CreateBudget" | "CreateNotification" | "CreateSubscriber" | "DeleteBudget"
        | "DeleteNotification" | "DeleteSubscriber" | "UpdateBudget" | "UpdateNotification"
        | "UpdateSubscriber" => &["budgets:ModifyBudget"],
        _ => return None,
    })
}

fn cloudfront(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "CreateDistributionWithTags" => &["cloudfront:CreateDistribution", "cloudfront:TagResource"],
        _ => return None,
    })
}

fn dynamodb(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "BatchExecuteStatement" | "ExecuteStatement" | "ExecuteTransaction" => &[
            "dynamodb:PartiQLSelect",
            "dynamodb:PartiQLInsert",
            "dynamodb:PartiQLUpdate",
            "dynamodb:PartiQLDelete",
        ],
        "TransactGetItems" => &["dynamodb:GetItem"],
        "TransactWriteItems" => &[
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
        ],
        _ => return None,
    })
}

fn kms(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "ReEncrypt" => &["kms:ReEncryptFrom", "kms:ReEncryptTo"],
        _ => return None,
    })
}

fn lambda(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "Invoke" | "InvokeWithResponseStream" => &["lambda:InvokeFunction"],
        "GetLayerVersionByArn" => &["lambda:GetLayerVersion"],
        _ => return None,
    })
}

fn sns(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "PublishBatch" => &["sns:Publish"],
        _ => return None,
    })
}

fn sqs(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "ChangeMessageVisibilityBatch" => &["sqs:ChangeMessageVisibility"],
        "DeleteMessageBatch" => &["sqs:DeleteMessage"],
        "SendMessageBatch" => &["sqs:SendMessage"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    /// Whatever is a name of an action in this file is one that AWS defines.
    #[test]
    fn every_other_name_is_an_action() {
        let (table, _) = include_str!("renames.rs").split_once("#[cfg(test)]").unwrap();
        let names: Vec<&str> = table
            .split('"')
            .filter(|text| text.contains(':') && !text.contains([' ', '\n', '{']))
            .collect();
        assert!(names.len() > 60, "{}", names.len());
        let unknown: Vec<_> = names
            .iter()
            .filter(|name| crate::action(name).is_none_or(|action| action.to_string() != **name))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
