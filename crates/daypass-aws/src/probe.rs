//! Harmless calls to services other than IAM and STS, signed and sent without an SDK crate for each.
//!
//! They only list, describe or try (`DryRun`): what they show is whether the credentials may.

mod of_action;

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::http::Request;
use aws_smithy_types::body::SdkBody;

use crate::connection::{Connection, HOME_REGION};
use crate::error::AwsError;
use crate::exchange::Exchange;

/// A harmless call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// S3 `ListBuckets` (`s3:ListAllMyBuckets`).
    ListBuckets,
    /// S3 `ListObjectsV2` (`s3:ListBucket`).
    ListObjects {
        /// The bucket's name.
        bucket: String,
    },
    /// S3 `GetObject`, of which at most the first 16 KiB are asked for.
    GetObject {
        /// The bucket's name.
        bucket: String,
        /// The object's key.
        key: String,
    },
    /// EC2 `DescribeRegions`.
    DescribeRegions,
    /// What a bucket is set to.
    ReadBucket {
        /// The API operation.
        operation: &'static str,
        /// The part of the bucket that it reads, as in the address.
        query: &'static str,
        /// The bucket's name.
        bucket: String,
    },
    /// A read of IAM's.
    ReadIam {
        /// The API operation.
        operation: &'static str,
        /// The one parameter that it has, if any.
        parameter: Option<(&'static str, String)>,
    },
    /// A call of EC2's that is only tried (`DryRun`).
    DryRun {
        /// The API operation.
        operation: String,
        /// The instance that it is about, if any.
        instance: Option<String>,
    },
    /// STS `GetCallerIdentity`.
    GetCallerIdentity,
}

/// What a probe shows about permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// AWS did it, or would have.
    Given,
    /// AWS refused it for want of permission.
    Denied,
    /// AWS said something else.
    Unclear,
}

/// What came of a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeAnswer {
    /// Whether AWS did it.
    pub allowed: bool,
    /// HTTP status.
    pub status: u16,
    /// AWS's error code, when it did not.
    pub code: Option<String>,
    /// AWS's message, when it did not.
    pub message: Option<String>,
    /// Names that it listed: buckets, keys, regions.
    pub items: Vec<String>,
}

/// What S3 answers after it has decided that the caller may know: there is no such thing.
/// (Without permission it is AccessDenied: "GetObject", Amazon S3 API Reference.)
const NOT_THERE: [&str; 10] = [
    "NoSuchKey",
    "NoSuchBucketPolicy",
    "NoSuchCORSConfiguration",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "NoSuchWebsiteConfiguration",
    "OwnershipControlsNotFoundError",
    "ReplicationConfigurationNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
];

impl ProbeAnswer {
    /// What the answer shows about permission.
    pub fn permission(&self) -> Permission {
        match self.code.as_deref() {
            _ if self.allowed => Permission::Given,
            Some("AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation") => Permission::Denied,
            Some(code) if NOT_THERE.contains(&code) => Permission::Given,
            _ => Permission::Unclear,
        }
    }
}

impl Probe {
    /// The API operation's name.
    pub fn operation(&self) -> &str {
        match self {
            Probe::ListBuckets => "ListBuckets",
            Probe::ListObjects { .. } => "ListObjectsV2",
            Probe::GetObject { .. } => "GetObject",
            Probe::DescribeRegions => "DescribeRegions",
            Probe::ReadBucket { operation, .. } | Probe::ReadIam { operation, .. } => operation,
            Probe::DryRun { operation, .. } => operation,
            Probe::GetCallerIdentity => "GetCallerIdentity",
        }
    }

    /// The same for errors, whose operations are those of the code.
    fn family(&self) -> &'static str {
        match self {
            Probe::ListBuckets => "ListBuckets",
            Probe::ListObjects { .. } => "ListObjectsV2",
            Probe::GetObject { .. } => "GetObject",
            Probe::DescribeRegions => "DescribeRegions",
            Probe::ReadBucket { operation, .. } | Probe::ReadIam { operation, .. } => operation,
            Probe::DryRun { .. } => "a dry run of EC2's",
            Probe::GetCallerIdentity => "GetCallerIdentity",
        }
    }

    fn service(&self) -> &'static str {
        match self {
            Probe::DescribeRegions | Probe::DryRun { .. } => "ec2",
            Probe::ReadIam { .. } => "iam",
            Probe::GetCallerIdentity => "sts",
            _ => "s3",
        }
    }

    fn path_and_query(&self) -> String {
        match self {
            Probe::ListBuckets => "/".to_owned(),
            Probe::ListObjects { bucket } => {
                format!("/{}?list-type=2&max-keys=100", percent_encoded(bucket, ""))
            }
            Probe::GetObject { bucket, key } => {
                format!("/{}/{}", percent_encoded(bucket, ""), percent_encoded(key, "/"))
            }
            Probe::DescribeRegions => "/?Action=DescribeRegions&Version=2016-11-15".to_owned(),
            Probe::ReadBucket { query, bucket, .. } => format!("/{}?{query}", percent_encoded(bucket, "")),
            Probe::ReadIam { operation, parameter } => {
                let parameter = parameter
                    .as_ref()
                    .map(|(name, value)| format!("&{name}={}", percent_encoded(value, "")));
                format!(
                    "/?Action={operation}{}&Version=2010-05-08",
                    parameter.unwrap_or_default()
                )
            }
            Probe::DryRun { operation, instance } => {
                let instance = instance
                    .as_ref()
                    .map(|id| format!("&InstanceId.1={}", percent_encoded(id, "")));
                format!(
                    "/?Action={operation}&DryRun=true{}&Version=2016-11-15",
                    instance.unwrap_or_default()
                )
            }
            Probe::GetCallerIdentity => "/?Action=GetCallerIdentity&Version=2011-06-15".to_owned(),
        }
    }

    fn listed_element(&self) -> &'static str {
        match self {
            Probe::ListBuckets => "Name",
            Probe::ListObjects { .. } => "Key",
            Probe::DescribeRegions => "regionName",
            Probe::GetObject { .. }
            | Probe::ReadBucket { .. }
            | Probe::ReadIam { .. }
            | Probe::DryRun { .. }
            | Probe::GetCallerIdentity => "",
        }
    }
}

/// Text in a URL: unreserved characters and those of `keep` stay.
pub(crate) fn percent_encoded(text: &str, keep: &str) -> String {
    text.bytes()
        .map(|byte| {
            let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            if plain || keep.as_bytes().contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

impl Connection {
    /// Makes one harmless call, once.
    pub async fn probe(&self, probe: &Probe) -> Result<ProbeAnswer, AwsError> {
        let operation = probe.family();
        let credentials = self.sdk_credentials().await?;
        let endpoint = self.probe_endpoint(probe.service());
        let url = format!("{endpoint}{}", probe.path_and_query());
        // IAM is one global service, signed for in us-east-1.
        let region = match probe.service() {
            "iam" => HOME_REGION,
            _ => self.effective_region(),
        };
        let region = region.to_owned();
        let request = signed(probe, &url, &region, credentials, self.clock().now().into())
            .map_err(|what| AwsError::Unusable { operation, what })?;
        let exchange = Exchange {
            operation,
            service: probe.service(),
            endpoint,
        };
        let (status, body) = self.exchange(exchange, request).await?;
        let allowed = status < 300 || (status == 412 && body.contains("DryRunOperation"));
        let element = probe.listed_element();
        Ok(ProbeAnswer {
            allowed,
            status,
            code: (!allowed)
                .then(|| texts_of(&body, "Code").into_iter().next())
                .flatten(),
            message: (!allowed)
                .then(|| texts_of(&body, "Message").into_iter().next())
                .flatten(),
            items: if allowed && !element.is_empty() {
                texts_of(&body, element)
            } else {
                Vec::new()
            },
        })
    }

    fn probe_endpoint(&self, service: &str) -> String {
        match self.endpoint_url() {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if service == "iam" => "https://iam.amazonaws.com".to_owned(),
            None => format!("https://{service}.{}.amazonaws.com", self.effective_region()),
        }
    }
}

fn signed(
    probe: &Probe,
    url: &str,
    region: &str,
    credentials: Credentials,
    time: SystemTime,
) -> Result<Request, String> {
    let mut settings = SigningSettings::default();
    let mut headers = Vec::new();
    if probe.service() == "s3" {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.percent_encoding_mode = aws_sigv4::http_request::PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = aws_sigv4::http_request::UriPathNormalizationMode::Disabled;
    }
    if matches!(probe, Probe::GetObject { .. }) {
        headers.push(("range", "bytes=0-16383"));
    }
    let identity = credentials.into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(probe.service())
        .time(time)
        .settings(settings)
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let signable = SignableRequest::new("GET", url, headers.iter().copied(), SignableBody::Bytes(&[]))
        .map_err(|error| error.to_string())?;
    let (instructions, _) = sign(signable, &params)
        .map_err(|error| error.to_string())?
        .into_parts();
    let mut request = http::Request::builder().method("GET").uri(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let mut request = request
        .body(SdkBody::empty())
        .map_err(|error| error.to_string())?;
    instructions.apply_to_request_http1x(&mut request);
    Request::try_from(request).map_err(|error| error.to_string())
}

/// The texts of all elements of this name. The answers read here are flat lists of names; a whole XML reader would tell
/// no more.
pub(crate) fn texts_of(xml: &str, element: &str) -> Vec<String> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let rest_of = |part: &str| part.split_once(&close).map(|(text, _)| unescape(text));
    xml.split(&open).skip(1).filter_map(rest_of).collect()
}

fn unescape(text: &str) -> String {
    // The ampersand last: `&amp;lt;` is `&lt;`, not `<`.
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_out_of_xml() {
        let xml = "<B><Bucket><Name>a&amp;b</Name></Bucket><Bucket><Name>c</Name></Bucket></B>";
        assert_eq!(texts_of(xml, "Name"), ["a&b", "c"]);
        assert_eq!(texts_of("<Name>never closed", "Name"), Vec::<String>::new());
    }

    #[test]
    fn answers_show_permission_or_nothing() {
        let answer = |allowed, code: &str| ProbeAnswer {
            allowed,
            status: 400,
            code: (!code.is_empty()).then(|| code.to_owned()),
            message: None,
            items: Vec::new(),
        };
        assert_eq!(answer(true, "").permission(), Permission::Given);
        assert_eq!(
            answer(true, "DryRunOperation").permission(),
            Permission::Given,
            "as EC2 says that it would have done it"
        );
        for denied in ["AccessDenied", "UnauthorizedOperation"] {
            assert_eq!(answer(false, denied).permission(), Permission::Denied);
        }
        assert_eq!(answer(false, "NoSuchKey").permission(), Permission::Given);
        for unclear in ["NoSuchBucket", "Throttling", "InvalidInstanceID.NotFound", ""] {
            assert_eq!(
                answer(false, unclear).permission(),
                Permission::Unclear,
                "{unclear}"
            );
        }
    }

    #[test]
    fn keys_are_encoded_but_their_slashes_stay() {
        let probe = Probe::GetObject {
            bucket: "b".to_owned(),
            key: "2026/q 1+ü.csv".to_owned(),
        };
        assert_eq!(probe.path_and_query(), "/b/2026/q%201%2B%C3%BC.csv");
    }
}
