//! `daypass`: arguments -> settings -> command -> view -> exit code. Nothing else happens here.

mod child;
mod cli;
mod commands;
mod exit;
mod failure;
mod interrupt;
mod lease_lock;
mod monitoring;
mod place;
mod policy_file;
mod settings;
mod verdict;
mod view;

fn main() -> std::process::ExitCode {
    commands::run(std::env::args_os())
}
