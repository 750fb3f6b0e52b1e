//! Segments against the engines that others would take: the same data, the same columns' widths,
//! the same answers, in turns. See README.md.

mod bandwidth;
mod data;
mod live;
mod ours;
mod peer;
mod segments;
mod table;

use std::path::{Path, PathBuf};

use pregon_core::Population;

use bandwidth::Memory;
use data::Data;
use ours::Ours;
use peer::Peer;
use segments::Segment;
use table::Times;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The bytes of a customer's columns.
const WIDTH: usize = 29;

fn main() -> Result<()> {
    let mut numbers = std::env::args()
        .skip(1)
        .map(|number| number.replace('_', "").parse());
    let rows: usize = numbers.next().transpose()?.unwrap_or(10_000_000);
    let rounds: usize = numbers.next().transpose()?.unwrap_or(15);
    let threads: usize = numbers.next().transpose()?.unwrap_or(2);
    let folder = folder();
    let python = peer::python(&folder)?;

    println!("## {rows} customers, {threads} threads, {rounds} rounds\n");
    let natural = Data::new(rows);
    let data = natural.clone().widened();
    let columns = folder.join(format!("columns-{rows}"));
    data.write(&columns)?;
    let (population, rate) = ours::population(&data)?;
    let width = population.sizes().columns as f64 / rows as f64;
    println!("* machine: {}", machine());
    println!(
        "* building our population from rows: {:.1} million rows a second",
        rate / 1e6
    );
    println!("* our columns: {width:.2} bytes a customer; the peers': {WIDTH}");

    let mut peers = Vec::new();
    for name in ["polars", "duckdb", "datafusion"] {
        let peer = Peer::start(&python, name, &columns, rows, threads)?;
        println!("* {name}: {}", peer.version);
        peers.push(peer);
    }
    let memory = Memory::new(rows * WIDTH, threads);
    let twelve = segments::twelve();
    compare(
        "Twelve segments",
        &twelve,
        &population,
        &mut peers,
        &memory,
        rounds,
    )?;
    let random = segments::random(200, 200);
    compare(
        "200 random segments",
        &random,
        &population,
        &mut peers,
        &memory,
        rounds.min(7),
    )?;
    drop((peers, memory));

    live::compare(&data, population, 1_000)?;
    narrow(
        &natural,
        &[("twelve", &twelve), ("200 random", &random)],
        rounds,
        threads,
    )
}

/// Asks all for the same segments: first whether they agree, then in turns how long they take.
fn compare(
    title: &str,
    segments: &[Segment],
    population: &Population,
    peers: &mut [Peer],
    memory: &Memory,
    rounds: usize,
) -> Result<()> {
    let ours = Ours::new(segments, memory.threads)?;
    let counts = ours.counts(population);
    let json = segments::json(segments);
    let mut runs = Vec::new();
    for (at, peer) in peers.iter_mut().enumerate() {
        for way in best_ways(peer, &json, &counts)? {
            runs.push((at, way));
        }
    }
    let mut all = vec![Times::new("**Pregón**, bitmaps and counts")];
    all.extend(
        runs.iter()
            .map(|(at, way)| Times::new(format!("{}, {way}", peers[*at].name))),
    );
    let mut reading = Times::new("reading");
    ours.run(population);
    for _ in 0..rounds {
        all[0].add(ours.run(population));
        reading.add(memory.read());
        for ((at, way), times) in runs.iter().zip(&mut all[1..]) {
            times.add(peers[*at].run(way)?);
        }
    }
    let mut again = Times::new("Pregón, into the bitmaps of the run before");
    ours.run_again(population, rounds)
        .into_iter()
        .for_each(|took| again.add(took));
    let (read, took) = (reading.median(), all[0].median());
    let gigabytes = memory.bytes() as f64 / read / 1e6;
    all.push(again);
    table::print(title, &all);
    println!(
        "\nReading {WIDTH} bytes a customer once takes {read:.2} ms here ({gigabytes:.1} GB/s): \
         Pregón reaches {:.0} % of the bandwidth. All {} counts are equal.",
        100.0 * read / took,
        counts.len(),
    );
    Ok(())
}

/// A peer's fastest way of each kind (masks, counts). An answer that is not ours ends it all.
fn best_ways(peer: &mut Peer, segments: &serde_json::Value, ours: &[u64]) -> Result<Vec<String>> {
    let mut best: Vec<(String, f64)> = Vec::new();
    for way in peer.define(segments)? {
        let theirs = peer.counts(&way)?;
        if theirs != ours {
            return Err(format!("{}, {way}: {theirs:?}, and ours {ours:?}", peer.name).into());
        }
        let mut times = Times::new(&way);
        for _ in 0..3 {
            times.add(peer.run(&way)?);
        }
        let took = times.median();
        let kind = |way: &str| way.split(',').next().map(str::to_owned);
        match best.iter_mut().find(|(other, _)| kind(other) == kind(&way)) {
            Some(other) if took < other.1 => *other = (way, took),
            Some(_) => {}
            None => best.push((way, took)),
        }
    }
    Ok(best.into_iter().map(|(way, _)| way).collect())
}

/// Ours alone, with columns as narrow as the values of all customers but the widening one are.
fn narrow(data: &Data, sets: &[(&str, &[Segment])], rounds: usize, threads: usize) -> Result<()> {
    let (population, _) = ours::population(data)?;
    let width = population.sizes().columns as f64 / data.rows() as f64;
    println!("\n### Without the customer that widens the columns\n");
    println!("Our columns are {width:.2} bytes a customer then.\n");
    println!("| segments | median ms |\n|---|---:|");
    for (name, segments) in sets {
        let ours = Ours::new(segments, threads)?;
        let mut times = Times::new(*name);
        for _ in 0..rounds {
            times.add(ours.run(&population));
        }
        println!("| {name} | {:.2} |", times.median());
    }
    Ok(())
}

/// Where data and wheels lie: below the target directory.
fn folder() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or(own, PathBuf::from)
        .join("peers")
}

/// The processor and how many there are.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = info.lines().find(|line| line.starts_with(name));
        line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()))
    };
    let model = field("model name").unwrap_or_else(|| "an unknown processor".to_owned());
    let family = field("cpu family").unwrap_or_default();
    let wide = field("flags").is_some_and(|flags| flags.contains("avx512f"));
    let vectors = if wide { "AVX-512" } else { "no AVX-512" };
    format!(
        "{model} (family {family}, {vectors}), {cores} cores, {}",
        std::env::consts::OS
    )
}
