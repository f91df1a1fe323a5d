//! `daypass shell-init SHELL`: a function `assume`, since no program can set the variables of the shell that started it.

use super::completions::deliver;
use crate::cli::{InitShell, ShellInitArgs};
use crate::exit::Ending;
use crate::failure::Failure;

/// For bash and zsh: what is more than a role and its options is passed on as it is. Each `assume` begins from what was set
/// before the first, whose session may have ended; in a subshell of the shell's, so that a failure changes nothing.
const POSIX: &str = r#"__daypass_before=
__daypass_save() {
    local name value
    for name in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_REGION AWS_DEFAULT_REGION; do
        eval "value=\${$name-}"
        if [ -n "$value" ]; then
            __daypass_before="$__daypass_before export $name=$(printf %q "$value");"
        else
            __daypass_before="$__daypass_before unset $name;"
        fi
    done
}
assume() {
    local argument lines
    if [ "${1-}" = --clear ]; then
        if [ -n "$__daypass_before" ]; then
            eval "$__daypass_before"
            __daypass_before=
        elif [ -n "${AWS_CREDENTIAL_EXPIRATION-}" ]; then
            unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION
        fi
        return 0
    fi
    for argument in "$@"; do
        case "$argument" in
        --|--format|--format=*|--write-profile|--write-profile=*|--server|--console|--help|-h)
            (eval "$__daypass_before"; command daypass assume "$@")
            return ;;
        esac
    done
    lines="$(eval "$__daypass_before"; command daypass assume --format env "$@")" || return
    [ -n "$__daypass_before" ] || __daypass_save
    eval "$lines"
}"#;

const FISH: &str = r#"set -g __daypass_names AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_REGION AWS_DEFAULT_REGION
function __daypass_begin
    if set -q __daypass_is_set
        for name in $__daypass_names
            set -l before __daypass_before_$name
            if set -q $before
                set -fx $name $$before
            else
                set -fu $name
            end
        end
    end
    command daypass assume $argv
end
function assume --description 'Be an AWS role in this shell'
    if test "$argv[1]" = --clear
        if set -q __daypass_is_set
            for name in $__daypass_names
                set -l before __daypass_before_$name
                set -q $name; and set -e $name
                set -q $before; and set -gx $name $$before; and set -e $before
            end
            set -e __daypass_is_set
        else if set -q AWS_CREDENTIAL_EXPIRATION
            set -e AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION
        end
        return 0
    end
    for argument in $argv
        switch $argument
            case -- --format '--format=*' --write-profile '--write-profile=*' --server --console --help -h
                __daypass_begin $argv
                return
        end
    end
    set -l lines (__daypass_begin --format fish $argv)
    or return
    if not set -q __daypass_is_set
        for name in $__daypass_names
            set -q $name; and set -g __daypass_before_$name $$name
        end
        set -g __daypass_is_set
    end
    printf '%s\n' $lines | source
    return 0
end"#;

const POWERSHELL: &str = r#"$global:DaypassNames = 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION', 'AWS_REGION', 'AWS_DEFAULT_REGION'
$global:DaypassBefore = $null
function Get-DaypassVariables {
    $found = @{}
    foreach ($name in $global:DaypassNames) { $found[$name] = [Environment]::GetEnvironmentVariable($name) }
    $found
}
function Set-DaypassVariables($values) {
    foreach ($name in $global:DaypassNames) { [Environment]::SetEnvironmentVariable($name, $values[$name]) }
}
function assume {
    if ($args.Count -gt 0 -and $args[0] -eq '--clear') {
        if ($null -ne $global:DaypassBefore) {
            Set-DaypassVariables $global:DaypassBefore
            $global:DaypassBefore = $null
        }
        return
    }
    $daypass = Get-Command daypass -CommandType Application | Select-Object -First 1
    $now = Get-DaypassVariables
    $before = if ($null -ne $global:DaypassBefore) { $global:DaypassBefore } else { $now }
    Set-DaypassVariables $before
    foreach ($argument in $args) {
        if ("$argument" -match '^(--|--format(=.*)?|--write-profile(=.*)?|--server|--console|--help|-h)$') {
            try { & $daypass assume @args } finally { Set-DaypassVariables $now }
            return
        }
    }
    $lines = & $daypass assume --format powershell @args
    if ($LASTEXITCODE -ne 0) {
        Set-DaypassVariables $now
        return
    }
    $global:DaypassBefore = $before
    $lines | Out-String | Invoke-Expression
}"#;

/// Prints the function.
pub(crate) fn run(arguments: &ShellInitArgs) -> Result<Ending, Failure> {
    deliver(match arguments.shell {
        InitShell::Bash | InitShell::Zsh => POSIX,
        InitShell::Fish => FISH,
        InitShell::Powershell => POWERSHELL,
    })
}
