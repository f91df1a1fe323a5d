//! `daypass shell-init SHELL`: a function `assume`, since no program can set the variables of the shell that started it.

use super::completions::deliver;
use crate::cli::{InitShell, ShellInitArgs};
use crate::exit::Ending;
use crate::failure::Failure;

/// For bash and zsh: what is more than a role and its options is passed on as it is.
const POSIX: &str = r#"assume() {
    local argument lines
    case "${1-}" in
    --clear)
        unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION
        return ;;
    esac
    for argument in "$@"; do
        case "$argument" in
        --|--format|--format=*|--write-profile|--write-profile=*|--server|--console|--help|-h)
            command daypass assume "$@"
            return ;;
        esac
    done
    lines="$(command daypass assume --format env "$@")" || return
    eval "$lines"
}"#;

const FISH: &str = r#"function assume --description 'Be an AWS role in this shell'
    if test "$argv[1]" = --clear
        set -e AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION
        return
    end
    for argument in $argv
        switch $argument
            case -- --format '--format=*' --write-profile '--write-profile=*' --server --console --help -h
                command daypass assume $argv
                return
        end
    end
    set -l lines (command daypass assume --format fish $argv)
    or return
    printf '%s\n' $lines | source
end"#;

const POWERSHELL: &str = r#"function assume {
    if ($args.Count -gt 0 -and $args[0] -eq '--clear') {
        foreach ($name in 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION') {
            Remove-Item -Path "Env:$name" -ErrorAction SilentlyContinue
        }
        return
    }
    $daypass = Get-Command daypass -CommandType Application | Select-Object -First 1
    foreach ($argument in $args) {
        if ("$argument" -match '^(--|--format(=.*)?|--write-profile(=.*)?|--server|--console|--help|-h)$') {
            & $daypass assume @args
            return
        }
    }
    $lines = & $daypass assume --format powershell @args
    if ($LASTEXITCODE -eq 0) { $lines | Out-String | Invoke-Expression }
}"#;

/// Prints the function.
pub(crate) fn run(arguments: &ShellInitArgs) -> Result<Ending, Failure> {
    deliver(match arguments.shell {
        InitShell::Bash | InitShell::Zsh => POSIX,
        InitShell::Fish => FISH,
        InitShell::Powershell => POWERSHELL,
    })
}
