//! A hash for the short names of this field: action names and condition keys.
//! Not against ill will: whoever writes policies that collide slows their own evaluation down, no more.

/// A hash that is the same for upper and lower case, and for some other pairs: what is found is compared.
pub(crate) fn folded_hash(text: &str) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let fold = |hash: u64, word: u64| {
        let word = word | 0x2020_2020_2020_2020;
        (hash.rotate_left(5) ^ word).wrapping_mul(ODD)
    };
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash = words.iter().fold(text.len() as u64, |hash, word| {
        fold(hash, u64::from_le_bytes(*word))
    });
    if !rest.is_empty() {
        let mut last = [0; 8];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        hash = fold(hash, u64::from_le_bytes(last));
    }
    (hash ^ (hash >> 32)).wrapping_mul(ODD)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_hash_knows_no_case_and_depends_on_every_character() {
        assert_eq!(folded_hash("s3:GetObject"), folded_hash("S3:GETOBJECT"));
        let mut seen = BTreeSet::new();
        for length in 0..40 {
            let text = "s3:GetObjectVersionTaggingAndSomeMore!!!".get(..length).unwrap();
            assert!(seen.insert(folded_hash(text)), "{text}");
        }
    }
}
