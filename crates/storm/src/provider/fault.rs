//! What goes wrong with an arrival, by seed: the same arrival of the same message fares the same.

use crate::chance::mix;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing.
    None,
    /// 429: not now.
    TooMany,
    /// 422: never.
    Never,
    /// 500, and it was taken all the same.
    ErrorTaken,
    /// 500, and it was not.
    ErrorLost,
    /// Taken, and said late.
    Slow(usize),
    /// Taken, and the connection breaks before a word of it is said.
    Dropped,
    /// Taken, and the connection breaks in the middle of the answer, after so many bytes.
    Half(usize),
}

/// The fault of the `nth` arrival of a message, in ten-thousandths: 1 % too many, 0.2 % never,
/// 0.5 % an error, 0.3 % slow, 0.4 % dropped, 0.2 % half.
pub(super) fn fault(seed: u64, id: &str, nth: u64) -> Fault {
    let id = id
        .bytes()
        .fold(0, |so_far: u64, byte| mix(so_far, &[u64::from(byte)]));
    let thrown = mix(seed, &[id, nth]);
    let detail = (thrown >> 32) as usize;
    match thrown % 10_000 {
        0..100 => Fault::TooMany,
        100..120 => Fault::Never,
        120..145 => Fault::ErrorTaken,
        145..170 => Fault::ErrorLost,
        170..200 => Fault::Slow(detail),
        200..240 => Fault::Dropped,
        240..260 => Fault::Half(detail % 8),
        _ => Fault::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_as_many_as_they_should_be() {
        let all: Vec<Fault> = (0..100_000).map(|n| fault(3, &n.to_string(), 0)).collect();
        let share = |wanted: fn(&Fault) -> bool| all.iter().filter(|it| wanted(it)).count();
        assert!((900..1100).contains(&share(|it| *it == Fault::TooMany)));
        assert!((320..480).contains(&share(|it| *it == Fault::Dropped)));
        assert!((97_000..98_000).contains(&share(|it| *it == Fault::None)));
    }

    #[test]
    fn another_attempt_fares_by_itself() {
        let refused = (0..1000).find(|n| fault(3, &n.to_string(), 0) == Fault::TooMany);
        let id = refused.unwrap().to_string();
        assert!((1..20).any(|nth| fault(3, &id, nth) == Fault::None));
    }
}
