//! One call in progress: who calls, with what, looking through which replica, at what time.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use iam_policy::AccountId;
use jiff::Timestamp;

use crate::compiled::Compiled;
use crate::history::{Stamp, View};
use crate::propagation::Propagation;
use crate::random::Random;
use crate::record::{CallRecord, Checked};
use crate::wire::Service;
use crate::wire::error::ApiError;
use crate::wire::params::Params;
use crate::wire::s3::Target;
use crate::world::credential::Caller;
use crate::world::uses::Use;
use crate::world::{Account, World};

/// What came over the wire.
pub(crate) struct Input {
    pub(crate) params: Params,
    pub(crate) target: Target,
    pub(crate) headers: HeaderMap,
    /// The headers that came behind a chunked body.
    pub(crate) trailer: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// One call.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) random: &'a mut Random,
    /// The policy sets that are compiled already.
    pub(crate) compiled: &'a Compiled,
    /// The calls before this one, oldest first.
    pub(crate) log: &'a VecDeque<CallRecord>,
    /// The number of the last of them.
    pub(crate) recorded: u64,
    pub(crate) propagation: Propagation,
    pub(crate) view: View,
    /// The time outside of the world, which signatures and one-time codes go by.
    pub(crate) real_now: Timestamp,
    pub(crate) service: Service,
    pub(crate) operation: &'static str,
    pub(crate) region: &'a str,
    pub(crate) caller: Caller,
    pub(crate) input: Input,
    /// What has been decided so far.
    pub(crate) checked: RefCell<Vec<Checked>>,
}

impl Call<'_> {
    /// The world's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.view.now
    }

    pub(crate) fn account_id(&self) -> &AccountId {
        &self.caller.account
    }

    /// The caller's account.
    pub(crate) fn account(&self) -> Result<&Account, ApiError> {
        self.world.account(&self.caller.account).ok_or_else(gone)
    }

    /// Changes the caller's account: the account itself, and the stamp that a write needs.
    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut Account, &mut Stamp<'_>) -> T) -> T {
        let mut stamp = Stamp {
            at: self.view.now,
            propagation: self.propagation,
            random: self.random,
        };
        change(self.world.account_mut(&self.caller.account), &mut stamp)
    }

    /// Changes the whole world.
    pub(crate) fn change_world<T>(&mut self, change: impl FnOnce(&mut World, &mut Stamp<'_>) -> T) -> T {
        let mut stamp = Stamp {
            at: self.view.now,
            propagation: self.propagation,
            random: self.random,
        };
        change(self.world, &mut stamp)
    }

    /// Notes the use of the caller's credentials; `action` is what was checked, if anything was.
    pub(crate) fn note_use(&mut self, action: Option<&str>) {
        let service = self.service.to_string();
        // IAM has one endpoint, in us-east-1, whatever region a client is set to.
        let region = match self.service {
            Service::Iam => "us-east-1",
            _ => self.region,
        };
        self.world.uses.note(&Use {
            caller: &self.caller,
            service: &service,
            action,
            region,
            at: self.view.now,
        });
    }

    /// The action that this operation has its name from, such as `iam:CreateRole`.
    pub(crate) fn action(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }

    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.input.params.get(name)
    }

    /// A header of the request.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.input.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.param(name).ok_or_else(|| ApiError::missing(name))
    }

    /// A whole number. That it is one, and within its bounds, the model has looked at.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.param(name).and_then(|text| text.parse().ok())
    }

    /// The seen value of an entity, as this call's replica knows it.
    pub(crate) fn seen<'w, T>(&self, table: &'w crate::history::Table<T>, name: &str) -> Option<&'w Arc<T>> {
        table.seen(name, self.view)
    }
}

/// Accounts are never removed, so a caller's account is always there.
fn gone() -> ApiError {
    ApiError::new(
        500,
        "ServiceFailure",
        "The account of these credentials does not exist.",
    )
}

/// An instant as the query protocol writes it.
pub(crate) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
