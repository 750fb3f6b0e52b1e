//! Phone numbers.

use super::{Address, AddressError, private_debug};

/// A phone number that a short message can be sent to, in E.164 form with `+`.
///
/// Accepts what people type: spaces, dashes, brackets, `00` for `+`. A number without a country is
/// read as Chilean, because that is where our senders of short messages are; others are written
/// with their country. Chilean numbers must be mobiles: nine digits that start with 9
/// (`phonenumber`'s table does not tell them from the landlines).
///
/// ```
/// # use pregon_core::{Address, PhoneNumber};
/// for written in ["9 5865 5810", "(56) 9-5865-5810", "+56958655810", "56958655810"] {
///     assert_eq!(PhoneNumber::parse(written)?.as_str(), "+56958655810");
/// }
/// assert!(PhoneNumber::parse("+56 2 2345 6789").is_err(), "a landline");
/// # Ok::<(), pregon_core::AddressError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

private_debug!(PhoneNumber);

impl Address for PhoneNumber {
    const KIND: &'static str = "phone";

    fn parse(text: &str) -> Result<Self, AddressError> {
        let wrong = |why| AddressError {
            kind: Self::KIND,
            why,
        };
        if text
            .chars()
            .any(|c| !c.is_ascii_digit() && !" -().+\u{a0}\t".contains(c))
        {
            return Err(wrong("it has a letter or a sign that numbers do not have"));
        }
        let text = text.trim();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if !(8..=17).contains(&digits.len()) {
            return Err(wrong("it does not have 8 to 15 digits"));
        }
        if text.starts_with('+') || text.starts_with("(+") {
            return international(&digits);
        }
        match digits.strip_prefix("00") {
            Some(rest) => international(rest),
            None if digits.starts_with("56") => chilean(&digits[2..]),
            None => chilean(&digits),
        }
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

fn chilean(national: &str) -> Result<PhoneNumber, AddressError> {
    if national.len() == 9 && national.starts_with('9') {
        return Ok(PhoneNumber(format!("+56{national}")));
    }
    let why = "without a country it must be a Chilean mobile: 9 and eight digits";
    Err(AddressError {
        kind: PhoneNumber::KIND,
        why,
    })
}

fn international(digits: &str) -> Result<PhoneNumber, AddressError> {
    if let Some(national) = digits.strip_prefix("56") {
        return chilean(national);
    }
    let wrong = |why| AddressError {
        kind: PhoneNumber::KIND,
        why,
    };
    if !(10..=15).contains(&digits.len()) || digits.starts_with('0') {
        return Err(wrong("with a country it has 10 to 15 digits"));
    }
    let parsed = phonenumber::parse(None, format!("+{digits}"))
        .map_err(|_| wrong("no country has such a number"))?;
    // A message to a premium number costs its sender, and no customer has one. Numbers that the
    // table does not know are kept: countries open new ranges faster than tables follow.
    use phonenumber::Type::{PremiumRate, SharedCost, TollFree, Uan, Voicemail};
    let kind = parsed.number_type(&phonenumber::metadata::DATABASE);
    if matches!(kind, PremiumRate | SharedCost | TollFree | Uan | Voicemail) {
        return Err(wrong("numbers of this kind are not people's"));
    }
    Ok(PhoneNumber(format!("+{digits}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: Option<&str>) {
        let parsed = PhoneNumber::parse(text).ok();
        assert_eq!(parsed.as_ref().map(Address::as_str), canonical, "{text:?}");
    }

    #[test]
    fn ecuador_and_colombia() {
        check("+593 99 123 4567", Some("+593991234567"));
        check("00593991234567", Some("+593991234567"));
        check("+57 310 123 4567", Some("+573101234567"));
        check("+593900000024", Some("+593900000024"));
    }

    #[test]
    fn one_form_with_and_without_plus() {
        check("569 5865 5810", Some("+56958655810"));
        check("+569 5865 5810", Some("+56958655810"));
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "+",
            "123",
            "abc",
            "9586558100000000000",
            "+56212345678",
            "221234567",
            "9٥865 5810",
            "9586 5581 ext 3",
            "+1 900 234 5678",
            "😀",
            "+0000000000",
        ] {
            check(text, None);
        }
    }
}
