//! What must be true of whatever a mail server says.

use pregon_core::Fate;

use super::offers::Offers;
use super::reply::{Phase, Scanned, queued_as, scan};

const PHASES: [Phase; 8] = [
    Phase::Hello,
    Phase::StartTls,
    Phase::Auth,
    Phase::Reset,
    Phase::Mail,
    Phase::Rcpt,
    Phase::Data,
    Phase::Body,
];

/// Reads all replies there are in it.
pub(crate) fn reply(said: &[u8]) {
    let mut rest = said;
    while let Scanned::Whole(heard, length) = scan(rest) {
        assert!(length > 3 && rest[length - 1] == b'\n', "a whole reply");
        for part in (0..length).step_by(1 + length / 64) {
            assert_eq!(scan(&rest[..part]), Scanned::Part, "{part} bytes of it");
        }
        let offers = Offers::of(&heard);
        assert!(heard.lines().nth(1).is_some() || offers == Offers::default());
        let name = queued_as(&heard).unwrap_or_default();
        assert!(name.len() <= 64 && name.is_ascii());
        // Both numbers of an enhanced code have three digits at most (RFC 3463 §2).
        assert!(
            heard.reply.to_string().len() <= "550 5.999.999".len(),
            "codes and nothing else"
        );
        for phase in PHASES {
            let (fate, _) = heard.reply.fate(phase);
            let doubt = phase == Phase::Body && heard.reply.class() < 4;
            assert_eq!(fate == Fate::Unknown, doubt, "{} at {phase}", heard.reply);
        }
        rest = &rest[length..];
    }
}
