//! The storm itself: hears workers, strikes them, and lets the clock jump when all are idle.

use std::ffi::OsString;
use std::time::Duration;

use chrono::DateTime;
use pregon::{Clock as _, SystemClock};
use rustix::process::Signal;
use tokio::sync::mpsc;

use super::desk::{Connection, Desk};
use super::process::Process;
use super::server;
use super::setup::Scene;
use super::strikes::{Blow, Strikes};
use super::words::Words;
use crate::Result;
use crate::args::Kind;
use crate::verdict::Refused;
use crate::wire::{Arrival, Request};

/// How long there may be neither a blow nor a jump of the clock before something is broken.
const PATIENCE: Duration = Duration::from_secs(300);

/// How soon an idle worker looks again while others work.
const NUDGE: Duration = Duration::from_millis(50);

/// How much later than the next dispatch falls due the clock goes, so that one jump serves many.
const BEYOND: Duration = Duration::from_secs(20);

/// What a storm leaves behind.
pub(super) struct Weathered {
    pub(super) kills: u32,
    pub(super) arrivals: Vec<Arrival>,
    pub(super) refused: Vec<Refused>,
    /// How it went, for the reader.
    pub(super) story: String,
}

/// What the driver hears.
enum Heard {
    /// A line of a worker, by place and incarnation; nothing when it has ended.
    Worker(usize, u32, Option<String>),
    /// The time for the next blow has come.
    Now,
    /// An idle worker may look again.
    Nudge(usize, u32),
}

/// The place of a worker, whoever sits there.
struct Seat {
    process: Process,
    incarnation: u32,
    /// Whether it has nothing to do, and until when.
    idle: Option<Option<i64>>,
}

struct Storm<'s> {
    scene: &'s Scene,
    desk: Desk,
    seats: Vec<Seat>,
    strikes: Strikes,
    words: Words,
    hears: mpsc::UnboundedReceiver<Heard>,
    tells: mpsc::UnboundedSender<Heard>,
    kills: u32,
    jumps: u32,
    /// When it last got further.
    moved_at: Duration,
}

/// Lets the storm go on until all has struck and nobody has anything to do any more.
pub(super) async fn weather(scene: &Scene, strikes: Strikes) -> Result<Weathered> {
    let began = SystemClock::new().monotonic();
    let (tells, hears) = mpsc::unbounded_channel();
    let mut storm = Storm {
        scene,
        desk: Desk::open(scene).await?,
        seats: Vec::new(),
        strikes,
        words: Words::of(scene).await?,
        hears,
        tells,
        kills: 0,
        jumps: 0,
        moved_at: began,
    };
    for slot in 0..scene.asked.workers as usize {
        let seat = storm.seat(slot, 0)?;
        storm.seats.push(seat);
    }
    storm.wait_for_the_next();
    while !storm.is_over() {
        let heard = tokio::time::timeout(PATIENCE, storm.hears.recv()).await;
        match heard.map_err(|_| storm.stuck())? {
            Some(heard) => storm.hear(heard).await?,
            None => return Err("nobody is left".into()),
        }
        // Workers that are busy with nothing are heard all the time.
        if storm.moved_at + PATIENCE < SystemClock::new().monotonic() {
            return Err(storm.stuck().into());
        }
    }
    let seconds = SystemClock::new().monotonic().saturating_sub(began);
    for seat in storm.seats {
        seat.process.end().await?;
    }
    let arrivals = storm.desk.close().await?;
    let rate = arrivals.len() as f64 / seconds.as_secs_f64();
    let story = format!(
        "{} arrivals in {:.1} s ({rate:.0}/s), {} jumps of the clock, {} refusals acknowledged",
        arrivals.len(),
        seconds.as_secs_f64(),
        storm.jumps,
        storm.words.acknowledged.len(),
    );
    Ok(Weathered {
        kills: storm.kills,
        arrivals,
        refused: storm.words.acknowledged,
        story,
    })
}

impl Storm<'_> {
    /// Starts a worker and lets what it says be heard.
    fn seat(&self, slot: usize, incarnation: u32) -> Result<Seat> {
        let (process, mut said) = Process::start(self.scene, self.worker(slot))?;
        let tells = self.tells.clone();
        tokio::spawn(async move {
            loop {
                let line = said.next_line().await.ok().flatten();
                let ended = line.is_none();
                let heard = tells.send(Heard::Worker(slot, incarnation, line));
                if ended || heard.is_err() {
                    return;
                }
            }
        });
        Ok(Seat {
            process,
            incarnation,
            idle: None,
        })
    }

    fn worker(&self, slot: usize) -> Vec<OsString> {
        let asked = &self.scene.asked;
        let mut args = words(&["worker", "--protocol"]);
        let store = match asked.store {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
        };
        args.push(self.scene.protocol.name().into());
        args.extend(words(&["--store", store, "--mode"]));
        args.push(asked.mode.name().into());
        args.extend(["--place".into(), self.scene.place.clone().into()]);
        args.extend(["--clock".into(), self.scene.clock_path().into()]);
        args.extend(words(&["--name", &format!("w{slot}"), "--messages"]));
        args.push(asked.messages.to_string().into());
        args.extend(words(&["--provider", &self.desk.address.to_string()]));
        let pace = &asked.pace;
        let pace = [
            ("--in-flight", pace.in_flight.to_string()),
            ("--begin", pace.begin.to_string()),
            ("--deadline", pace.deadline.to_string()),
        ];
        args.extend(pace.iter().flat_map(|(flag, it)| words(&[flag, it])));
        args
    }

    async fn hear(&mut self, heard: Heard) -> Result {
        match heard {
            Heard::Worker(slot, incarnation, line) if self.sits(slot, incarnation) => {
                let line = line.ok_or_else(|| format!("worker {slot} ended by itself"))?;
                self.listen(slot, &line).await
            }
            Heard::Nudge(slot, incarnation) if self.sits(slot, incarnation) => {
                self.go(slot).await;
                Ok(())
            }
            Heard::Now => self.strike().await,
            // Of one that was killed meanwhile.
            Heard::Worker(..) | Heard::Nudge(..) => Ok(()),
        }
    }

    async fn listen(&mut self, slot: usize, line: &str) -> Result {
        let mut said = line.split(' ');
        match said.next() {
            Some("idle") => {
                let next = said.next().map(str::parse).transpose()?;
                self.seats[slot].idle = Some(next);
                self.look_around(slot).await
            }
            Some("refused") => {
                let number = said.next().unwrap_or_default().parse()?;
                let in_flight = said.next().unwrap_or_default().parse()?;
                let order = self.desk.mark().await?;
                self.words.acknowledge(number, order, in_flight);
                self.look_around(slot).await
            }
            _ => Err(format!("worker {slot} said {line:?}").into()),
        }
    }

    /// Looks whether all are idle: then the clock jumps to when the next falls due, or, when
    /// nothing will, the next blow strikes although its count will never come.
    async fn look_around(&mut self, slot: usize) -> Result {
        let Some(next) = self.seats[slot].idle else {
            return Ok(());
        };
        let now = self.scene.clock.now().await?;
        let due = |next: i64| next <= now.timestamp_micros();
        if self.seats.iter().any(|seat| seat.idle.is_none()) {
            let nudge = Heard::Nudge(slot, self.seats[slot].incarnation);
            let (tells, wait) = (self.tells.clone(), !next.is_some_and(due));
            tokio::spawn(async move {
                if wait {
                    SystemClock::new().sleep(NUDGE).await;
                }
                // The storm may be over before.
                let _ = tells.send(nudge);
            });
            return Ok(());
        }
        let next = self.seats.iter().filter_map(|seat| seat.idle.flatten());
        if let Some(next) = next.min() {
            if !due(next) {
                let to = DateTime::from_timestamp_micros(next).ok_or("an instant too far off")?;
                self.scene.clock.jump(to + BEYOND).await?;
                self.jumps += 1;
                self.moved_at = SystemClock::new().monotonic();
            }
            for slot in 0..self.seats.len() {
                self.go(slot).await;
            }
        } else if self.words.open.is_empty() && !self.strikes.0.is_empty() {
            self.strike().await?;
        }
        Ok(())
    }

    async fn go(&mut self, slot: usize) {
        if self.seats[slot].idle.take().is_some() {
            self.seats[slot].process.tell("go").await;
        }
    }

    async fn strike(&mut self) -> Result {
        let Some((_, blow)) = self.strikes.0.pop_front() else {
            return Ok(());
        };
        self.moved_at = SystemClock::new().monotonic();
        match blow {
            Blow::Kill { slot, after } => self.kill(slot, after).await?,
            Blow::Freeze { slot } => self.freeze(slot).await?,
            Blow::Refuse { number } => self.refuse(number).await?,
            Blow::Crash => server::crash().await?,
        }
        self.wait_for_the_next();
        Ok(())
    }

    async fn kill(&mut self, slot: usize, after: Duration) -> Result {
        SystemClock::new().sleep(after).await;
        self.seats[slot].process.kill().await?;
        self.kills += 1;
        self.seats[slot] = self.seat(slot, self.seats[slot].incarnation + 1)?;
        // What it had not acknowledged the next one is told again.
        for number in &self.words.open {
            let line = format!("refuse {number}");
            self.seats[slot].process.tell(&line).await;
        }
        Ok(())
    }

    /// Freezes a worker for longer than a message may wait to leave. Where others can record,
    /// people refuse meanwhile: what the frozen one had begun must then not leave.
    async fn freeze(&mut self, slot: usize) -> Result {
        self.seats[slot].process.signal(Signal::STOP)?;
        for _ in 0..3 {
            let next = self.strikes.0.front().map(|(_, blow)| blow);
            if let Some(&Blow::Refuse { number }) = next
                && self.scene.asked.store == Kind::Postgres
            {
                self.strikes.0.pop_front();
                self.refuse(number).await?;
            }
        }
        let longer = Duration::from_millis(300);
        let frozen = self.scene.asked.pace.deadline() + longer;
        SystemClock::new().sleep(frozen).await;
        self.seats[slot].process.signal(Signal::CONT)
    }

    async fn refuse(&mut self, number: usize) -> Result {
        match self.words.record(number, self.scene).await? {
            Some(in_flight) => {
                let order = self.desk.mark().await?;
                self.words.acknowledge(number, order, in_flight);
            }
            None => {
                self.words.open.insert(number);
                let line = format!("refuse {number}");
                self.seats[0].process.tell(&line).await;
            }
        }
        // A blow that struck because all were idle leaves them so.
        self.look_again();
        Ok(())
    }

    /// Lets an idle worker look around once more.
    fn look_again(&self) {
        if let Some(slot) = self.seats.iter().position(|seat| seat.idle.is_some()) {
            let nudge = Heard::Nudge(slot, self.seats[slot].incarnation);
            let _ = self.tells.send(nudge);
        }
    }

    /// Hears when as many have arrived as the next blow waits for.
    fn wait_for_the_next(&self) {
        let Some((at, _)) = self.strikes.0.front() else {
            return;
        };
        let (at, to, tells) = (*at, self.desk.address, self.tells.clone());
        tokio::spawn(async move {
            if let Ok(mut on) = Connection::open(to).await
                && on.ask(&Request::Watch(at)).await.is_ok()
            {
                let _ = tells.send(Heard::Now);
            }
        });
    }

    fn sits(&self, slot: usize, incarnation: u32) -> bool {
        let seat = self.seats.get(slot);
        seat.is_some_and(|seat| seat.incarnation == incarnation)
    }

    fn is_over(&self) -> bool {
        let done = |seat: &Seat| seat.idle == Some(None);
        self.strikes.0.is_empty() && self.words.open.is_empty() && self.seats.iter().all(done)
    }

    fn stuck(&self) -> String {
        let log = std::fs::read_to_string(self.scene.folder.path().join("log"));
        let log = log.unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = lines[lines.len().saturating_sub(20)..].join("\n");
        format!("nothing happens any more; the processes last said:\n{last}")
    }
}

/// Words as arguments.
pub(super) fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}
