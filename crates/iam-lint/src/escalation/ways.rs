//! The list of ways.

/// On what an action is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Whoever asks.
    Oneself,
    /// Somebody else, whose access may be more.
    AnotherUser,
    /// Any group.
    AnyGroup,
    /// Any role; of a session, its own.
    AnyRole,
    /// A role that is not one's own.
    OtherRole,
    /// A policy that one may have.
    AnyPolicy,
    /// Whatever the action is about.
    Everything,
    /// Something that is there; PARTITION, REGION and ACCOUNT stand for where it is.
    Any(&'static str),
}

/// A way to more permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// What people call it: the actions.
    pub name: &'static str,
    /// The actions that it needs, all of them.
    pub needs: &'static [(&'static str, On)],
    /// Whether it leads to more by itself. The others lead to the permissions of something that is there: a function, an
    /// instance, a role that trusts the account.
    pub certain: bool,
}

/// All of them.
pub const WAYS: &[Way] = &[
    Way {
        name: "iam:AttachUserPolicy",
        needs: &[("iam:AttachUserPolicy", On::Oneself)],
        certain: true,
    },
    Way {
        name: "iam:PutUserPolicy",
        needs: &[("iam:PutUserPolicy", On::Oneself)],
        certain: true,
    },
    Way {
        name: "iam:DeleteUserPermissionsBoundary",
        needs: &[("iam:DeleteUserPermissionsBoundary", On::Oneself)],
        certain: true,
    },
    Way {
        name: "iam:PutUserPermissionsBoundary",
        needs: &[("iam:PutUserPermissionsBoundary", On::Oneself)],
        certain: true,
    },
    Way {
        name: "iam:AddUserToGroup",
        needs: &[("iam:AddUserToGroup", On::AnyGroup)],
        certain: true,
    },
    Way {
        name: "iam:AttachGroupPolicy",
        needs: &[("iam:AttachGroupPolicy", On::AnyGroup)],
        certain: true,
    },
    Way {
        name: "iam:PutGroupPolicy",
        needs: &[("iam:PutGroupPolicy", On::AnyGroup)],
        certain: true,
    },
    Way {
        name: "iam:AttachRolePolicy",
        needs: &[("iam:AttachRolePolicy", On::AnyRole)],
        certain: true,
    },
    Way {
        name: "iam:PutRolePolicy",
        needs: &[("iam:PutRolePolicy", On::AnyRole)],
        certain: true,
    },
    Way {
        name: "iam:UpdateAssumeRolePolicy",
        needs: &[("iam:UpdateAssumeRolePolicy", On::AnyRole)],
        certain: true,
    },
    Way {
        name: "iam:CreatePolicyVersion",
        needs: &[("iam:CreatePolicyVersion", On::AnyPolicy)],
        certain: true,
    },
    Way {
        name: "iam:SetDefaultPolicyVersion",
        needs: &[("iam:SetDefaultPolicyVersion", On::AnyPolicy)],
        certain: true,
    },
    Way {
        name: "iam:CreateAccessKey",
        needs: &[("iam:CreateAccessKey", On::AnotherUser)],
        certain: true,
    },
    Way {
        name: "iam:CreateLoginProfile",
        needs: &[("iam:CreateLoginProfile", On::AnotherUser)],
        certain: true,
    },
    Way {
        name: "iam:UpdateLoginProfile",
        needs: &[("iam:UpdateLoginProfile", On::AnotherUser)],
        certain: true,
    },
    Way {
        name: "iam:PassRole with lambda:CreateFunction",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "lambda:CreateFunction",
                On::Any("arn:PARTITION:lambda:REGION:ACCOUNT:function:any-function"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with ec2:RunInstances",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "ec2:RunInstances",
                On::Any("arn:PARTITION:ec2:REGION:ACCOUNT:instance/*"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with ec2:RequestSpotInstances",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            ("ec2:RequestSpotInstances", On::Everything),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with cloudformation:CreateStack",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "cloudformation:CreateStack",
                On::Any("arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/any-stack/any-id"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with glue:CreateDevEndpoint",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "glue:CreateDevEndpoint",
                On::Any("arn:PARTITION:glue:REGION:ACCOUNT:devEndpoint/any-endpoint"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with glue:CreateJob",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "glue:CreateJob",
                On::Any("arn:PARTITION:glue:REGION:ACCOUNT:job/any-job"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with glue:UpdateJob",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "glue:UpdateJob",
                On::Any("arn:PARTITION:glue:REGION:ACCOUNT:job/any-job"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with ecs:RunTask",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "ecs:RunTask",
                On::Any("arn:PARTITION:ecs:REGION:ACCOUNT:task-definition/any-task:1"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with ecs:RegisterTaskDefinition and ecs:CreateService",
        needs: &[
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
        certain: true,
    },
    Way {
        name: "iam:PassRole with sagemaker:CreateNotebookInstance",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "sagemaker:CreateNotebookInstance",
                On::Any("arn:PARTITION:sagemaker:REGION:ACCOUNT:notebook-instance/any-notebook"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with sagemaker:CreateTrainingJob",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "sagemaker:CreateTrainingJob",
                On::Any("arn:PARTITION:sagemaker:REGION:ACCOUNT:training-job/any-job"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with sagemaker:CreateProcessingJob",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "sagemaker:CreateProcessingJob",
                On::Any("arn:PARTITION:sagemaker:REGION:ACCOUNT:processing-job/any-job"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with codebuild:CreateProject",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "codebuild:CreateProject",
                On::Any("arn:PARTITION:codebuild:REGION:ACCOUNT:project/any-project"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with codebuild:UpdateProject",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "codebuild:UpdateProject",
                On::Any("arn:PARTITION:codebuild:REGION:ACCOUNT:project/any-project"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with datapipeline:CreatePipeline",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            ("datapipeline:CreatePipeline", On::Everything),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with states:CreateStateMachine",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "states:CreateStateMachine",
                On::Any("arn:PARTITION:states:REGION:ACCOUNT:stateMachine:any-machine"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with states:UpdateStateMachine",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "states:UpdateStateMachine",
                On::Any("arn:PARTITION:states:REGION:ACCOUNT:stateMachine:any-machine"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with autoscaling:CreateLaunchConfiguration and autoscaling:CreateAutoScalingGroup",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            ("autoscaling:CreateLaunchConfiguration", On::Everything),
            ("autoscaling:CreateAutoScalingGroup", On::Everything),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with apprunner:CreateService",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            ("apprunner:CreateService", On::Everything),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with elasticmapreduce:RunJobFlow",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            ("elasticmapreduce:RunJobFlow", On::Everything),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with batch:RegisterJobDefinition and batch:SubmitJob",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            ("batch:RegisterJobDefinition", On::Everything),
            ("batch:SubmitJob", On::Everything),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with ssm:StartAutomationExecution",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            ("ssm:StartAutomationExecution", On::Everything),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with events:PutTargets",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "events:PutTargets",
                On::Any("arn:PARTITION:events:REGION:ACCOUNT:rule/any-rule"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with iot:CreateTopicRule",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "iot:CreateTopicRule",
                On::Any("arn:PARTITION:iot:REGION:ACCOUNT:rule/any-rule"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with codepipeline:CreatePipeline",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            (
                "codepipeline:CreatePipeline",
                On::Any("arn:PARTITION:codepipeline:REGION:ACCOUNT:any-pipeline"),
            ),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with elasticbeanstalk:CreateEnvironment",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            ("elasticbeanstalk:CreateEnvironment", On::Everything),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with amplify:CreateApp",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            ("amplify:CreateApp", On::Everything),
        ],
        certain: true,
    },
    Way {
        name: "iam:PassRole with bedrock-agentcore:CreateCodeInterpreter",
        needs: &[
            ("iam:PassRole", On::AnyRole),
            ("bedrock-agentcore:CreateCodeInterpreter", On::Everything),
        ],
        certain: true,
    },
    Way {
        name: "sts:AssumeRole",
        needs: &[("sts:AssumeRole", On::OtherRole)],
        certain: false,
    },
    Way {
        name: "lambda:UpdateFunctionCode",
        needs: &[(
            "lambda:UpdateFunctionCode",
            On::Any("arn:PARTITION:lambda:REGION:ACCOUNT:function:any-function"),
        )],
        certain: false,
    },
    Way {
        name: "lambda:UpdateFunctionConfiguration",
        needs: &[(
            "lambda:UpdateFunctionConfiguration",
            On::Any("arn:PARTITION:lambda:REGION:ACCOUNT:function:any-function"),
        )],
        certain: false,
    },
    Way {
        name: "glue:UpdateDevEndpoint",
        needs: &[(
            "glue:UpdateDevEndpoint",
            On::Any("arn:PARTITION:glue:REGION:ACCOUNT:devEndpoint/any-endpoint"),
        )],
        certain: false,
    },
    Way {
        name: "sagemaker:CreatePresignedNotebookInstanceUrl",
        needs: &[(
            "sagemaker:CreatePresignedNotebookInstanceUrl",
            On::Any("arn:PARTITION:sagemaker:REGION:ACCOUNT:notebook-instance/any-notebook"),
        )],
        certain: false,
    },
    Way {
        name: "ssm:SendCommand",
        needs: &[(
            "ssm:SendCommand",
            On::Any("arn:PARTITION:ec2:REGION:ACCOUNT:instance/i-0123456789abcdef0"),
        )],
        certain: false,
    },
    Way {
        name: "ssm:StartSession",
        needs: &[(
            "ssm:StartSession",
            On::Any("arn:PARTITION:ec2:REGION:ACCOUNT:instance/i-0123456789abcdef0"),
        )],
        certain: false,
    },
    Way {
        name: "ec2-instance-connect:SendSSHPublicKey",
        needs: &[(
            "ec2-instance-connect:SendSSHPublicKey",
            On::Any("arn:PARTITION:ec2:REGION:ACCOUNT:instance/i-0123456789abcdef0"),
        )],
        certain: false,
    },
    Way {
        name: "ec2:ModifyInstanceAttribute with ec2:StopInstances and ec2:StartInstances",
        needs: &[
            (
                "ec2:ModifyInstanceAttribute",
                On::Any("arn:PARTITION:ec2:REGION:ACCOUNT:instance/i-0123456789abcdef0"),
            ),
            (
                "ec2:StopInstances",
                On::Any("arn:PARTITION:ec2:REGION:ACCOUNT:instance/i-0123456789abcdef0"),
            ),
            (
                "ec2:StartInstances",
                On::Any("arn:PARTITION:ec2:REGION:ACCOUNT:instance/i-0123456789abcdef0"),
            ),
        ],
        certain: false,
    },
    Way {
        name: "ecs:ExecuteCommand",
        needs: &[(
            "ecs:ExecuteCommand",
            On::Any("arn:PARTITION:ecs:REGION:ACCOUNT:cluster/any-cluster"),
        )],
        certain: false,
    },
    Way {
        name: "cloudformation:UpdateStack",
        needs: &[(
            "cloudformation:UpdateStack",
            On::Any("arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/any-stack/any-id"),
        )],
        certain: false,
    },
    Way {
        name: "cloudformation:ExecuteChangeSet with cloudformation:CreateChangeSet",
        needs: &[
            (
                "cloudformation:ExecuteChangeSet",
                On::Any("arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/any-stack/any-id"),
            ),
            (
                "cloudformation:CreateChangeSet",
                On::Any("arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/any-stack/any-id"),
            ),
        ],
        certain: false,
    },
    Way {
        name: "codebuild:StartBuild with codebuild:UpdateProject",
        needs: &[
            (
                "codebuild:StartBuild",
                On::Any("arn:PARTITION:codebuild:REGION:ACCOUNT:project/any-project"),
            ),
            (
                "codebuild:UpdateProject",
                On::Any("arn:PARTITION:codebuild:REGION:ACCOUNT:project/any-project"),
            ),
        ],
        certain: false,
    },
    Way {
        name: "codestar:CreateProject",
        needs: &[("codestar:CreateProject", On::Everything)],
        certain: false,
    },
];
