"""Buckets and objects, by boto3's own ways of sending them: chunked with checksums, whole, presigned."""

import io
import json
import os
import urllib.error
import urllib.request

from harness import ACCOUNT, client, credentials, refused, same


def run():
    s3 = client("s3")
    buckets(s3)
    objects(s3)
    bucket_policy(s3)
    presigned()


def buckets(s3):
    s3.create_bucket(Bucket="boto3-one")
    s3.create_bucket(Bucket="boto3-one")  # No error in us-east-1.
    where = {"LocationConstraint": "eu-west-1"}
    west = client("s3", region="eu-west-1")
    west.create_bucket(Bucket="boto3-two", CreateBucketConfiguration=where)
    refused("BucketAlreadyOwnedByYou", west.create_bucket, Bucket="boto3-two", CreateBucketConfiguration=where)
    other = {"AccessKeyId": os.environ["OTHER_ACCESS_KEY_ID"], "SecretAccessKey": os.environ["OTHER_SECRET_ACCESS_KEY"]}
    refused("BucketAlreadyExists", client("s3", credentials(other)).create_bucket, Bucket="boto3-one")
    refused("InvalidBucketName", s3.create_bucket, Bucket="Upper_Case")
    same("LocationConstraint", s3.get_bucket_location(Bucket="boto3-two")["LocationConstraint"], "eu-west-1")
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    same("Buckets", {"boto3-one", "boto3-two", "reports"} <= set(names), True)
    s3.head_bucket(Bucket="boto3-one")
    refused("404", s3.head_bucket, Bucket="no-such-bucket-here")
    refused("NoSuchBucket", s3.list_objects, Bucket="no-such-bucket-here")
    refused("NoSuchBucket", s3.list_objects_v2, Bucket="no-such-bucket-here")
    s3.get_waiter("bucket_exists").wait(Bucket="boto3-two")
    refused("BucketNotEmpty", s3.delete_bucket, Bucket="reports")
    s3.delete_bucket(Bucket="boto3-two")
    s3.get_waiter("bucket_not_exists").wait(Bucket="boto3-two")


def objects(s3):
    one = {"Bucket": "boto3-one", "Key": "a b/ü+c.txt"}
    for number, body in enumerate([b"text", io.BytesIO(b"text"), "text"]):
        put = s3.put_object(**one, Body=body, Metadata={"n": str(number)}, ContentType="text/plain")
        same("ETag", put["ETag"], '"1cb251ec0d568de6a929b520c4aed8d1"')
    got = s3.get_object(**one)
    same("object", (got["Body"].read(), got["ContentType"], got["Metadata"]), (b"text", "text/plain", {"n": "2"}))
    same("range", s3.get_object(**one, Range="bytes=1-2")["Body"].read(), b"ex")
    same("length", s3.head_object(**one)["ContentLength"], 4)
    refused("InvalidRange", s3.get_object, **one, Range="bytes=9-")
    refused("NoSuchKey", s3.get_object, Bucket="boto3-one", Key="none")
    refused("404", s3.head_object, Bucket="boto3-one", Key="none")
    # Every checksum that botocore computes without more packages, as a trailer of a stream and as a header.
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        s3.put_object(Bucket="boto3-one", Key=algorithm, Body=io.BytesIO(b"x" * 100_000), ChecksumAlgorithm=algorithm)
        same(algorithm, s3.get_object(Bucket="boto3-one", Key=algorithm)["Body"].read(), b"x" * 100_000)
    unsigned = client("s3", s3={"payload_signing_enabled": True}, request_checksum_calculation="when_required")
    unsigned.put_object(Bucket="boto3-one", Key="whole", Body=b"signed")
    same("keys", [o["Key"] for o in s3.list_objects_v2(Bucket="boto3-one", Prefix="a b/")["Contents"]], [one["Key"]])
    folders = s3.list_objects(Bucket="boto3-one", Delimiter="/")["CommonPrefixes"]
    same("CommonPrefixes", folders, [{"Prefix": "a b/"}])
    s3.copy_object(Bucket="boto3-one", Key="copy", CopySource=one)
    same("copy", s3.get_object(Bucket="boto3-one", Key="copy")["Body"].read(), b"text")
    tagging = {"TagSet": [{"Key": "k", "Value": "v"}]}
    s3.put_object_tagging(**one, Tagging=tagging)
    same("TagSet", s3.get_object_tagging(**one)["TagSet"], tagging["TagSet"])
    s3.delete_object_tagging(**one)
    tagging = {"TagSet": [{"Key": "k", "Value": "v"}]}
    s3.put_bucket_tagging(Bucket="boto3-one", Tagging=tagging)
    same("TagSet", s3.get_bucket_tagging(Bucket="boto3-one")["TagSet"], tagging["TagSet"])
    s3.delete_bucket_tagging(Bucket="boto3-one")
    refused("NoSuchTagSet", s3.get_bucket_tagging, Bucket="boto3-one")
    s3.delete_object(Bucket="boto3-one", Key="whole")
    gone = s3.delete_objects(Bucket="boto3-one", Delete={"Objects": [{"Key": "SHA1"}, {"Key": "none"}]})
    same("Deleted", [each["Key"] for each in gone["Deleted"]], ["SHA1", "none"])


def bucket_policy(s3):
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/admin"},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::boto3-one/*",
            }
        ],
    }
    refused("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket="boto3-one")
    s3.put_bucket_policy(Bucket="boto3-one", Policy=json.dumps(policy))
    same("Policy", json.loads(s3.get_bucket_policy(Bucket="boto3-one")["Policy"]), policy)
    message = refused("AccessDenied", s3.get_object, Bucket="boto3-one", Key="CRC32")
    same("reason", message.endswith("with an explicit deny in a resource-based policy"), True)
    refused("MalformedPolicy", s3.put_bucket_policy, Bucket="boto3-one", Policy="{}")
    s3.delete_bucket_policy(Bucket="boto3-one")


def presigned():
    # The signature in the query, by both versions: without a choice of their own, boto3 and the AWS CLI take the old one.
    s3 = client("s3", signature_version="s3v4")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "boto3-one", "Key": "CRC32"}, ExpiresIn=60)
    same("presigned", fetch(url), (200, b"x" * 100_000))
    status, body = fetch(url.replace("CRC32", "SHA256"))
    same("altered", (status, b"<Code>SignatureDoesNotMatch</Code>" in body), (403, True))
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "boto3-one", "Key": "put"}, ExpiresIn=60)
    same("put", fetch(url, b"through the URL")[0], 200)
    same("get", s3.get_object(Bucket="boto3-one", Key="put")["Body"].read(), b"through the URL")
    old = client("s3", signature_version="s3")
    url = old.generate_presigned_url("get_object", Params={"Bucket": "boto3-one", "Key": "CRC32"})
    same("version 2", ("AWSAccessKeyId=" in url, fetch(url)), (True, (200, b"x" * 100_000)))
    status, body = fetch(url.replace("CRC32", "SHA256"))
    same("version 2 altered", (status, b"<Code>SignatureDoesNotMatch</Code>" in body), (403, True))
    odd = {"Bucket": "boto3-one", "Key": "a b+ü.txt", "ResponseContentType": "text/x-odd; charset=utf-8"}
    s3.put_object(Bucket="boto3-one", Key="a b+ü.txt", Body=b"odd")
    same("version 2 odd", fetch(old.generate_presigned_url("get_object", Params=odd)), (200, b"odd"))
    url = old.generate_presigned_url("put_object", Params={"Bucket": "boto3-one", "Key": "put2"}, ExpiresIn=60)
    # This version signs the content type, and urllib sends one that nobody signed.
    same("version 2 put", fetch(url, b"by the old one")[0], 403)
    held = client("sts").assume_role(RoleArn="arn:aws:iam::111122223333:role/admin", RoleSessionName="presigned")
    old = client("s3", credentials(held["Credentials"]), signature_version="s3")
    url = old.generate_presigned_url("get_object", Params={"Bucket": "boto3-one", "Key": "CRC32"})
    same("version 2 of a session", fetch(url), (200, b"x" * 100_000))
    identity = client("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    same("identity", fetch(identity)[0], 200)


def fetch(url, body=None):
    request = urllib.request.Request(url, data=body, method="PUT" if body else "GET")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
