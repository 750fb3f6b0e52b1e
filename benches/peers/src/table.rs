//! Figures as Markdown.

/// Times of one way to do a thing, in milliseconds.
pub(crate) struct Times {
    pub(crate) who: String,
    times: Vec<f64>,
}

impl Times {
    pub(crate) fn new(who: impl Into<String>) -> Self {
        Self {
            who: who.into(),
            times: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, milliseconds: f64) {
        self.times.push(milliseconds);
        self.times.sort_by(f64::total_cmp);
    }

    pub(crate) fn median(&self) -> f64 {
        self.times
            .get(self.times.len() / 2)
            .copied()
            .unwrap_or(f64::NAN)
    }

    fn least(&self) -> f64 {
        self.times.first().copied().unwrap_or(f64::NAN)
    }
}

/// A table: every way with its median and its least, and ours as a share of it.
pub(crate) fn print(title: &str, all: &[Times]) {
    let Some(ours) = all.first().map(Times::median) else {
        return;
    };
    println!("\n### {title}\n");
    println!("| | median ms | least ms | Pregón / this |\n|---|---:|---:|---:|");
    for one in all {
        let (median, least) = (one.median(), one.least());
        let share = ours / median;
        println!("| {} | {median:.2} | {least:.2} | {share:.3} |", one.who);
    }
}
