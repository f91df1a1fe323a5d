"""Error codes that botocore's models declare and this sandbox never answers by itself, each with the reason."""

# Codes that no operation answers.
NEVER = {
    "ServiceFailure": "nothing breaks here but on demand, by a fault",
    "ConcurrentModification": "calls come one after the other",
    "RegionDisabledException": "every region is on",
    "NotSupportedService": "no service-specific credentials are made",
    "OpenIdIdpCommunicationError": "no identity provider is asked anything",
    "IDPCommunicationError": "no identity provider is asked anything",
    "PolicyEvaluation": "the engine always comes to a decision",
    "ObjectNotInActiveTierError": "no object is archived",
    "InvalidObjectState": "no object is archived",
    "EncryptionTypeMismatch": "no object is encrypted in parts",
    "InvalidWriteOffset": "directory buckets are not there",
    "UnsupportedOperationException": "nothing that LookupEvents can be asked is unsupported",
    "OperationNotPermittedException": "no account is kept from its own event history",
    "TooManyParts": "directory buckets are not there",
    "EntityTemporarilyUnmodifiable": "only while a change has not arrived everywhere, which takes no time here",
}

# What no bucket can be given here; what is answered then is held by s3_more.py.
ALWAYS_REFUSED = """GetBucketCors GetBucketLifecycleConfiguration GetBucketReplication GetBucketWebsite
GetObjectLockConfiguration GetPublicAccessBlock""".split()

# By code, the operations that do not answer it, and why.
NOT_BY = [
    (
        "LimitExceeded",
        "these take nothing from any quota",
        """DeleteAccessKey DeleteGroup DeleteGroupPolicy DeletePolicy DeletePolicyVersion DeleteRole DeleteRolePolicy
        DeleteUser DeleteUserPolicy DetachGroupPolicy DetachRolePolicy DetachUserPolicy RemoveUserFromGroup
        SetDefaultPolicyVersion UpdateAccessKey UpdateUser DeactivateMFADevice DeleteAccountAlias
        DeleteAccountPasswordPolicy DeleteInstanceProfile DeleteLoginProfile DeleteSAMLProvider DeleteVirtualMFADevice
        RemoveRoleFromInstanceProfile DeleteServiceLinkedRole ResyncMFADevice UpdateLoginProfile UpdateGroup
        UpdateAccountPasswordPolicy ChangePassword GenerateCredentialReport""",
    ),
    (
        "LimitExceeded",
        "thousands of them would have to be made, or the quota is not there",
        """CreateUser CreateGroup CreateInstanceProfile CreateVirtualMFADevice CreateSAMLProvider CreateAccountAlias
        CreateLoginProfile CreateServiceLinkedRole""",
    ),
    ("NoSuchEntity", "it names nothing that could be missing", "CreateGroup CreateServiceLinkedRole"),
    ("NoSuchEntity", "there is one such policy, and making it needs none", "UpdateAccountPasswordPolicy"),
    ("MalformedPolicyDocument", "it brings no document", "UpdateAccountPasswordPolicy"),
    ("EntityAlreadyExists", "a profile has one role: LimitExceeded comes first", "AddRoleToInstanceProfile"),
    ("UnmodifiableEntity", "a service's own role cannot get into a profile", "RemoveRoleFromInstanceProfile"),
    ("ReportInProgress", "a report is there at once", "GetCredentialReport"),
    ("NoSuchEntity", "it is idempotent", "DeleteOpenIDConnectProvider"),
    (
        "InvalidInput",
        "what could be wrong breaks a constraint first",
        """ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies
        GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities ListMFADeviceTags UntagInstanceProfile
        UntagMFADevice""",
    ),
    ("ExpiredTokenException", "contexts of trusted identity propagation are not there", "AssumeRole"),
    ("NoSuchBucket", "the answer to HEAD has no body: its code is the status", "HeadBucket"),
    ("NoSuchKey", "the answer to HEAD has no body: its code is the status", "HeadObject"),
    ("InvalidRequest", "directory buckets are not there", "PutObject"),
]


def excused(service, operation, code):
    return code in NEVER or any(code == other and operation in names.split() for other, _, names in NOT_BY)
