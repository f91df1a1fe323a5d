//! ARN patterns of the ARN condition operators: "each of the six colon-delimited components of the ARN is
//! checked separately" (IAM User Guide, "Amazon Resource Name (ARN) condition operators").

use crate::arn::six_parts;
use crate::pattern::{Case, Pattern, Syntax, Template, glob};
use crate::request::Context;

/// A compiled ARN pattern.
#[derive(Debug)]
pub(crate) enum ArnPattern {
    /// A lone `*`.
    Any,
    /// Without variables; it has six parts, which are found again at the colons.
    Parts(Box<str>),
    /// Variables, none of which holds a colon of the six parts.
    Templates(Box<[Template; 6]>),
    /// A variable may hold several parts; cut when its value is known.
    Late(Template),
    /// Fewer than six parts: fits nothing.
    Never,
}

impl ArnPattern {
    pub(crate) fn compile(text: &str, syntax: Syntax) -> ArnPattern {
        match Pattern::compile(text, syntax) {
            Pattern::Everything => ArnPattern::Any,
            Pattern::Template(template) => match template.arn_parts() {
                Some(parts) => ArnPattern::Templates(Box::new(parts)),
                None => ArnPattern::Late(template),
            },
            _ if six_parts(text).is_some() => ArnPattern::Parts(text.into()),
            _ => ArnPattern::Never,
        }
    }

    pub(crate) fn matches(&self, text: &str, context: &Context) -> bool {
        let Some(parts) = six_parts(text) else {
            return false;
        };
        let fits = |templates: &[Template; 6]| {
            let mut pairs = templates.iter().zip(parts);
            pairs.all(|(template, part)| template.matches(part, context))
        };
        match self {
            ArnPattern::Any => true,
            ArnPattern::Parts(pattern) => six_parts(pattern).is_some_and(|patterns| {
                let mut pairs = patterns.into_iter().zip(parts);
                pairs.all(|(pattern, part)| glob::fits(pattern, part, Case::Differs))
            }),
            ArnPattern::Templates(templates) => fits(templates),
            ArnPattern::Late(template) => template
                .resolved(context)
                .and_then(|template| template.arn_parts())
                .is_some_and(|templates| fits(&templates)),
            ArnPattern::Never => false,
        }
    }

    /// Variables whose keys the context has not: the key, and whether a default stands in for it.
    pub(crate) fn missing<'p>(&'p self, context: &'p Context) -> impl Iterator<Item = (&'p str, bool)> {
        let templates: &[Template] = match self {
            ArnPattern::Templates(templates) => templates.as_slice(),
            ArnPattern::Late(template) => std::slice::from_ref(template),
            ArnPattern::Any | ArnPattern::Parts(_) | ArnPattern::Never => &[],
        };
        templates.iter().flat_map(|template| template.missing(context))
    }
}
