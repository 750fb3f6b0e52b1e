use super::*;

const HEAD: &str = "<!doctype html><html lang=\"es\"><head><meta charset=\"utf-8\"><meta \
    name=\"viewport\" content=\"width=device-width\"></head>";

#[track_caller]
fn finds(body: &str, kinds: &[FindingKind]) {
    let html = format!("{HEAD}<body>{body}</body></html>");
    let found: Vec<FindingKind> = check(&html, Class::Transactional)
        .iter()
        .map(|it| it.kind)
        .collect();
    assert_eq!(found, kinds, "{body}");
}

#[test]
fn links_and_pictures() {
    use FindingKind::{DeceptiveLink, ImageSource, LinkScheme, NoAlt, RelativeLink};
    finds(
        "<a href=\"https://a.example\">x</a><a href=\"mailto:a@b.example\">x</a>\
         <a href=\"{{u}}\">x</a>",
        &[],
    );
    finds("<a href=\"http://a.example\">x</a>", &[LinkScheme]);
    finds("<a href=\"java&#115;cript:x\">x</a>", &[LinkScheme]);
    finds(
        "<a href=\"/pagina\">x</a><a href=\"a.html\">x</a>",
        &[RelativeLink, RelativeLink],
    );
    finds(
        "<a href=\"https://b.example/x\">https://a.example</a>",
        &[DeceptiveLink],
    );
    finds(
        "<a href=\"https://www.a.example/x\">https://a.example</a>",
        &[],
    );
    finds("<a href=\"https://{{h}}/x\">https://a.example</a>", &[]);
    finds("<img src=\"https://a.example/a.png\">", &[NoAlt]);
    finds(
        "<img src=\"a.png\" alt=\"\"><td background=\"cid:x\">",
        &[ImageSource],
    );
}

#[test]
fn pictures_and_little_text() {
    let image = "<img alt=\"x\" src=\"cid:a\">";
    finds(&image.repeat(2), &[]);
    finds(&image.repeat(3), &[FindingKind::MostlyImages]);
    finds(&format!("{}{}", image.repeat(3), "texto ".repeat(40)), &[]);
}

#[test]
fn documents() {
    use FindingKind::{NoCharset, NoLanguage, NoUnsubscribe, NoViewport};
    let kinds = |html: &str, class| {
        check(html, class)
            .iter()
            .map(|it| it.kind)
            .collect::<Vec<_>>()
    };
    let bare = kinds("<p>x</p>", Class::Promotional);
    assert_eq!(bare, [NoLanguage, NoCharset, NoViewport, NoUnsubscribe]);
    let with = format!("{HEAD}<a href=\"{{{{unsubscribe_url}}}}\">Baja</a>");
    assert_eq!(kinds(&with, Class::Promotional), []);
}

#[test]
fn sizes_with_their_figures() {
    let html = format!("{HEAD}{}", "a".repeat(GMAIL_BYTES));
    let found = check(&html, Class::Transactional);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, FindingKind::Clipped);
    assert!(found[0].message.contains("103 kB") && found[0].message.contains("102 kB"));
    let html = "a".repeat(MOST_BYTES + 1);
    assert_eq!(
        check(&html, Class::Transactional)[0].kind,
        FindingKind::TooLarge
    );
}

#[test]
fn what_is_no_template_is_told_with_its_place() {
    let found = check("<p>\n  {{{x}}}</p>", Class::Transactional);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].kind, found[0].line, found[0].column),
        (FindingKind::Template, 2, 3)
    );
}

#[test]
fn thousands_of_findings_do_not_take_for_ever() {
    let html = "<a href=x><img>".repeat(MOST_BYTES / 15);
    assert_eq!(check(&html, Class::Promotional).len(), MOST_FINDINGS);
}
