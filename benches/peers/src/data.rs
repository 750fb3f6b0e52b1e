//! The data set `bench-10m`: eight columns of 29 bytes a customer, by a fixed seed.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use rand_distr::{Distribution as _, Exp, Gamma, Poisson};

use crate::Result;

/// The day that is today: days since 1970, 8 November 2025.
pub(crate) const TODAY: i64 = 20_400;

pub(crate) const PROVINCES: u8 = 24;
pub(crate) const GENDERS: u8 = 3;

/// The columns. Money is in hundredths; files and peers get it as floats of the same width.
#[derive(Clone)]
pub(crate) struct Data {
    pub(crate) visits: Vec<u16>,
    pub(crate) spend: Vec<i64>,
    pub(crate) last_visit: Vec<i32>,
    pub(crate) first_visit: Vec<i32>,
    pub(crate) age: Vec<u8>,
    pub(crate) income: Vec<i64>,
    pub(crate) gender: Vec<u8>,
    pub(crate) province: Vec<u8>,
}

impl Data {
    /// So many customers, always the same.
    pub(crate) fn new(rows: usize) -> Self {
        let mut random = StdRng::seed_from_u64(10);
        let visits = Poisson::new(3.0).expect("a mean above zero");
        let spend = Gamma::new(1.2, 60_000.0).expect("a shape above zero");
        let income = Gamma::new(2.0, 600.0).expect("a shape above zero");
        let last = Exp::new(1.0 / 120.0).expect("a rate above zero");
        let first = Exp::new(1.0 / 900.0).expect("a rate above zero");
        let cents = |amount: f64| (amount * 100.0).round() as i64;
        let day = |before: f64| (TODAY as f64 - before).floor() as i32;
        let mut data = Self::nobody(rows);
        for _ in 0..rows {
            data.visits.push(visits.sample(&mut random) as u16);
            data.spend.push(cents(spend.sample(&mut random)));
            data.last_visit.push(day(last.sample(&mut random)));
            data.first_visit
                .push(day(first.sample(&mut random) + 120.0));
            data.age.push(random.random_range(16..=84));
            data.income.push(cents(income.sample(&mut random)));
            data.gender.push(random.random_range(0..GENDERS));
            data.province.push(random.random_range(0..PROVINCES));
        }
        data
    }

    fn nobody(rows: usize) -> Self {
        Self {
            visits: Vec::with_capacity(rows),
            spend: Vec::with_capacity(rows),
            last_visit: Vec::with_capacity(rows),
            first_visit: Vec::with_capacity(rows),
            age: Vec::with_capacity(rows),
            income: Vec::with_capacity(rows),
            gender: Vec::with_capacity(rows),
            province: Vec::with_capacity(rows),
        }
    }

    /// The same, but the first customer has values that need the whole width of the columns.
    ///
    /// Our columns are as narrow as their values; the peers' are of the width that they are given.
    /// This customer makes both the same: 29 bytes.
    pub(crate) fn widened(mut self) -> Self {
        self.visits[0] = 300;
        self.spend[0] = 1 << 40;
        self.income[0] = 1 << 40;
        self.last_visit[0] = -40_000;
        self.first_visit[0] = -40_000;
        self
    }

    pub(crate) fn rows(&self) -> usize {
        self.visits.len()
    }

    /// Writes each column as a file of little-endian numbers, which numpy reads as they are.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        let file = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
        let money = |name: &str, column: &[i64]| -> Result<()> {
            let mut out = file(name)?;
            for cents in column {
                out.write_all(&(*cents as f64 / 100.0).to_le_bytes())?;
            }
            Ok(out.flush()?)
        };
        let days = |name: &str, column: &[i32]| -> Result<()> {
            let mut out = file(name)?;
            for day in column {
                out.write_all(&day.to_le_bytes())?;
            }
            Ok(out.flush()?)
        };
        let mut visits = file("visits")?;
        for count in &self.visits {
            visits.write_all(&count.to_le_bytes())?;
        }
        visits.flush()?;
        money("spend", &self.spend)?;
        money("income", &self.income)?;
        days("last_visit", &self.last_visit)?;
        days("first_visit", &self.first_visit)?;
        std::fs::write(folder.join("age"), &self.age)?;
        std::fs::write(folder.join("gender"), &self.gender)?;
        std::fs::write(folder.join("province"), &self.province)?;
        Ok(())
    }
}
