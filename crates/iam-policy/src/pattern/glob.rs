//! Text with `*` and `?` against text, without compiling anything and without allocation.
//! IAM User Guide, "IAM JSON policy elements: Resource", "Using wildcards in resource ARNs".

use super::Case;

/// Whether the whole of `text` fits `pattern`, in which `*` stands for any characters and `?` for one.
///
/// A mismatch returns to the last `*` only, so the time is bounded by the product of the lengths.
pub(crate) fn fits(pattern: &str, text: &str, case: Case) -> bool {
    let pattern = pattern.as_bytes();
    let text = text.as_bytes();
    let (mut p, mut t) = (0, 0);
    // Behind the last `*`, and where the text that it has not swallowed yet begins.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), text.get(t)) {
            (Some(b'*'), _) => {
                p += 1;
                if p == pattern.len() {
                    return true;
                }
                retry = Some((p, t));
                continue;
            }
            (Some(b'?'), Some(_)) => {
                p += 1;
                t = next_char(text, t);
                continue;
            }
            (Some(wanted), Some(found)) if same(*wanted, *found, case) => {
                p += 1;
                t += 1;
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        let Some((behind, swallowed)) = retry else {
            return false;
        };
        if swallowed >= text.len() {
            return false;
        }
        t = next_char(text, swallowed);
        retry = Some((behind, t));
        p = behind;
    }
}

fn same(a: u8, b: u8, case: Case) -> bool {
    match case {
        Case::Differs => a == b,
        Case::Same => a.eq_ignore_ascii_case(&b),
    }
}

/// Where the character behind the one at `at` begins: `?` and `*` never stop inside a character.
fn next_char(text: &[u8], at: usize) -> usize {
    let continues = |byte: &u8| byte & 0b1100_0000 == 0b1000_0000;
    let mut next = at + 1;
    while text.get(next).is_some_and(continues) {
        next += 1;
    }
    next
}
