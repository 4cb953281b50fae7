//! The policy: the cases and the matrix of the npm package's, its messages, and its tables.
use berkeley_sockets::policy::constants::constant;
use berkeley_sockets::policy::tables::{Access, CONTROLS, OPTIONS, REQUESTS, Row, Size};
use berkeley_sockets::policy::{Judge, Policy};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

fn tree(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn text_of(path: &str) -> String {
    std::fs::read_to_string(tree(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn cases_are_decided_as_they_say() {
    let whole: Value = serde_json::from_str(&text_of("tests/policy/cases.json")).unwrap();
    let cases = whole["cases"].as_array().unwrap();
    assert!(cases.len() >= 150);
    for case in cases {
        // The files of a case matter to a call that is made; what is asked here is text.
        let text = case.to_string().replace("$DIR", "/tmp/policy");
        let case: Value = serde_json::from_str(&text).unwrap();
        let judge = Judge::new(Policy::from_value(&case["policy"]).unwrap());
        let found = judge.explain(&case["call"]).unwrap();
        let expect = &case["expect"];
        assert_eq!(json!(found.granted), expect["granted"], "{case}: {}", found.why);
        assert_eq!(json!(found.place), expect["rule"], "{case}: {}", found.why);
        assert_eq!(json!(found.error), expect["error"], "{case}: {}", found.why);
    }
}

/// Each call of tests/policy/matrix.test.ts, whose decisions are in the file that MATRIX names.
#[test]
fn the_matrix_is_decided_as_by_the_other_host() {
    let Ok(file) = std::env::var("MATRIX") else {
        println!(
            "skipped: MATRIX names no file (MATRIX=FILE node dist/tests/policy/matrix.test.js)"
        );
        return;
    };
    let mut judges = HashMap::new();
    let mut count = 0;
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let judge = judges
            .entry(case["policy"].to_string())
            .or_insert_with(|| Judge::new(Policy::from_value(&case["policy"]).unwrap()));
        let found = judge.explain(&case["call"]).unwrap();
        assert_eq!(json!(found.granted), case["granted"], "{line}");
        assert_eq!(json!(found.place), case["place"], "{line}");
        assert_eq!(json!(found.error), case["error"], "{line}");
        assert_eq!(json!(found.why), case["why"], "{line}");
        count += 1;
    }
    assert!(count >= 3000, "{count}");
    println!("{count} calls decided alike");
}

fn errors(policy: Value) -> Vec<String> {
    Policy::from_value(&policy).expect_err("a policy with errors").errors
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let wrong = [
        (json!("tcp-conect:*:*"), "\"tcp-conect\" is no kind of rule: "),
        (json!("tcp-connect:10.0.0.0/33:443"), "\"33\" is no prefix length 0..32"),
        (json!("tcp-connect:[2001:db8::]/129:443"), "\"129\" is no prefix length 0..128"),
        (json!("tcp-connect:10.0.0.1/8:443"), "\"10.0.0.1/8\" has bits set after its prefix of 8"),
        (json!("tcp-connect:010.0.0.1:443"), "\"010.0.0.1\" is no address: 10.0.0.0/8"),
        (json!("tcp-connect:2001:db8::1:443"), "an IPv6 address stands in brackets"),
        (json!("tcp-connect:[10.0.0.1]:443"), "an IPv6 address stands in brackets"),
        (json!("tcp-connect:[::ffff:10.0.0.1]:443"), "is an IPv4-mapped address"),
        (json!("tcp-connect:example.org:443"), "so a host's name can't be granted here"),
        (json!("tcp-connect:0.0.0.0:443"), "\"0.0.0.0\" reaches 127.0.0.1"),
        (json!("udp-connect:[::]:443"), "\"[::]\" reaches [::1]"),
        (json!("tcp-connect:10.0.0.1"), "is incomplete: tcp-connect:ADDRESS:PORTS"),
        (json!("tcp-connect:10.0.0.1:0"), "\"0\" is no port or range of ports"),
        (json!("tcp-connect:10.0.0.1:65536"), "\"65536\" is no port or range of ports"),
        (json!("tcp-connect:10.0.0.1:9-8"), "\"9-8\" is no port or range of ports"),
        (json!("raw:icmpx"), "\"icmpx\" is no protocol of IP: "),
        (json!("raw:raw:10.0.0.0/8"), "can't be judged: sockets of protocol raw bring"),
        (json!("unix:run/app"), "\"run/app\" is no path: it begins with /"),
        (json!("unix:/run/../app"), "it has an empty part, . or .."),
        (json!("unix:/run/app/"), "it has an empty part, . or .."),
        (json!("netlink:99"), "\"99\" is no protocol of netlink: "),
        (json!("can:a name"), "is no interface's name, a pattern of one, or *"),
        (json!("vsock-connect:2:4294967296"), "\"4294967296\" is no port or range of ports"),
        (json!("family:2"), "\"2\" is AF_INET: its rules are tcp-connect"),
        (json!("family:44"), "is AF_XDP, which can't be granted"),
        (json!("family:*"), "\"*\" is no family: each is granted by itself"),
        (json!("names:*example.org"), "is no host's name: example.org, *.example.org or *"),
        (json!("option:SO_ATTACH_FILTER"), "is no option that can be granted"),
        (json!("rights:all"), "\":all\" is too much: rights stands alone"),
        (json!({ "kind": "tcp-connect", "address": "*" }), "lacks ports"),
        (
            json!({ "kind": "tcp-connect", "address": "*", "ports": 443 }),
            "\"443\" is no ports: numbers too are strings",
        ),
        (json!({ "kind": "rights", "address": "*" }), "\"address\" is no field of a rights rule"),
        (json!({ "address": "*" }), "\"undefined\" is no kind of rule: "),
        (json!(7), "\"7\" is no rule: a short form or an object"),
        (json!(null), "\"null\" is no rule: a short form or an object"),
    ];
    for (rule, message) in wrong {
        let found = errors(json!({ "allow": ["rights", rule] }));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("allow[1]: "), "{}", found[0]);
        assert!(found[0].contains(message), "{}, not {message}", found[0]);
    }
}

#[test]
fn a_policy_with_errors_is_refused_whole() {
    let policy = json!({
        "allow": ["tcp:*", "rights"],
        "deny": ["udp"],
        "limits": { "bytes": 0, "seconds": 1 },
        "permit": [],
    });
    let found = errors(policy);
    let places: Vec<_> = found.iter().map(|error| error.split(" is no ").next().unwrap()).collect();
    assert_eq!(
        places,
        [
            "policy: \"permit\"",
            "allow[0]: tcp:*: \"tcp\"",
            "deny[0]: udp: \"udp\"",
            "limits: \"seconds\"",
            "limits.bytes: \"0\"",
        ]
    );
    assert_eq!(errors(json!({})), ["allow: \"undefined\" is no list of rules"]);
    let no_policy = "policy: \"rights\" is no policy: an object, or a list of rules";
    assert_eq!(errors(json!("rights")), [no_policy]);
    assert!(Policy::from_json("[").is_err());
}

#[test]
fn limits_are_read() {
    let limits = json!({ "descriptors": 3, "bytes": 4, "milliseconds": 5 });
    let policy = Policy::from_value(&json!({ "allow": [], "limits": limits })).unwrap();
    assert_eq!(policy.limits.descriptors, 3);
    assert_eq!(policy.limits.bytes, Some(4));
    assert_eq!(policy.limits.milliseconds, Some(5));
    assert_eq!(Policy::from_json("[]").unwrap().limits.descriptors, 1024);
}

/// Rows of a table of docs/policy.md under a heading: their cells.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = text_of("docs/policy.md");
    let section = text.split(&format!("## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect())
        .collect()
}

fn names_of(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_string).collect()
}

fn size_text(size: Size) -> String {
    match size {
        Size::Is(size) => size.to_string(),
        Size::Of(sizes) => sizes.iter().map(|size| size.to_string()).collect::<Vec<_>>().join(", "),
        Size::Range { from, to, step: 1 } => format!("{from}-{to}"),
        Size::Range { from, to, step } => format!("{from}-{to} by {step}"),
    }
}

fn needs_text(kind: &str, row: &Row) -> String {
    let need = if row.grant { format!("`{kind}:NAME`") } else { "no rule".to_string() };
    match row.access {
        Access::Get => format!("{need}, get only"),
        Access::Set if kind == "option" => format!("{need}, set only"),
        _ => need,
    }
}

fn lines_of(kind: &str, rows: &[Row]) -> Vec<String> {
    let line = |row: &Row, name: &&str| {
        format!("{} {name} {} {}", row.level, size_text(row.size), needs_text(kind, row))
    };
    let mut lines: Vec<_> =
        rows.iter().flat_map(|row| row.names.iter().map(move |name| line(row, name))).collect();
    lines.sort();
    lines
}

#[test]
fn the_tables_are_those_of_the_reference() {
    for (heading, kind, rows) in
        [("Options", "option", OPTIONS), ("Control messages", "control", CONTROLS)]
    {
        let mut documented: Vec<_> = table(heading)
            .iter()
            .filter(|row| {
                !row[3].contains("rule of its source")
                    && row[3] != "the same"
                    && row[3] != "`rights`"
            })
            .flat_map(|row| {
                let level = names_of(&row[0])[0].clone();
                let line = move |name: String| format!("{level} {name} {} {}", row[2], row[3]);
                names_of(&row[1]).into_iter().map(line).collect::<Vec<_>>()
            })
            .collect();
        documented.sort();
        assert_eq!(lines_of(kind, rows), documented);
    }
    let documented: Vec<_> = table("Requests of ioctl")
        .iter()
        .map(|row| (names_of(&row[0])[0].clone(), row[1].clone()))
        .collect();
    let own: Vec<_> = REQUESTS
        .iter()
        .flat_map(|request| {
            request.names.iter().map(|name| (name.to_string(), request.size.to_string()))
        })
        .collect();
    assert_eq!(own, documented);
}

#[test]
fn constants_are_those_of_the_c_library() {
    for (name, value) in [
        ("AF_INET6", libc::AF_INET6),
        ("SOCK_SEQPACKET", libc::SOCK_SEQPACKET),
        ("SO_LINGER", libc::SO_LINGER),
        ("IPPROTO_SCTP", libc::IPPROTO_SCTP),
        ("MSG_NOSIGNAL", libc::MSG_NOSIGNAL),
        ("ECONNREFUSED", libc::ECONNREFUSED),
        ("EAI_FAIL", libc::EAI_FAIL),
        ("NETLINK_ROUTE", libc::NETLINK_ROUTE),
        ("IPV6_V6ONLY", libc::IPV6_V6ONLY),
        ("TCP_NODELAY", libc::TCP_NODELAY),
    ] {
        assert_eq!(constant(name), Some(i64::from(value)), "{name}");
    }
    assert_eq!(constant("SO_NOSIGPIPE"), None);
}
