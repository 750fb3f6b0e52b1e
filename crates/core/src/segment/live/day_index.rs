//! Rows by the codes of a column, to find those whose answer a turning day changes.

/// How many rows a chunk has: their numbers within it take two bytes.
pub(super) const CHUNK: usize = 1 << 16;

/// From how many rows on equal codes have a bucket of their own.
const BUCKET: usize = 32;

/// How many moves a chunk may have before it is sorted again.
pub(super) const MOVED: usize = 8192;

/// The rows of a column sorted by code, in chunks that stay in the cache.
///
/// A row takes two bytes, and a bucket of rows a few more. Rows whose value changed since are kept
/// beside, with what it became; what counts is what the column says.
#[derive(Debug, Clone, Default)]
pub(crate) struct DayIndex {
    chunks: Vec<Chunk>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Chunk {
    /// By code, then by number.
    rows: Vec<u16>,
    buckets: Vec<Bucket>,
    moved: Option<Box<Moved>>,
}

/// Neighbours among the sorted rows: those of one code, or few of several.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    first: i64,
    last: i64,
    start: u32,
}

#[derive(Debug, Clone)]
struct Moved {
    /// Which rows stand wrong among the sorted, or not at all.
    stale: [u64; CHUNK / 64],
    /// The codes that rows got, in the order of moves; only the last one of a row is true.
    late: Vec<(i64, u16)>,
}

impl DayIndex {
    /// The index of so many rows, of which this gives the codes.
    pub(crate) fn new(len: usize, code: &dyn Fn(usize) -> Option<i64>) -> Self {
        let chunks = (0..len.div_ceil(CHUNK)).map(|n| Chunk::sorted(n, len, code));
        Self {
            chunks: chunks.collect(),
        }
    }

    /// How many chunks there are.
    pub(crate) fn chunks(&self) -> usize {
        self.chunks.len()
    }

    /// The rows of a chunk.
    pub(crate) fn rows_of(chunk: usize, len: usize) -> std::ops::Range<usize> {
        chunk * CHUNK..len.min((chunk + 1) * CHUNK)
    }

    /// Takes note that the code of a row is another now, or that the row is new.
    ///
    /// `code` gives the codes of all `len` rows.
    pub(crate) fn note(&mut self, row: usize, len: usize, code: &dyn Fn(usize) -> Option<i64>) {
        let n = row / CHUNK;
        if n >= self.chunks.len() {
            self.chunks.resize_with(n + 1, Chunk::default);
        }
        let moved = self.chunks[n].moved.get_or_insert_with(|| {
            Box::new(Moved {
                stale: [0; CHUNK / 64],
                late: Vec::new(),
            })
        });
        let local = row % CHUNK;
        moved.stale[local / 64] |= 1 << (local % 64);
        moved
            .late
            .extend(code(row).map(|code| (code, local as u16)));
        if moved.late.len() > MOVED {
            self.chunks[n] = Chunk::sorted(n, len, code);
        }
    }

    /// About how many rows of a chunk have a code of the range; never fewer than there are.
    pub(crate) fn about(&self, chunk: usize, low: i64, high: i64) -> usize {
        let chunk = &self.chunks[chunk];
        let (sorted, _) = chunk.between(low, high, &mut (chunk.buckets.len() / 2));
        sorted.len() + chunk.moved.as_ref().map_or(0, |moved| moved.late.len())
    }

    /// Calls `see` with every row of a chunk whose code is in the range, seldom more
    /// than once.
    ///
    /// `near` is where the range begins, as far as one knows: chunks are much alike, and what is
    /// near comes sooner from memory than what halving finds.
    pub(crate) fn each(
        &self,
        (chunk, near): (usize, &mut usize),
        (low, high): (i64, i64),
        code: &impl Fn(usize) -> Option<i64>,
        see: &mut impl FnMut(usize),
    ) {
        let base = chunk * CHUNK;
        let Some(chunk) = self.chunks.get(chunk) else {
            return;
        };
        let fits = |row| code(row).is_some_and(|code| low <= code && code <= high);
        let (rows, sure) = chunk.between(low, high, near);
        let Some(moved) = &chunk.moved else {
            for (at, local) in rows.clone().zip(&chunk.rows[rows]) {
                let row = base + usize::from(*local);
                if sure.contains(&at) || fits(row) {
                    see(row);
                }
            }
            return;
        };
        for (at, local) in rows.clone().zip(&chunk.rows[rows]) {
            let local = usize::from(*local);
            let stale = moved.stale[local / 64] >> (local % 64) & 1 == 1;
            if !stale && (sure.contains(&at) || fits(base + local)) {
                see(base + local);
            }
        }
        for (late, local) in &moved.late {
            let row = base + usize::from(*local);
            if low <= *late && *late <= high && code(row) == Some(*late) {
                see(row);
            }
        }
    }

    /// How many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.chunks.iter().map(Chunk::bytes).sum()
    }
}

impl Chunk {
    fn sorted(n: usize, len: usize, code: &dyn Fn(usize) -> Option<i64>) -> Self {
        let rows = DayIndex::rows_of(n, len);
        let pairs = rows.filter_map(|row| Some((code(row)?, (row % CHUNK) as u16)));
        Self::of(pairs.collect())
    }

    /// The chunk of these codes and rows, which are in the order of rows.
    pub(super) fn of(pairs: Vec<(i64, u16)>) -> Self {
        let pairs = by_code(pairs);
        let mut buckets: Vec<Bucket> = Vec::new();
        let mut start = 0;
        for run in pairs.chunk_by(|a, b| a.0 == b.0) {
            let code = run[0].0;
            match buckets.last_mut() {
                Some(last) if run.len() < BUCKET && start - (last.start as usize) < BUCKET => {
                    last.last = code;
                }
                _ => buckets.push(Bucket {
                    first: code,
                    last: code,
                    start: start as u32,
                }),
            }
            start += run.len();
        }
        buckets.shrink_to_fit();
        Self {
            rows: pairs.iter().map(|(_, local)| *local).collect(),
            buckets,
            moved: None,
        }
    }

    /// How many rows are sorted.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The first and the last code of the sorted rows.
    pub(super) fn bounds(&self) -> Option<(i64, i64)> {
        Some((self.buckets.first()?.first, self.buckets.last()?.last))
    }

    /// The sorted rows that may have a code of the range.
    pub(super) fn around(&self, low: i64, high: i64) -> &[u16] {
        &self.rows[self.between(low, high, &mut (self.buckets.len() / 2)).0]
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let moved = self.moved.as_ref();
        self.rows.capacity() * 2
            + self.buckets.capacity() * size_of::<Bucket>()
            + moved.map_or(0, |moved| CHUNK / 8 + moved.late.capacity() * 16)
    }

    /// Where the sorted rows stand that may have a code of the range, and which of them surely do.
    fn between(
        &self,
        low: i64,
        high: i64,
        near: &mut usize,
    ) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let start = |bucket: usize| {
            self.buckets
                .get(bucket)
                .map_or(self.rows.len(), |bucket| bucket.start as usize)
        };
        let from = point(&self.buckets, *near, |bucket| bucket.last < low);
        let to = point(&self.buckets, from, |bucket| bucket.first <= high);
        let (from, to) = (from, to.max(from));
        *near = from;
        let inside = |bucket: &Bucket| low <= bucket.first && bucket.last <= high;
        let sure = &self.buckets[from..to];
        let skipped = sure.iter().take_while(|bucket| !inside(bucket)).count();
        let sure = sure[skipped..].iter().take_while(|bucket| inside(bucket));
        let first = from + skipped;
        let end = first + sure.count();
        (start(from)..start(to), start(first)..start(end))
    }
}

/// How many of the first ones are before, as `partition_point` has it; fast when they are about as
/// many as `near`.
fn point<T>(all: &[T], near: usize, before: impl Fn(&T) -> bool) -> usize {
    let near = near.min(all.len());
    let (mut from, mut to, mut step) = (near, near, 1);
    while to < all.len() && before(&all[to]) {
        (from, to) = (to + 1, all.len().min(to + step));
        step *= 2;
    }
    while from > 0 && !before(&all[from - 1]) {
        (from, to) = (from.saturating_sub(step), from - 1);
        step *= 2;
    }
    from + all[from..to].partition_point(before)
}

/// Sorts by code, and keeps the order of rows of one code.
fn by_code(mut pairs: Vec<(i64, u16)>) -> Vec<(i64, u16)> {
    let codes = || pairs.iter().map(|(code, _)| *code);
    let (Some(least), Some(greatest)) = (codes().min(), codes().max()) else {
        return pairs;
    };
    let span = greatest.abs_diff(least);
    if span > CHUNK as u64 {
        pairs.sort_by_key(|(code, _)| *code);
        return pairs;
    }
    // Days lie close together: counting them is faster than comparing.
    let mut starts = vec![0_u32; span as usize + 2];
    let place = |code: i64| (code - least) as usize;
    for (code, _) in &pairs {
        starts[place(*code) + 1] += 1;
    }
    for n in 1..starts.len() {
        starts[n] += starts[n - 1];
    }
    let mut sorted = vec![(0, 0); pairs.len()];
    for pair in &pairs {
        let start = &mut starts[place(pair.0)];
        sorted[*start as usize] = *pair;
        *start += 1;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, DayIndex};

    /// What a linear congruence gives: as good as chance here, and always the same.
    fn codes(len: usize, of: i64) -> Vec<Option<i64>> {
        let mut state = 7_u64;
        let next = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(9);
            let n = (state >> 33) as i64;
            (n % 11 != 0).then_some(n % of - 40)
        };
        (0..len).map(next).collect()
    }

    fn found(index: &DayIndex, codes: &[Option<i64>], low: i64, high: i64) -> Vec<usize> {
        let (mut found, mut near) = (Vec::new(), 0);
        for chunk in 0..index.chunks() {
            let before = found.len();
            index.each(
                (chunk, &mut near),
                (low, high),
                &|row| codes[row],
                &mut |row| found.push(row),
            );
            assert!(index.about(chunk, low, high) >= found.len() - before);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn scanned(codes: &[Option<i64>], low: i64, high: i64) -> Vec<usize> {
        let fits = |row: &usize| codes[*row].is_some_and(|code| low <= code && code <= high);
        (0..codes.len()).filter(fits).collect()
    }

    #[track_caller]
    fn check(index: &DayIndex, codes: &[Option<i64>]) {
        for (low, high) in [
            (-40, -40),
            (-3, 2),
            (5, 5),
            (i64::MIN, i64::MAX),
            (3, 1),
            (900, 990),
        ] {
            assert_eq!(
                found(index, codes, low, high),
                scanned(codes, low, high),
                "{low}..{high}"
            );
        }
    }

    #[test]
    fn galloping_finds_what_halving_finds() {
        for len in [0, 1, 2, 7, 64, 100] {
            for bound in 0..=len {
                let all = Vec::from_iter(0..len);
                for near in 0..=len + 1 {
                    let before = |n: &usize| *n < bound;
                    assert_eq!(super::point(&all, near, before), bound, "{len} from {near}");
                }
            }
        }
    }

    #[test]
    fn an_index_finds_what_a_scan_finds() {
        for of in [1, 5, 300, 40_000] {
            let mut codes = codes(CHUNK + 900, of);
            let mut index = DayIndex::new(codes.len(), &|row| codes[row]);
            check(&index, &codes);
            for n in 0..3_000 {
                let row = n * 21 % codes.len();
                codes[row] = (n % 5 > 0).then_some(n as i64 % of - 40);
                index.note(row, codes.len(), &|row| codes[row]);
            }
            check(&index, &codes);
            for n in 0..CHUNK {
                codes.push(Some(n as i64 % 9));
                index.note(codes.len() - 1, codes.len(), &|row| codes[row]);
            }
            check(&index, &codes);
            assert!(index.bytes() < codes.len() * 4, "{}", index.bytes());
        }
    }
}
