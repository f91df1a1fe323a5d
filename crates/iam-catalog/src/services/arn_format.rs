//! The form of a resource type's ARNs, and which ARNs can be of it.

use std::fmt;

/// The form of ARNs of one type of resource, such as `arn:${Partition}:s3:::${BucketName}/${ObjectName}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArnFormat {
    text: &'static str,
}

/// What a character of a text can be.
#[derive(Debug, Clone, Copy)]
enum Token {
    /// This one.
    Is(char),
    /// A colon of a pattern that stands between parts: no name has it.
    Separator,
    /// One, of those that the class has.
    One(Class),
    /// Any number, of those that the class has.
    Many(Class),
}

/// Which characters a variable part can have.
#[derive(Debug, Clone, Copy)]
enum Class {
    Any,
    /// All but this one.
    Without(char),
}

impl ArnFormat {
    pub(super) const fn new(text: &'static str) -> Self {
        ArnFormat { text }
    }

    /// As the Service Authorization Reference writes it.
    pub fn as_str(self) -> &'static str {
        self.text
    }

    /// The names of its variable parts, in their order: `Partition`, `BucketName`, `ObjectName`.
    pub fn placeholders(self) -> impl Iterator<Item = &'static str> {
        self.text
            .split("${")
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
    }

    /// Whether an ARN, or a pattern of ARNs as a policy's `Resource` has it, can be of this form.
    ///
    /// In `pattern`, `*` is any characters, `?` one, `${aws:username}` and the like (policy variables) any; `${*}`, `${?}`
    /// and `${$}` are the characters themselves. A variable part of the form has one character at least; region and
    /// account may be empty, as some resources of AWS's own have none. A `*` of the pattern may go over colons; its first
    /// five colons are those between the parts, so that `arn:aws:iam::*:policy/*` is no role with an odd path. What a name may contain is not known here, so that `true` says no more than "possible"; with one exception, as it tells
    /// buckets from objects: `${BucketName}` has no slash (Amazon S3 User Guide, "General purpose bucket naming rules").
    pub fn may_be(self, pattern: &str) -> bool {
        meet(&self.tokens(), &pattern_tokens(pattern))
    }

    fn tokens(self) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut colons = 0;
        let mut rest = self.text;
        while let Some(first) = rest.chars().next() {
            if let Some((name, behind)) = rest.strip_prefix("${").and_then(|rest| rest.split_once('}')) {
                let class = match name {
                    _ if colons < 5 => Class::Without(':'),
                    "BucketName" => Class::Without('/'),
                    _ => Class::Any,
                };
                if !(colons == 3 || colons == 4) {
                    tokens.push(Token::One(class));
                }
                tokens.push(Token::Many(class));
                rest = behind;
                continue;
            }
            colons += usize::from(first == ':');
            tokens.push(match first {
                '*' => Token::Many(Class::Any),
                literal => Token::Is(literal),
            });
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
        tokens
    }
}

impl fmt::Display for ArnFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.text)
    }
}

fn pattern_tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut colons = 0;
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some((name, behind)) = rest.strip_prefix("${").and_then(|rest| rest.split_once('}')) {
            tokens.push(match name {
                "*" | "?" | "$" => Token::Is(name.chars().next().unwrap_or('$')),
                _ => Token::Many(Class::Any),
            });
            rest = behind;
            continue;
        }
        tokens.push(match first {
            '*' => Token::Many(Class::Any),
            '?' => Token::One(Class::Any),
            ':' if colons < 5 => {
                colons += 1;
                Token::Separator
            }
            literal => Token::Is(literal),
        });
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    tokens
}

/// Whether there is a text that both stand for.
fn meet(form: &[Token], pattern: &[Token]) -> bool {
    // `open[p]`: some text is what the form up to here and the first `p` tokens of the pattern stand for.
    let mut open = vec![false; pattern.len() + 1];
    if let Some(start) = open.first_mut() {
        *start = true;
    }
    skip_many(&mut open, pattern);
    for token in form {
        if matches!(token, Token::Many(_)) {
            // It stays where it is, or takes what the pattern's next token can be; from there on again.
            for (p, wanted) in pattern.iter().enumerate() {
                if open.get(p) == Some(&true) && share(*token, *wanted) {
                    mark(&mut open, p + 1);
                }
            }
            skip_many(&mut open, pattern);
        } else {
            let mut next = vec![false; pattern.len() + 1];
            for (p, wanted) in pattern.iter().enumerate() {
                if open.get(p) == Some(&true) && share(*token, *wanted) {
                    let stays = matches!(wanted, Token::Many(_));
                    mark(&mut next, if stays { p } else { p + 1 });
                }
            }
            skip_many(&mut next, pattern);
            open = next;
        }
    }
    open.last() == Some(&true)
}

/// A `Many` of the pattern may stand for nothing.
fn skip_many(open: &mut [bool], pattern: &[Token]) {
    for (p, token) in pattern.iter().enumerate() {
        if matches!(token, Token::Many(_)) && open.get(p) == Some(&true) {
            mark(open, p + 1);
        }
    }
}

fn mark(open: &mut [bool], place: usize) {
    if let Some(open) = open.get_mut(place) {
        *open = true;
    }
}

/// Whether there is a character that both can be.
fn share(form: Token, pattern: Token) -> bool {
    let within = |class: Class, character: char| match class {
        Class::Any => true,
        Class::Without(other) => character != other,
    };
    match (form, pattern) {
        (form, Token::Separator) => matches!(form, Token::Is(':')),
        (Token::Is(a), Token::Is(b)) => a == b,
        (Token::Is(character), Token::One(class) | Token::Many(class))
        | (Token::One(class) | Token::Many(class), Token::Is(character)) => within(class, character),
        // Each class leaves all characters but one.
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKET: ArnFormat = ArnFormat::new("arn:${Partition}:s3:::${BucketName}");
    const OBJECT: ArnFormat = ArnFormat::new("arn:${Partition}:s3:::${BucketName}/${ObjectName}");
    const ROLE: ArnFormat = ArnFormat::new("arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}");
    const IMAGE: ArnFormat = ArnFormat::new("arn:${Partition}:ec2:${Region}::image/${ImageId}");
    const SNAPSHOT: ArnFormat =
        ArnFormat::new("arn:${Partition}:ec2:${Region}:${Account}:snapshot/${SnapshotId}");

    #[test]
    fn an_arn_is_of_its_form() {
        for (format, arn) in [
            (BUCKET, "arn:aws:s3:::amzn-s3-demo-bucket"),
            (OBJECT, "arn:aws-cn:s3:::amzn-s3-demo-bucket/a/b:c"),
            (ROLE, "arn:aws:iam::111122223333:role/team/admin"),
            (IMAGE, "arn:aws:ec2:us-east-1::image/ami-1"),
            (SNAPSHOT, "arn:aws:ec2:us-east-1:111122223333:snapshot/snap-1"),
            (SNAPSHOT, "arn:aws:ec2:us-east-1::snapshot/snap-1"),
        ] {
            assert!(format.may_be(arn), "{format} {arn}");
        }
        for (format, arn) in [
            (BUCKET, "arn:aws:s3:::amzn-s3-demo-bucket/key"),
            (BUCKET, "arn:aws:s3:::"),
            (OBJECT, "arn:aws:s3:::amzn-s3-demo-bucket"),
            (OBJECT, "arn:aws:s3:::amzn-s3-demo-bucket/"),
            (OBJECT, "arn:aws:s3:us-east-1::amzn-s3-demo-bucket/key"),
            (ROLE, "arn:aws:iam::111122223333:user/admin"),
            (IMAGE, "arn:aws:ec2:us-east-1:111122223333:image/ami-1"),
            (ROLE, "arn:aws:iam:111122223333:role/admin"),
            (ROLE, ""),
        ] {
            assert!(!format.may_be(arn), "{format} {arn}");
        }
    }

    #[test]
    fn a_pattern_may_be_of_several_forms() {
        for pattern in [
            "*",
            "arn:aws:s3:::*",
            "arn:*:s3:::amzn-s3-demo-bucket*",
            "arn:aws:s3:::${aws:username}*",
        ] {
            assert!(BUCKET.may_be(pattern) && OBJECT.may_be(pattern), "{pattern}");
        }
        assert!(!BUCKET.may_be("arn:aws:s3:::amzn-s3-demo-bucket/*"));
        assert!(OBJECT.may_be("arn:aws:s3:::amzn-s3-demo-bucket/*"));
        assert!(OBJECT.may_be("arn:aws:s3:::${aws:PrincipalTag/team}/${aws:username}/*"));
        assert!(OBJECT.may_be("arn:aws:s3:::a?c"), "the one may be a slash");
        assert!(!OBJECT.may_be("arn:aws:s3:::ab?") && BUCKET.may_be("arn:aws:s3:::ab?"));
        assert!(ROLE.may_be("arn:aws:iam::*:role/*") && ROLE.may_be("arn:aws:iam::????????????:role/a"));
        assert!(!ROLE.may_be("arn:aws:iam::*:policy/*"));
        assert!(
            ROLE.may_be("arn:aws:*") && ROLE.may_be("arn:aws:iam:*:role/a"),
            "a star goes over colons"
        );
        assert!(OBJECT.may_be("arn:aws:s3:::b/${*}") && !BUCKET.may_be("arn:aws:s3:::b/${*}"));
    }

    #[test]
    fn placeholders_by_name() {
        let names: Vec<_> = OBJECT.placeholders().collect();
        assert_eq!(names, ["Partition", "BucketName", "ObjectName"]);
    }
}
