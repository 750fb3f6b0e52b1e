//! A whole campaign: how fast it goes, what it costs, and what is left of it after kills.
//!
//! `cargo bench --bench campaign -- [people] [--kill N] [--store postgres] [--connections N]
//! [--in-flight N] [--begin N] [--no-pipelining] [--threads N]`.
//!
//! Everybody has said yes, three limits hold, and each gets a mail of 5 kB of HTML with ten
//! variables, and its text, by SMTP. Three processes: this one, which only waits and kills; the
//! *sink*, which answers as a mail server does, counts mails and keeps their names; and the
//! *product*, which is a host with the engine in it, a durable store and a flight recorder. With
//! `--kill N` the product is killed N times (SIGKILL), each time when the sink has so many mails as
//! chance wanted, and started again. `--store postgres` uses the server that
//! `PREGON_TEST_POSTGRES` names.
//!
//! Without `--bench`, as `cargo test` runs it, it only proves that it works, kills included.
#![expect(clippy::print_stdout, reason = "a bench tells what it measured")]
#![expect(
    clippy::clone_on_ref_ptr,
    reason = "`clone` lets an `Arc` become one of a trait"
)]

#[path = "campaign/args.rs"]
mod args;
#[path = "campaign/child.rs"]
mod child;
#[path = "campaign/measure.rs"]
mod measure;
#[path = "campaign/people.rs"]
mod people;
#[path = "campaign/product.rs"]
mod product;
#[path = "campaign/sink.rs"]
mod sink;
#[path = "campaign/store.rs"]
mod store;

use std::time::Duration;

use args::{Args, Role};
use child::Child;

fn main() {
    let args = Args::read();
    match &args.role {
        Role::Sink => sink::run(&args),
        Role::Setup => product::set_up(&args),
        Role::Product => product::run(&args),
        Role::Driver => drive(&args),
    }
}

/// Starts the others, kills the product as often as asked, and tells what became of the campaign.
fn drive(args: &Args) {
    let dir = tempfile::tempdir().expect("a directory");
    let args = args.clone().at(dir.path());
    let mut sink = Child::start(&args, Role::Sink);
    let port = sink.number("port");
    let args = args.with_port(port);
    store::make(&args);
    Child::start(&args, Role::Setup).ends();

    let log = store::log_position(&args);
    let mut product = Child::start(&args, Role::Product);
    let mut chance = u64::from(std::process::id()) | 1;
    for kill in 0..args.kills {
        // One in each slice of the campaign, anywhere in it.
        let slice = args.people / (args.kills + 1);
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let within = (chance >> 33) % slice.max(1);
        let wanted = slice * kill + within;
        while ask(&mut sink, "mails") < wanted {
            assert!(product.runs(), "the product ended by itself");
            std::thread::sleep(Duration::from_millis(1));
        }
        product.kill();
        product = Child::start(&args, Role::Product);
    }
    let told = product.line("done");
    product.ends();
    let written = store::log_position(&args).saturating_sub(log);
    sink.say("all");
    let taken = sink.line("all");
    sink.ends();
    store::clear(&args);
    Outcome::read(&told, &taken, written).tell(&args);
}

fn ask(sink: &mut Child, what: &str) -> u64 {
    sink.say(what);
    sink.number(what)
}

/// What product and sink told in the end.
struct Outcome {
    accepted: u64,
    unknown: u64,
    other: u64,
    micros: u64,
    processor: u64,
    peak: u64,
    log: u64,
    mails: u64,
    names: u64,
    sink_processor: u64,
    bytes: u64,
}

impl Outcome {
    fn read(told: &str, taken: &str, written: u64) -> Self {
        let field = |text: &str, n: usize| {
            let word = text.split_whitespace().nth(n);
            word.and_then(|word| word.parse::<u64>().ok())
                .expect("a number")
        };
        Self {
            accepted: field(told, 0),
            unknown: field(told, 1),
            other: field(told, 2),
            micros: field(told, 3),
            processor: field(told, 4),
            peak: field(told, 5),
            log: field(told, 6).max(written),
            mails: field(taken, 0),
            names: field(taken, 1),
            sink_processor: field(taken, 2),
            bytes: field(taken, 3),
        }
    }

    fn tell(&self, args: &Args) {
        let people = args.people;
        println!("campaign: {args}");
        // After a kill there is no figure of speed: the last product saw only what was left.
        if args.kills == 0 {
            let seconds = self.micros as f64 / 1e6;
            let each = |micros: u64| micros as f64 / people as f64 / 1e3;
            println!("  rate           {:.0} messages/s", people as f64 / seconds);
            println!("  product        {:.3} CPU s/1,000", each(self.processor));
            println!(
                "  sink           {:.3} CPU s/1,000",
                each(self.sink_processor)
            );
            println!("  memory         {} MB at most", self.peak);
            println!("  log            {} bytes/message", self.log / people);
            println!("  on the wire    {} bytes/message", self.bytes / people);
        }
        let doubt = args.kills * args.in_flight;
        println!("  accepted       {}", self.accepted);
        println!(
            "  unknown        {} of {doubt} in conversation at most",
            self.unknown
        );
        println!(
            "  at the sink    {} mails, {} of them different",
            self.mails, self.names
        );
        let duplicates = self.mails - self.names;
        // Who is not accepted may be at the sink only if the answer was lost.
        let arrived_unknown = self.names.saturating_sub(self.accepted);
        let lost = people - self.accepted - self.unknown;
        println!("  duplicates     {duplicates}");
        println!("  never sent     {lost}");
        assert_eq!(duplicates, 0, "somebody got it twice");
        assert_eq!((lost, self.other), (0, 0), "somebody was forgotten");
        assert!(self.names >= self.accepted, "what was accepted arrived");
        assert!(arrived_unknown <= self.unknown, "what arrived is known");
        assert!(
            self.unknown <= doubt,
            "only what was in conversation is in doubt"
        );
    }
}
