//! Names, kinds and scopes; what is printed for them and what is missing.

use serde_json::json;

use super::super::{Escape, RenderError};
use super::{data, fails, prints, refuses, render_as};

fn missing(variable: &str) -> RenderError {
    RenderError::Missing {
        part: "body".to_owned(),
        variable: variable.to_owned(),
    }
}

#[test]
fn values_print() {
    prints(
        "{{customer_name}} {{visits}} {{spend}} {{vip}}",
        "ANA PÉREZ 3 150000.5 true",
    );
    prints(
        "{{expiry_date}} {{booked_at}}",
        "2026-12-20 2026-12-20T15:05:00",
    );
    prints(
        "{{pin.status}} {{this.pin.item.name}} {{./email}}",
        "activo Antivirus ana@cliente.example",
    );
    prints("{{@root.pin.status}} {{año}}", "activo 2026");
    prints("{{elsewhere}} {{date}}", "allá hoy");
}

#[test]
fn unknown_names_are_found_everywhere() {
    const HINT: &str = "unknown variable custmer_name (did you mean customer_name?)";
    for (text, column) in [
        ("{{custmer_name}}", 3),
        ("{{upper custmer_name}}", 9),
        ("{{upper (lower custmer_name)}}", 16),
        ("{{#if custmer_name}}{{/if}}", 7),
        ("{{#unless custmer_name}}{{/unless}}", 11),
        ("{{#if vip}}{{else if custmer_name}}{{/if}}", 22),
        ("{{#if vip}}{{else}}{{custmer_name}}{{/if}}", 22),
        ("{{#if (and vip custmer_name)}}{{/if}}", 16),
        ("{{#each custmer_name}}{{/each}}", 9),
        ("{{#with custmer_name}}{{x}}{{/with}}", 9),
    ] {
        refuses(text, &[&format!("1:{column} {HINT}")]);
    }
    refuses(
        "{{pin.estatus}}",
        &["1:3 unknown variable pin.estatus (did you mean pin.status?)"],
    );
    refuses(
        "{{customer_name.x}}",
        &["1:3 unknown variable customer_name.x (did you mean customer_name?)"],
    );
    refuses("{{secret}}", &["1:3 unknown variable secret"]);
    refuses("{{../vip}}", &["1:3 unknown variable ../vip"]);
    refuses(
        "{{upper}}",
        &["1:3 unknown variable upper (a helper needs arguments)"],
    );
    refuses(
        "{{@index}}",
        &["1:3 unknown variable @index (@ names exist inside {{#each}} only)"],
    );
}

#[test]
fn helpers_and_kinds() {
    refuses(
        "{{uper email}}",
        &["1:3 unknown helper uper (did you mean upper?)"],
    );
    refuses("{{lookup pin \"x\"}}", &["1:3 unknown helper lookup"]);
    refuses("{{log email}}", &["1:3 unknown helper log"]);
    refuses("{{show email}}", &["1:3 unknown helper show"]);
    refuses("{{upper email email}}", &["1:3 upper takes one text"]);
    refuses(
        "{{pin}}",
        &["1:3 pin is a group, one of its variables is needed"],
    );
    refuses(
        "{{services}}",
        &["1:3 services is a list, join or each is needed"],
    );
    refuses(
        "{{date email}}",
        &["1:8 email is a text, a date or an instant is needed"],
    );
    refuses(
        "{{money email}}",
        &["1:9 email is a text, a number is needed"],
    );
    refuses(
        "{{money spend \"pesos\"}}",
        &["1:15 pesos is none, a currency of three capital letters is needed"],
    );
    refuses(
        "{{time expiry_date}}",
        &["1:8 expiry_date is a date, an instant is needed"],
    );
    refuses(
        "{{date expiry_date \"corto\"}}",
        &[
            "1:20 corto is no such format, the name of a format in quotes is needed \
         (one of: short, long, iso, month, day)",
        ],
    );
}

#[test]
fn kinds_of_blocks_and_comparisons() {
    refuses(
        "{{number spend 9}}",
        &["1:16 9 is a number, a number of decimals from 0 to 8 is needed"],
    );
    refuses(
        "{{#each email}}{{/each}}",
        &["1:9 email is a text, a list is needed"],
    );
    refuses(
        "{{#with email}}{{x}}{{/with}}",
        &["1:9 email is a text, a group is needed"],
    );
    refuses(
        "{{#if (eq visits \"3\")}}{{/if}}",
        &["1:18 3 is a text, a number is needed"],
    );
    refuses(
        "{{#if (gt expiry_date \"mañana\")}}{{/if}}",
        &["1:23 mañana is a text, a date is needed"],
    );
    refuses(
        "{{#if (eq pin pin)}}{{/if}}",
        &["1:11 pin is a group, a text, a number or a date is needed"],
    );
}

#[test]
fn scopes() {
    prints(
        "{{#each services}}{{@index}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}",
        "0corte, 1color, 2manicure",
    );
    prints(
        "{{#each services as |s i|}}{{i}}{{s}}{{@key}}{{../email}} {{/each}}",
        "0corte0ana@cliente.example 1color1ana@cliente.example 2manicure2ana@cliente.example ",
    );
    prints(
        "{{#each services}}{{#if @first}}{{#each ../services}}{{@../index}}{{@index}}{{../this}}\
        {{#if @../first}}!{{/if}} {{/each}}{{/if}}{{/each}}",
        "00corte! 01corte! 02corte! ",
    );
    prints(
        "{{#with pin}}{{status}} {{item.name}} {{../email}}{{/with}}",
        "activo Antivirus ana@cliente.example",
    );
    prints(
        "{{#with pin as |p|}}{{p.status}} {{#with p.item}}{{name}} {{../status}} {{../../email}}\
        {{/with}}{{/with}}",
        "activo Antivirus activo ana@cliente.example",
    );
    prints(
        "{{#with pin.item}}{{#if name}}{{name}}{{/if}}{{/with}}",
        "Antivirus",
    );
    refuses(
        "{{#each services}}{{email}}{{/each}}",
        &["1:21 unknown variable email (write ../email)"],
    );
    refuses(
        "{{#each services as |s|}}{{s.x}}{{/each}}{{s}}",
        &["1:28 unknown variable s.x", "1:44 unknown variable s"],
    );
    refuses(
        "{{#with pin}}{{/with}}{{status}}",
        &["1:25 unknown variable status"],
    );
    refuses(
        "{{#each services}}{{else}}{{this}}{{/each}}",
        &["1:29 unknown variable this"],
    );
    refuses(
        "{{#each services}}{{@inde}}{{/each}}",
        &["1:21 unknown variable @inde (@index)"],
    );
    refuses(
        "{{#with nada}}{{x}}{{../y}}{{/with}}",
        &["1:9 unknown variable nada", "1:22 unknown variable ../y"],
    );
}

#[test]
fn absent_values() {
    let some = json!({ "customer_name": null, "visits": 0, "services": [], "pin": {} });
    let check = |text: &str, wanted: Result<&str, RenderError>| {
        assert_eq!(
            render_as(Escape::Text, text, &some),
            wanted.map(str::to_owned),
            "{text}"
        );
    };
    for name in ["customer_name", "email", "pin.status", "pin.item.name"] {
        check(&format!("Hola {{{{{name}}}}}"), Err(missing(name)));
        check(
            &format!("{{{{#if {name}}}}}a{{{{else}}}}b{{{{/if}}}}"),
            Ok("b"),
        );
        check(&format!("{{{{#unless {name}}}}}a{{{{/unless}}}}"), Ok("a"));
        check(&format!("{{{{upper {name}}}}}"), Err(missing(name)));
        check(&format!("{{{{default {name} \"nada\"}}}}"), Ok("nada"));
        check(
            &format!("{{{{default (first_name {name}) \"cliente\"}}}}"),
            Ok("cliente"),
        );
        check(
            &format!("{{{{#if (eq {name} {name})}}}}a{{{{/if}}}}"),
            Ok(""),
        );
        check(
            &format!("{{{{#if (ne {name} \"x\")}}}}a{{{{/if}}}}"),
            Ok(""),
        );
    }
    check(
        "{{default email (default link customer_name)}}",
        Err(missing("email")),
    );
    check("{{date expiry_date}}", Err(missing("expiry_date")));
    check("{{money spend}}", Err(missing("spend")));
    check("{{join services}}", Ok(""));
    check("{{#each services}}a{{else}}b{{/each}}", Ok("b"));
    check("{{#each services}}a{{/each}}", Ok(""));
    check(
        "{{#if pin}}a{{/if}}{{#if visits}}b{{/if}}{{#with pin}}c{{/with}}",
        Ok("ac"),
    );
    let none = json!({});
    assert_eq!(
        render_as(Escape::Text, "{{#each services}}a{{/each}}", &none),
        Err(missing("services"))
    );
    assert_eq!(
        render_as(Escape::Text, "{{#with pin}}a{{else}}b{{/with}}", &none).as_deref(),
        Ok("b")
    );
}

#[test]
fn wrong_kinds_at_rendering() {
    for (text, variable, value, wanted) in [
        ("{{email}}", "email", json!([1]), "a text"),
        ("{{email}}", "email", json!({}), "a text"),
        ("{{visits}}", "visits", json!("tres"), "a number"),
        ("{{vip}}", "vip", json!("si"), "a yes or no"),
        (
            "{{expiry_date}}",
            "expiry_date",
            json!("20/12/2026"),
            "a date",
        ),
        (
            "{{booked_at}}",
            "booked_at",
            json!("2026-12-20"),
            "an instant",
        ),
        ("{{join services}}", "services", json!("corte"), "a list"),
        ("{{join services}}", "services", json!([[]]), "a list"),
        ("{{#if pin}}{{/if}}", "pin", json!(1), "a group"),
    ] {
        let mut data = data();
        data[variable] = value;
        let wanted = RenderError::WrongKind {
            variable: variable.to_owned(),
            wanted,
        };
        assert_eq!(render_as(Escape::Text, text, &data), Err(wanted));
    }
    let named = json!({ "email": 7, "services": ["a", null, 2] });
    let text = render_as(Escape::Text, "{{email}} {{join services}}", &named);
    assert_eq!(text.as_deref(), Ok("7 a y 2"));
}

#[test]
fn conditions() {
    let yes = |condition: &str, wanted: bool| {
        let text = format!("{{{{#if {condition}}}}}yes{{{{/if}}}}");
        prints(&text, if wanted { "yes" } else { "" });
    };
    yes("(eq visits 3)", true);
    yes("(eq visits 3.0)", true);
    yes("(gt spend 99999)", true);
    yes("(lt visits 20)", true);
    yes("(gte visits 3)", true);
    yes("(lte visits 2)", false);
    yes("(ne pin.status \"activo\")", false);
    yes("(lt expiry_date \"2027-01-01\")", true);
    yes(
        "(and vip (gt visits 2) (not (eq pin.status \"vencido\")))",
        true,
    );
    yes("(or (eq visits 1) (eq visits 2))", false);
    yes("(eq vip true)", true);
    prints(
        "{{#if (eq visits 1)}}a{{else if (eq visits 2)}}b{{else unless vip}}c{{else}}d{{/if}}",
        "d",
    );
}

#[test]
fn formats() {
    prints(
        "{{date expiry_date}} · {{date booked_at \"short\"}} · {{time booked_at}}",
        "20 de diciembre de 2026 · 20/12/2026 · 15:05",
    );
    prints("{{datetime booked_at \"short\"}}", "20/12/2026 15:05");
    prints(
        "{{money spend}} {{money spend \"USD\"}} {{number spend}} {{number visits 2}}",
        "$ 150.001 US$ 150.000,50 150.000,5 3,00",
    );
    prints(
        "{{upper email}} {{lower customer_name}} {{title customer_name}}",
        "ANA@CLIENTE.EXAMPLE ana pérez Ana Pérez",
    );
    prints(
        "{{url customer_name}} {{join services}} {{join services \"/\"}}",
        "ANA%20P%C3%89REZ corte, color y manicure corte/color/manicure",
    );
    fails(
        "{{money spend email}}",
        RenderError::Helper {
            part: "body".to_owned(),
            helper: "money",
        },
    );
}
