//! Which error codes AWS answers an operation with: those that its model declares, and those that all operations of
//! its service share.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use iam_sandbox::Sandbox;

/// By service: its model, as `src/models.rs` reads it, and the codes that all of its operations share.
const SERVICES: [(&str, &str, &str); 5] = [
    ("iam", include_str!("../../src/models/iam.tsv"), QUERY),
    ("sts", include_str!("../../src/models/sts.tsv"), QUERY),
    ("s3", include_str!("../../src/models/s3.tsv"), S3),
    ("ec2", include_str!("../../src/models/ec2.tsv"), EC2),
    (
        "cloudtrail",
        include_str!("../../src/models/cloudtrail.tsv"),
        JSON,
    ),
];

/// "Common Errors", IAM API Reference and AWS STS API Reference, and what their front ends answer besides:
/// SignatureDoesNotMatch ("Troubleshoot Signature Version 4 signing for AWS API requests", IAM User Guide), AccessDenied
/// and ExpiredToken ("Troubleshoot IAM", IAM User Guide), Throttling (botocore's `_retry.json`), and MalformedInput for
/// a value that is not of its parameter's type.
const QUERY: &str = "
    AccessDenied ExpiredToken IncompleteSignature InternalFailure InvalidAction InvalidClientTokenId
    InvalidParameterCombination InvalidParameterValue InvalidQueryParameter MalformedInput MalformedQueryString
    MissingAction MissingAuthenticationToken MissingParameter NotAuthorized OptInRequired RequestExpired
    ServiceUnavailable SignatureDoesNotMatch Throttling ValidationError";

/// "Common Error Types", AWS CloudTrail API Reference, and what JSON services answer to a bad signature
/// ("Troubleshoot Signature Version 4 signing for AWS API requests", IAM User Guide).
const JSON: &str = "
    AccessDeniedException ExpiredTokenException IncompleteSignatureException InternalFailure InvalidSignatureException
    MissingAuthenticationTokenException SerializationException ThrottlingException UnknownOperationException
    UnrecognizedClientException ValidationException";

/// "Error responses: List of error codes" and "List of Tagging-related error codes", Amazon S3 API Reference.
const S3: &str = "
    AccessControlListNotSupported AccessDenied AuthorizationHeaderMalformed AuthorizationQueryParametersError BadDigest BadRequest
    BucketAlreadyExists BucketAlreadyOwnedByYou BucketNotEmpty EntityTooLarge EntityTooSmall ExpiredToken
    IllegalLocationConstraintException IncompleteBody InternalError InvalidAccessKeyId InvalidArgument
    InvalidBucketAclWithObjectOwnership InvalidBucketName InvalidBucketState InvalidDigest InvalidLocationConstraint InvalidObjectState InvalidPart
    InvalidPartNumber InvalidPartOrder InvalidRange InvalidRequest InvalidSecurity InvalidStorageClass InvalidTag
    InvalidTargetBucketForLogging InvalidToken InvalidURI KeyTooLongError MalformedPolicy MalformedTrailerError MalformedXML
    MaxMessageLengthExceeded MetadataTooLarge MethodNotAllowed MissingContentLength MissingRequestBodyError
    MissingSecurityHeader NoSuchBucket NoSuchBucketPolicy NoSuchCORSConfiguration NoSuchKey
    NoSuchLifecycleConfiguration NoSuchPublicAccessBlockConfiguration NoSuchTagSet NoSuchUpload NoSuchVersion
    NoSuchWebsiteConfiguration NotImplemented ObjectLockConfigurationNotFoundError OperationAborted PermanentRedirect PreconditionFailed ReplicationConfigurationNotFoundError RequestTimeTooSkewed RequestTimeout
    ServiceUnavailable SignatureDoesNotMatch SlowDown TooManyBuckets UnexpectedContent UserKeyMustBeSpecified
    XAmzContentSHA256Mismatch";

/// "Error codes for the Amazon EC2 API", Amazon EC2 API Reference.
const EC2: &str = "
    AuthFailure Blocked DryRunOperation IdempotentParameterMismatch IncompleteSignature IncorrectInstanceState IncorrectState InsufficientInstanceCapacity
    InstanceLimitExceeded InternalError InternalFailure InvalidAMIID.Malformed InvalidAMIID.NotFound InvalidAction
    InvalidCharacter InvalidClientTokenId InvalidFilter InvalidGroup.NotFound InvalidGroupId.Malformed InvalidID InvalidInstanceID
    InvalidInstanceID.Malformed InvalidInstanceID.NotFound InvalidInstanceType InvalidKeyPair.NotFound
    InvalidNextToken InvalidPaginationToken InvalidParameter InvalidParameterCombination InvalidParameterValue
    InvalidQueryParameter InvalidRequest InvalidSubnetID.NotFound MalformedQueryString MaxIOPSLimitExceeded
    MissingAction MissingAuthenticationToken MissingInput MissingParameter OperationNotPermitted OptInRequired
    PendingVerification RequestExpired RequestLimitExceeded ServiceUnavailable TagLimitExceeded TagPolicyViolation Unavailable
    UnauthorizedOperation UnknownParameter UnknownPrincipalType.Unsupported UnsupportedInstanceAttribute
    UnsupportedOperation UnsupportedProtocol ValidationError VcpuLimitExceeded";

#[derive(Default)]
pub struct Codes {
    common: BTreeSet<&'static str>,
    /// By operation.
    declared: BTreeMap<&'static str, BTreeSet<&'static str>>,
    /// The HTTP status of a declared code.
    pub statuses: BTreeMap<&'static str, u16>,
}

impl Codes {
    pub fn of(service: &str) -> &'static Codes {
        static ALL: LazyLock<BTreeMap<&str, Codes>> = LazyLock::new(|| {
            SERVICES
                .into_iter()
                .map(|(service, model, common)| (service, Codes::read(model, common)))
                .collect()
        });
        ALL.get(service)
            .unwrap_or_else(|| panic!("no list of codes for {service}"))
    }

    pub fn services() -> impl Iterator<Item = &'static str> {
        SERVICES.into_iter().map(|(service, ..)| service)
    }

    fn read(model: &'static str, common: &'static str) -> Codes {
        let mut codes = Codes {
            common: common.split_whitespace().collect(),
            ..Codes::default()
        };
        for line in model.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            match fields.as_slice() {
                ["E", code, status] => {
                    codes.statuses.insert(code, status.parse().unwrap());
                }
                ["O", name, _, _, errors] => {
                    codes.declared.insert(name, errors.split(',').collect());
                }
                _ => {}
            }
        }
        codes
    }

    /// May this operation answer this?
    pub fn has(&self, operation: &str, code: &str) -> bool {
        self.common.contains(code)
            || self
                .declared
                .get(operation)
                .is_some_and(|declared| declared.contains(code))
    }

    /// May any operation of this service?
    pub fn has_anywhere(&self, code: &str) -> bool {
        self.common.contains(code) || self.statuses.contains_key(code)
    }
}

/// No call was answered with a code that AWS does not answer that operation with.
pub fn check(sandbox: &Sandbox) {
    for call in sandbox.log() {
        let Some(code) = call.error_code else {
            continue;
        };
        assert!(
            Codes::of(&call.service).has(&call.operation, &code),
            "{} {} answered {code}, which AWS does not",
            call.service,
            call.operation
        );
    }
}
