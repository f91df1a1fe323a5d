//! What AWS's own models say of the operations: input members with their constraints, result wrappers, error codes.
//! The tables are generated (`cargo xtask sandbox-models`); each is read once, when its service is first called.

mod pattern;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(crate) use pattern::Pattern;

use crate::wire::Service;

/// One service.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// The API version, such as `2010-05-08`.
    pub(crate) version: &'static str,
    operations: HashMap<&'static str, Operation>,
    shapes: HashMap<&'static str, Shape>,
    /// The HTTP status of each error code that some operation declares.
    pub(crate) errors: HashMap<&'static str, u16>,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) input: Vec<Member>,
    /// `CreateRoleResult`; empty where the operation has no result.
    #[cfg_attr(not(test), expect(dead_code, reason = "what tests hold the answers against"))]
    pub(crate) wrapper: &'static str,
    /// The error codes that the model declares; those that all operations share are not among them.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "what tests hold the sandbox's errors against")
    )]
    pub(crate) errors: Vec<&'static str>,
}

/// A member of an input or of a structure.
#[derive(Debug)]
pub(crate) struct Member {
    /// The name on the wire.
    pub(crate) name: &'static str,
    pub(crate) is_required: bool,
    shape: &'static str,
}

/// A type, with its constraints.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    /// The least length of a text or list, or the least number.
    pub(crate) least: Option<i64>,
    pub(crate) most: Option<i64>,
    /// AWS does not repeat such a value in a message.
    pub(crate) is_sensitive: bool,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Text(Option<Pattern>),
    Enum(Vec<&'static str>),
    Integer,
    Boolean,
    /// Instants, bytes, and numbers with a point: only their presence is looked at here.
    Other,
    List {
        item: &'static str,
    },
    Structure(Vec<Member>),
}

impl Model {
    pub(crate) fn of(service: Service) -> &'static Model {
        static IAM: LazyLock<Model> = LazyLock::new(|| Model::read(include_str!("models/iam.tsv")));
        static STS: LazyLock<Model> = LazyLock::new(|| Model::read(include_str!("models/sts.tsv")));
        static S3: LazyLock<Model> = LazyLock::new(|| Model::read(include_str!("models/s3.tsv")));
        static EC2: LazyLock<Model> = LazyLock::new(|| Model::read(include_str!("models/ec2.tsv")));
        static CLOUDTRAIL: LazyLock<Model> =
            LazyLock::new(|| Model::read(include_str!("models/cloudtrail.tsv")));
        match service {
            Service::Iam => &IAM,
            Service::Sts => &STS,
            Service::S3 => &S3,
            Service::Ec2 => &EC2,
            Service::CloudTrail => &CLOUDTRAIL,
        }
    }

    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(name)
    }

    pub(crate) fn shape(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(name)
    }

    pub(crate) fn shape_of(&self, member: &Member) -> Option<&Shape> {
        self.shape(member.shape)
    }

    /// Every member of every input and structure.
    #[cfg(test)]
    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        let nested = self.shapes.values().filter_map(|shape| match &shape.kind {
            Kind::Structure(members) => Some(members),
            _ => None,
        });
        let inputs = self.operations.values().map(|operation| &operation.input);
        inputs.chain(nested).flatten()
    }

    /// The form is described in `xtask/python/sandbox_models.py`, which writes it. A line that is not in it is passed
    /// over; a test shows that there is none.
    fn read(text: &'static str) -> Model {
        let mut model = Model::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let kind = fields.next().unwrap_or_default();
            let mut next = || fields.next().unwrap_or_default();
            match kind {
                "S" => model.version = (next(), next(), next()).2,
                "E" => {
                    let code = next();
                    model.errors.insert(code, next().parse().unwrap_or_default());
                }
                "O" => {
                    let name = next();
                    let operation = Operation {
                        wrapper: next(),
                        input: members(next()),
                        errors: words(next()),
                    };
                    model.operations.insert(name, operation);
                }
                "T" => {
                    let name = next();
                    let kind = next();
                    let (least, most) = (next().parse().ok(), next().parse().ok());
                    let is_sensitive = next() == "sensitive";
                    let detail = next();
                    let kind = match kind {
                        "string" => Kind::Text((!detail.is_empty()).then(|| Pattern::new(detail))),
                        "enum" => Kind::Enum(words(detail)),
                        "integer" => Kind::Integer,
                        "boolean" => Kind::Boolean,
                        "list" => Kind::List { item: detail },
                        "structure" => Kind::Structure(members(detail)),
                        _ => Kind::Other,
                    };
                    let shape = Shape {
                        kind,
                        least,
                        most,
                        is_sensitive,
                    };
                    model.shapes.insert(name, shape);
                }
                _ => {}
            }
        }
        model
    }
}

fn words(text: &'static str) -> Vec<&'static str> {
    text.split(',').filter(|word| !word.is_empty()).collect()
}

fn members(text: &'static str) -> Vec<Member> {
    words(text)
        .into_iter()
        .filter_map(|member| {
            let (name, shape) = member.split_once('=')?;
            Some(Member {
                name: name.strip_suffix('!').unwrap_or(name),
                is_required: name.ends_with('!'),
                shape,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_every_name_leads_somewhere() {
        for service in Service::ALL {
            let model = Model::of(service);
            assert!(!model.version.is_empty(), "{service}");
            for member in model.members() {
                assert!(model.shape_of(member).is_some(), "{service} {}", member.shape);
            }
            for shape in model.shapes.values() {
                if let Kind::List { item } = shape.kind {
                    assert!(model.shape(item).is_some(), "{service} {item}");
                }
            }
            for error in model.operations.values().flat_map(|operation| &operation.errors) {
                assert!(
                    model.errors.get(error).is_some_and(|status| *status >= 400),
                    "{error}"
                );
            }
        }
        let lines = include_str!("models/iam.tsv").lines().count();
        let iam = Model::of(Service::Iam);
        // The comment and the service's own line are neither.
        assert_eq!(
            lines,
            iam.operations.len() + iam.shapes.len() + iam.errors.len() + 2
        );
    }

    /// `CreateRole`, IAM API Reference.
    #[test]
    fn a_role_is_as_the_api_reference_has_it() {
        let iam = Model::of(Service::Iam);
        let create = iam.operation("CreateRole").unwrap();
        assert_eq!(create.wrapper, "CreateRoleResult");
        assert!(create.errors.contains(&"EntityAlreadyExists"));
        assert_eq!(iam.errors["EntityAlreadyExists"], 409);
        let name = create
            .input
            .iter()
            .find(|member| member.name == "RoleName")
            .unwrap();
        let shape = iam.shape_of(name).unwrap();
        assert!(name.is_required);
        assert_eq!((shape.least, shape.most), (Some(1), Some(64)));
    }

    /// A pattern that cannot be translated checks nothing. What those are about is checked by hand.
    #[test]
    fn all_patterns_but_these_are_translated() {
        let mut unknown: Vec<&str> = Service::ALL
            .into_iter()
            .flat_map(|service| Model::of(service).shapes.values())
            .filter_map(|shape| match &shape.kind {
                Kind::Text(Some(pattern)) if !pattern.is_translated() => Some(pattern.text),
                _ => None,
            })
            .collect();
        unknown.sort_unstable();
        unknown.dedup();
        // The account alias: no two hyphens in a row.
        assert_eq!(unknown, ["^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$"]);
    }
}
