//! The segments that a configuration names: files, which may refer to each other.

use std::path::{Path, PathBuf};

use pregon::rule::{Rule, Types};
use pregon::{
    FamilyName, SegmentError, SegmentFault, SegmentName, SegmentPart, Segments, SegmentsDocument,
    WrittenRule, WrittenSegment,
};

use super::Config;
use crate::document::Document;
use crate::output::{Failure, Place};

/// The segments of a configuration, which know where each of them is written.
#[derive(Debug, Default)]
pub(crate) struct SegmentFiles {
    files: Vec<SegmentFile>,
    segments: Segments,
}

#[derive(Debug)]
struct SegmentFile {
    document: Document,
    written: SegmentsDocument,
}

impl SegmentFiles {
    /// Reads the files of a configuration; everything that is wrong with any of them is said.
    pub(super) fn read(config: &Config) -> Result<Self, Failure> {
        let (mut paths, mut wrong) = (Vec::new(), Vec::new());
        for (n, path) in config.segment_files().into_iter().enumerate() {
            if path.is_file() {
                paths.push(path);
            } else {
                let message = format!("there is no file {}", path.display());
                wrong.push(config.wrong(&format!("segments[{n}]"), message));
            }
        }
        Self::load(&paths, wrong)
    }

    /// Reads files as one set, when nothing else is wrong; everything that is is said.
    pub(crate) fn load(paths: &[PathBuf], mut wrong: Vec<Failure>) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for path in paths {
            match SegmentFile::read(path) {
                Ok(file) => files.push(file),
                Err(failure) => wrong.push(failure),
            }
        }
        let mut parts = Vec::new();
        for file in &files {
            parts.extend(file.parts(&mut wrong));
        }
        if let Some(failure) = Failure::first_of(wrong) {
            return Err(failure);
        }
        let mut read = Self {
            files,
            segments: Segments::default(),
        };
        read.segments = Segments::new(parts).map_err(|error| read.misfit(&error))?;
        Ok(read)
    }

    /// The segments.
    pub(crate) fn segments(&self) -> &Segments {
        &self.segments
    }

    /// Whether every segment goes with what a source has, named by a campaign or not.
    pub(crate) fn check(&self, types: &dyn Types) -> Result<(), Failure> {
        let wrong = self.problems(types).into_iter().map(|(_, failure)| failure);
        Failure::first_of(wrong.collect()).map_or(Ok(()), Err)
    }

    /// What does not go with what a source has, each at its place.
    pub(crate) fn problems(&self, types: &dyn Types) -> Vec<(SegmentError, Failure)> {
        let errors = self.segments.check(types).err().into_iter().flatten();
        errors
            .map(|error| {
                let failure = self.misfit(&error);
                (error, failure)
            })
            .collect()
    }

    /// What is wrong with a segment, at its place.
    fn misfit(&self, error: &SegmentError) -> Failure {
        let name = error.segment.as_str();
        // Of two with one name the later one is at fault.
        let written = self.files.iter().rev();
        let found = written.filter_map(|file| Some((file, file.written.path_of(name)?)));
        let (rule, hint) = match &error.fault {
            SegmentFault::Rule(rule) => (Some(rule), rule.hint().map(str::to_owned)),
            SegmentFault::Unknown { nearest, .. } => {
                let near = nearest.as_ref();
                (None, near.map(|near| format!("did you mean {near}?")))
            }
            _ => (None, None),
        };
        let message = match rule {
            Some(rule) => rule.message().to_owned(),
            None => error.fault.to_string(),
        };
        let failure = Failure::file(message).hinted(hint);
        match found.into_iter().next() {
            Some((file, path)) => failure.at(file.place(&path, rule.and_then(|it| it.position()))),
            None => failure,
        }
    }
}

impl SegmentFile {
    fn read(path: &Path) -> Result<Self, Failure> {
        let document = Document::read(path)?;
        let written = document.read_as(document.root.to_json())?;
        Ok(Self { document, written })
    }

    fn parts(&self, wrong: &mut Vec<Failure>) -> Vec<SegmentPart> {
        let mut parts = Vec::new();
        for (n, one) in self.written.segments.iter().enumerate() {
            let read = self.one(one, &format!("segment[{n}]"), wrong);
            parts.extend(read.map(|(name, rule)| SegmentPart::Plain(name, rule)));
        }
        for (f, family) in self.written.families.iter().enumerate() {
            let name: FamilyName = family.name.clone();
            let members = family.segments.iter().enumerate();
            let read = members
                .filter_map(|(n, it)| self.one(it, &format!("family[{f}].segment[{n}]"), wrong));
            parts.push(SegmentPart::Family(name, read.collect()));
        }
        parts
    }

    fn one(
        &self,
        written: &WrittenSegment,
        path: &str,
        wrong: &mut Vec<Failure>,
    ) -> Option<(SegmentName, Rule)> {
        let parsed = match &written.rule {
            WrittenRule::Rule(rule) => Ok(rule.clone()),
            WrittenRule::Text(text) => Rule::parse(text),
        };
        match parsed {
            Ok(rule) => Some((written.name.clone(), rule)),
            Err(error) => {
                let place = self.place(path, error.position());
                let failure = Failure::file(error.message()).hinted(error.hint());
                wrong.push(failure.at(place));
                None
            }
        }
    }

    /// Where a segment is written, or a place within the text of its rule.
    fn place(&self, path: &str, within: Option<(u32, u32)>) -> Place {
        match within {
            Some((line, column)) => {
                let rule = format!("{path}.rule");
                self.document.place_within(&rule, line, column)
            }
            None => self.document.place_of(path),
        }
    }
}
