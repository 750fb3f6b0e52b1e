//! A world as tables.

use pregon_adapters_store::{ActivityMapping, Dialect, Storage, TableMapping, When};
use pregon_conformance::chance::{Dice, World};
use pregon_core::{AttributeType, Attributes, Schema, Value};

use super::storing::{Raw, column_type, keep, missing, storages};

/// A table with its rows.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// Names and types.
    pub(crate) columns: Vec<(String, &'static str)>,
    pub(crate) rows: Vec<Vec<Raw>>,
}

/// A world as tables, and what their columns mean.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) mapping: TableMapping,
    pub(crate) tables: Vec<Table>,
    pub(crate) when: When,
}

/// Attributes, their columns and storages.
type Columns = Vec<(String, String, Storage)>;

/// Puts a world into tables, in a way that depends on chance.
pub(crate) fn stored(world: &World, seed: u64, on: Dialect) -> Stored {
    let mut dice = Dice::new(seed ^ 0x0074_6162_6c65);
    let prefix = format!("w{seed}");
    let people = world.people();
    let rows: Vec<&Attributes> = people.iter().map(|person| &person.attributes).collect();
    let columns = choose(world.schema(), &rows, on, &mut dice);
    let name = format!("{prefix} \"clients\"");
    let mut mapping = TableMapping::new(on, &name, "the id").unwrap();
    mapping = mapping.zone_column("zone").unwrap();
    for (attribute, column, storage) in &columns {
        mapping = mapping
            .attribute(attribute, column, storage.clone())
            .unwrap();
    }
    let mut clients = Table {
        name,
        columns: vec![("the id".to_owned(), "text"), ("zone".to_owned(), "text")],
        rows: Vec::new(),
    };
    clients.columns.extend(typed(&columns, &mut dice));
    for person in people {
        let zone = match person.zone {
            Some(zone) => Raw::Text(zone.name().to_owned()),
            None if dice.one_in(2) => Raw::Text("Atlantis".to_owned()),
            None => Raw::Null,
        };
        let mut row = vec![Raw::Text(person.id.clone()), zone];
        row.extend(cells(&columns, &person.attributes, on, &mut dice));
        clients.rows.push(row);
    }
    let mut tables = vec![clients];
    for (kind, schema) in world.schema().activities() {
        let name = format!("{prefix}_{kind}");
        let (of_kind, table) = happened(world, kind, schema, &name, on, &mut dice);
        mapping = mapping.activities(of_kind).unwrap();
        tables.push(table);
    }
    // Now and then nobody knows of one of the zones, or of what is none.
    let known = usize::from(!dice.one_in(3));
    let zones = world.zones().iter().map(|zone| zone.name()).skip(1 - known);
    let zones = zones.chain((known == 1).then_some("Atlantis"));
    let when = When::at(world.now(), world.zone()).with_leap_day(world.leap_day());
    Stored {
        mapping,
        tables,
        when: when.with_zones(zones),
    }
}

fn happened(
    world: &World,
    kind: &str,
    schema: &Schema,
    name: &str,
    on: Dialect,
    dice: &mut Dice,
) -> (ActivityMapping, Table) {
    let of_kind = || {
        let all = world.people().iter().flat_map(|person| &person.activities);
        all.filter(|activity| activity.kind == kind)
    };
    let rows: Vec<&Attributes> = of_kind().map(|activity| &activity.attributes).collect();
    let columns = choose(schema, &rows, on, dice);
    let instants: Vec<Value> = of_kind().map(|it| Value::Instant(it.at)).collect();
    let at = instant_storage(&instants, on, dice);
    let one_kind = dice.one_in(2);
    let mapping = if one_kind {
        ActivityMapping::of(on, name, kind, "client").unwrap()
    } else {
        ActivityMapping::of_kinds(on, name, "what", [kind], "client").unwrap()
    };
    let mapping = with_columns(mapping.at("when", at.clone()).unwrap(), &columns);
    let mut table = Table {
        name: name.to_owned(),
        columns: vec![
            ("client".to_owned(), "text"),
            ("what".to_owned(), "text"),
            ("when".to_owned(), column_type(&at, dice)),
        ],
        rows: Vec::new(),
    };
    table.columns.extend(typed(&columns, dice));
    let mut add =
        |client: &str, what: &str, when: Raw, attributes: &Attributes, dice: &mut Dice| {
            let mut row = [client, what].map(|it| Raw::Text(it.to_owned())).to_vec();
            row.push(when);
            row.extend(cells(&columns, attributes, on, dice));
            table.rows.push(row);
        };
    for activity in of_kind() {
        let client = activity.customer.as_str();
        let when = keep(&at, &Value::Instant(activity.at), dice.below(4)).unwrap();
        add(client, kind, when.clone(), &activity.attributes, dice);
        // What is of another kind, has no instant, or belongs to nobody, is none of it.
        if !one_kind && dice.one_in(4) {
            add(client, "other", when.clone(), &activity.attributes, dice);
        }
        if dice.one_in(5) {
            let never = missing(&at, on, dice);
            add(client, kind, never, &activity.attributes, dice);
        }
        if dice.one_in(5) {
            add("P-999", kind, when, &activity.attributes, dice);
        }
    }
    (mapping, table)
}

fn with_columns(mapping: ActivityMapping, columns: &Columns) -> ActivityMapping {
    let with = |mapping: ActivityMapping, (attribute, column, storage): &(_, _, Storage)| {
        let (attribute, column): (&String, &String) = (attribute, column);
        let mapped = mapping.attribute(attribute, column, storage.clone());
        mapped.unwrap()
    };
    columns.iter().fold(mapping, with)
}

fn instant_storage(instants: &[Value], on: Dialect, dice: &mut Dice) -> Storage {
    let fitting = storages(&AttributeType::Instant, instants, on);
    if fitting.is_empty() {
        return Storage::InstantText;
    }
    dice.pick(&fitting).clone()
}

fn choose(schema: &Schema, rows: &[&Attributes], on: Dialect, dice: &mut Dice) -> Columns {
    let column = |(n, (name, kind)): (usize, (&str, &AttributeType))| {
        let all = rows.iter().filter_map(|row| row.get(name));
        let values: Vec<Value> = all.cloned().collect();
        let fitting = storages(kind, &values, on);
        assert!(!fitting.is_empty(), "{kind:?} can be kept: {values:?}");
        let storage = dice.pick(&fitting).clone();
        (
            name.to_owned(),
            format!("c{n} \"{kind}\"", kind = kind.name()),
            storage,
        )
    };
    schema.iter().enumerate().map(column).collect()
}

fn typed(columns: &Columns, dice: &mut Dice) -> Vec<(String, &'static str)> {
    let typed = columns.iter();
    typed
        .map(|(_, column, storage)| (column.clone(), column_type(storage, dice)))
        .collect()
}

fn cells(columns: &Columns, row: &Attributes, on: Dialect, dice: &mut Dice) -> Vec<Raw> {
    let cell = |(name, _, storage): &(String, String, Storage)| match row.get(name) {
        Some(value) => keep(storage, value, dice.below(12)).unwrap(),
        None => missing(storage, on, dice),
    };
    columns.iter().map(cell).collect()
}
