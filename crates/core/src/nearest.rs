//! Finds the name that a misspelt one probably means.

/// The candidate with the fewest edits to `name`, when they are few for its length.
pub(crate) fn nearest<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = (name.chars().count() / 3).clamp(1, 4);
    all.map(|candidate| {
        (
            edits(&name.to_lowercase(), &candidate.to_lowercase()),
            candidate,
        )
    })
    .min()
    .filter(|(distance, _)| *distance <= most)
    .map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance: insertions, deletions, substitutions, swaps of neighbours.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().max(b.len()) > 64 {
        return usize::MAX;
    }
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1)
                .min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(name: &str, found: Option<&str>) {
        let all = ["visits", "spend", "last_visit", "province"];
        assert_eq!(nearest(name, all.into_iter()), found);
    }

    #[test]
    fn one_letter_less() {
        check("visit", Some("visits"));
    }
    #[test]
    fn swapped() {
        check("sepnd", Some("spend"));
    }
    #[test]
    fn other_case() {
        check("Province", Some("province"));
    }
    #[test]
    fn nothing_like_it() {
        check("birthday", None);
    }
}
