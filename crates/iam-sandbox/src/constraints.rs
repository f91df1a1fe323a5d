//! Holds a request of the query protocol against what AWS's model says of its input, and says what is wrong in AWS's
//! words: all of it at once.

use crate::models::{Kind, Member, Model, Shape};
use crate::wire::Service;
use crate::wire::error::{ApiError, camel};
use crate::wire::params::Params;

/// Is the input as the model wants it? A parameter that the operation does not have is refused by EC2 ("Error codes
/// for the Amazon EC2 API": UnknownParameter); IAM and STS pass over it.
pub(crate) fn check(service: Service, operation: &str, params: &Params) -> Result<(), ApiError> {
    let model = Model::of(service);
    let Some(operation) = model.operation(operation) else {
        return Ok(());
    };
    match service {
        // S3's model has no constraints, and CloudTrail has an error of its own for each; their operations look for
        // themselves.
        Service::S3 | Service::CloudTrail => Ok(()),
        Service::Ec2 => ec2(&operation.input, params),
        Service::Iam | Service::Sts => {
            let mut check = Check {
                model,
                params,
                broken: Vec::new(),
                own_words: None,
                is_iam: service == Service::Iam,
            };
            check.members("", "", &operation.input)?;
            check.finish()
        }
    }
}

fn ec2(input: &[Member], params: &Params) -> Result<(), ApiError> {
    let unknown = params
        .names()
        .map(|name| name.split('.').next().unwrap_or(name))
        .filter(|name| !matches!(*name, "Action" | "Version") && !name.starts_with("X-Amz-"))
        .find(|name| !input.iter().any(|member| member.name == *name));
    if let Some(name) = unknown {
        let message = format!("The parameter {name} is not recognized");
        return Err(ApiError::new(400, "UnknownParameter", message));
    }
    let missing = input
        .iter()
        .find(|member| member.is_required && !params.has(member.name));
    missing.map_or(Ok(()), |member| {
        let message = format!("The request must contain the parameter {}", member.name);
        Err(ApiError::new(400, "MissingParameter", message))
    })
}

struct Check<'a> {
    model: &'static Model,
    params: &'a Params,
    /// `Value 'x' at 'y' failed to satisfy constraint: z`, each.
    broken: Vec<String>,
    /// IAM says some things itself, once everything else is right.
    own_words: Option<String>,
    is_iam: bool,
}

impl Check<'_> {
    fn finish(self) -> Result<(), ApiError> {
        let broken = self.broken;
        match (broken.len(), self.own_words) {
            (0, None) => Ok(()),
            (0, Some(sentence)) => Err(ApiError::validation(sentence)),
            (1, _) => Err(ApiError::validation(format!(
                "1 validation error detected: {}",
                broken.join("; ")
            ))),
            (number, _) => Err(ApiError::validation(format!(
                "{number} validation errors detected: {}",
                broken.join("; ")
            ))),
        }
    }

    /// The members of a structure whose parameters begin with `prefix`. `path` is how messages call it.
    fn members(&mut self, prefix: &str, path: &str, members: &'static [Member]) -> Result<(), ApiError> {
        for member in members {
            let name = format!("{prefix}{}", member.name);
            let at = format!("{path}{}", camel(member.name));
            if !self.params.has(&name) {
                if member.is_required {
                    self.broken.push(format!(
                        "Value null at '{at}' failed to satisfy constraint: Member must not be null"
                    ));
                }
                continue;
            }
            if let Some(shape) = self.model.shape_of(member) {
                self.value(&name, &at, shape)?;
            }
        }
        Ok(())
    }

    fn value(&mut self, name: &str, at: &str, shape: &'static Shape) -> Result<(), ApiError> {
        let text = self.params.get(name).unwrap_or_default();
        match &shape.kind {
            Kind::Structure(members) => self.members(&format!("{name}."), &format!("{at}."), members),
            Kind::List { item } => self.list(name, at, shape, item),
            Kind::Boolean if !matches!(text, "true" | "false") => Err(malformed(text, "a boolean")),
            Kind::Integer => {
                let number: i64 = text.parse().map_err(|_| malformed(text, "a number"))?;
                let outside = [
                    (shape.least.filter(|least| number < *least), "greater"),
                    (shape.most.filter(|most| number > *most), "less"),
                ];
                for (bound, word) in outside {
                    if let Some(bound) = bound {
                        let rule = format!("Member must have value {word} than or equal to {bound}");
                        self.broken(text, at, shape, &rule);
                    }
                }
                Ok(())
            }
            Kind::Text(pattern) => {
                for rule in length_rules(shape, text.chars().count()) {
                    self.broken(text, at, shape, &rule);
                }
                if let Some(pattern) = pattern.as_ref().filter(|pattern| !pattern.is_match(text)) {
                    match iams_own(pattern.text).filter(|_| self.is_iam && !shape.is_sensitive) {
                        Some(sentence) => {
                            let name = at.rsplit('.').next().unwrap_or(at);
                            let sentence = format!("The specified value for {name} is invalid. {sentence}");
                            self.own_words.get_or_insert(sentence);
                        }
                        None => self.broken(text, at, shape, &pattern_rule(pattern.text)),
                    }
                }
                Ok(())
            }
            Kind::Enum(values) => {
                if !values.contains(&text) {
                    let rule = format!("Member must satisfy enum value set: [{}]", values.join(", "));
                    self.broken(text, at, shape, &rule);
                }
                Ok(())
            }
            Kind::Boolean | Kind::Other => Ok(()),
        }
    }

    fn list(&mut self, name: &str, at: &str, shape: &'static Shape, item: &str) -> Result<(), ApiError> {
        let items = self.params.members(name);
        for rule in length_rules(shape, items.len()) {
            self.broken
                .push(format!("Value at '{at}' failed to satisfy constraint: {rule}"));
        }
        let Some(item) = self.model.shape(item) else {
            return Ok(());
        };
        if matches!(item.kind, Kind::Structure(_) | Kind::List { .. }) {
            for (number, member) in items.iter().enumerate() {
                self.value(member, &format!("{at}.{}.member", number + 1), item)?;
            }
            return Ok(());
        }
        // Of plain values, the list is named with all that its items must be.
        let params = self.params;
        let is_good = |member: &String| item_is_good(item, params.get(member).unwrap_or_default());
        if !items.iter().all(is_good) {
            self.broken.push(format!(
                "Value at '{at}' failed to satisfy constraint: Member must satisfy constraint: [{}]",
                item_rules(item).join(", ")
            ));
        }
        Ok(())
    }

    fn broken(&mut self, value: &str, at: &str, shape: &Shape, rule: &str) {
        let value = if shape.is_sensitive {
            String::new()
        } else {
            format!(" '{value}'")
        };
        self.broken.push(format!(
            "Value{value} at '{at}' failed to satisfy constraint: {rule}"
        ));
    }
}

/// The rules on the length that a text or list of this length breaks.
fn length_rules(shape: &Shape, length: usize) -> Vec<String> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let too_long = shape.most.filter(|most| length > *most).map(at_most);
    let too_short = shape.least.filter(|least| length < *least).map(at_least);
    too_long.into_iter().chain(too_short).collect()
}

fn at_most(most: i64) -> String {
    format!("Member must have length less than or equal to {most}")
}

fn at_least(least: i64) -> String {
    format!("Member must have length greater than or equal to {least}")
}

fn pattern_rule(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

fn item_is_good(item: &Shape, text: &str) -> bool {
    length_rules(item, text.chars().count()).is_empty()
        && match &item.kind {
            Kind::Text(Some(pattern)) => pattern.is_match(text),
            Kind::Enum(values) => values.contains(&text),
            _ => true,
        }
}

fn item_rules(item: &Shape) -> Vec<String> {
    let mut rules: Vec<String> = item.most.map(at_most).into_iter().collect();
    rules.extend(item.least.map(at_least));
    match &item.kind {
        Kind::Text(Some(pattern)) => rules.push(pattern_rule(pattern.text)),
        Kind::Enum(values) => rules.push(format!(
            "Member must satisfy enum value set: [{}]",
            values.join(", ")
        )),
        _ => {}
    }
    rules.push("Member must not be null".to_owned());
    rules
}

fn malformed(text: &str, wanted: &str) -> ApiError {
    ApiError::new(400, "MalformedInput", format!("'{text}' is not {wanted}"))
}

/// Names, paths and documents are older than the general form of messages; IAM has words of its own for them.
fn iams_own(pattern: &str) -> Option<&'static str> {
    Some(match pattern {
        r"[\w+=,.@-]+" => "It must contain only alphanumeric characters and/or the following: +=,.@_-",
        r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)" => {
            "It must begin and end with / and contain only alphanumeric characters and/or / characters."
        }
        r"\u002F[\u0021-\u007F]*" => {
            "It must begin with / and contain only alphanumeric characters and/or / characters."
        }
        r"[\u0009\u000A\u000D\u0020-\u00FF]+" => "It must contain only printable ASCII characters.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(service: Service, operation: &str, form: &str) -> String {
        check(service, operation, &Params::parse(form)).map_or_else(
            |error| format!("{} {}", error.code, error.message),
            |()| String::new(),
        )
    }

    fn iam(operation: &str, form: &str) -> String {
        message(Service::Iam, operation, form)
    }

    /// "Actions" of the IAM API Reference for the constraints; the form of the messages is that of AWS's services.
    #[test]
    fn each_kind_of_constraint_is_told_in_awss_words() {
        let long = "a".repeat(65);
        for (operation, form, wanted) in [
            (
                "CreateRole",
                format!("RoleName={long}&AssumeRolePolicyDocument=x"),
                format!(
                    "ValidationError 1 validation error detected: Value '{long}' at 'roleName' failed to satisfy \
                     constraint: Member must have length less than or equal to 64"
                ),
            ),
            (
                "GetRole",
                String::new(),
                "ValidationError 1 validation error detected: Value null at 'roleName' failed to satisfy \
                 constraint: Member must not be null"
                    .to_owned(),
            ),
            (
                "UpdateAccessKey",
                "AccessKeyId=AKIA&Status=Off".to_owned(),
                "ValidationError 2 validation errors detected: Value 'AKIA' at 'accessKeyId' failed to satisfy \
                 constraint: Member must have length greater than or equal to 16; Value 'Off' at 'status' failed to \
                 satisfy constraint: Member must satisfy enum value set: [Active, Inactive, Expired]"
                    .to_owned(),
            ),
            (
                "ListUsers",
                "MaxItems=1001".to_owned(),
                "ValidationError 1 validation error detected: Value '1001' at 'maxItems' failed to satisfy \
                 constraint: Member must have value less than or equal to 1000"
                    .to_owned(),
            ),
            (
                "ListUsers",
                "MaxItems=many".to_owned(),
                "MalformedInput 'many' is not a number".to_owned(),
            ),
            (
                "TagRole",
                "RoleName=r&Tags.member.1.Key=a,b&Tags.member.1.Value=v".to_owned(),
                "ValidationError 1 validation error detected: Value 'a,b' at 'tags.1.member.key' failed to satisfy \
                 constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"
                    .to_owned(),
            ),
            (
                "TagRole",
                "RoleName=r&Tags.member.1.Key=a".to_owned(),
                "ValidationError 1 validation error detected: Value null at 'tags.1.member.value' failed to satisfy \
                 constraint: Member must not be null"
                    .to_owned(),
            ),
            (
                "UntagRole",
                "RoleName=r&TagKeys.member.1=a%2Cb".to_owned(),
                "ValidationError 1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: \
                 Member must satisfy constraint: [Member must have length less than or equal to 128, Member must \
                 have length greater than or equal to 1, Member must satisfy regular expression pattern: \
                 [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+, Member must not be null]"
                    .to_owned(),
            ),
            (
                "CreateUser",
                "UserName=a%20b".to_owned(),
                "ValidationError The specified value for userName is invalid. It must contain only alphanumeric \
                 characters and/or the following: +=,.@_-"
                    .to_owned(),
            ),
            (
                "CreateUser",
                "UserName=ab&Path=x".to_owned(),
                "ValidationError The specified value for path is invalid. It must begin and end with / and contain \
                 only alphanumeric characters and/or / characters."
                    .to_owned(),
            ),
            (
                "CreateLoginProfile",
                "UserName=u&Password=%01".to_owned(),
                "ValidationError 1 validation error detected: Value at 'password' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"
                    .to_owned(),
            ),
            ("CreateUser", "UserName=ab&Colour=red".to_owned(), String::new()),
            ("TagRole", "RoleName=r&Tags=".to_owned(), String::new()),
        ] {
            assert_eq!(iam(operation, &form), wanted, "{operation} {form}");
        }
    }

    /// "AssumeRole", AWS STS API Reference.
    #[test]
    fn sts_shows_the_pattern() {
        assert_eq!(
            message(
                Service::Sts,
                "AssumeRole",
                "RoleArn=arn:aws:iam::111122223333:role/r&RoleSessionName=a:b"
            ),
            "ValidationError 1 validation error detected: Value 'a:b' at 'roleSessionName' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"
        );
    }

    /// "Error codes for the Amazon EC2 API: Common client error codes", Amazon EC2 API Reference.
    #[test]
    fn ec2_wants_its_own_parameters_and_no_others() {
        let ec2 = |operation, form| message(Service::Ec2, operation, form);
        assert_eq!(
            ec2(
                "TerminateInstances",
                "Action=TerminateInstances&Version=2016-11-15"
            ),
            "MissingParameter The request must contain the parameter InstanceId"
        );
        assert_eq!(
            ec2("DescribeInstances", "Instances.1=i-0"),
            "UnknownParameter The parameter Instances is not recognized"
        );
        assert_eq!(
            ec2(
                "DescribeInstances",
                "InstanceId.1=i-0&Filter.1.Name=a&Filter.1.Value.1=b&MaxResults=5"
            ),
            ""
        );
    }
}
