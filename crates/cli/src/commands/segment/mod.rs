//! `pregon segment`: who belongs to segments of a file of customers, and why.

mod question;
mod written;
mod document;

mod input;
mod schema;
mod when;

mod answer;
mod count;
mod ids;
mod explain;
mod tree;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pregon::source::{CsvConfig, CsvError, CsvSheet};
use pregon::{Clock as _, SystemClock, Zone};

use crate::args::{Common, SegmentArgs};
use crate::config::Config;
use crate::output::{Failure, FailureKind, Out};
use crate::signals::Signals;

use question::Question;
use when::When;

/// How long a stop waits for the batch in hand.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts, lists or explains the members of segments.
pub(crate) async fn segment(args: &SegmentArgs, common: &Common, out: Out) -> Result<u8, Failure> {
    let mut signals = Signals::listen()?;
    let asked = Asked {
        args: args.clone(),
        when: when(args, common).await?,
        out,
        stop: Arc::default(),
    };
    let stop = Arc::clone(&asked.stop);
    // Not on a thread of the runtime, which would wait for it to the end of its file.
    let (done, mut ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        // When nobody waits any more the program has ended.
        let _ = done.send(asked.answer());
    });
    tokio::select! {
        answered = &mut ended => answered.unwrap_or_else(|_| {
            Err(Failure::new(FailureKind::Failed, "the evaluation was broken off"))
        }),
        signal = signals.next() => {
            stop.store(true, Ordering::Relaxed);
            let _ = tokio::time::timeout(PATIENCE, ended).await;
            Ok(signal.code())
        }
    }
}

/// Everything that the command line says.
#[derive(Debug)]
struct Asked {
    args: SegmentArgs,
    when: When,
    out: Out,
    stop: Arc<AtomicBool>,
}

impl Asked {
    fn answer(&self) -> Result<u8, Failure> {
        // What people wrote is read first: it is short, and the customers may be many.
        let mut question = Question::read(&self.args)?;
        question.only(self.args.segment.as_deref())?;
        let mut sheet = self.open()?;
        question.settle_types(&mut sheet);
        question.check(&sheet)?;
        if let Some(id) = &self.args.explain {
            explain::explain(self, &question, &mut sheet, id)
        } else if self.args.ids {
            ids::ids(self, &question, &mut sheet)
        } else {
            count::count(self, &question, &mut sheet)
        }
    }

    fn open(&self) -> Result<CsvSheet, Failure> {
        let mut config = CsvConfig::new(input::shown(&self.args.customers));
        let declared = self.args.schema.as_deref().map(schema::read).transpose()?;
        if let Some(declared) = &declared {
            config = config.with_schema(declared.schema.clone());
        }
        if let Some(id) = &self.args.id {
            config = config.with_id_column(id);
        }
        let file = input::open(&self.args.customers)?;
        let opened = CsvSheet::of(file, config, |_| self.go_on());
        opened.map_err(|error| input::failure(&error, declared.as_ref()))
    }

    /// Whether nobody has asked for a stop.
    fn go_on(&self) -> ControlFlow<()> {
        if self.stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn reading(&self, error: &CsvError) -> Failure {
        input::failure(error, None)
    }
}

async fn when(args: &SegmentArgs, common: &Common) -> Result<When, Failure> {
    let configured = match &common.config {
        Some(path) => Config::read(path)?.file.zone,
        None => None,
    };
    let zone = common.zone.or(configured).unwrap_or(Zone::UTC);
    if let Some(today) = args.today {
        return Ok(When::on(today, zone));
    }
    let now = match common.now {
        Some(now) => now,
        None => {
            let now = SystemClock::new().now().await;
            now.map_err(|error| Failure::port(&error))?
        }
    };
    Ok(When::at(now, zone))
}
