//! Files of segments, checked by themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pregon::rule::RuleErrorKind;
use pregon::{RowSchema, Schema, SegmentError, SegmentFault, Severity};

use super::{Found, as_found};
use crate::config::{Config, SegmentFiles, Source};
use crate::document::Document;
use crate::output::{Failure, Out, Place};

/// Whether a path is a file of segments: it has some, or the configuration says so.
pub(super) fn are_in(path: &Path, config: Option<&Path>) -> bool {
    if !path.is_file() {
        return false;
    }
    let has = |document: Document| {
        let mut keys = ["segment", "family"].into_iter();
        keys.any(|key| document.root.get(key).is_some())
    };
    let is_named = || {
        let config = config.and_then(|config| Config::alone(config).ok());
        let mut files = config.iter().flat_map(Config::segment_files);
        files.any(|file| is_same(&file, path))
    };
    Document::read(path).is_ok_and(has) || is_named()
}

/// Checks files together with those of their configuration: all of them are one set.
pub(super) async fn check(
    config: Option<&Path>,
    files: &[&Path],
    out: Out,
) -> Result<Vec<Found>, Failure> {
    let config = config.map(Config::alone).transpose()?;
    let named = config.as_ref().map_or_else(Vec::new, Config::segment_files);
    let segments = match SegmentFiles::load(&together(named, files), Vec::new()) {
        Ok(segments) => segments,
        Err(failure) => return Ok(as_found(failure)),
    };
    let Some(config) = config else {
        return Ok(without_source(&segments, files));
    };
    let source = Source::open(&config, out).await?;
    let schema = source.customers.schema().await;
    let schema = schema.map_err(|error| Failure::port(&error))?;
    let wrong = segments.problems(&RowSchema::new(schema, None));
    let wrong = wrong.into_iter().flat_map(|(_, failure)| as_found(failure));
    Ok(wrong.collect())
}

/// The files of a configuration in their order, each as it was asked for, and then the others.
fn together(named: Vec<PathBuf>, files: &[&Path]) -> Vec<PathBuf> {
    let mut all = named;
    for file in files {
        match all.iter_mut().find(|other| is_same(other, file)) {
            Some(other) => *other = file.to_path_buf(),
            None => all.push(file.to_path_buf()),
        }
    }
    all
}

fn is_same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(a).is_some_and(|a| real(b) == Some(a))
}

/// What only a source can know is a warning, once for each name and file.
fn without_source(segments: &SegmentFiles, files: &[&Path]) -> Vec<Found> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for (error, mut failure) in segments.problems(&RowSchema::new(Schema::new(), None)) {
        let needs_source = needs_source(&error);
        if needs_source {
            failure.message = format!("{} (no source is configured)", failure.message);
            failure.hint = None;
        }
        for mut one in as_found(failure) {
            if needs_source {
                one.severity = Severity::Warning;
            }
            if seen.insert((one.place.file.clone(), one.message.clone())) {
                found.push(one);
            }
        }
    }
    found.push(Found {
        severity: Severity::Warning,
        place: Place::file(files.first().copied().unwrap_or(Path::new(""))),
        message: super::NO_SOURCE.to_owned(),
        hint: Some(super::NAME_IT.to_owned()),
    });
    found
}

fn needs_source(error: &SegmentError) -> bool {
    use RuleErrorKind::{UnknownActivity, UnknownAttribute};
    let SegmentFault::Rule(rule) = &error.fault else {
        return false;
    };
    matches!(rule.kind(), UnknownAttribute | UnknownActivity)
}
