//! Ways by a role that is passed to a service that does what one tells it: the other actions say where.

use super::{On, Way, certain};

pub(super) const PASSED: &[Way] = &[
    certain(
        "iam:PassRole with lambda:CreateFunction",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "lambda:CreateFunction",
                On::Any("arn:PARTITION:lambda:REGION:ACCOUNT:function:any-function"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with ec2:RunInstances",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "ec2:RunInstances",
                On::Any("arn:PARTITION:ec2:REGION:ACCOUNT:instance/*"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with ec2:RequestSpotInstances",
        &[
            ("iam:PassRole", On::AnyRole),
            ("ec2:RequestSpotInstances", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with cloudformation:CreateStack",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "cloudformation:CreateStack",
                On::Any("arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/any-stack/any-id"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with glue:CreateDevEndpoint",
        &[
            ("iam:PassRole", On::AnyRole),
            ("glue:CreateDevEndpoint", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with glue:CreateJob",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "glue:CreateJob",
                On::Any("arn:PARTITION:glue:REGION:ACCOUNT:job/any-job"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with glue:UpdateJob",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "glue:UpdateJob",
                On::Any("arn:PARTITION:glue:REGION:ACCOUNT:job/any-job"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with ecs:RunTask",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "ecs:RunTask",
                On::Any("arn:PARTITION:ecs:REGION:ACCOUNT:task-definition/any-task:1"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with ecs:RegisterTaskDefinition and ecs:CreateService",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "ecs:RegisterTaskDefinition",
                On::Any("arn:PARTITION:ecs:REGION:ACCOUNT:task-definition/any-task:1"),
            ),
            (
                "ecs:CreateService",
                On::Any("arn:PARTITION:ecs:REGION:ACCOUNT:service/any-cluster/any-service"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with sagemaker:CreateNotebookInstance",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "sagemaker:CreateNotebookInstance",
                On::Any("arn:PARTITION:sagemaker:REGION:ACCOUNT:notebook-instance/any-notebook"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with sagemaker:CreateTrainingJob",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "sagemaker:CreateTrainingJob",
                On::Any("arn:PARTITION:sagemaker:REGION:ACCOUNT:training-job/any-job"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with sagemaker:CreateProcessingJob",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "sagemaker:CreateProcessingJob",
                On::Any("arn:PARTITION:sagemaker:REGION:ACCOUNT:processing-job/any-job"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with codebuild:CreateProject",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "codebuild:CreateProject",
                On::Any("arn:PARTITION:codebuild:REGION:ACCOUNT:project/any-project"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with codebuild:UpdateProject",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "codebuild:UpdateProject",
                On::Any("arn:PARTITION:codebuild:REGION:ACCOUNT:project/any-project"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with datapipeline:CreatePipeline",
        &[
            ("iam:PassRole", On::AnyRole),
            ("datapipeline:CreatePipeline", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with states:CreateStateMachine",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "states:CreateStateMachine",
                On::Any("arn:PARTITION:states:REGION:ACCOUNT:stateMachine:any-machine"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with states:UpdateStateMachine",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "states:UpdateStateMachine",
                On::Any("arn:PARTITION:states:REGION:ACCOUNT:stateMachine:any-machine"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with autoscaling:CreateLaunchConfiguration and autoscaling:CreateAutoScalingGroup",
        &[
            ("iam:PassRole", On::AnyRole),
            ("autoscaling:CreateLaunchConfiguration", On::Everything),
            ("autoscaling:CreateAutoScalingGroup", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with apprunner:CreateService",
        &[
            ("iam:PassRole", On::AnyRole),
            ("apprunner:CreateService", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with elasticmapreduce:RunJobFlow",
        &[
            ("iam:PassRole", On::AnyRole),
            ("elasticmapreduce:RunJobFlow", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with batch:RegisterJobDefinition and batch:SubmitJob",
        &[
            ("iam:PassRole", On::AnyRole),
            ("batch:RegisterJobDefinition", On::Everything),
            ("batch:SubmitJob", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with ssm:StartAutomationExecution",
        &[
            ("iam:PassRole", On::AnyRole),
            ("ssm:StartAutomationExecution", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with events:PutTargets",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "events:PutTargets",
                On::Any("arn:PARTITION:events:REGION:ACCOUNT:rule/any-rule"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with iot:CreateTopicRule",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "iot:CreateTopicRule",
                On::Any("arn:PARTITION:iot:REGION:ACCOUNT:rule/any-rule"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with codepipeline:CreatePipeline",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "codepipeline:CreatePipeline",
                On::Any("arn:PARTITION:codepipeline:REGION:ACCOUNT:any-pipeline"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with elasticbeanstalk:CreateEnvironment",
        &[
            ("iam:PassRole", On::AnyRole),
            ("elasticbeanstalk:CreateEnvironment", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with amplify:CreateApp",
        &[
            ("iam:PassRole", On::AnyRole),
            ("amplify:CreateApp", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with bedrock-agentcore:CreateCodeInterpreter",
        &[
            ("iam:PassRole", On::AnyRole),
            ("bedrock-agentcore:CreateCodeInterpreter", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with cloudformation:CreateStackSet and cloudformation:CreateStackInstances",
        &[
            ("iam:PassRole", On::AnyRole),
            ("cloudformation:CreateStackSet", On::Everything),
            (
                "cloudformation:CreateStackInstances",
                On::Any("arn:PARTITION:cloudformation:REGION:ACCOUNT:stackset/any-stack-set:any-id"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with ec2:AssociateIamInstanceProfile",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "ec2:AssociateIamInstanceProfile",
                On::Any("arn:PARTITION:ec2:REGION:ACCOUNT:instance/any-instance"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with ec2:ReplaceIamInstanceProfileAssociation",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "ec2:ReplaceIamInstanceProfileAssociation",
                On::Any("arn:PARTITION:ec2:REGION:ACCOUNT:instance/any-instance"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with iam:AddRoleToInstanceProfile",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "iam:AddRoleToInstanceProfile",
                On::Any("arn:PARTITION:iam::ACCOUNT:instance-profile/any-profile"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with scheduler:CreateSchedule",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "scheduler:CreateSchedule",
                On::Any("arn:PARTITION:scheduler:REGION:ACCOUNT:schedule/default/any-schedule"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with scheduler:UpdateSchedule",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "scheduler:UpdateSchedule",
                On::Any("arn:PARTITION:scheduler:REGION:ACCOUNT:schedule/default/any-schedule"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with emr-serverless:StartJobRun",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "emr-serverless:StartJobRun",
                On::Any("arn:PARTITION:emr-serverless:REGION:ACCOUNT:/applications/any-application"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with cognito-identity:SetIdentityPoolRoles",
        &[
            ("iam:PassRole", On::AnyRole),
            ("cognito-identity:SetIdentityPoolRoles", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with glue:CreateSession and glue:RunStatement",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "glue:CreateSession",
                On::Any("arn:PARTITION:glue:REGION:ACCOUNT:session/any-session"),
            ),
            (
                "glue:RunStatement",
                On::Any("arn:PARTITION:glue:REGION:ACCOUNT:session/any-session"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with ecs:StartTask",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "ecs:StartTask",
                On::Any("arn:PARTITION:ecs:REGION:ACCOUNT:task-definition/any-task:1"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with bedrock-agentcore:CreateAgentRuntime",
        &[
            ("iam:PassRole", On::AnyRole),
            ("bedrock-agentcore:CreateAgentRuntime", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with gamelift:CreateFleet",
        &[
            ("iam:PassRole", On::AnyRole),
            ("gamelift:CreateFleet", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with omics:StartRun",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "omics:StartRun",
                On::Any("arn:PARTITION:omics:REGION:ACCOUNT:run/any-run"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with kinesisanalytics:CreateApplication and kinesisanalytics:StartApplication",
        &[
            ("iam:PassRole", On::AnyRole),
            ("kinesisanalytics:CreateApplication", On::Everything),
            (
                "kinesisanalytics:StartApplication",
                On::Any("arn:PARTITION:kinesisanalytics:REGION:ACCOUNT:application/any-application"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with braket:CreateJob",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "braket:CreateJob",
                On::Any("arn:PARTITION:braket:REGION:ACCOUNT:job/any-job"),
            ),
        ],
    ),
    certain(
        "iam:PassRole with rolesanywhere:CreateProfile and rolesanywhere:CreateTrustAnchor",
        &[
            ("iam:PassRole", On::AnyRole),
            ("rolesanywhere:CreateProfile", On::Everything),
            ("rolesanywhere:CreateTrustAnchor", On::Everything),
        ],
    ),
    certain(
        "iam:PassRole with iot:CreateRoleAlias",
        &[
            ("iam:PassRole", On::AnyRole),
            (
                "iot:CreateRoleAlias",
                On::Any("arn:PARTITION:iot:REGION:ACCOUNT:rolealias/any-alias"),
            ),
        ],
    ),
];
