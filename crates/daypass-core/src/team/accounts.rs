//! `aws-accounts/TEAM.yaml`: what the team calls its accounts.

use iam_policy::AccountId;
use iam_policy::syntax::{Node, NodeKind};

use super::finding::Rule;
use super::names::Environment;
use super::reader::{At, Reader, shortened};

/// An environment and its account.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) environment: At<Environment>,
    pub(super) id: At<AccountId>,
}

/// Reads the accounts. `text` is the file's, to tell what stands in quotes.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, text: &str) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    for member in reader.members(node, "aws-accounts", "environments and account ids") {
        let name = reader.at(member.key.clone(), member.key_span);
        let environment = reader.parsed(&name, Rule::WrongName);
        let id = account_id(reader, &member.value, &member.key, text);
        let (Some(environment), Some(id)) = (environment, id) else {
            continue;
        };
        if let Some(other) = accounts.iter().find(|other| other.id.value == id.value) {
            let message = format!(
                "{} and {} are the same account {}",
                other.environment.value, environment.value, id.value
            );
            let help = "give each account one name, unless both are meant";
            reader
                .findings
                .warning(&id.place, Rule::SameAccount, message, help);
        }
        accounts.push(Account { environment, id });
    }
    accounts
}

fn account_id(reader: &mut Reader<'_>, node: &Node, environment: &str, text: &str) -> Option<At<AccountId>> {
    let (NodeKind::String(id) | NodeKind::Number(id)) = &node.kind else {
        let what = format!("the account id of {environment}");
        reader.wants(
            node,
            &what,
            "twelve digits",
            "write them in quotes: \"123456789012\"",
        );
        return None;
    };
    let Ok(account) = id.parse::<AccountId>() else {
        let digits = id.bytes().filter(u8::is_ascii_digit).count();
        let all_digits = digits == id.len();
        let message = if all_digits {
            format!("account id `{}` has {digits} digits, not twelve", shortened(id))
        } else {
            format!("`{}` is not an account id", shortened(id))
        };
        let help = match digits {
            12 => "write the twelve digits alone, in quotes".to_owned(),
            8..12 if all_digits => format!("did it lose zeros at its start? \"{id:0>12}\""),
            _ => "an account id is twelve digits, in quotes: \"123456789012\"".to_owned(),
        };
        reader.error(node.span, Rule::WrongAccount, message, help);
        return None;
    };
    let is_quoted = node
        .span
        .of(text)
        .is_some_and(|written| written.starts_with(['"', '\'']));
    if !is_quoted && id.starts_with('0') {
        let message = format!(
            "account id {id} begins with 0 and has no quotes: other readers of YAML take it for an octal number"
        );
        reader.warning(
            node.span,
            Rule::UnquotedAccount,
            message,
            format!("write \"{id}\""),
        );
    }
    Some(reader.at(account, node.span))
}
