//! Written by `xtask/python/catalog.py` from moto 5.2.5, whose newest policy is of 2026-09-30.
//! One line a policy: path, name, default version, created, updated; the documents stand in `data/managed-policies`.

use super::{ManagedPolicy, policy};

#[rustfmt::skip]
pub(super) static POLICIES: &[ManagedPolicy] = &[
    policy!("/", "AWSBillingReadOnlyAccess", "v28", "2020-08-27T20:08:51Z", "2026-07-30T22:12:29Z"),
    policy!("/", "AWSCloudTrail_ReadOnlyAccess", "v1", "2022-06-14T17:19:05Z", "2022-06-14T17:19:05Z"),
    policy!("/", "AWSDenyAll", "v2", "2019-05-01T22:36:14Z", "2023-12-18T16:42:05Z"),
    policy!("/service-role/", "AWSLambdaBasicExecutionRole", "v1", "2015-04-09T15:03:43Z", "2015-04-09T15:03:43Z"),
    policy!("/", "AWSLambda_FullAccess", "v7", "2020-11-17T21:14:08Z", "2026-02-12T18:00:51Z"),
    policy!("/", "AWSLambda_ReadOnlyAccess", "v5", "2020-11-17T21:10:32Z", "2026-02-12T18:02:55Z"),
    policy!("/", "AWSSupportAccess", "v4", "2015-02-06T18:41:11Z", "2026-02-12T17:59:31Z"),
    policy!("/", "AdministratorAccess", "v1", "2015-02-06T18:39:46Z", "2015-02-06T18:39:46Z"),
    policy!("/", "AmazonDynamoDBFullAccess", "v15", "2015-02-06T18:40:11Z", "2021-01-29T17:38:30Z"),
    policy!("/", "AmazonDynamoDBReadOnlyAccess", "v15", "2015-02-06T18:40:12Z", "2024-11-18T17:38:15Z"),
    policy!("/", "AmazonEC2FullAccess", "v5", "2015-02-06T18:40:15Z", "2018-11-27T02:16:56Z"),
    policy!("/", "AmazonEC2ReadOnlyAccess", "v5", "2015-02-06T18:40:17Z", "2026-02-12T18:03:17Z"),
    policy!("/", "AmazonRDSReadOnlyAccess", "v7", "2015-02-06T18:40:53Z", "2023-04-14T12:32:09Z"),
    policy!("/", "AmazonS3FullAccess", "v2", "2015-02-06T18:40:58Z", "2021-09-27T20:16:37Z"),
    policy!("/", "AmazonS3ReadOnlyAccess", "v3", "2015-02-06T18:40:59Z", "2023-08-10T21:31:39Z"),
    policy!("/", "AmazonSNSReadOnlyAccess", "v2", "2015-02-06T18:41:06Z", "2024-09-24T22:13:12Z"),
    policy!("/", "AmazonSQSReadOnlyAccess", "v4", "2015-02-06T18:41:08Z", "2024-05-24T18:16:44Z"),
    policy!("/", "AmazonSSMManagedInstanceCore", "v2", "2019-03-15T17:22:12Z", "2019-05-23T16:54:21Z"),
    policy!("/", "AmazonVPCReadOnlyAccess", "v12", "2015-02-06T18:41:17Z", "2026-02-12T17:58:19Z"),
    policy!("/job-function/", "Billing", "v30", "2016-11-10T17:33:18Z", "2026-07-30T22:12:16Z"),
    policy!("/", "CloudWatchFullAccess", "v4", "2015-02-06T18:40:00Z", "2022-11-27T13:23:49Z"),
    policy!("/", "CloudWatchLogsReadOnlyAccess", "v12", "2015-02-06T18:40:03Z", "2026-02-12T17:59:13Z"),
    policy!("/", "CloudWatchReadOnlyAccess", "v25", "2015-02-06T18:40:01Z", "2026-09-22T16:57:07Z"),
    policy!("/job-function/", "DataScientist", "v6", "2016-11-10T17:28:48Z", "2026-09-02T23:37:07Z"),
    policy!("/job-function/", "DatabaseAdministrator", "v5", "2016-11-10T17:25:43Z", "2026-02-12T18:02:20Z"),
    policy!("/", "IAMFullAccess", "v2", "2015-02-06T18:40:38Z", "2019-06-21T19:40:00Z"),
    policy!("/", "IAMReadOnlyAccess", "v4", "2015-02-06T18:40:39Z", "2018-01-25T19:11:27Z"),
    policy!("/", "IAMUserChangePassword", "v5", "2016-11-15T00:25:16Z", "2026-02-12T17:58:57Z"),
    policy!("/", "IAMUserSSHKeys", "v1", "2015-07-09T17:08:54Z", "2015-07-09T17:08:54Z"),
    policy!("/job-function/", "NetworkAdministrator", "v16", "2016-11-10T17:31:35Z", "2026-07-09T14:42:15Z"),
    policy!("/", "PowerUserAccess", "v12", "2015-02-06T18:39:47Z", "2026-02-12T17:59:14Z"),
    policy!("/", "ReadOnlyAccess", "v190", "2015-02-06T18:39:48Z", "2026-09-24T17:37:08Z"),
    policy!("/", "SecurityAudit", "v94", "2015-02-06T18:41:01Z", "2026-09-30T20:27:08Z"),
    policy!("/job-function/", "SupportUser", "v11", "2016-11-10T17:21:53Z", "2026-02-12T18:03:12Z"),
    policy!("/job-function/", "SystemAdministrator", "v12", "2016-11-10T17:23:56Z", "2026-02-12T18:02:37Z"),
    policy!("/job-function/", "ViewOnlyAccess", "v46", "2016-11-10T17:20:15Z", "2026-09-30T20:27:08Z"),
];
