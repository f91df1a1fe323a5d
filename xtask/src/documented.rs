//! The documentation keeps up with the repository: a test, where nobody would look twice.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::process::root;

    const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");

    /// The names under the `dependencies` and `dev-dependencies` of every crate of the workspace, without our own.
    fn dependencies() -> BTreeSet<String> {
        let crates = std::fs::read_dir(root().join("crates")).unwrap();
        let folders = crates
            .map(|entry| entry.unwrap().path())
            .chain([root().join("xtask")]);
        let manifests: Vec<_> = folders
            .map(|folder| std::fs::read_to_string(folder.join("Cargo.toml")).unwrap())
            .collect();
        let mut names = BTreeSet::new();
        for manifest in &manifests {
            let mut inside = false;
            for line in manifest.lines() {
                if let Some(section) = line.strip_prefix('[') {
                    inside = section.ends_with("dependencies]");
                } else if inside && let Some(end) = line.find(['.', ' ', '=']) {
                    names.insert(line[..end].to_owned());
                }
            }
        }
        names.retain(|name| {
            !name.starts_with("iam-") && !name.starts_with("daypass") && !name.starts_with('#')
        });
        names
    }

    /// ARCHITECTURE.md says of every direct dependency why it is there, and of no other.
    #[test]
    fn every_dependency_has_its_reason() {
        let (_, table) = ARCHITECTURE.split_once("## Dependencies").unwrap();
        let documented: BTreeSet<&str> = table
            .lines()
            .filter_map(|line| line.strip_prefix("| "))
            .filter_map(|line| line.split(" | ").next())
            .flat_map(|names| names.trim_end_matches(" +").split(", "))
            .filter(|name| !matches!(*name, "crate" | "---"))
            .collect();
        let family = |name: &str| {
            if name.starts_with("aws-smithy-") {
                "aws-smithy-*".to_owned()
            } else {
                name.to_owned()
            }
        };
        let used: BTreeSet<String> = dependencies().iter().map(|name| family(name)).collect();
        assert!(used.len() > 30, "{used:?}");
        assert_eq!(documented, used.iter().map(String::as_str).collect());
    }
}
