//! The weights, as tests/classifier/train.py writes them: read in place, checked when the crate is compiled.

use super::features::Concepts;

/// Classes: the fifteen reasons, `inquiry` and `other`.
pub(super) const CLASSES: usize = 17;
/// Danger and law.
pub(super) const FLAGS: usize = 2;
/// A byte of scale, a half byte for each class, a byte for each flag.
const ROW: usize = 1 + CLASSES.div_ceil(2) + FLAGS;
/// Keys are found by their leading 12 bits.
const STARTS: usize = (1 << 12) + 1;

pub(super) static WEIGHTS: Weights = Weights::parse(include_bytes!("weights.bin"));

pub(super) struct Weights {
    /// What a step is worth, times 2^24, in 1/256 of a binary digit of odds (classes) or of a natural one (flags).
    pub(super) class_factor: i64,
    pub(super) flag_factor: i64,
    /// The concepts that say all is well, or only sound bad.
    pub(super) calm: Concepts,
    bias: &'static [[u8; 4]],
    limits: &'static [[u8; 4]],
    phrases: Table,
    phrase_concepts: &'static [u8],
    features: Table,
    feature_rows: &'static [[u8; ROW]],
    concept_rows: &'static [[u8; ROW]],
    pair_rows: &'static [[u8; FLAGS]],
    names: &'static [u8],
}

/// Sorted keys by their leading 28 bits: where those with the same 12 begin, and the next 16 of each. Two keys of a
/// language's words that agree in all 28 are too few to matter.
struct Table {
    starts: &'static [[u8; 2]],
    keys: &'static [[u8; 2]],
}

impl Table {
    fn find(&self, key: u32) -> std::ops::Range<usize> {
        let leading = (key >> 20) as usize;
        let (from, to) = (number(self.starts[leading]), number(self.starts[leading + 1]));
        let rest = (key >> 4 & 0xffff) as usize;
        let near = &self.keys[from..to];
        let first = near.iter().take_while(|other| number(**other) < rest).count();
        let many = near[first..].iter().take_while(|other| number(**other) == rest).count();
        from + first..from + first + many
    }
}

fn number(bytes: [u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(bytes))
}

/// The weights of one feature or concept.
#[derive(Clone, Copy)]
pub(super) struct Row(&'static [u8; ROW]);

impl Row {
    /// Adds the weights of the classes, `value` times. Each is a half byte, -7 to 7 steps of the scale.
    pub(super) fn add_classes(self, sums: &mut [i32; CLASSES], value: i32) {
        let scale = i32::from(self.0[0]) * value;
        for (two, pair) in sums.chunks_mut(2).zip(&self.0[1..ROW - FLAGS]) {
            two[0] += scale * i32::from((pair << 4).cast_signed() >> 4);
            if let Some(second) = two.get_mut(1) {
                *second += scale * i32::from(pair.cast_signed() >> 4);
            }
        }
    }

    pub(super) fn class(self, class: usize) -> i32 {
        let mut sums = [0; CLASSES];
        self.add_classes(&mut sums, 1);
        sums[class]
    }

    pub(super) fn flags(self) -> [i32; FLAGS] {
        [i32::from(self.0[ROW - 2].cast_signed()), i32::from(self.0[ROW - 1].cast_signed())]
    }
}

impl Weights {
    pub(super) fn bias(&self, class: usize) -> i64 {
        i64::from(i32::from_le_bytes(self.bias[class]))
    }

    /// The score from which a flag is told.
    pub(super) fn limit(&self, flag: usize) -> i64 {
        i64::from(i32::from_le_bytes(self.limits[flag]))
    }

    pub(super) fn feature(&self, feature: u32) -> Option<Row> {
        self.features.find(feature).next().map(|at| Row(&self.feature_rows[at]))
    }

    pub(super) fn concept(&self, concept: usize) -> Row {
        Row(&self.concept_rows[concept])
    }

    pub(super) fn pair(&self, a: usize, b: usize) -> [i32; FLAGS] {
        self.pair_rows[a * self.concept_rows.len() + b].map(|weight| i32::from(weight.cast_signed()))
    }

    /// The concepts that a group of tokens names.
    pub(super) fn concepts_of(&self, key: u32) -> Concepts {
        self.phrase_concepts[self.phrases.find(key)].iter().fold(0, |set, concept| set | 1 << concept)
    }

    pub(super) fn name(&self, concept: usize) -> &'static str {
        self.names.split(|byte| *byte == b'\n').nth(concept).and_then(|name| str::from_utf8(name).ok()).unwrap_or("")
    }

    /// A file that does not fit does not compile.
    const fn parse(bytes: &'static [u8]) -> Self {
        let (head, rest) = bytes.split_at(24);
        assert!(matches!(head.split_at(4).0, b"AFT2"), "weights.bin is of another format");
        let concepts = head[4] as usize;
        assert!(concepts <= 64 && head[5] == 0, "a set of concepts is 64 bits");
        assert!(head[6] as usize == CLASSES && head[7] as usize == FLAGS, "weights.bin has other classes");
        let words = chunks::<4>(head.split_at(8).1);
        let (bias, rest) = rest.split_at(4 * CLASSES);
        let (limits, rest) = rest.split_at(4 * FLAGS);
        let (phrases, rest) = table(rest);
        let (phrase_concepts, rest) = rest.split_at(phrases.keys.len());
        let (features, rest) = table(rest);
        let (feature_rows, rest) = rest.split_at(ROW * features.keys.len());
        let (concept_rows, rest) = rest.split_at(ROW * concepts);
        let (pair_rows, names) = rest.split_at(FLAGS * concepts * concepts);
        Self {
            calm: (u32::from_le_bytes(words[1]) as u64) << 32 | u32::from_le_bytes(words[0]) as u64,
            class_factor: i32::from_le_bytes(words[2]) as i64,
            flag_factor: i32::from_le_bytes(words[3]) as i64,
            bias: chunks(bias),
            limits: chunks(limits),
            phrases,
            phrase_concepts,
            features,
            feature_rows: chunks(feature_rows),
            concept_rows: chunks(concept_rows),
            pair_rows: chunks(pair_rows),
            names,
        }
    }
}

const fn table(bytes: &'static [u8]) -> (Table, &'static [u8]) {
    let (count, rest) = bytes.split_at(2);
    let count = u16::from_le_bytes([count[0], count[1]]) as usize;
    let (starts, rest) = rest.split_at(2 * STARTS);
    let (keys, rest) = rest.split_at(2 * count);
    (Table { starts: chunks(starts), keys: chunks(keys) }, rest)
}

const fn chunks<const N: usize>(bytes: &'static [u8]) -> &'static [[u8; N]] {
    let (chunks, rest) = bytes.as_chunks::<N>();
    assert!(rest.is_empty(), "weights.bin is cut short");
    chunks
}
