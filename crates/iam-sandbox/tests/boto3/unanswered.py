"""Error codes that botocore's models declare and this sandbox never answers by itself, each with the reason."""

from harness import has

# Codes that no operation answers.
NEVER = {
    "ServiceFailure": "nothing breaks here but on demand, by a fault",
    "ConcurrentModification": "calls come one after the other",
    "RegionDisabledException": "every region is on",
    "NotSupportedService": "no service-specific credentials are made",
    "OpenIdIdpCommunicationError": "no identity provider is asked anything",
    "PolicyEvaluation": "the engine always comes to a decision",
    "ObjectNotInActiveTierError": "no object is archived",
    "InvalidObjectState": "no object is archived",
    "EncryptionTypeMismatch": "no object is encrypted in parts",
    "InvalidWriteOffset": "directory buckets are not there",
    "TooManyParts": "directory buckets are not there",
    "ReportExpired": "a report is good for four hours, and the world's clock stays with its signatures here",
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
        UpdateAccountPasswordPolicy ChangePassword""",
    ),
    (
        "LimitExceeded",
        "thousands of them would have to be made, or the quota is not there",
        """CreateUser CreateGroup CreateInstanceProfile CreateVirtualMFADevice CreateSAMLProvider CreateAccountAlias
        CreateLoginProfile CreateServiceLinkedRole""",
    ),
    ("NoSuchEntity", "it names nothing that could be missing", "CreateGroup CreateServiceLinkedRole"),
    (
        "InvalidInput",
        "what could be wrong breaks a constraint first",
        "ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies UpdateAccessKey",
    ),
    ("EntityTemporarilyUnmodifiable", "only passwords are made slowly here", "UpdateUser EnableMFADevice DeactivateMFADevice"),
    ("ExpiredTokenException", "contexts of trusted identity propagation are not there", "AssumeRole"),
    ("NoSuchBucket", "the answer to HEAD has no body: its code is the status", "HeadBucket"),
    ("NoSuchKey", "the answer to HEAD has no body: its code is the status", "HeadObject"),
    ("InvalidRequest", "directory buckets are not there", "PutObject"),
]


def excused(service, operation, code):
    if code == "UnmodifiableEntity" and not has("iam", "CreateServiceLinkedRole"):
        return True
    if code == "PackedPolicyTooLarge" and not has("sts", "AssumeRoleWithWebIdentity"):
        return True
    return code in NEVER or any(code == other and operation in names.split() for other, _, names in NOT_BY)
