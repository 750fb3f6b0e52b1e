//! Amounts of money.

use rust_decimal::Decimal;

use super::language::Language;
use super::number;

/// Currency, decimals shown, sign in Spanish, sign in English (empty: the code stands for it).
///
/// Decimals are those of ISO 4217 but for COP and CRC, where nobody writes the cents that the
/// standard gives them. In Spanish `$` alone is the peso of the reader; the dollar says `US$`.
const CURRENCIES: &[(&str, u32, &str, &str)] = &[
    ("ARS", 2, "$ ", ""),
    ("BOB", 2, "Bs ", ""),
    ("BRL", 2, "R$ ", "R$"),
    ("CLP", 0, "$ ", ""),
    ("COP", 0, "$ ", ""),
    ("CRC", 0, "₡ ", "₡"),
    ("CUP", 2, "$ ", ""),
    ("DOP", 2, "RD$ ", "RD$"),
    ("EUR", 2, "€ ", "€"),
    ("GTQ", 2, "Q ", "Q"),
    ("HNL", 2, "L ", "L"),
    ("HTG", 2, "G ", "G"),
    ("MXN", 2, "$ ", "MX$"),
    ("NIO", 2, "C$ ", "C$"),
    ("PAB", 2, "B/. ", "B/."),
    ("PEN", 2, "S/ ", "S/"),
    ("PYG", 0, "₲ ", "₲"),
    ("SVC", 2, "₡ ", ""),
    ("USD", 2, "US$ ", "$"),
    ("UYU", 2, "$U ", ""),
    ("VES", 2, "Bs. ", ""),
];

/// An amount with its currency, rounded half away from zero; `None` if the code is not three
/// capitals. An unknown currency shows its code and two decimals.
pub(in super::super) fn show(amount: Decimal, code: &str, language: Language) -> Option<String> {
    if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let known = CURRENCIES.iter().find(|currency| currency.0 == code);
    let decimals = known.map_or(2, |currency| currency.1);
    let sign = match (known, language) {
        (Some(currency), Language::Spanish) => currency.2,
        (Some(currency), Language::English) => currency.3,
        (None, _) => "",
    };
    let digits = number::show(amount, Some(decimals), language);
    let (minus, digits) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", digits.as_str()),
    };
    Some(match sign {
        "" => format!("{minus}{code} {digits}"),
        sign => format!("{minus}{sign}{digits}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(amount: &str, code: &str, spanish: &str, english: &str) {
        let amount: Decimal = amount.parse().expect("a number");
        let both = [Language::Spanish, Language::English];
        let shown = both.map(|language| show(amount, code, language).unwrap_or_default());
        assert_eq!(shown, [spanish, english]);
    }

    #[test]
    fn rows() {
        check("150000", "CLP", "$ 150.000", "CLP 150,000");
        check("150000", "COP", "$ 150.000", "COP 150,000");
        check("1234.5", "USD", "US$ 1.234,50", "$1,234.50");
        check("-1234.5", "USD", "-US$ 1.234,50", "-$1,234.50");
        check("1234.5", "EUR", "€ 1.234,50", "€1,234.50");
        check("1234.5", "XYZ", "XYZ 1.234,50", "XYZ 1,234.50");
        check("149999.5", "CLP", "$ 150.000", "CLP 150,000");
        check("-0.5", "CLP", "-$ 1", "-CLP 1");
        check("0.004", "USD", "US$ 0,00", "$0.00");
        check("-0.004", "USD", "US$ 0,00", "$0.00");
        check("1", "usd", "", "");
        check("1", "PESO", "", "");
    }

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(CURRENCIES.is_sorted_by_key(|currency| currency.0));
        assert!(
            CURRENCIES
                .iter()
                .all(|currency| currency.0.len() == 3 && currency.1 <= 2)
        );
    }
}
