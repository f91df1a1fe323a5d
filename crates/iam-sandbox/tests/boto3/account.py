"""What is about the account as a whole: its alias, its summary, reports, identity providers."""

import os

from harness import ACCOUNT, client, document, has, move_clock, refused, same, tags

OTHER = {
    "aws_access_key_id": os.environ["OTHER_ACCESS_KEY_ID"],
    "aws_secret_access_key": os.environ["OTHER_SECRET_ACCESS_KEY"],
}
METADATA = (
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/saml">'
    + " " * 1000
    + "</EntityDescriptor>"
)


def run():
    iam = client("iam")
    summary = iam.get_account_summary()["SummaryMap"]
    same("Users", summary["Users"] >= 5 and summary["UsersQuota"], 5000)
    details = iam.get_account_authorization_details(Filter=["User", "Role", "Group", "LocalManagedPolicy"])
    same("details", {u["UserName"] for u in details["UserDetailList"]} >= {"admin", "u1", "u2", "u3"}, True)
    refused("ValidationError", iam.get_account_authorization_details, Filter=["Cat"])
    same("AccountAliases", iam.list_account_aliases()["AccountAliases"], [])
    iam.create_account_alias(AccountAlias="the-alias")
    same("AccountAliases", iam.list_account_aliases()["AccountAliases"], ["the-alias"])
    refused("EntityAlreadyExists", client("iam", OTHER).create_account_alias, AccountAlias="the-alias")
    refused("NoSuchEntity", iam.delete_account_alias, AccountAlias="another")
    iam.delete_account_alias(AccountAlias="the-alias")
    openid(iam)
    saml(iam)
    reports(iam)
    if has("iam", "SimulatePrincipalPolicy"):
        simulation(iam)


def openid(iam):
    url, print_of = "https://idp{}.example.com".format, "a" * 40
    for number in range(3):
        iam.create_open_id_connect_provider(
            Url=url(number), ClientIDList=["client"], ThumbprintList=[print_of], Tags=tags(3)
        )
    refused("EntityAlreadyExists", iam.create_open_id_connect_provider, Url=url(1), ThumbprintList=[print_of])
    refused("InvalidInput", iam.create_open_id_connect_provider, Url="http://x.example.com")
    many = [f"client{n}" for n in range(101)]
    refused("LimitExceeded", iam.create_open_id_connect_provider, Url=url(9), ClientIDList=many)
    one = {"OpenIDConnectProviderArn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/idp1.example.com"}
    none = {"OpenIDConnectProviderArn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/none.example.com"}
    bad = {"OpenIDConnectProviderArn": f"arn:aws:iam::{ACCOUNT}:role/idp1.example.com"}
    same("Url", iam.get_open_id_connect_provider(**one)["Url"], "idp1.example.com")
    same("list", len(iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]), 3)
    calls = [
        (iam.get_open_id_connect_provider, {}),
        (iam.add_client_id_to_open_id_connect_provider, {"ClientID": "other"}),
        (iam.remove_client_id_from_open_id_connect_provider, {"ClientID": "other"}),
        (iam.update_open_id_connect_provider_thumbprint, {"ThumbprintList": ["b" * 40]}),
        (iam.delete_open_id_connect_provider, {}),
    ]
    for call, more in calls:
        call(**one, **more)
        if call != iam.delete_open_id_connect_provider:  # Which is idempotent, as its page says.
            refused("NoSuchEntity", call, **none, **more)
        refused("InvalidInput", call, **bad, **more)
    iam.delete_open_id_connect_provider(**none)
    iam.create_open_id_connect_provider(Url=url(1), ClientIDList=many[:100], ThumbprintList=[print_of], Tags=tags(3))
    refused("LimitExceeded", iam.add_client_id_to_open_id_connect_provider, **one, ClientID="one-more")
    tagging(iam, "open_id_connect_provider", one, none, bad)


def saml(iam):
    def named(name):
        return {"SAMLProviderArn": f"arn:aws:iam::{ACCOUNT}:saml-provider/{name}"}

    for number in range(3):
        iam.create_saml_provider(Name=f"saml{number}", SAMLMetadataDocument=METADATA, Tags=tags(3))
    bad = {"SAMLProviderArn": f"arn:aws:iam::{ACCOUNT}:role/saml-provider"}
    refused("EntityAlreadyExists", iam.create_saml_provider, Name="saml1", SAMLMetadataDocument=METADATA)
    refused("InvalidInput", iam.create_saml_provider, Name="x", SAMLMetadataDocument="x" * 1000)
    same("document", iam.get_saml_provider(**named("saml1"))["SAMLMetadataDocument"], METADATA)
    same("list", len(iam.list_saml_providers()["SAMLProviderList"]), 3)
    key = {"AddPrivateKey": "-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----"}
    for _ in range(2):
        iam.update_saml_provider(**named("saml1"), **key)
    refused("LimitExceeded", iam.update_saml_provider, **named("saml1"), **key)
    for call in (iam.get_saml_provider, iam.update_saml_provider, iam.delete_saml_provider):
        refused("NoSuchEntity", call, **named("none"))
        refused("InvalidInput", call, **bad)
    iam.delete_saml_provider(**named("saml2"))
    tagging(iam, "saml_provider", named("saml1"), named("none"), bad)
    tagging(iam, "instance_profile", {"InstanceProfileName": "ip1"}, {"InstanceProfileName": "none"})
    serial = f"arn:aws:iam::{ACCOUNT}:mfa/".__add__
    tagging(iam, "mfa_device", {"SerialNumber": serial("device1")}, {"SerialNumber": serial("none")})


def tagging(iam, kind, one, none, bad=None):
    tag, untag = getattr(iam, f"tag_{kind}"), getattr(iam, f"untag_{kind}")
    list_all = getattr(iam, f"list_{kind}_tags")
    tag(**one, Tags=tags(47, "more"))
    refused("LimitExceeded", tag, **one, Tags=tags(1, "too-many"))
    refused("InvalidInput", tag, **one, Tags=[{"Key": "aws:x", "Value": ""}])
    untag(**one, TagKeys=[each["Key"] for each in tags(47, "more")])
    same(f"tags of {kind}", list_all(**one)["Tags"], tags(3))
    refused("NoSuchEntity", tag, **none, Tags=tags(1))
    refused("NoSuchEntity", untag, **none, TagKeys=["a"])
    refused("NoSuchEntity", list_all, **none)
    if bad:
        refused("InvalidInput", untag, **bad, TagKeys=["a"])
        refused("InvalidInput", list_all, **bad)


def reports(iam):
    refused("ReportNotPresent", iam.get_credential_report)
    while iam.generate_credential_report()["State"] != "COMPLETE":
        pass
    report = iam.get_credential_report()["Content"].decode()
    same("report", report.startswith("user,arn,user_creation_time,"), True)

    move_clock("+5h")
    refused("ReportExpired", iam.get_credential_report)
    move_clock("-5h")

    user = f"arn:aws:iam::{ACCOUNT}:user/team/u1"
    nobody = f"arn:aws:iam::{ACCOUNT}:user/nobody"
    job = iam.generate_service_last_accessed_details(Arn=user)["JobId"]
    refused("NoSuchEntity", iam.generate_service_last_accessed_details, Arn=nobody)
    refused("InvalidInput", iam.generate_service_last_accessed_details, Arn="arn:aws:s3:::a-bucket-of-some-name")
    details = iam.get_service_last_accessed_details(JobId=job)
    same("JobStatus", details["JobStatus"], "COMPLETED")
    namespaces = {service["ServiceNamespace"] for service in details["ServicesLastAccessed"]}
    same("services", "s3" in namespaces, True)
    unknown = "00000000-0000-0000-0000-000000000000"
    refused("NoSuchEntity", iam.get_service_last_accessed_details, JobId=unknown)
    iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="s3")
    refused(
        "NoSuchEntity", iam.get_service_last_accessed_details_with_entities, JobId=unknown, ServiceNamespace="s3"
    )
    granting = iam.list_policies_granting_service_access(Arn=user, ServiceNamespaces=["s3"])
    same("granting", len(granting["PoliciesGrantingServiceAccess"][0]["Policies"]) > 0, True)
    refused("NoSuchEntity", iam.list_policies_granting_service_access, Arn=nobody, ServiceNamespaces=["s3"])
    bad = "arn:aws:s3:::a-bucket-of-some-name"
    refused("InvalidInput", iam.list_policies_granting_service_access, Arn=bad, ServiceNamespaces=["s3"])


def simulation(iam):
    allow = document(action=["s3:GetObject", "s3:PutObject", "s3:ListBucket"])
    asked = {"ActionNames": ["s3:GetObject", "s3:DeleteObject"]}
    answer = iam.simulate_custom_policy(PolicyInputList=[allow], **asked)["EvaluationResults"]
    same("decisions", [each["EvalDecision"] for each in answer], ["allowed", "implicitDeny"])
    refused("InvalidInput", iam.simulate_custom_policy, PolicyInputList=["{}"], **asked)
    user = f"arn:aws:iam::{ACCOUNT}:user/team/u1"
    answer = iam.simulate_principal_policy(PolicySourceArn=user, **asked)["EvaluationResults"]
    same("decisions", [each["EvalDecision"] for each in answer], ["allowed", "implicitDeny"])
    nobody = f"arn:aws:iam::{ACCOUNT}:user/nobody"
    refused("NoSuchEntity", iam.simulate_principal_policy, PolicySourceArn=nobody, **asked)
    refused("InvalidInput", iam.simulate_principal_policy, PolicySourceArn=user, PolicyInputList=["{}"], **asked)
    keyed = document(Condition={"StringEquals": {"aws:PrincipalTag/team": "a"}})
    answer = iam.get_context_keys_for_custom_policy(PolicyInputList=[keyed])
    same("keys", answer["ContextKeyNames"], ["aws:PrincipalTag/team"])
    refused("InvalidInput", iam.get_context_keys_for_custom_policy, PolicyInputList=["{}"])
    answer = iam.get_context_keys_for_principal_policy(PolicySourceArn=user, PolicyInputList=[keyed])
    same("keys", answer["ContextKeyNames"], ["aws:PrincipalTag/team"])
    refused("NoSuchEntity", iam.get_context_keys_for_principal_policy, PolicySourceArn=nobody)
    refused("InvalidInput", iam.get_context_keys_for_principal_policy, PolicySourceArn=user, PolicyInputList=["{}"])
