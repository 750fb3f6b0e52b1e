//! What every page has around it.

use super::{House, escape};
use crate::language::Language;
use crate::words::Words;

/// Calm on a phone and on a desk, by day and by night; letters of 16 pixels and more, places to
/// touch of 44, and contrasts above 4.5 to 1.
const STYLE: &str = "
:root{color-scheme:light dark;--ground:#f4f5f7;--sheet:#fff;--ink:#1c2430;--soft:#566072;
--line:#d9dee6;--main:#14532d;--on-main:#fff;--good:#e6f4ea;--good-ink:#14532d}
@media (prefers-color-scheme:dark){:root{--ground:#14181f;--sheet:#1d232c;--ink:#eef1f5;
--soft:#a9b3c1;--line:#38414e;--main:#86d3a2;--on-main:#0d2416;--good:#1c3a28;--good-ink:#c8efd5}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,
'Segoe UI',Roboto,'Noto Sans',sans-serif;overflow-wrap:anywhere}
main{max-width:34rem;margin:0 auto;padding:1.25rem 1rem 2rem}
.top{display:flex;justify-content:space-between;gap:1rem;align-items:center;min-height:44px}
.brand{font-weight:600}
.sheet{background:var(--sheet);border:1px solid var(--line);border-radius:14px;
padding:1.5rem 1.25rem;margin-top:.5rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}
p{margin:0 0 1rem}
.soft{color:var(--soft)}
a{color:var(--main)}
.language{color:var(--soft);padding:.6rem 0}
.status{background:var(--good);color:var(--good-ink);border-radius:10px;padding:.75rem 1rem;
margin-top:.75rem}
fieldset{border:0;margin:1.25rem 0;padding:0;min-width:0}
legend{font-weight:600;padding:0;margin-bottom:.375rem}
.row{border-top:1px solid var(--line);padding:.25rem 0}
.row label{display:flex;gap:.75rem;align-items:center;min-height:44px;cursor:pointer}
.row input{flex:none;width:1.375rem;height:1.375rem;margin:0;accent-color:var(--main)}
.row input:disabled+span{color:var(--soft)}
.why{color:var(--soft);margin:0 0 .5rem 2.125rem}
button{width:100%;min-height:48px;font:inherit;font-weight:600;border-radius:10px;
padding:.6rem 1rem;cursor:pointer;border:1px solid var(--main);background:var(--main);
color:var(--on-main)}
button.quiet{background:transparent;color:var(--main);margin-top:.75rem}
a:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid var(--main);
outline-offset:2px}
.end{margin:1.25rem 0 0}
@media (min-width:40rem){main{padding-top:1.5rem}.sheet{padding:1.75rem 2.25rem}}
@media (min-width:40rem) and (hover:hover){.row label{min-height:38px}}
";

/// A whole document around what stands on the sheet, which is HTML already.
pub(super) fn document(house: &House, language: Language, title: &str, sheet: &str) -> String {
    let words = Words::of(language);
    let (code, other) = words.other_language;
    let brand = house.brand.as_deref().unwrap_or_default();
    let whole_title = match brand {
        "" => title.to_owned(),
        brand => format!("{title} · {brand}"),
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{whole_title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<div class=\"top\">\
         <span class=\"brand\">{brand}</span>\
         <a class=\"language\" href=\"?lang={code}\" lang=\"{code}\">{other}</a>\
         </div>\n<div class=\"sheet\">\n<h1>{title}</h1>\n{sheet}</div>\n</main>\n\
         </body>\n</html>\n",
        lang = language.code(),
        whole_title = escape(&whole_title),
        brand = escape(brand),
        title = escape(title),
    )
}

/// A paragraph that programs for the blind read out when the page comes.
pub(super) fn status(sentence: &str) -> String {
    format!("<p class=\"status\" role=\"status\">{sentence}</p>\n")
}
