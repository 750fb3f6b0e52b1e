use syn::{DeriveInput, parse_quote};

use super::expand;

/// What the expansion says of a type with a mistake in it, one sentence a mistake.
#[track_caller]
fn check(input: DeriveInput, expected: &[&str]) {
    let error = match expand(&input) {
        Ok(expanded) => panic!("no error, but {expanded}"),
        Err(error) => error,
    };
    let said: Vec<String> = error.into_iter().map(|error| error.to_string()).collect();
    assert_eq!(said.len(), expected.len(), "{said:?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(
            said.contains(expected),
            "{said:?} does not say {expected:?}"
        );
    }
}

#[test]
fn numbers_that_do_not_fit_are_named() {
    check(
        parse_quote!(
            struct Client {
                points: Option<u64>,
                size: usize,
                huge: i128,
            }
        ),
        &[
            "not hold every `u64`: use `i64` or `u32`",
            "every `usize`",
            "every `i128`",
        ],
    );
}

#[test]
fn a_date_and_time_without_a_zone() {
    check(
        parse_quote!(
            struct Client {
                at: NaiveDateTime,
            }
        ),
        &["use `DateTime<Utc>`"],
    );
}

#[test]
fn the_compiler_is_told_the_place() {
    let input = "struct Client {\n  ok: i64,\n  points: Option<u64>,\n}";
    let error = expand(&syn::parse_str(input).unwrap()).unwrap_err();
    let place = error.span().start();
    assert_eq!((place.line, place.column), (3, 10));
}

#[test]
fn names_that_rules_cannot_say() {
    check(
        parse_quote! {
            struct Client {
                #[attribute(rename = "last visit")] last_visit: NaiveDate,
                #[attribute(rename = "visits")] n: i64,
                visits: i64,
            }
        },
        &[
            "\"last visit\" is not an attribute name",
            "another field is the attribute \"visits\"",
        ],
    );
    check(
        parse_quote!(
            #[attributes(rename_all = "kebab-case")]
            struct Client {
                last_visit: i64,
            }
        ),
        &["\"last-visit\" is not an attribute name"],
    );
}

#[test]
fn options_that_do_not_exist() {
    check(
        parse_quote!(
            struct Client {
                #[attribute(renamed = "n")]
                name: String,
            }
        ),
        &["unknown option of a field; there are `rename`, `skip`"],
    );
    check(
        parse_quote!(
            #[attributes(rename = "n")]
            struct Client {
                name: String,
            }
        ),
        &["unknown option of a type; there are `rename_all`"],
    );
    check(
        parse_quote!(
            #[attributes(rename_all = "Title Case")]
            struct Client {
                name: String,
            }
        ),
        &["no way of writing names; there are lowercase, UPPERCASE"],
    );
    check(
        parse_quote!(
            enum Gender {
                #[attribute(skip)]
                Male,
            }
        ),
        &["unknown option of a variant; there are `rename` and `missing`"],
    );
}

#[test]
fn options_in_the_wrong_place() {
    check(
        parse_quote!(
            #[attribute(rename_all = "lowercase")]
            struct Client {
                name: String,
            }
        ),
        &["written `#[attributes(…)]`"],
    );
    check(
        parse_quote!(
            struct Client {
                #[attributes(skip)]
                name: String,
            }
        ),
        &["written `#[attribute(…)]`"],
    );
    check(
        parse_quote!(
            enum Gender {
                #[attributes(missing)]
                Male,
            }
        ),
        &["written `#[attribute(…)]`"],
    );
}

#[test]
fn options_that_do_not_go_together() {
    let one = "one of `skip`, `minor_units`, `choices` and `with`, and once";
    check(
        parse_quote!(
            struct C {
                #[attribute(minor_units = 2, with = cents)]
                cents: u64,
            }
        ),
        &[one],
    );
    check(
        parse_quote!(
            struct C {
                #[attribute(skip)]
                #[attribute(skip)]
                n: i64,
            }
        ),
        &[one],
    );
    check(
        parse_quote!(
            struct C {
                #[attribute(skip, rename = "m")]
                n: i64,
            }
        ),
        &["a skipped field has no name"],
    );
    check(
        parse_quote!(
            struct C {
                #[attribute(rename = "a", rename = "b")]
                n: i64,
            }
        ),
        &["twice"],
    );
    check(
        parse_quote!(
            enum G {
                A,
                #[attribute(missing, rename = "f")]
                B,
            }
        ),
        &["a variant that is missing has no text"],
    );
}

#[test]
fn units_and_choices_of_the_wrong_type() {
    check(
        parse_quote!(
            struct C {
                #[attribute(minor_units = 2)]
                spend: Option<f64>,
            }
        ),
        &["counted by a whole number"],
    );
    check(
        parse_quote!(
            struct C {
                #[attribute(minor_units = 29)]
                spend: i64,
            }
        ),
        &["0 to 28 digits"],
    );
    check(
        parse_quote!(
            struct C {
                #[attribute(choices("a"))]
                n: i64,
            }
        ),
        &["choices are texts"],
    );
    check(
        parse_quote!(
            struct C {
                #[attribute(choices())]
                n: String,
            }
        ),
        &["at least one text"],
    );
    check(
        parse_quote!(
            struct C {
                #[attribute(choices("a", "b", "a"))]
                n: String,
            }
        ),
        &["in the set twice"],
    );
}

#[test]
fn closed_sets_that_are_none() {
    check(
        parse_quote!(
            enum Gender {
                Other(String),
            }
        ),
        &["variants without fields"],
    );
    check(
        parse_quote!(
            enum Never {}
        ),
        &["at least one variant"],
    );
    check(
        parse_quote!(
            enum Gender {
                F,
                #[attribute(rename = "F")]
                Female,
            }
        ),
        &["another variant is \"F\" already"],
    );
}

#[test]
fn types_without_attributes() {
    check(
        parse_quote!(
            struct Unit;
        ),
        &["without fields"],
    );
    check(
        parse_quote!(
            struct Pair(i64, i64);
        ),
        &["unless there is just one"],
    );
    check(
        parse_quote!(
            struct Empty {}
        ),
        &["no field of the struct"],
    );
    check(
        parse_quote!(
            struct All {
                #[attribute(skip)]
                n: i64,
            }
        ),
        &["no field of the struct"],
    );
    check(parse_quote!(union Bits { a: u32, b: f32 }), &["a union"]);
    check(
        parse_quote!(
            struct N(#[attribute(skip)] i64);
        ),
        &["has no value"],
    );
    check(
        parse_quote!(
            struct N(#[attribute(rename = "n")] i64);
        ),
        &["has a name"],
    );
}

#[test]
fn the_types_are_found_where_it_is_said() {
    let here: DeriveInput = parse_quote!(
        struct C {
            n: i64,
        }
    );
    let found = expand(&here).unwrap().to_string();
    assert!(found.contains(":: pregon_core :: HasAttributes"), "{found}");
    let there: DeriveInput = parse_quote!(
        #[attributes(crate = "my::own")]
        struct C {
            n: i64,
        }
    );
    let said = expand(&there).unwrap().to_string();
    assert!(
        said.contains("my :: own :: HasAttributes") && !said.contains("pregon_core"),
        "{said}"
    );
}
