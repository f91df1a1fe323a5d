//! Plans in files: written by `daypass plan --out`, carried out by `daypass apply FILE`.

use crate::failure::Failure;
use daypass_core::plan::Plan;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The form of the file. Another one is not read: what was shown would not be what is done.
const FORMAT: &str = "daypass-plan/2";

#[derive(Serialize)]
struct Written<'p> {
    format: &'static str,
    plan: &'p Plan,
}

#[derive(Deserialize)]
struct Format {
    format: String,
}

#[derive(Deserialize)]
struct Read {
    plan: Plan,
}

/// Writes a plan.
pub(crate) fn write(path: &Path, plan: &Plan) -> Result<(), Failure> {
    let cannot = |why: String| Failure::failed(format!("cannot write {}", path.display())).why(why);
    let written = Written { format: FORMAT, plan };
    let text = serde_json::to_string_pretty(&written).map_err(|error| cannot(error.to_string()))?;
    std::fs::write(path, text + "\n").map_err(|error| cannot(error.to_string()))
}

/// Reads a plan.
pub(crate) fn read(path: &Path) -> Result<Plan, Failure> {
    let wrong = |why: String| {
        Failure::bad_input(format!("{} is not a plan", path.display()))
            .why(why)
            .help("make one with `daypass plan --out FILE`; plans of other versions of daypass are not read")
    };
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::bad_input(format!("cannot read {}", path.display())).why(error.to_string())
    })?;
    let told: Format = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if told.format != FORMAT {
        return Err(wrong(format!(
            "its format is {:?}, wanted {FORMAT:?}",
            told.format
        )));
    }
    let read: Read = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    Ok(read.plan)
}
