//! Filters of Describe operations ("List and filter using the CLI and API", Amazon EC2 User Guide).

use super::invalid_value;
use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::world::entity::Tags;

/// A name and the values of which one must match.
pub(super) struct Filter {
    pub(super) name: String,
    values: Vec<String>,
}

/// The filters of a request; all of them must match.
pub(super) fn of(call: &Call<'_>) -> Vec<Filter> {
    let params = &call.input.params;
    params
        .members("Filter")
        .into_iter()
        .filter_map(|member| {
            Some(Filter {
                name: params.get(&format!("{member}.Name"))?.to_owned(),
                values: params
                    .list(&format!("{member}.Value"))
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
            })
        })
        .collect()
}

impl Filter {
    /// Whether one of a thing's values for this filter is wanted.
    pub(super) fn takes(&self, own: &[String]) -> bool {
        own.iter()
            .any(|own| self.values.iter().any(|value| matches(value, own)))
    }

    pub(super) fn unknown(&self) -> ApiError {
        invalid_value(format!("The filter '{}' is invalid", self.name))
    }

    /// What tags have for the filters that are about tags; none if this one is not.
    pub(super) fn of_tags(&self, tags: &Tags) -> Option<Vec<String>> {
        Some(match self.name.as_str() {
            "tag-key" => tags.iter().map(|(key, _)| key.clone()).collect(),
            "tag-value" => tags.iter().map(|(_, value)| value.clone()).collect(),
            other => {
                let wanted = other.strip_prefix("tag:")?;
                tags.iter()
                    .filter(|(key, _)| key == wanted)
                    .map(|(_, value)| value.clone())
                    .collect()
            }
        })
    }
}

/// Filter values may hold `*` and `?`; a backslash takes their meaning away.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last star stood, and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        let escaped = (pattern.get(p) == Some(&'\\'))
            .then(|| pattern.get(p + 1))
            .flatten();
        match (escaped, pattern.get(p)) {
            (Some(c), _) if text.get(t) == Some(c) => {
                p += 2;
                t += 1;
            }
            (None, Some('*')) => {
                star = Some((p, t));
                p += 1;
            }
            (None, Some(c)) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += 1;
                    (p, t) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, wanted) in [
            ("web", "web", true),
            ("we*", "web", true),
            ("*b", "web", true),
            ("w?b", "web", true),
            ("*", "", true),
            ("a*b*c", "axxbyyc", true),
            ("web", "Web", false),
            ("w?", "web", false),
            ("w\\*b", "web", false),
            ("w\\*b", "w*b", true),
        ] {
            assert_eq!(matches(pattern, text), wanted, "{pattern} {text}");
        }
    }
}
