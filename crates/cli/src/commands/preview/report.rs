//! What `preview` says.

use pregon::sms::{Alphabet, SmsParts};
use pregon::{Decimal, Severity};

use super::{MOST_TOLD, Report};
use crate::output::{Object, Out, Phrase};

impl Report<'_> {
    pub(super) fn for_people(&self, out: Out) {
        if out.json {
            return;
        }
        for problem in self.found {
            let word = match problem.severity {
                Severity::Error => out.say(Phrase::Error),
                Severity::Warning => out.say(Phrase::Warning),
            };
            let place = self.file.place(problem);
            out.line(&format!("{place}: {word}: {}", problem.message));
        }
        if let Some(subject) = self.texts.get("subject") {
            out.human(&format!("{}: {subject}", out.say(Phrase::Subject)));
        }
        if let Some(parts) = self.sms {
            let mut line = format!(
                "{}: {}, {}",
                out.say(Phrase::Parts),
                parts.parts,
                alphabet(parts)
            );
            if let Some(cost) = self.cost() {
                line.push_str(&format!("; {}: {cost}", out.say(Phrase::Cost)));
            }
            out.human(&line);
            let chars = parts.offending.iter().take(MOST_TOLD);
            let chars: Vec<String> = chars
                .map(|it| format!("{} ({})", it.char, it.at + 1))
                .collect();
            if !chars.is_empty() {
                out.human(&format!(
                    "{}: {}",
                    out.say(Phrase::Offending),
                    chars.join(", ")
                ));
            }
        }
        let dir = self.args.out.display();
        out.human(&format!("{} {dir}", out.say(Phrase::WouldLeave)));
        for one in self.sent.iter() {
            if let Err(why) = &one.result {
                out.warn(&format!("{} {}: {why}", list(one.kept), one.number));
            }
        }
        if !self.sent.is_empty() {
            let sent = self.sent.iter().filter(|it| it.result.is_ok()).count();
            out.human(&format!("{}: {sent}", out.say(Phrase::TestSent)));
        }
    }

    pub(super) fn document(&self) -> Object {
        let names = |path: &std::path::PathBuf| {
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        };
        let files: Vec<String> = self.written.iter().map(names).collect();
        let campaign = &self.file.campaign;
        let mut object = Object::new()
            .with("campaign", campaign.id.as_str())
            .with("journey", self.journey.as_str())
            .with("step", self.step.as_str())
            .with("channel", self.shown.channel.as_str())
            .with("customer", self.shown.customer.as_str())
            .with("reachable", self.shown.to.is_ok())
            .with("dir", self.args.out.display().to_string())
            .with("files", files)
            .with("subject", self.texts.get("subject"));
        if let Some(parts) = self.sms {
            object = object.with_object("sms", self.sms_document(parts));
        }
        let problems = self.found.iter().map(|problem| {
            let place = self.file.place(problem);
            Object::plain()
                .with(
                    "severity",
                    match problem.severity {
                        Severity::Error => "error",
                        Severity::Warning => "warning",
                    },
                )
                .with("file", place.file.display().to_string())
                .with("line", place.at.map(|(line, _)| line))
                .with("column", place.at.map(|(_, column)| column))
                .with("message", &*problem.message)
        });
        let sent = self.sent.iter().map(|one| {
            Object::plain()
                .with("list", list(one.kept))
                .with("seed", one.number)
                .with("accepted", one.result.is_ok())
                .with("error", one.result.as_ref().err().cloned())
        });
        object
            .with_list("problems", problems.collect())
            .with_list("sent", sent.collect())
    }

    fn sms_document(&self, parts: &SmsParts) -> Object {
        let offending = parts.offending.iter().take(MOST_TOLD).map(|it| {
            Object::plain()
                .with("char", it.char.to_string())
                .with("at", it.at + 1)
        });
        Object::plain()
            .with("alphabet", alphabet(parts))
            .with("units", parts.units)
            .with("parts", parts.parts)
            .with("left", parts.left)
            .with("cost", self.cost().map(|cost| cost.to_string()))
            .with_list("offending", offending.collect())
    }

    /// What it costs: each part its price.
    fn cost(&self) -> Option<Decimal> {
        let (parts, price) = (self.sms?.parts, self.price?);
        (0..parts).try_fold(Decimal::from(0), |sum, _| sum.checked_add(price))
    }
}

/// In which list somebody stands.
fn list(kept: bool) -> &'static str {
    if kept { "seeds" } else { "send-to" }
}

fn alphabet(parts: &SmsParts) -> &'static str {
    match parts.alphabet {
        Alphabet::Gsm7 => "GSM-7",
        Alphabet::Ucs2 => "UCS-2",
    }
}
