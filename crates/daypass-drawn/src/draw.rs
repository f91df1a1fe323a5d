//! Seeded choices.

/// Draws from a seed.
#[derive(Debug, Clone)]
pub struct Draw(fastrand::Rng);

impl Draw {
    /// The choices of this seed.
    pub fn new(seed: u64) -> Draw {
        Draw(fastrand::Rng::with_seed(seed))
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, chance: u32) -> bool {
        self.0.u32(0..100) < chance
    }

    /// From 0 up to `most`.
    pub fn up_to(&mut self, most: usize) -> usize {
        self.0.usize(0..=most)
    }

    /// One of these.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.0.usize(0..of.len())]
    }

    /// In another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        self.0.shuffle(list);
    }

    /// Some of these, `at_least` so many.
    pub fn some<T: Clone>(&mut self, of: &[T], at_least: usize, at_most: usize) -> Vec<T> {
        let mut all = of.to_vec();
        self.shuffle(&mut all);
        let many = at_least + self.up_to(at_most.min(of.len()) - at_least);
        all.truncate(many);
        all
    }

    /// Another seed.
    pub fn seed(&mut self) -> u64 {
        self.0.u64(..)
    }
}
