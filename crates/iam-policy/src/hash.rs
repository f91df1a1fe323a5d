//! A hash for the short names of this field: action names and condition keys.
//! Not against ill will: whoever writes policies that collide slows their own evaluation down, no more.

/// A hash that is the same for upper and lower case, and for some other pairs: what is found is compared.
pub(crate) fn folded_hash(text: &str) -> u64 {
    stir(fold(text.len() as u64, text.as_bytes()))
}

/// The hashes of an action's name, of its service (`s3:`), and of service and first letter (`s3:g`).
/// What has no colon is all service.
pub(crate) fn action_hashes(action: &str, service_length: usize) -> [u64; 3] {
    let (service, operation) = action
        .as_bytes()
        .split_at_checked(service_length)
        .unwrap_or((action.as_bytes(), &[]));
    let service = fold(service.len() as u64, service);
    let letter = operation
        .first()
        .map_or(service, |letter| step(service, u64::from(*letter)));
    let name = if operation.is_empty() {
        service
    } else {
        fold(service ^ operation.len() as u64, operation)
    };
    [stir(name), stir(service), stir(letter)]
}

const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

fn step(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ (word | 0x2020_2020_2020_2020)).wrapping_mul(ODD)
}

fn fold(seed: u64, text: &[u8]) -> u64 {
    let (words, rest) = text.as_chunks::<8>();
    let hash = words
        .iter()
        .fold(seed, |hash, word| step(hash, u64::from_le_bytes(*word)));
    match (rest, text.last_chunk::<8>()) {
        ([], _) => hash,
        // The last eight bytes, some of them for the second time: cheaper than gathering those that are left.
        (_, Some(last)) => step(hash, u64::from_le_bytes(*last)),
        (rest, None) => step(
            hash,
            rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        ),
    }
}

fn stir(hash: u64) -> u64 {
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

    #[test]
    fn an_action_is_hashed_with_its_families() {
        let [name, service, letter] = action_hashes("s3:GetObject", 3);
        assert_eq!([name, service, letter], action_hashes("S3:GETOBJECT", 3));
        let [_, same_service, same_letter] = action_hashes("s3:g", 3);
        assert_eq!([service, letter], [same_service, same_letter]);
        assert_ne!(letter, action_hashes("s3:Put", 3)[2]);
        assert_ne!(name, action_hashes("s3:GetObjects", 3)[0]);
        assert_ne!(action_hashes("s3:", 3), action_hashes("s4:", 3));
    }
}
