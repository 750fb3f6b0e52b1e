//! Which addresses are nobody's on the public net, by the registries of special-purpose addresses
//! of IANA and RFC 6890.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is reserved for; `None` when it is a public one.
pub(super) fn reserved_for(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    }
}

#[rustfmt::skip]
const V4: [([u8; 4], u32, &str); 20] = [
    ([0, 0, 0, 0], 8, "this host"),
    ([10, 0, 0, 0], 8, "private"),
    ([100, 64, 0, 0], 10, "behind a carrier's translation"),
    ([127, 0, 0, 0], 8, "loopback"),
    // What virtual machines of Azure reach their host by.
    ([168, 63, 129, 16], 32, "metadata"),
    ([169, 254, 0, 0], 16, "link-local"),
    ([172, 16, 0, 0], 12, "private"),
    ([192, 0, 0, 0], 24, "protocol assignments"),
    ([192, 0, 2, 0], 24, "documentation"),
    ([192, 31, 196, 0], 24, "AS112"),
    ([192, 52, 193, 0], 24, "multicast tunnels"),
    ([192, 88, 99, 0], 24, "6to4 relays"),
    ([192, 168, 0, 0], 16, "private"),
    ([192, 175, 48, 0], 24, "AS112"),
    ([198, 18, 0, 0], 15, "benchmarks"),
    ([198, 51, 100, 0], 24, "documentation"),
    ([203, 0, 113, 0], 24, "documentation"),
    ([224, 0, 0, 0], 4, "multicast"),
    ([255, 255, 255, 255], 32, "broadcast"),
    ([240, 0, 0, 0], 4, "reserved"),
];

fn v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = u32::from(address);
    let holds = |net: &&([u8; 4], u32, &'static str)| {
        let (base, prefix, _) = **net;
        (bits ^ u32::from(Ipv4Addr::from(base))) >> (32 - prefix) == 0
    };
    V4.iter().find(holds).map(|(_, _, what)| *what)
}

/// What of the global unicast block is not global after all.
#[rustfmt::skip]
const V6: [([u16; 3], u32, &str); 6] = [
    // Teredo, benchmarks, ORCHID and the like: each carries or stands for something else.
    ([0x2001, 0, 0], 23, "protocol assignments"),
    ([0x2001, 0xdb8, 0], 32, "documentation"),
    ([0x2002, 0, 0], 16, "6to4"),
    ([0x2620, 0x4f, 0x8000], 48, "AS112"),
    ([0x3fff, 0, 0], 20, "documentation"),
    ([0x3ffe, 0, 0], 16, "6bone"),
];

fn v6(address: Ipv6Addr) -> Option<&'static str> {
    let parts = address.segments();
    // Nothing but 2000::/3 is given to anybody: the unspecified address, loopback, those that
    // carry one of IPv4 (mapped, compatible, translated: 64:ff9b::), unique local, link-local,
    // site-local and multicast ones all lie outside of it.
    if parts[0] >> 13 != 1 {
        return Some(match parts {
            [0, 0, 0, 0, 0, 0, 0, 0] => "unspecified",
            [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
            [0, 0, 0, 0, 0, 0xffff, ..] => "mapped from IPv4",
            [0, 0, 0, 0, 0, 0, ..] => "compatible with IPv4",
            [0x64, 0xff9b, ..] => "translated from IPv4",
            [first, ..] if first >> 9 == 0xfc >> 1 => "unique local",
            [first, ..] if first >> 6 == 0xfe80 >> 6 => "link-local",
            [first, ..] if first >> 6 == 0xfec0 >> 6 => "site-local",
            [first, ..] if first >> 8 == 0xff => "multicast",
            _ => "not assigned",
        });
    }
    // ISATAP writes an address of IPv4 into the last half of any prefix.
    if matches!(parts[4], 0 | 0x200) && parts[5] == 0x5efe {
        return Some("tunnelled from IPv4");
    }
    let bits = u128::from(address);
    let holds = |net: &&([u16; 3], u32, &'static str)| {
        let ([a, b, c], prefix, _) = **net;
        let base = u128::from(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0));
        (bits ^ base) >> (128 - prefix) == 0
    };
    V6.iter().find(holds).map(|(_, _, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: Option<&str>) {
        let parsed: IpAddr = address.parse().expect("an address");
        assert_eq!(reserved_for(parsed), expected, "{address}");
    }

    #[test]
    fn public_addresses() {
        for address in [
            "8.8.8.8",
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.17",
            "172.15.255.255",
            "172.32.0.0",
            "191.255.255.255",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "2001:200::1",
            "2003::1",
            "2a00::1",
            "2620:4f:8001::1",
            "3ffd::1",
        ] {
            check(address, None);
        }
    }

    #[test]
    fn edges_of_what_is_not() {
        check("0.255.255.255", Some("this host"));
        check("10.255.255.255", Some("private"));
        check("100.64.0.0", Some("behind a carrier's translation"));
        check("100.127.255.255", Some("behind a carrier's translation"));
        check("127.255.255.255", Some("loopback"));
        check("169.254.169.254", Some("link-local"));
        check("172.16.0.0", Some("private"));
        check("172.31.255.255", Some("private"));
        check("192.168.255.255", Some("private"));
        check("198.19.255.255", Some("benchmarks"));
        check("239.255.255.255", Some("multicast"));
        check("255.255.255.255", Some("broadcast"));
        check("255.255.255.254", Some("reserved"));
    }

    #[test]
    fn edges_of_the_second_kind() {
        check("::", Some("unspecified"));
        check("::1", Some("loopback"));
        check("::ffff:8.8.8.8", Some("mapped from IPv4"));
        check("::8.8.8.8", Some("compatible with IPv4"));
        check("64:ff9b::8.8.8.8", Some("translated from IPv4"));
        check("64:ff9b:1::a00:1", Some("translated from IPv4"));
        check("100::1", Some("not assigned"));
        check("1fff:ffff::1", Some("not assigned"));
        check("4000::1", Some("not assigned"));
        check("5f00::1", Some("not assigned"));
        check("2001::1", Some("protocol assignments"));
        check("2001:1ff:ffff::", Some("protocol assignments"));
        check("2001:db8:ffff::1", Some("documentation"));
        check("2002:7f00:1::", Some("6to4"));
        check("3fff:fff::1", Some("documentation"));
        check("2606:4700::5efe:7f00:1", Some("tunnelled from IPv4"));
        check("fc00::1", Some("unique local"));
        check("fdff:ffff::1", Some("unique local"));
        check("fe80::1", Some("link-local"));
        check("febf::1", Some("link-local"));
        check("fec0::1", Some("site-local"));
        check("feff::1", Some("site-local"));
        check("ff02::1", Some("multicast"));
    }
}
