"""What buckets are set to, objects in parts, and what depends on conditions."""

import io

from harness import client, refused, same

# What a new bucket has none of, and what S3 answers then.
ABSENT = {
    "get_bucket_cors": "NoSuchCORSConfiguration",
    "get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
    "get_bucket_replication": "ReplicationConfigurationNotFoundError",
    "get_bucket_website": "NoSuchWebsiteConfiguration",
    "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
    "get_public_access_block": "NoSuchPublicAccessBlockConfiguration",
}


def run():
    s3 = client("s3")
    settings(s3)
    parts(s3)
    transfers(s3)
    attributes(s3)


def settings(s3):
    for method, code in ABSENT.items():
        refused(code, getattr(s3, method), Bucket="boto3-one")
        refused("NoSuchBucket", getattr(s3, method), Bucket="no-such-bucket-here")
    bucket = {"Bucket": "boto3-one"}
    same("Status", "Status" in s3.get_bucket_versioning(**bucket), False)
    same("Status", "Status" in s3.get_bucket_accelerate_configuration(**bucket), False)
    same("LoggingEnabled", "LoggingEnabled" in s3.get_bucket_logging(**bucket), False)
    same("Topics", "TopicConfigurations" in s3.get_bucket_notification_configuration(**bucket), False)
    same("Payer", s3.get_bucket_request_payment(**bucket)["Payer"], "BucketOwner")
    owner = s3.get_bucket_acl(**bucket)
    same("Grants", owner["Grants"][0]["Permission"], "FULL_CONTROL")
    same("Owner", owner["Owner"]["ID"], owner["Grants"][0]["Grantee"]["ID"])
    rules = s3.get_bucket_ownership_controls(**bucket)["OwnershipControls"]["Rules"]
    same("Ownership", rules, [{"ObjectOwnership": "BucketOwnerEnforced"}])
    encryption = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    same("SSE", encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")
    policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::boto3-one/*"}]}'
    refused("NoSuchBucketPolicy", s3.get_bucket_policy_status, **bucket)
    s3.put_bucket_policy(**bucket, Policy=policy)
    same("IsPublic", s3.get_bucket_policy_status(**bucket)["PolicyStatus"]["IsPublic"], True)
    s3.delete_bucket_policy(**bucket)


def parts(s3):
    one = {"Bucket": "boto3-one", "Key": "parts"}
    upload = {**one, "UploadId": s3.create_multipart_upload(**one)["UploadId"]}
    first = s3.upload_part(**upload, PartNumber=1, Body=b"a" * (5 << 20))["ETag"]
    copied = s3.upload_part_copy(**upload, PartNumber=2, CopySource="boto3-one/CRC32")["CopyPartResult"]["ETag"]
    same("Parts", [part["PartNumber"] for part in s3.list_parts(**upload)["Parts"]], [1, 2])
    same("Uploads", len(s3.list_multipart_uploads(Bucket="boto3-one")["Uploads"]), 1)
    wanted = [{"PartNumber": 1, "ETag": first}, {"PartNumber": 2, "ETag": copied}]
    none = {**one, "UploadId": "none"}
    turned = {"Parts": wanted[::-1]}
    refused("InvalidPartOrder", s3.complete_multipart_upload, **upload, MultipartUpload=turned)
    wrong = {"Parts": [{"PartNumber": 7, "ETag": first}]}
    refused("InvalidPart", s3.complete_multipart_upload, **upload, MultipartUpload=wrong)
    refused("NoSuchUpload", s3.complete_multipart_upload, **none, MultipartUpload={"Parts": wanted})
    refused("NoSuchUpload", s3.upload_part, **none, PartNumber=1, Body=b"")
    refused("NoSuchUpload", s3.list_parts, **none)
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": wanted})
    same("length", s3.head_object(**one)["ContentLength"], (5 << 20) + 100_000)
    s3.delete_object(**one)
    small = {**one, "UploadId": s3.create_multipart_upload(**one)["UploadId"]}
    tags = [{"PartNumber": n, "ETag": s3.upload_part(**small, PartNumber=n, Body=b"x")["ETag"]} for n in (1, 2)]
    refused("EntityTooSmall", s3.complete_multipart_upload, **small, MultipartUpload={"Parts": tags})
    s3.abort_multipart_upload(**small)
    refused("NoSuchUpload", s3.abort_multipart_upload, **small)
    # Left open, for the pages.
    for number in range(2):
        left = {"Bucket": "boto3-one", "Key": f"left{number}"}
        left["UploadId"] = s3.create_multipart_upload(**left)["UploadId"]
        for part in (1, 2):
            s3.upload_part(**left, PartNumber=part, Body=b"x")
    same("open", left["Key"], "left1")


def transfers(s3):
    """What boto3 itself cuts in parts."""
    data = bytes(range(256)) * (9 << 12)
    s3.upload_fileobj(io.BytesIO(data), "boto3-one", "large")
    back = io.BytesIO()
    s3.download_fileobj("boto3-one", "large", back)
    same("large", back.getvalue() == data, True)
    s3.copy({"Bucket": "boto3-one", "Key": "large"}, "boto3-one", "larger")
    same("larger", s3.head_object(Bucket="boto3-one", Key="larger")["ContentLength"], len(data))
    for key in ("large", "larger"):
        s3.delete_object(Bucket="boto3-one", Key=key)


def attributes(s3):
    asked = {"Bucket": "boto3-one", "ObjectAttributes": ["ETag", "ObjectSize", "Checksum"]}
    same("ObjectSize", s3.get_object_attributes(**asked, Key="CRC32")["ObjectSize"], 100_000)
    refused("NoSuchKey", s3.get_object_attributes, **asked, Key="none")
    refused("PreconditionFailed", s3.put_object, Bucket="boto3-one", Key="CRC32", Body=b"", IfNoneMatch="*")
    refused("PreconditionFailed", s3.get_object, Bucket="boto3-one", Key="CRC32", IfMatch='"other"')
    etag = s3.head_object(Bucket="boto3-one", Key="CRC32")["ETag"]
    refused("304", s3.get_object, Bucket="boto3-one", Key="CRC32", IfNoneMatch=etag)
