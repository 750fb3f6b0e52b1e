//! Whether a call to the host's address is Twilio's.

use std::collections::BTreeSet;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// A call that is not Twilio's, or was changed on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The header is not there, or is none.
    #[error("there is no signature")]
    Missing,
    /// It was made with another token, for another address, or of other words.
    #[error("the signature is not of this call")]
    Forged,
    /// A body that is no form, and no digest of it in the address.
    #[error("the body is not signed")]
    BodyNotSigned,
    /// The body is not the one whose digest is in the address.
    #[error("the body is not the one that was signed")]
    OtherBody,
}

/// Checks a signature over an address and a body, in constant time.
pub(super) fn verify(
    token: &str,
    url: &str,
    signature: &str,
    content_type: &str,
    body: &[u8],
) -> Result<(), SignatureError> {
    let given = BASE64.decode(signature.trim().as_bytes());
    let given = given.map_err(|_| SignatureError::Missing)?;
    if given.is_empty() {
        return Err(SignatureError::Missing);
    }
    let words = if is_form(content_type) {
        words(body)
    } else {
        check_digest(url, body)?;
        String::new()
    };
    // A proxy may have added the port to the address, or have taken it away.
    let addresses = [Some(url.to_owned()), other_port(url)];
    let mut addresses = addresses.into_iter().flatten();
    let signed = addresses.any(|address| {
        let mac = Hmac::<Sha1>::new_from_slice(token.as_bytes());
        mac.is_ok_and(|mac| {
            let mac = mac.chain_update(address).chain_update(&words);
            mac.verify_slice(&given).is_ok()
        })
    });
    if signed {
        Ok(())
    } else {
        Err(SignatureError::Forged)
    }
}

pub(super) fn is_form(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Names and values in the order of names, each pair once.
fn words(body: &[u8]) -> String {
    let pairs: BTreeSet<_> = form_urlencoded::parse(body).collect();
    let mut words = String::new();
    for (name, value) in pairs {
        words.push_str(&name);
        words.push_str(&value);
    }
    words
}

/// The digest is no secret: it stands in the address that is signed.
fn check_digest(url: &str, body: &[u8]) -> Result<(), SignatureError> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let digest = pairs.find(|(name, _)| name == "bodySHA256");
    let (_, digest) = digest.ok_or(SignatureError::BodyNotSigned)?;
    let digest = HEXLOWER_PERMISSIVE.decode(digest.as_bytes());
    if digest.is_ok_and(|digest| digest == Sha256::digest(body).as_slice()) {
        Ok(())
    } else {
        Err(SignatureError::OtherBody)
    }
}

/// The address with the usual port where it has none, and without a port where it has one.
fn other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let usual = match scheme {
        "https" => "443",
        "http" => "80",
        _ => return None,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once(':');
    let port = host.filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    Some(match port {
        Some((host, _)) => format!("{scheme}://{host}{path}"),
        None => format!("{scheme}://{authority}:{usual}{path}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";
    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const BODY: &str = "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309\
                        &To=%2B18005551212&Caller=%2B14158675309";

    fn form(url: &str, signature: &str, body: &str) -> Result<(), SignatureError> {
        verify("12345", url, signature, FORM, body.as_bytes())
    }

    /// Vectors of Twilio's own libraries.
    #[test]
    fn c4_the_official_vectors_of_forms() {
        assert_eq!(form(URL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", BODY), Ok(()));
        let twice = "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234";
        assert_eq!(form(URL, "IK+Dwps556ElfBT0I3Rgjkr1wJU=", twice), Ok(()));
    }

    #[test]
    fn the_official_vectors_of_ports() {
        let with_port = URL.replace(".com", ".com:1234");
        let plain = URL.replace("https", "http");
        let plain_port = with_port.replace("https", "http");
        for (url, signature) in [
            (with_port.as_str(), "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
            (plain_port.as_str(), "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
            (URL, "kvajT1Ptam85bY51eRf/AJRuM3w="),
            (plain.as_str(), "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ] {
            assert_eq!(form(url, signature, BODY), Ok(()), "{url}");
        }
    }

    #[test]
    fn the_official_vector_of_a_body() {
        const DIGEST: &str = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        let body = br#"{"property": "value", "boolean": true}"#;
        let url = format!("{URL}&bodySHA256={DIGEST}");
        let json =
            |url: &str, signature, body| verify("12345", url, signature, "application/json", body);
        let signature = "a9nBmqA0ju/hNViExpshrM61xv4=";
        assert_eq!(json(&url, signature, body), Ok(()));
        assert_eq!(json(&url, signature, b"{}"), Err(SignatureError::OtherBody));
        assert_eq!(
            json(URL, signature, body),
            Err(SignatureError::BodyNotSigned)
        );
        let other = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        assert_eq!(json(&url, other, body), Err(SignatureError::Forged));
    }

    #[test]
    fn c4_forgeries_are_told() {
        let right = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        let bits = BASE64.decode(right.as_bytes()).expect("base64");
        for bit in 0..bits.len() * 8 {
            let mut forged = bits.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let forged = BASE64.encode(&forged);
            assert_eq!(form(URL, &forged, BODY), Err(SignatureError::Forged));
        }
        for signature in ["", "  ", "x", "RSOYDt4T1cUTdK1PDd93/VVr8B8"] {
            assert_eq!(form(URL, signature, BODY), Err(SignatureError::Missing));
        }
        let shorter = BASE64.encode(&bits[..10]);
        assert_eq!(form(URL, &shorter, BODY), Err(SignatureError::Forged));
        let changed = BODY.replace("1234", "1235");
        assert_eq!(form(URL, right, &changed), Err(SignatureError::Forged));
        let elsewhere = URL.replace("foo=1", "foo=2");
        assert_eq!(form(&elsewhere, right, BODY), Err(SignatureError::Forged));
        let other_token = verify("12346", URL, right, FORM, BODY.as_bytes());
        assert_eq!(other_token, Err(SignatureError::Forged));
        // A form that says that it is none is not let through without a digest.
        let disguised = verify("12345", URL, right, "text/plain", BODY.as_bytes());
        assert_eq!(disguised, Err(SignatureError::BodyNotSigned));
    }

    #[test]
    fn strange_addresses_do_no_harm() {
        for url in [
            "",
            "://",
            "https://",
            "ftp://x",
            "https://[::1]/x",
            "https://ñ:x/",
        ] {
            assert_eq!(
                form(url, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", BODY),
                Err(SignatureError::Forged)
            );
        }
        assert_eq!(
            other_port("https://[::1]/x").as_deref(),
            Some("https://[::1]:443/x")
        );
        assert_eq!(
            other_port("https://[::1]:8443/x").as_deref(),
            Some("https://[::1]/x")
        );
    }
}
