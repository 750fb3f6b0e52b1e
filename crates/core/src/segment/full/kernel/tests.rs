//! The loops agree with asking each code, and with each other.

use super::*;

fn levels() -> Vec<Level> {
    vec![Level::Plain, Level::best()]
}

fn merges() -> [Merge; 4] {
    [false, true]
        .map(|negated| [Merge::Set { negated }, Merge::And { negated }])
        .concat()
        .try_into()
        .expect("four")
}

/// Every bit of rows that are there is what asking says; what was there before counts for an *and*.
#[track_caller]
fn check(len: usize, run: impl Fn(Level, Merge, &mut [u64]), expected: impl Fn(usize) -> bool) {
    let before = 0xf0f0_0ff0_3c3c_a5a5_u64;
    for level in levels() {
        for merge in merges() {
            let mut out = vec![before; len.div_ceil(64)];
            run(level, merge, &mut out);
            for row in 0..len {
                let was = before >> (row % 64) & 1 == 1;
                let should = match merge {
                    Merge::Set { negated } => expected(row) != negated,
                    Merge::And { negated } => was && expected(row) != negated,
                };
                let found = out[row / 64] >> (row % 64) & 1 == 1;
                assert_eq!(found, should, "{level:?} {merge:?} row {row} of {len}");
            }
        }
    }
}

const EDGES: [i64; 14] = [
    i64::MIN,
    i64::MIN + 1,
    i32::MIN as i64 - 1,
    i32::MIN as i64,
    -1,
    0,
    1,
    127,
    128,
    255,
    256,
    65_535,
    i32::MAX as i64,
    i64::MAX,
];

fn codes(len: usize) -> impl Iterator<Item = i64> {
    // Edges, their neighbours, and numbers without a pattern.
    (0..len as i64).map(|n| match n % 3 {
        0 => EDGES[n as usize / 3 % EDGES.len()],
        1 => EDGES[n as usize / 5 % EDGES.len()].saturating_add(n % 7 - 3),
        _ => n.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64) >> (n % 60),
    })
}

#[test]
fn ranges_of_every_width() {
    for len in [0, 1, 31, 63, 64, 65, 200, 1000] {
        let wide: Vec<i64> = codes(len).collect();
        let bytes: Vec<u8> = wide.iter().map(|code| *code as u8).collect();
        let shorts: Vec<u16> = wide.iter().map(|code| *code as u16).collect();
        let ints: Vec<i32> = wide.iter().map(|code| *code as i32).collect();
        for low in EDGES {
            for high in EDGES.into_iter().filter(|high| low <= *high) {
                let within = |code: i64| low <= code && code <= high;
                // Codes below and above those of a width do not come with it.
                if low >= 0 && high <= 255 {
                    let run = |level: Level, merge, out: &mut [u64]| {
                        level.range(Slice::U8(&bytes), low, high, merge, out);
                    };
                    check(len, run, |row| within(bytes[row].into()));
                }
                if low >= 0 && high <= 65_535 {
                    let run = |level: Level, merge, out: &mut [u64]| {
                        level.range(Slice::U16(&shorts), low, high, merge, out);
                    };
                    check(len, run, |row| within(shorts[row].into()));
                }
                if i32::try_from(low).is_ok() && i32::try_from(high).is_ok() {
                    let run = |level: Level, merge, out: &mut [u64]| {
                        level.range(Slice::I32(&ints), low, high, merge, out);
                    };
                    check(len, run, |row| within(ints[row].into()));
                }
                let run = |level: Level, merge, out: &mut [u64]| {
                    level.range(Slice::I64(&wide), low, high, merge, out);
                };
                check(len, run, |row| within(wide[row]));
            }
        }
    }
}

#[test]
fn sets_of_bytes_and_shorts_and_any() {
    for len in [1, 64, 65, 700] {
        let wide: Vec<i64> = codes(len).collect();
        let bytes: Vec<u8> = wide.iter().map(|code| *code as u8).collect();
        let shorts: Vec<u16> = wide.iter().map(|code| *code as u16).collect();
        for step in [1, 2, 3, 7, 16, 200] {
            let has = |code: u8| u32::from(code) % step == 1;
            let set = ByteSet::new(has);
            let run = |level: Level, merge, out: &mut [u64]| level.bytes(&bytes, &set, merge, out);
            check(len, run, |row| has(bytes[row]));
            let has = |code: u16| u32::from(code) % step == 1;
            let set = ShortSet::new(has);
            let run =
                |level: Level, merge, out: &mut [u64]| level.shorts(&shorts, &set, merge, out);
            check(len, run, |row| has(shorts[row]));
        }
        let ranges = [(i64::MIN, i64::MIN), (-5, -1), (1, 1), (256, i64::MAX)];
        let set = AnySet {
            ranges: ranges.into(),
        };
        let run =
            |level: Level, merge, out: &mut [u64]| level.any(Slice::I64(&wide), &set, merge, out);
        check(len, run, |row| {
            ranges
                .iter()
                .any(|(low, high)| (*low..=*high).contains(&wide[row]))
        });
    }
}

#[test]
fn words_are_merged_and_counted() {
    let words: Vec<u64> = codes(77).map(|code| code as u64).collect();
    let run = |level: Level, merge, out: &mut [u64]| level.words(&words, merge, out);
    check(77 * 64, run, |row| words[row / 64] >> (row % 64) & 1 == 1);
    for level in levels() {
        let ones: u32 = words.iter().map(|word| word.count_ones()).sum();
        assert_eq!(level.count(&words), u64::from(ones));
    }
}
