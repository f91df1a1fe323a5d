//! The evaluation flow chart, step by step.
//! IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access", "Policy evaluation
//! for requests within a single account", "Cross-account policy evaluation logic".

use iam_policy::{Decision, Effect, Level, PolicySet, Principal, Request, Source};

use crate::principal::Named;
use crate::statement::{Asked, Place, applies};

/// The decision that AWS would make, by the plainest reading of its documentation.
pub fn decide(policies: &PolicySet, request: &Request) -> Decision {
    if needs_no_permission(request) {
        return Decision::Allow;
    }
    let question = Evaluation { policies, request };
    if question.explicitly_denied() {
        Decision::ExplicitDeny
    } else if question.allowed() {
        Decision::Allow
    } else {
        Decision::ImplicitDeny
    }
}

/// AWS STS API Reference, GetCallerIdentity: "No permissions are required to perform this operation", even
/// against an explicit deny. IAM User Guide, "Permissions for GetSessionToken": neither for an IAM user.
fn needs_no_permission(request: &Request) -> bool {
    let is = |name: &str| request.action.eq_ignore_ascii_case(name);
    match request.principal {
        Principal::User { .. } | Principal::Root { .. } => {
            is("sts:GetCallerIdentity") || is("sts:GetSessionToken")
        }
        Principal::RoleSession { .. } | Principal::FederatedUser { .. } | Principal::Service(_) => {
            is("sts:GetCallerIdentity")
        }
        // Nobody whose identity AWS could tell.
        Principal::IdentityProvider(_) | Principal::Anonymous => false,
    }
}

struct Evaluation<'q> {
    policies: &'q PolicySet,
    request: &'q Request,
}

impl Evaluation<'_> {
    /// "Deny evaluation": any applicable Deny in any policy that is in force.
    fn explicitly_denied(&self) -> bool {
        let denies = |place, sources: &[Source]| {
            sources
                .iter()
                .any(|source| !self.ways(Effect::Deny, place, source).is_empty())
        };
        let levels_deny = |place, levels: Option<&[Level]>| {
            levels
                .unwrap_or_default()
                .iter()
                .any(|level| denies(place, &level.policies))
        };
        denies(Place::Identity, self.identity())
            || denies(Place::Identity, self.boundary().unwrap_or_default())
            || denies(Place::Identity, self.session().unwrap_or_default())
            || levels_deny(Place::Identity, self.scp())
            || levels_deny(Place::Filter, self.rcp())
            || denies(Place::Filter, self.policies.endpoint.as_slice())
            || (!self.owner_mends_bucket_policy() && denies(Place::Resource, self.resource()))
            || denies(Place::Trust, self.trust())
    }

    fn allowed(&self) -> bool {
        if self.credentials_cannot_call() || self.crosses_partitions() {
            return false;
        }
        // Amazon VPC User Guide, "Control access to VPC endpoints using endpoint policies": it controls which
        // principals can use the endpoint, and overrides nothing.
        if let Some(endpoint) = &self.policies.endpoint
            && !self.allows(Place::Filter, std::slice::from_ref(endpoint))
        {
            return false;
        }
        // "If the enforcement code does not find any applicable Allow statements in the RCPs", or in the SCPs:
        // Deny. AWS Organizations User Guide, "SCP evaluation": at every level.
        let every_level_allows = |place, levels: Option<&[Level]>| {
            levels
                .unwrap_or_default()
                .iter()
                .all(|level| self.allows(place, &level.policies))
        };
        if !every_level_allows(Place::Filter, self.rcp()) || !every_level_allows(Place::Identity, self.scp())
        {
            return false;
        }
        let granted = if self.asks_trust_policy() {
            self.grants(Place::Trust, self.trust())
        } else {
            self.grants(Place::Resource, self.resource())
        };
        let Some(account) = self.request.principal.account() else {
            // No identity whose policies could allow: the resource's policy does or nobody does.
            return !granted.is_empty();
        };
        // The member account's root user, whom sts:AssumeRoot is about, has no policy that could allow.
        if self.request.owner() == Some(account) || self.is("sts:AssumeRoot") {
            self.allowed_within_the_account(&granted)
        } else {
            // "The request is allowed only if both evaluations return a decision of Allow."
            !granted.is_empty() && self.allowed_by_identity()
        }
    }

    /// "Resource-based policies": "within the same account, resource-based policies impact policy evaluation
    /// differently depending on the type of principal accessing the resource, and the principal that is allowed
    /// in the resource-based policy".
    fn allowed_within_the_account(&self, granted: &[Named]) -> bool {
        // "IAM role trust policies and KMS key policies are exceptions to this logic, because they must
        // explicitly allow access for principals."
        if granted.is_empty() && (self.asks_trust_policy() || self.asks_key_policy()) {
            return false;
        }
        granted.iter().any(|way| match way {
            // "For IAM users and role principals within your account, no other permissions are required." Nor
            // do implicit denies limit what is granted to a user or a session by its own ARN.
            Named::Everyone | Named::Itself => true,
            // "Resource-based policies that grant permissions to an IAM role ARN are limited by an implicit
            // deny in a permissions boundary or session policy"; so is what is granted to "the ARN of the IAM
            // user who federated".
            Named::Origin => self.within_the_limits(),
            // The account only delegates.
            Named::Account => false,
        }) || self.allowed_by_identity()
    }

    /// "Identity-based policies", "IAM permissions boundaries", "Session policies": each must allow.
    fn allowed_by_identity(&self) -> bool {
        // "By default, all requests are implicitly denied with the exception of the AWS account root user, which
        // has full access."
        if matches!(self.request.principal, Principal::Root { .. }) {
            return true;
        }
        self.allows(Place::Identity, self.identity()) && self.within_the_limits()
    }

    fn within_the_limits(&self) -> bool {
        let boundary_allows = self
            .boundary()
            .is_none_or(|sources| self.allows(Place::Identity, sources));
        // "If there is no session policy, the code checks whether the principal is a role session. If the
        // principal is a role session, then the request is Allowed. Otherwise, the request is implicitly denied."
        let session_allows = match self.session() {
            Some(sources) => self.allows(Place::Identity, sources),
            None => !matches!(self.request.principal, Principal::FederatedUser { .. }),
        };
        boundary_allows && session_allows
    }

    /// What is kept from credentials of a kind, whatever policies say.
    fn credentials_cannot_call(&self) -> bool {
        let action = self.request.action.to_lowercase();
        match self.request.principal {
            // AWS STS API Reference, AssumeRole: the root user cannot assume roles.
            Principal::Root { .. } => action == "sts:assumerole" || action == "sts:assumeroot",
            // IAM User Guide, "Compare AWS STS credentials": "Cannot call GetFederationToken or GetSessionToken."
            Principal::RoleSession { .. } => {
                action == "sts:getfederationtoken" || action == "sts:getsessiontoken"
            }
            // "Cannot call IAM operations"; "cannot call AWS STS operations except GetCallerIdentity".
            Principal::FederatedUser { .. } => action.starts_with("iam:") || action.starts_with("sts:"),
            // The same page, "Who can call": whoever has no credentials calls what takes a provider's word.
            Principal::Anonymous | Principal::IdentityProvider(_) => {
                let vouched = [
                    "sts:assumerolewithsaml",
                    "sts:assumerolewithwebidentity",
                    "sts:tagsession",
                    "sts:setsourceidentity",
                    "sts:setcontext",
                ];
                action.starts_with("sts:") && !vouched.contains(&action.as_str())
            }
            Principal::User { .. } | Principal::Service(_) => false,
        }
    }

    /// AWS Fault Isolation Boundaries, "Partitions": credentials of one are none in another.
    fn crosses_partitions(&self) -> bool {
        let principal = self.request.principal.to_string();
        let partition = |text: &str| -> Option<String> {
            let mut parts = text.split(':');
            (parts.next() == Some("arn")).then(|| parts.next().unwrap_or_default().to_owned())
        };
        let has_one = self.has_identity();
        match (partition(&principal), partition(&self.request.resource)) {
            (Some(own), Some(other)) => has_one && own != other && !other.is_empty() && other != "*",
            _ => false,
        }
    }

    /// Amazon S3 API Reference, PutBucketPolicy: the root user of the account that owns a bucket can get, put and
    /// delete its policy, even if the bucket policy explicitly denies it.
    fn owner_mends_bucket_policy(&self) -> bool {
        let is_root = matches!(self.request.principal, Principal::Root { .. });
        let mends = self.is("s3:GetBucketPolicy")
            || self.is("s3:PutBucketPolicy")
            || self.is("s3:DeleteBucketPolicy");
        is_root && mends && self.request.owner() == self.request.principal.account()
    }

    /// Whether who asks is an identity with policies of its own.
    fn has_identity(&self) -> bool {
        matches!(
            self.request.principal,
            Principal::User { .. } | Principal::RoleSession { .. } | Principal::FederatedUser { .. }
        )
    }

    fn identity(&self) -> &[Source] {
        if self.has_identity() {
            &self.policies.identity
        } else {
            &[]
        }
    }

    fn boundary(&self) -> Option<&[Source]> {
        self.policies.boundary.as_deref().filter(|_| self.has_identity())
    }

    fn session(&self) -> Option<&[Source]> {
        self.policies.session.as_deref().filter(|_| self.has_identity())
    }

    /// AWS Organizations User Guide, "Service control policies (SCPs)": SCPs affect the users and roles of the
    /// account, the root user included, but no service-linked role.
    fn scp(&self) -> Option<&[Level]> {
        let bound = self.request.principal.account().is_some() && !self.request.principal.is_service_linked();
        self.policies.scp.as_deref().filter(|_| bound)
    }

    /// AWS Organizations User Guide, "Resource control policies (RCPs)": they do not affect calls by
    /// service-linked roles, nor that services assume these. AWS KMS Developer Guide: nor kms:RetireGrant, nor
    /// keys that AWS manages.
    fn rcp(&self) -> Option<&[Level]> {
        let parts: Vec<&str> = self.request.resource.splitn(6, ':').collect();
        let is_spared = match parts.as_slice() {
            ["arn", _, "kms", _, _, resource] => resource.starts_with("alias/aws/"),
            ["arn", _, "iam", _, _, resource] => {
                self.asks_trust_policy() && resource.starts_with("role/aws-service-role/")
            }
            _ => false,
        };
        let bound = !self.request.principal.is_service_linked() && !self.is("kms:RetireGrant") && !is_spared;
        self.policies.rcp.as_deref().filter(|_| bound)
    }

    fn resource(&self) -> &[Source] {
        if self.asks_trust_policy() {
            &[]
        } else {
            self.policies.resource.as_slice()
        }
    }

    fn trust(&self) -> &[Source] {
        if self.asks_trust_policy() {
            self.policies.trust.as_slice()
        } else {
            &[]
        }
    }

    /// Whether the request is to assume a role, of which its trust policy decides.
    fn asks_trust_policy(&self) -> bool {
        let assumes = self.is("sts:AssumeRole")
            || self.is("sts:AssumeRoleWithSAML")
            || self.is("sts:AssumeRoleWithWebIdentity");
        // IAM User Guide, "Pass session tags in AWS STS", "Monitor and control actions taken with assumed roles";
        // IAM Identity Center User Guide, "Trusted identity propagation": permissions of the role's trust policy
        // too. A federated user is tagged without one.
        let parts: Vec<&str> = self.request.resource.splitn(6, ':').collect();
        let is_role =
            matches!(parts.as_slice(), ["arn", _, "iam", _, _, resource] if resource.starts_with("role/"));
        assumes
            || (is_role
                && (self.is("sts:TagSession")
                    || self.is("sts:SetSourceIdentity")
                    || self.is("sts:SetContext")))
    }

    /// AWS KMS Developer Guide, "Key policies in AWS KMS": "Unless the key policy explicitly allows it, you
    /// cannot use IAM policies to allow access to a KMS key."
    fn asks_key_policy(&self) -> bool {
        let parts: Vec<&str> = self.request.resource.splitn(6, ':').collect();
        let is_key =
            matches!(parts.as_slice(), ["arn", _, "kms", _, _, resource] if resource.starts_with("key/"));
        is_key && self.request.action.to_lowercase().starts_with("kms:")
    }

    fn is(&self, action: &str) -> bool {
        self.request.action.eq_ignore_ascii_case(action)
    }

    fn allows(&self, place: Place, sources: &[Source]) -> bool {
        !self.grants(place, sources).is_empty()
    }

    fn grants(&self, place: Place, sources: &[Source]) -> Vec<Named> {
        sources
            .iter()
            .flat_map(|source| self.ways(Effect::Allow, place, source))
            .collect()
    }

    /// In which ways the statements of one effect apply.
    fn ways(&self, effect: Effect, place: Place, source: &Source) -> Vec<Named> {
        let asked = Asked {
            request: self.request,
            has_boundary: self.boundary().is_some(),
        };
        let document = &source.document;
        document
            .statements
            .iter()
            .filter(|statement| statement.effect == effect)
            .flat_map(|statement| applies(statement, document.version, place, asked))
            .collect()
    }
}
