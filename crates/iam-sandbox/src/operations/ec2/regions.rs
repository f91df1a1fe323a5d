//! DescribeRegions.

use super::{end_dry_run, filters, invalid_value};
use crate::operations::call::Call;
use crate::region::{ENABLED, OPT_IN};
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;

pub(super) fn describe(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let names = call.input.params.list("RegionName");
    if let Some(unknown) = names.iter().find(|name| !crate::region::is_region(name)) {
        return Err(invalid_value(format!("Invalid region: {unknown}")));
    }
    end_dry_run(call)?;
    // Without AllRegions, only what is enabled for the account.
    let wants_all = call
        .param("AllRegions")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let enabled = ENABLED.iter().map(|region| (*region, "opt-in-not-required"));
    let others = OPT_IN.iter().map(|region| (*region, "not-opted-in"));
    let filters = filters::of(call);
    let mut found = Vec::new();
    for (region, status) in enabled.chain(others.filter(|(region, _)| wants_all || names.contains(region))) {
        let mut is_wanted = names.is_empty() || names.contains(&region);
        for filter in &filters {
            let own = match filter.name.as_str() {
                "region-name" => region.to_owned(),
                "endpoint" => format!("ec2.{region}.amazonaws.com"),
                "opt-in-status" => status.to_owned(),
                _ => return Err(filter.unknown()),
            };
            is_wanted &= filter.takes(&[own]);
        }
        if is_wanted {
            found.push((region, status));
        }
    }
    Ok(Answer::fields(|xml| {
        xml.list("regionInfo", "item", found, |xml, (region, status)| {
            xml.text("regionName", region)
                .text("regionEndpoint", format_args!("ec2.{region}.amazonaws.com"))
                .text("optInStatus", status);
        });
    }))
}
