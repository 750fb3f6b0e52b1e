//! Whether a person or a machine fetched something of a message.
//!
//! Apple's mail program fetches every picture of every mail beforehand, through proxies; programs
//! that guard mailboxes open every link, most of them within seconds of its arrival. Neither says
//! that a person saw anything. What cannot be told from a person counts as one: figures of opens
//! are an upper bound, always.

use chrono::{DateTime, TimeDelta, Utc};

use crate::request::{Method, Request};

/// How soon after its message was sent no person has followed a link in it yet.
pub(crate) const TOO_SOON: TimeDelta = TimeDelta::seconds(5);

/// What is in the names of programs that fetch for nobody who looks.
const NAMES: &[&str] = &[
    "bot",
    "crawl",
    "spider",
    "scan",
    "preview",
    "prefetch",
    "facebookexternalhit",
    "whatsapp",
    "barracuda",
    "proofpoint",
    "mimecast",
    "ironport",
    "safelinks",
    "forcepoint",
    "trendmicro",
    "symantec",
    "headless",
    "phantomjs",
    "puppeteer",
    "curl/",
    "wget/",
    "python-",
    "python/",
    "aiohttp",
    "go-http-client",
    "java/",
    "okhttp",
    "libwww",
    "axios/",
    "node-fetch",
    "reqwest",
];

/// Whether a machine asks. `sent` is when the message left, where that is known.
///
/// Gmail's and Yahoo's proxies fetch when the person opens the message, and count as the person.
pub(crate) fn is_machine(
    request: &Request,
    sent: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    request.method() != Method::Get
        || request.is_prefetch()
        || sent.is_none_or(|sent| now - sent < TOO_SOON)
        || is_named_as_one(request.user_agent())
}

fn is_named_as_one(agent: &str) -> bool {
    let agent = agent.trim().to_ascii_lowercase();
    // No more than this is what Apple's proxies call themselves, and no browser.
    let says_nothing = agent.is_empty() || agent == "mozilla/5.0" || agent == "mozilla/4.0";
    let proxy = agent.contains("googleimageproxy") || agent.contains("yahoomailproxy");
    says_nothing || (!proxy && NAMES.iter().any(|name| agent.contains(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) \
        AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";

    #[track_caller]
    fn check(request: Request, after_secs: i64, machine: bool) {
        let sent = DateTime::UNIX_EPOCH;
        let now = sent + TimeDelta::seconds(after_secs);
        assert_eq!(
            is_machine(&request, Some(sent), now),
            machine,
            "{request:?}"
        );
    }

    fn by(agent: &str) -> Request {
        Request::new("GET", "/o/t").header("User-Agent", agent)
    }

    #[test]
    fn people() {
        check(by(PHONE), 60, false);
        check(
            by("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko (via ggpht.com GoogleImageProxy)"),
            60,
            false,
        );
        check(
            by("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"),
            60,
            false,
        );
    }

    #[test]
    fn machines() {
        check(by(PHONE), 4, true);
        check(by(PHONE), -60, true);
        check(by(""), 60, true);
        check(by("Mozilla/5.0"), 60, true);
        check(by("Mozilla/5.0 (compatible; bingbot/2.0)"), 60, true);
        check(by("python-requests/2.32"), 60, true);
        check(by("BarracudaCentral"), 60, true);
        for name in ["Purpose", "Sec-Purpose", "X-Purpose", "X-moz"] {
            check(by(PHONE).header(name, "prefetch;prerender"), 60, true);
        }
        check(
            Request::new("HEAD", "/o/t").header("user-agent", PHONE),
            60,
            true,
        );
        let early = is_machine(&by(PHONE), None, DateTime::UNIX_EPOCH);
        assert!(early, "before anybody heard that it was sent");
    }
}
