//! A subshell whose prompt tells the role and the time that is left, whatever else the user's own start-up files do.

use super::Wanted;
use crate::private_directory;
use crate::view;
use crate::whole_file::{self, Readers};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

/// What the start-up files below read.
const LABEL: &str = "DAYPASS_PROMPT";
const ENDS: &str = "DAYPASS_EXPIRES_EPOCH";

const BASH: &str = r#"# Written by daypass for its subshells.
[ -f ~/.bashrc ] && . ~/.bashrc
__daypass_left() {
    local left=$(( DAYPASS_EXPIRES_EPOCH - $(date +%s) ))
    if [ "$left" -le 0 ]; then printf 'ended'
    elif [ "$left" -lt 6000 ]; then printf '%dm' $(( (left + 59) / 60 ))
    else printf '%dh' $(( left / 3600 )); fi
}
PS1='[$DAYPASS_PROMPT $(__daypass_left)] '"${PS1:-\\$ }"
"#;

const ZSH_ENV: &str = r#"# Written by daypass for its subshells.
[ -f "$DAYPASS_ZDOTDIR/.zshenv" ] && . "$DAYPASS_ZDOTDIR/.zshenv"
"#;

const ZSH: &str = r#"# Written by daypass for its subshells.
ZDOTDIR="$DAYPASS_ZDOTDIR"
[ -f "$ZDOTDIR/.zshrc" ] && . "$ZDOTDIR/.zshrc"
__daypass_left() {
    local left=$(( DAYPASS_EXPIRES_EPOCH - $(date +%s) ))
    if (( left <= 0 )); then printf 'ended'
    elif (( left < 6000 )); then printf '%dm' $(( (left + 59) / 60 ))
    else printf '%dh' $(( left / 3600 )); fi
}
setopt PROMPT_SUBST
PROMPT='[$DAYPASS_PROMPT $(__daypass_left)] '"$PROMPT"
"#;

const FISH: &str = r#"
functions -q fish_prompt; and functions -c fish_prompt __daypass_prompt
function fish_prompt
    set -l left (math $DAYPASS_EXPIRES_EPOCH - (date +%s))
    if test $left -le 0
        echo -n "[$DAYPASS_PROMPT ended] "
    else if test $left -lt 6000
        echo -n "[$DAYPASS_PROMPT "(math -s0 "($left + 59) / 60")"m] "
    else
        echo -n "[$DAYPASS_PROMPT "(math -s0 $left / 3600)"h] "
    end
    functions -q __daypass_prompt; and __daypass_prompt; or echo -n '> '
end
"#;

/// Other shells expand variables in `PS1` (POSIX, "Shell Variables"), and some of them commands; these get a fixed time.
const PLAIN_ENDS: &str = "until";

/// The subshell's command, with what its prompt needs in `environment`. Says who one is.
pub(super) fn command(wanted: &Wanted<'_>, environment: &mut BTreeMap<OsString, OsString>) -> Vec<OsString> {
    let shell = wanted.settings.variables.shell();
    greet(wanted);
    let Some(ends_at) = wanted.session.ends_at() else {
        return vec![shell];
    };
    environment.insert(LABEL.into(), label(wanted.who()).into());
    environment.insert(ENDS.into(), ends_at.as_second().to_string().into());
    let prompted = with_prompt(&shell, wanted, environment).unwrap_or_else(|error| {
        view::warn(format_args!("the prompt will not tell the role: {error}"));
        None
    });
    prompted.unwrap_or_else(|| {
        let until = ends_at.strftime("%H:%MZ");
        let prompt = format!("[{} {PLAIN_ENDS} {until}] $ ", label(wanted.who()));
        environment.insert("PS1".into(), prompt.into());
        vec![shell]
    })
}

/// A role's name; a profile's.
fn label(who: &str) -> &str {
    who.rsplit('/').next().unwrap_or(who)
}

fn with_prompt(
    shell: &OsStr,
    wanted: &Wanted<'_>,
    environment: &mut BTreeMap<OsString, OsString>,
) -> io::Result<Option<Vec<OsString>>> {
    let name = Path::new(shell).file_name().and_then(OsStr::to_str);
    let directory = || -> io::Result<PathBuf> {
        let cache = wanted.settings.variables.cache_directory();
        let cache = cache.ok_or_else(|| io::Error::other("HOME is not set"))?;
        let directory = cache.join("daypass").join("shell");
        private_directory::make(&directory)?;
        Ok(directory)
    };
    match name {
        Some("bash") => {
            let file = directory()?.join("bashrc");
            whole_file::replace(&file, BASH.as_bytes(), Readers::Owner)?;
            Ok(Some(vec![shell.to_owned(), "--rcfile".into(), file.into()]))
        }
        Some("zsh") => {
            let directory = directory()?;
            whole_file::replace(&directory.join(".zshenv"), ZSH_ENV.as_bytes(), Readers::Owner)?;
            whole_file::replace(&directory.join(".zshrc"), ZSH.as_bytes(), Readers::Owner)?;
            let variables = &wanted.settings.variables;
            let theirs = variables.get("ZDOTDIR").or_else(|| variables.get("HOME"));
            environment.insert("DAYPASS_ZDOTDIR".into(), theirs.unwrap_or_default().to_owned());
            environment.insert("ZDOTDIR".into(), directory.into());
            Ok(Some(vec![shell.to_owned()]))
        }
        Some("fish") => Ok(Some(vec![shell.to_owned(), "-C".into(), FISH.into()])),
        _ => Ok(None),
    }
}

fn greet(wanted: &Wanted<'_>) {
    let who = wanted.who();
    match wanted.session.ends_at() {
        Some(ends_at) => view::say(format_args!(
            "You are {who} until {ends_at} ({} left). `exit` ends it.",
            view::whole_minutes(ends_at.duration_since(Timestamp::now()))
        )),
        None => view::say(format_args!("You are {who}. `exit` ends it.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_short() {
        assert_eq!(label("arn:aws:iam::111122223333:role/team/Dev"), "Dev");
        assert_eq!(label("profile"), "profile");
    }
}
