//! C1: addresses that lead inside, in every disguise that is known to work somewhere.

use pregon_adapters_webhook::{Egress, Webhook, WebhookConfig};

use crate::support::secrets;

/// Addresses that are nobody's on the public net, written plainly.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "https://0.0.0.0/", "https://0.1.2.3/", "https://10.0.0.1/", "https://10.255.255.255/",
    "https://100.64.0.1/", "https://100.100.100.200/", "https://100.127.255.254/",
    "https://127.0.0.1/", "https://127.0.0.53/", "https://127.1.2.3/", "https://127.255.255.254/",
    "https://168.63.129.16/", "https://169.254.0.1/", "https://169.254.169.254/",
    "https://169.254.170.2/", "https://172.16.0.1/", "https://172.20.10.1/",
    "https://172.31.255.255/", "https://192.0.0.1/", "https://192.0.0.192/", "https://192.0.2.1/",
    "https://192.31.196.1/", "https://192.52.193.1/", "https://192.88.99.1/",
    "https://192.168.0.1/", "https://192.168.1.254/", "https://192.175.48.1/",
    "https://198.18.0.1/", "https://198.19.255.255/", "https://198.51.100.7/",
    "https://203.0.113.9/", "https://224.0.0.1/", "https://233.252.0.1/",
    "https://239.255.255.250/", "https://240.0.0.1/", "https://255.255.255.254/",
    "https://255.255.255.255/",
];

/// Addresses in the spellings that some programs read: decimal, octal, hexadecimal, short, long,
/// with a dot at the end; those of public ones too, for whoever means one writes it.
#[rustfmt::skip]
const SPELT: &[&str] = &[
    "https://2130706433/", "https://0x7f000001/", "https://0X7F000001/", "https://017700000001/",
    "https://127.1/", "https://127.0.1/", "https://0x7f.0x0.0x0.0x1/", "https://0177.00.00.01/",
    "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://127.0.0.1./", "https://127.0.0.0x1/",
    "https://0177.0x0.1/", "https://2852039166/", "https://0xa9fea9fe/", "https://0XA9FEA9FE/",
    "https://025177524776/", "https://169.16689662/", "https://169.254.43518/",
    "https://0xa9.0xfe.0xa9.0xfe/", "https://0251.0376.0251.0376/", "https://0xa9.254.169.254/",
    "https://0251.254.169.254/", "https://169.254.169.254./", "https://169.254.169.0xfe/",
    "https://0251.0xfe.43518/", "https://167772161/", "https://0xa000001/", "https://0XA000001/",
    "https://01200000001/", "https://10.1/", "https://10.0.1/", "https://0xa.0x0.0x0.0x1/",
    "https://012.00.00.01/", "https://0xa.0.0.1/", "https://012.0.0.1/", "https://10.0.0.1./",
    "https://10.0.0.0x1/", "https://012.0x0.1/", "https://3232235777/", "https://0xc0a80101/",
    "https://0XC0A80101/", "https://030052000401/", "https://192.11010305/",
    "https://192.168.257/", "https://0xc0.0xa8.0x1.0x1/", "https://0300.0250.01.01/",
    "https://0xc0.168.1.1/", "https://0300.168.1.1/", "https://192.168.1.1./",
    "https://192.168.1.0x1/", "https://0300.0xa8.257/", "https://0/", "https://0x0/",
    "https://00000000/", "https://0x7f.1/", "https://0x7f000001./", "https://2130706433./",
    "https://127.000.000.001/", "https://0127.0.0.1/", "https://010.0.0.1/",
    "https://0x08080808/", "https://134744072/", "https://8.8.2056/", "https://8.526344/",
    "https://010.8.8.8/", "https://8.8.8.8./", "https://4294967295/", "https://4294967296/",
    "https://256.256.256.256/", "https://127.0.0.1.1/", "https://1.2.3/",
    "https://0x7f.0x0.0x0.0x1./", "https://0x/",
];

/// Addresses of the second kind: loopback, mapped, compatible, translated, tunnelled, with zones,
/// and what looks like one.
#[rustfmt::skip]
const SECOND_KIND: &[&str] = &[
    "https://[::]/", "https://[::1]/", "https://[::2]/", "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/", "https://[::ffff:a9fe:a9fe]/", "https://[::ffff:8.8.8.8]/",
    "https://[::127.0.0.1]/", "https://[::7f00:1]/", "https://[::8.8.8.8]/",
    "https://[0:0:0:0:0:0:0:1]/", "https://[0000:0000:0000:0000:0000:0000:0000:0001]/",
    "https://[::ffff:0:127.0.0.1]/", "https://[64:ff9b::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/", "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b::808:808]/",
    "https://[64:ff9b:1::7f00:1]/", "https://[64:ff9b:1:ffff::808:808]/", "https://[100::1]/",
    "https://[2001::1]/", "https://[2001:0:7f00:1::]/",
    "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", "https://[2001:2::1]/",
    "https://[2001:10::1]/", "https://[2001:20::1]/", "https://[2001:db8::1]/",
    "https://[2001:db8:ffff::1]/", "https://[2002:7f00:1::]/", "https://[2002:a9fe:a9fe::1]/",
    "https://[2002:808:808::1]/", "https://[2606:4700::5efe:7f00:1]/",
    "https://[2606:4700::200:5efe:a00:1]/", "https://[2620:4f:8000::1]/", "https://[3fff::1]/",
    "https://[3ffe::1]/", "https://[4000::1]/", "https://[5f00::1]/", "https://[8000::1]/",
    "https://[fc00::1]/", "https://[fd00::1]/", "https://[fd00:ec2::254]/",
    "https://[fdff:ffff:ffff::1]/", "https://[fe80::1]/", "https://[fe80::a9fe:a9fe]/",
    "https://[febf::1]/", "https://[fec0::1]/", "https://[feff::1]/", "https://[ff01::1]/",
    "https://[ff02::1]/", "https://[ff0e::1]/", "https://[::1%25lo]/",
    "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/", "https://[::1%lo]/", "https://[1]/",
    "https://[::g]/", "https://[127.0.0.1]/", "https://[::ffff:127.1]/", "https://[::1",
    "https://::1/", "https://[::1]evil.example.com/", "https://[::1].example.com/",
    "https://2001:db8::1/",
];

/// Names of machines that only those inside find.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "https://localhost/", "https://LOCALHOST/", "https://localhost./",
    "https://localhost.localdomain/", "https://a.localhost/", "https://printer.local/",
    "https://metadata/", "https://metadata.google.internal/", "https://metadata.internal/",
    "https://instance-data.ec2.internal/", "https://db.corp/", "https://nas.home/",
    "https://router.lan/", "https://intranet/", "https://x.intranet/", "https://kubernetes/",
    "https://kubernetes.default.svc.cluster.local/", "https://1.0.0.127.in-addr.arpa/",
    "https://router.home.arpa/", "https://abc.onion/", "https://a.test/", "https://a.invalid/",
    "https://a.example/", "https://x.private/", "https://x.alt/", "https://hooks/",
    "https://com/",
];

/// Users and passwords that look like hosts, and hosts that look like users.
#[rustfmt::skip]
const USERS: &[&str] = &[
    "https://user@hooks.example.org/", "https://user:word@hooks.example.org/",
    "https://:@hooks.example.org/", "https://@hooks.example.org/",
    "https://hooks.example.org@127.0.0.1/", "https://hooks.example.org:443@127.0.0.1/",
    "https://hooks.example.org%40127.0.0.1/", "https://127.0.0.1@hooks.example.org/",
    "https://a@b@hooks.example.org/", "https://hooks.example.org:@10.0.0.1/",
    "https://foo@[::1]/", "https://hooks.example.org%2f@127.0.0.1/",
];

/// Letters that become others on the way, and names that no host has.
#[rustfmt::skip]
const LETTERS: &[&str] = &[
    "https://１２７.0.0.1/", "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://127．0．0．1/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "https://ｌｏｃａｌｈｏｓｔ/", "https://localhoſt/",
    "https://hooks.exam\u{ad}ple.org/", "https://hooks\u{200b}.example.org/",
    "https://hooks.example.org。/", "https://hооks.example.org/", "https://ñandú.example.org/",
    "https://%31%32%37.0.0.1/", "https://127.0.0.1%00/", "https://%6c%6f%63alhost/",
    "https://hooks.example.org%00.evil.example.com/",
    "https://hooks.example.org%0d%0aHost:127.0.0.1/", "https://hooks_a.example.org/",
    "https://-a.example.org/", "https://a-.example.org/", "https://a..example.org/",
    "https://.example.org/", "https://hooks.example.org./", "https://*.example.org/",
    "https://hooks.example.org,127.0.0.1/", "https://hooks.example.org;127.0.0.1/",
    "https://0x7f000001.0x/",
];

/// What one parser reads so and the next one otherwise.
#[rustfmt::skip]
const PARSERS: &[&str] = &[
    "https:\\\\127.0.0.1\\", "https:/\\hooks.example.org/", "https:hooks.example.org/",
    "https:///hooks.example.org/", "https:////hooks.example.org/",
    "https://hooks.example.org\\@127.0.0.1/", "https://hooks.example.org\\.127.0.0.1/",
    "https://127.0.0.1\\.hooks.example.org/", " https://hooks.example.org/",
    "https://hooks.example.org/ ", "https://hooks.example.org/\t", "https://hooks.\texample.org/",
    "https://hooks.example.org\n/", "ht\ntps://hooks.example.org/",
    "https://hooks.example.org/\r\nX: y", "https://hooks.example.org/#@127.0.0.1/",
    "https://hooks.example.org#@127.0.0.1/", "https://", "https:///", "https://?", "https://#",
    "https://:443/", "", "hooks.example.org", "//hooks.example.org/", "/pregon",
    "https://hooks.example.org/ñ",
];

/// Other ways of speaking.
#[rustfmt::skip]
const SCHEMES: &[&str] = &[
    "http://hooks.example.org/", "HTTP://hooks.example.org/", "http://127.0.0.1/",
    "http://localhost/", "ftp://hooks.example.org/", "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x", "dict://127.0.0.1:11211/", "ws://hooks.example.org/",
    "wss://hooks.example.org/", "javascript:alert(1)", "data:text/html,x",
    "jar:https://hooks.example.org!/", "unix:///var/run/docker.sock", "ldap://127.0.0.1/",
    "tftp://127.0.0.1/", "blob:https://hooks.example.org/x", "about:blank",
    "view-source:https://hooks.example.org/",
];

/// Ports of other services, and spellings of ports.
#[rustfmt::skip]
const PORTS: &[&str] = &[
    "https://hooks.example.org:22/", "https://hooks.example.org:25/",
    "https://hooks.example.org:80/", "https://hooks.example.org:0/",
    "https://hooks.example.org:444/", "https://hooks.example.org:5432/",
    "https://hooks.example.org:6379/", "https://hooks.example.org:8080/",
    "https://hooks.example.org:9200/", "https://hooks.example.org:11211/",
    "https://hooks.example.org:65535/", "https://hooks.example.org:65536/",
    "https://hooks.example.org:99999/", "https://hooks.example.org:0443/",
    "https://hooks.example.org:00443/", "https://hooks.example.org:443a/",
    "https://hooks.example.org:-443/", "https://hooks.example.org:+443/",
    "https://hooks.example.org: 443/", "https://hooks.example.org:4 43/",
    "https://hooks.example.org:443:443/", "https://hooks.example.org:0x1bb/",
    "https://hooks.example.org:/",
];

fn all() -> Vec<&'static str> {
    let groups = [
        RESERVED,
        SPELT,
        SECOND_KIND,
        NAMES,
        USERS,
        LETTERS,
        PARSERS,
        SCHEMES,
        PORTS,
    ];
    groups.concat()
}

#[test]
fn c1_none_of_hundreds_of_disguises_is_written_to() {
    let all = all();
    assert!(all.len() >= 200, "{}", all.len());
    let egress = Egress::new();
    let mut taken = all.clone();
    taken.retain(|url| egress.check(url).is_ok());
    assert!(taken.is_empty(), "{taken:?} of {}", all.len());
    for url in all {
        let config = WebhookConfig::new(url, secrets());
        assert!(Webhook::new(config).is_err(), "{url}");
    }
}

/// Were everything refused, the test above would show nothing.
#[test]
fn c1_what_is_meant_for_the_public_is_written_to() {
    for url in [
        "https://hooks.example.org/pregon",
        "https://hooks.example.org",
        "https://HOOKS.example.org/?a=b&c=%20",
        "https://hooks.example.org:443/",
        "https://hooks.example.org:8443/a/b",
        "https://xn--and-6ma2c.example.org/",
        "https://a-b.c-d.example.com/",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]:8443/",
        "https://127.0.0.1.nip.example.com/",
        "https://localhost.example.com/",
    ] {
        assert_eq!(Egress::new().check(url), Ok(()), "{url}");
    }
}

/// This machine is written to only where it was written out, and nothing beside it.
#[test]
fn c1_loopback_is_for_tests_and_opens_nothing_else() {
    let egress = Egress::new().and_loopback();
    for url in [
        "http://127.0.0.1:8000/",
        "https://[::1]:9/",
        "http://localhost:3000/a",
    ] {
        assert_eq!(egress.check(url), Ok(()), "{url}");
    }
    let is_here = |url: &&&str| {
        let rest = url
            .trim_start_matches("https://")
            .trim_start_matches("http://");
        let here = ["127.", "[::1]/", "localhost/", "LOCALHOST/"];
        here.iter().any(|start| rest.starts_with(start))
    };
    for url in all().iter().filter(|url| !is_here(url)) {
        assert!(egress.check(url).is_err(), "{url}");
    }
    for url in [
        "http://127.1/",
        "http://2130706433/",
        "http://u@127.0.0.1/",
        "http://a.localhost/",
    ] {
        assert!(egress.check(url).is_err(), "{url}");
    }
}

#[test]
fn c1_only_the_hosts_of_the_list() {
    let egress = Egress::new().only_hosts(["hooks.example.org", ".example.com", "8.8.8.8"]);
    for url in [
        "https://hooks.example.org/",
        "https://HOOKS.EXAMPLE.ORG/",
        "https://a.example.com/",
        "https://a.b.example.com/",
        "https://8.8.8.8/",
    ] {
        assert_eq!(egress.check(url), Ok(()), "{url}");
    }
    for url in [
        "https://example.com/",
        "https://aexample.com/",
        "https://hooks.example.org.evil.net/",
        "https://evil-hooks.example.org/",
        "https://example.org/",
        "https://8.8.4.4/",
    ] {
        assert!(egress.check(url).is_err(), "{url}");
    }
    let own = "8.8.8.8".parse().unwrap();
    assert!(
        egress.without_own([own]).check("https://8.8.8.8/").is_err(),
        "one of our own"
    );
}
