//! Imports a million customers from a file and says how fast, and how much memory the source keeps.
//!
//! `cargo run --release -p pregon-adapters-erp --features csv --example csv_import`

use std::io::Write as _;

use pregon_adapters_erp::{Csv, CsvConfig};
use pregon_core::{CustomerQuery, CustomerSource as _};

const ROWS: u32 = 1_000_000;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "the example measures real time")]
#[expect(clippy::print_stdout, reason = "the example prints what it measured")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("clientes.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    writeln!(
        file,
        "id,name,email,phone,province,visits,spend,last_visit,vip"
    )?;
    for n in 0..ROWS {
        let (day, visits, spend) = (n % 28 + 1, n % 13, n % 99_991);
        writeln!(
            file,
            "C-{n},Ñusta Pérez {n},c{n}@example.org,+593900000001,Guayas,{visits},{spend}.50,\
             2026-05-{day:02},no"
        )?;
    }
    file.flush()?;

    let begun = std::time::Instant::now();
    let csv = Csv::open(CsvConfig::new(&path)).await?;
    let opened = begun.elapsed().as_secs_f64();
    assert_eq!((csv.customers(), csv.problems().len()), (ROWS as usize, 0));
    let kept = resident_kib();

    let (mut read, mut next) = (0, None);
    let begun = std::time::Instant::now();
    loop {
        let page = csv
            .page(&CustomerQuery::default(), next.as_ref(), 5_000)
            .await?;
        read += page.items.len();
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(read, ROWS as usize);
    let paged = begun.elapsed().as_secs_f64();
    let rate = |seconds: f64| f64::from(ROWS) / seconds;
    println!("open  {:>9.0} rows/s ({opened:.2} s)", rate(opened));
    println!("pages {:>9.0} rows/s ({paged:.2} s)", rate(paged));
    println!("both  {:>9.0} rows/s", rate(opened + paged));
    println!("resident after opening {} MiB", kept / 1024);
    Ok(())
}

/// The process's resident memory; nothing where the system does not say it.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
