//! Waiting until a role can be assumed: proven by repeated success, bounded, never a sleep that hopes.

use daypass_core::lease::{Proofs, Readiness};
use iam_policy::Arn;
use thiserror::Error;

use crate::connection::Connection;
use crate::error::AwsError;
use crate::repeat::repeat;

/// AssumeRole takes no less (STS API reference, AssumeRole, `DurationSeconds`).
const SHORTEST_SESSION: i32 = 900;
const SESSION_NAME: &str = "daypass-ready";

/// How a role is proven to be there for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// By assuming it, as the caller.
    Assume {
        /// What its trust policy asks for.
        external_id: Option<&'a str>,
    },
    /// By reading it: assuming it takes an MFA code, which works once only.
    Read,
}

/// Why a role was not proven to be ready.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProofError {
    /// It took too long; what AWS said last.
    #[error("not within {seconds} s")]
    TooLong {
        /// For how long it was tried.
        seconds: i64,
        /// The last refusal.
        last: Option<AwsError>,
    },
    /// Something else than a refusal.
    #[error(transparent)]
    Aws(#[from] AwsError),
}

impl Connection {
    /// Waits until the role is ready by this proof. `watch` is told of rounds done and wanted.
    pub async fn wait_for_role(
        &self,
        role: &Arn,
        proof: Proof<'_>,
        readiness: Readiness,
        mut watch: impl FnMut((u32, u32)),
    ) -> Result<(), ProofError> {
        let clock = self.clock();
        let mut proofs = Proofs::new(readiness, clock.now());
        let mut last = None;
        loop {
            match self.prove(role, proof).await {
                Ok(()) => {
                    proofs.succeeded(clock.now());
                    if proofs.complete() {
                        return Ok(());
                    }
                }
                // Denied or unknown, until all of IAM knows the role.
                Err(error @ AwsError::Refused { .. }) => {
                    proofs.failed(clock.now());
                    last = Some(error);
                }
                Err(other) => return Err(other.into()),
            }
            watch(proofs.progress());
            if proofs.exhausted(clock.now()) {
                let seconds = readiness.give_up_after.as_secs();
                return Err(ProofError::TooLong { seconds, last });
            }
            let pause = proofs.not_before().duration_since(clock.now());
            if pause.is_positive() {
                tokio::time::sleep(pause.unsigned_abs()).await;
            }
        }
    }

    async fn prove(&self, role: &Arn, proof: Proof<'_>) -> Result<(), AwsError> {
        match proof {
            Proof::Assume { external_id } => {
                let sts = self.sts();
                let assume = sts
                    .assume_role()
                    .role_arn(role.as_str())
                    .role_session_name(SESSION_NAME)
                    .set_external_id(external_id.map(str::to_owned))
                    .duration_seconds(SHORTEST_SESSION);
                repeat(self, "AssumeRole", || assume.clone().send())
                    .await
                    .map(drop)
            }
            Proof::Read => {
                let iam = self.iam();
                let name = role.iam_name().unwrap_or_default();
                let get = iam.get_role().role_name(name);
                repeat(self, "GetRole", || get.clone().send()).await.map(drop)
            }
        }
    }
}
