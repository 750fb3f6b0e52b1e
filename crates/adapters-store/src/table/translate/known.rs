//! Whether a column of a row has a value that its storage can mean.

use chrono::NaiveTime;

use super::key::{LARGEST, days_since_1970, first_day, last_day, postgres_date, postgres_instant};
use crate::table::bind::Binds;
use crate::table::{Bind, Dialect, Storage};

/// What holds of the column when it has a value, and whether that is exact. It is never null.
pub(in crate::table) fn known(
    storage: &Storage,
    column: &str,
    dialect: Dialect,
    binds: &mut Binds,
) -> (String, bool) {
    let text = match dialect {
        Dialect::Sqlite => in_sqlite(storage, column, binds),
        Dialect::Postgres => in_postgres(storage, column, binds),
    };
    // A cast to JSON can fail, and nothing can ask beforehand whether it will.
    let unsure = dialect == Dialect::Postgres && *storage == Storage::JsonText;
    (text, !unsure)
}

/// Digits that a year, a month and a day have, for `GLOB`.
const DATE: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
const TIME: &str = "[0-2][0-9]:[0-5][0-9]:[0-5][0-9]";

fn in_sqlite(storage: &Storage, c: &str, binds: &mut Binds) -> String {
    match storage {
        Storage::Real => {
            let (low, high) = largest(binds);
            let whole = 1_i64 << f64::MANTISSA_DIGITS;
            let (least, most) = (binds.add(Bind::Int(-whole)), binds.add(Bind::Int(whole)));
            format!(
                "(typeof({c}) = 'real' AND {c} BETWEEN {low} AND {high} \
                 OR typeof({c}) = 'integer' AND {c} BETWEEN {least} AND {most})"
            )
        }
        Storage::DecimalText => format!(
            "(typeof({c}) = 'text' AND ltrim({c}, '-') GLOB '[0-9]*' \
             AND length({c}) - length(ltrim({c}, '-')) <= 1 \
             AND ltrim({c}, '-') NOT GLOB '*[^0-9.]*' AND {c} NOT GLOB '*.*.*' \
             AND {c} GLOB '*[0-9]' AND instr({c}, char(0)) = 0 \
             AND length(replace(ltrim({c}, '-'), '.', '')) <= 28)"
        ),
        Storage::Text => format!("typeof({c}) = 'text'"),
        Storage::Choice(set) => {
            let list = binds.add(Bind::Texts(set.iter().cloned().collect()));
            format!(
                "(typeof({c}) = 'text' \
                 AND {c} COLLATE BINARY IN (SELECT value FROM json_each({list})))"
            )
        }
        Storage::Bool | Storage::BoolInt => {
            format!("(typeof({c}) = 'integer' AND {c} IN (0, 1))")
        }
        Storage::DateText => format!(
            "(typeof({c}) = 'text' AND {c} GLOB '{DATE}' AND date({c}) COLLATE BINARY IS {c})"
        ),
        Storage::InstantText => {
            let f = fraction_sqlite(c);
            format!(
                "(typeof({c}) = 'text' AND {c} GLOB '{DATE}[T ]{TIME}*' \
                 AND date(substr({c}, 1, 10)) IS substr({c}, 1, 10) \
                 AND substr({c}, 12, 2) < '24' AND instr({c}, char(0)) = 0 \
                 AND ({f} = '' OR {f} GLOB '.[0-9]*' AND length({f}) <= 10 \
                 AND substr({f}, 2) NOT GLOB '*[^0-9]*') \
                 AND substr({c}, 20) COLLATE BINARY IN ({f}, {f} || 'Z', {f} || '+00:00'))"
            )
        }
        Storage::JsonText => format!(
            "CASE WHEN typeof({c}) = 'text' AND json_valid({c}) \
             THEN json_type({c}) = 'array' AND NOT EXISTS \
             (SELECT 1 FROM json_each({c}) AS j WHERE j.type <> 'text') ELSE FALSE END"
        ),
        _ => match whole_range(storage) {
            Some((low, high)) => {
                let (low, high) = (binds.add(Bind::Int(low)), binds.add(Bind::Int(high)));
                format!("(typeof({c}) = 'integer' AND {c} BETWEEN {low} AND {high})")
            }
            None => format!("typeof({c}) = 'integer'"),
        },
    }
}

fn in_postgres(storage: &Storage, c: &str, binds: &mut Binds) -> String {
    match storage {
        Storage::Numeric => numeric_in_postgres(c, binds),
        Storage::Real => {
            let (low, high) = largest(binds);
            format!("({c} IS NOT NULL AND {c}::float8 BETWEEN {low} AND {high})")
        }
        Storage::DecimalText => format!(
            "CASE WHEN {c} COLLATE \"C\" ~ '^-?[0-9]{{1,28}}([.][0-9]{{1,28}})?$' \
             THEN length(translate({c}, '-.', '')) <= 28 ELSE FALSE END"
        ),
        Storage::Choice(set) => {
            let set = set.iter().filter(|text| !text.contains('\0')).cloned();
            let list = binds.add(Bind::Texts(set.collect()));
            format!("({c} IS NOT NULL AND {c}::text COLLATE \"C\" = ANY({list}::text[]))")
        }
        Storage::BoolInt => format!("({c} IS NOT NULL AND {c} IN (0, 1))"),
        Storage::Date => {
            let last = postgres_date(last_day()).unwrap_or_default();
            let last = binds.add(Bind::Text(last));
            format!("({c} IS NOT NULL AND isfinite({c}) AND {c} <= {last}::date)")
        }
        Storage::TimestampTz | Storage::TimestampUtc => {
            let last = last_day().and_time(NaiveTime::MIN).and_utc();
            let last = binds.add(Bind::Text(postgres_instant(last).unwrap_or_default()));
            let kind = timestamp_type(storage);
            format!("({c} IS NOT NULL AND isfinite({c}) AND {c} <= {last}::{kind})")
        }
        Storage::DateText => format!(
            "CASE WHEN {c} COLLATE \"C\" ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' \
             THEN {} ELSE FALSE END",
            is_date_postgres(c)
        ),
        Storage::InstantText => format!(
            "CASE WHEN {c} COLLATE \"C\" ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]\
             ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{{1,9}})?(Z|[+]00:00)?$' \
             THEN {} ELSE FALSE END",
            is_date_postgres(c)
        ),
        Storage::TextArray => {
            format!("({c} IS NOT NULL AND coalesce(array_ndims({c}), 1) = 1)")
        }
        Storage::Jsonb => format!(
            "CASE WHEN jsonb_typeof({c}) = 'array' THEN NOT EXISTS \
             (SELECT 1 FROM jsonb_array_elements({c}) AS j(v) WHERE jsonb_typeof(j.v) <> 'string') \
             ELSE FALSE END"
        ),
        _ => match whole_range(storage) {
            Some((low, high)) => {
                let (low, high) = (binds.add(Bind::Int(low)), binds.add(Bind::Int(high)));
                format!("({c} IS NOT NULL AND {c} BETWEEN {low} AND {high})")
            }
            None => format!("{c} IS NOT NULL"),
        },
    }
}

/// What our decimals hold: 96 bits, and 28 places at most.
fn numeric_in_postgres(c: &str, binds: &mut Binds) -> String {
    let most = binds.add(Bind::Text("79228162514264337593543950335".to_owned()));
    format!(
        "CASE WHEN abs({c}) <= {most}::numeric THEN min_scale({c}) <= 28 \
         AND abs({c}) * ('1e' || min_scale({c}))::numeric <= {most}::numeric \
         ELSE FALSE END"
    )
}

fn largest(binds: &mut Binds) -> (String, String) {
    (
        binds.add(Bind::Float(-LARGEST)),
        binds.add(Bind::Float(LARGEST)),
    )
}

/// The type of a timestamp, for casts.
pub(super) fn timestamp_type(storage: &Storage) -> &'static str {
    match storage {
        Storage::TimestampTz => "timestamptz",
        // Of an instant written with its offset this leaves out just that, and ours is zero.
        _ => "timestamp",
    }
}

/// The first and last whole numbers that are days or instants of the calendar.
fn whole_range(storage: &Storage) -> Option<(i64, i64)> {
    let (first, last) = (days_since_1970(first_day()), days_since_1970(last_day()));
    if *storage == Storage::DateDays {
        return Some((first, last));
    }
    let day = storage.per_second()? * 86_400;
    Some((first * day, last * day))
}

/// The fraction of the second of an instant as text, with its point; the text is one already.
pub(super) fn fraction_sqlite(c: &str) -> String {
    format!("replace(replace(substr({c}, 20), 'Z', ''), '+00:00', '')")
}

/// Whether ten characters that look like a date are one. Their form was checked before.
fn is_date_postgres(c: &str) -> String {
    let (year, month) = (
        format!("substr({c}, 1, 4)::int"),
        format!("substr({c}, 6, 2)::int"),
    );
    format!(
        "({month} BETWEEN 1 AND 12 AND substr({c}, 9, 2)::int BETWEEN 1 AND \
         CASE WHEN {month} = 2 THEN CASE WHEN {year} % 4 = 0 AND {year} % 100 <> 0 \
         OR {year} % 400 = 0 THEN 29 ELSE 28 END \
         WHEN {month} IN (4, 6, 9, 11) THEN 30 ELSE 31 END)"
    )
}
