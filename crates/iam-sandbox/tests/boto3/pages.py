"""boto3's paginators: small pages, put together, are one large page."""

from harness import ACCOUNT, OPERATIONS, SERVICES, client, document, problems, same

USER, GROUP, ROLE = {"UserName": "u1"}, {"GroupName": "g1"}, {"RoleName": "r2"}
POLICY = {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/p1"}

# What each paginated operation is asked about. There is more than one of each.
ASKED = {
    "GetAccountAuthorizationDetails": {},
    "GetGroup": GROUP,
    "ListAccessKeys": USER,
    "ListAttachedGroupPolicies": GROUP,
    "ListAttachedRolePolicies": ROLE,
    "ListAttachedUserPolicies": USER,
    "ListEntitiesForPolicy": POLICY,
    "ListGroupPolicies": GROUP,
    "ListGroups": {},
    "ListGroupsForUser": {"UserName": "u2"},
    "ListInstanceProfileTags": {"InstanceProfileName": "ip1"},
    "ListInstanceProfiles": {},
    "ListInstanceProfilesForRole": {"RoleName": "r1"},
    "ListMFADevices": {"UserName": "u3"},
    "ListMFADeviceTags": {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/device1"},
    "ListOpenIDConnectProviderTags": {
        "OpenIDConnectProviderArn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/idp1.example.com"
    },
    "ListPolicies": {"Scope": "Local"},
    "ListPolicyTags": POLICY,
    "ListPolicyVersions": POLICY,
    "ListRolePolicies": ROLE,
    "ListRoles": {},
    "ListRoleTags": ROLE,
    "ListSAMLProviderTags": {"SAMLProviderArn": f"arn:aws:iam::{ACCOUNT}:saml-provider/saml1"},
    "ListUserPolicies": USER,
    "ListUsers": {},
    "ListUserTags": USER,
    "ListVirtualMFADevices": {},
    "SimulateCustomPolicy": {
        "PolicyInputList": [document()],
        "ActionNames": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
    },
    "SimulatePrincipalPolicy": {
        "PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:user/team/u1",
        "ActionNames": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
    },
    "ListBuckets": {},
    "ListObjects": {"Bucket": "boto3-one"},
    "ListObjectsV2": {"Bucket": "boto3-one"},
    "ListParts": {"the first of": "ListMultipartUploads"},
    "ListMultipartUploads": {"Bucket": "boto3-one"},
    "DescribeInstances": {},
    "DescribeTags": {},
    "LookupEvents": {},
}

# None of these is there more than once.
ONE_PAGE = {
    "ListAccountAliases": {},
    "ListServerCertificates": {},
    "ListServiceSpecificCredentials": USER,
    "ListSigningCertificates": USER,
    "ListSSHPublicKeys": USER,
}

# EC2's smallest page.
SMALLEST = {"DescribeInstances": 5, "DescribeTags": 5}


def run():
    for service in SERVICES:
        made = client(service)
        names = {operation: method for method, operation in made.meta.method_to_api_mapping.items()}
        for operation in (name for other, name in OPERATIONS if other == service):
            if not made.can_paginate(names[operation]):
                continue
            if operation not in ASKED and operation not in ONE_PAGE:
                problems.append(f"{operation} has pages: it needs a line in pages.py")
                continue
            asked = ASKED.get(operation) or ONE_PAGE.get(operation) or {}
            if operation == "ListParts":
                asked = made.list_multipart_uploads(Bucket="boto3-one")["Uploads"][0]
                asked = {"Bucket": "boto3-one", "Key": asked["Key"], "UploadId": asked["UploadId"]}
            compare(made.get_paginator(names[operation]), operation, asked)


def compare(paginator, operation, asked):
    largest = 50 if operation == "LookupEvents" else 1000
    whole = together(paginator, paginator.paginate(**asked, PaginationConfig={"PageSize": largest}))
    size = SMALLEST.get(operation, 1 if operation != "LookupEvents" else largest // 10)
    pages = list(paginator.paginate(**asked, PaginationConfig={"PageSize": size}))
    if operation in ASKED and len(pages) < 2:
        problems.append(f"{operation}: one page shows nothing: {pages}")
    if operation != "LookupEvents":  # Which is in its own answer.
        same(f"{operation} page by page", together(paginator, pages), whole)


def together(paginator, pages):
    pages = list(pages)
    return {
        key.expression: [item for page in pages for item in key.search(page) or []] for key in paginator.result_keys
    }
