//! A guest's sockets on the real system, without wasm: what is granted works as the system calls do,
//! what is refused says so, and nobody who waits holds up the executor.
use berkeley_sockets::Errno;
use berkeley_sockets::guest::{Datagram, Guest, Socket};
use berkeley_sockets::policy::Policy;
use berkeley_sockets::policy::address::path_address;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const INET: i32 = libc::AF_INET;
const INET6: i32 = libc::AF_INET6;
const UNIX: i32 = libc::AF_UNIX;
const STREAM: i32 = libc::SOCK_STREAM;
const DGRAM: i32 = libc::SOCK_DGRAM;

fn guest(policy: Value) -> Guest {
    Guest::new(Policy::from_value(&policy).expect("a policy"))
}

fn inet(ip: [u8; 4], port: u16) -> Vec<u8> {
    let mut bytes = vec![INET as u8, 0];
    bytes.extend(port.to_be_bytes());
    bytes.extend(ip);
    bytes.extend([0; 8]);
    bytes
}

const HERE: [u8; 4] = [127, 0, 0, 1];

fn inet6(ip: Ipv6Addr, port: u16) -> Vec<u8> {
    let mut bytes = vec![INET6 as u8, 0];
    bytes.extend(port.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(ip.octets());
    bytes.extend([0; 4]);
    bytes
}

fn unix(path: &Path) -> Vec<u8> {
    path_address(path.as_os_str().as_encoded_bytes()).expect("a path that is short enough")
}

fn port_in(address: &[u8]) -> u16 {
    u16::from_be_bytes([address[2], address[3]])
}

/// Runs a test in a runtime of one thread, on which a call that blocked would hold up everything.
fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(test);
}

/// A folder that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("berkeley-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path.canonicalize().expect("its path"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_connection_is_made_used_and_ended() {
    run(async {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = server.local_addr().unwrap().port();
        let echo = std::thread::spawn(move || {
            let (mut peer, _) = server.accept().unwrap();
            let mut bytes = [0; 5];
            peer.read_exact(&mut bytes).unwrap();
            std::thread::sleep(Duration::from_millis(50));
            peer.write_all(&bytes).unwrap();
        });
        let mut guest = guest(json!(["tcp-connect:127.0.0.1:*"]));
        let socket = guest.open(INET, STREAM, 0).unwrap();
        guest.connect(&socket, &inet(HERE, port)).await.unwrap();
        assert_eq!(port_in(&guest.getpeername(&socket).unwrap()), port);
        assert_eq!(guest.send(&socket, b"hello", 0).await, Ok(5));
        assert_eq!(guest.recv(&socket, 100, 0).await.unwrap(), b"hello");
        assert_eq!(guest.recv(&socket, 100, 0).await.unwrap(), b"");
        echo.join().unwrap();
        let refused = guest.open(INET, STREAM, 0).unwrap();
        let gone = guest.connect(&refused, &inet(HERE, port)).await;
        assert_eq!(gone, Err(Errno(libc::ECONNREFUSED)));
    });
}

#[test]
fn a_server_listens_and_accepts() {
    run(async {
        let mut guest = guest(json!(["tcp-listen:127.0.0.1:*"]));
        let socket = guest.open(INET, STREAM, 0).unwrap();
        guest.bind(&socket, &inet(HERE, 0)).unwrap();
        guest.listen(&socket, 1).unwrap();
        let port = port_in(&guest.getsockname(&socket).unwrap());
        let peer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(30));
            let mut peer = TcpStream::connect(("127.0.0.1", port)).unwrap();
            peer.write_all(b"abc").unwrap();
            peer.write_all(b"defg").unwrap();
            let own = peer.local_addr().unwrap().port();
            (peer, own)
        });
        let (accepted, address) = guest.accept(&socket).await.unwrap();
        let (peer, own) = peer.join().unwrap();
        assert_eq!(port_in(&address), own);
        let all = guest.recv(&accepted, 7, libc::MSG_WAITALL).await.unwrap();
        assert_eq!(all, b"abcdefg");
        assert_eq!(guest.descriptors(), 2);
        drop(peer);
    });
}

#[test]
fn who_waits_holds_up_nobody() {
    run(async {
        let mut guest = guest(json!(["udp-bind:127.0.0.1:*"]));
        let socket = guest.open(INET, DGRAM, 0).unwrap();
        guest.bind(&socket, &inet(HERE, 0)).unwrap();
        let port = port_in(&guest.getsockname(&socket).unwrap());
        // One thread: the other task runs while the guest waits, or nobody ever sends.
        let sender = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(30)).await;
            let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
            peer.send_to(b"late", ("127.0.0.1", port)).unwrap();
        });
        let (data, address) = guest.recvfrom(&socket, 100, 0).await.unwrap();
        sender.await.unwrap();
        assert_eq!(data, b"late");
        assert_eq!(address[4..8], HERE);
    });
}

#[test]
fn a_blocking_send_sends_all_of_it() {
    run(async {
        let mut guest = guest(json!(["unix-pair"]));
        let (one, other) = guest.pair(UNIX, STREAM, 0).unwrap();
        let mut small = berkeley_peer(&guest, &other);
        let data: Vec<u8> = (0..3_000_000u32).map(|i| i as u8).collect();
        let expected = data.clone();
        let reader = std::thread::spawn(move || {
            let mut got = vec![0; expected.len()];
            small.read_exact(&mut got).unwrap();
            assert!(got == expected);
        });
        assert_eq!(guest.send(&one, &data, 0).await, Ok(data.len() as u32));
        reader.join().unwrap();
        // What doesn't wait takes what there is room for.
        let part = guest.send(&one, &data, libc::MSG_DONTWAIT).await.unwrap();
        assert!(part > 0 && (part as usize) < data.len());
        assert_eq!(guest.send(&one, &data, libc::MSG_DONTWAIT).await, Err(Errno::EAGAIN));
    });
}

/// The embedder's own end of a guest's socket.
fn berkeley_peer(_: &Guest, socket: &Socket) -> std::os::unix::net::UnixStream {
    use std::os::fd::AsFd;
    socket.as_fd().try_clone_to_owned().unwrap().into()
}

#[test]
fn what_no_rule_grants_is_refused() {
    run(async {
        let mut guest = guest(json!(["tcp-connect:127.0.0.1:1-2", "udp-connect:127.0.0.2:*"]));
        for (family, kind, protocol) in [
            (UNIX, STREAM, 0),
            (libc::AF_NETLINK, 3, 0),
            (INET, libc::SOCK_RAW, 1),
            (INET, STREAM, 132),
        ] {
            let refused = guest.open(family, kind, protocol).err();
            assert_eq!(refused, Some(Errno::EACCES), "{family} {kind} {protocol}");
        }
        assert_eq!(guest.pair(UNIX, STREAM, 0).err(), Some(Errno::EACCES));
        let tcp = guest.open(INET, STREAM, 0).unwrap();
        let six = guest.open(INET6, DGRAM, 0).unwrap();
        assert_eq!(guest.connect(&tcp, &inet(HERE, 3)).await, Err(Errno::EACCES));
        assert_eq!(guest.connect(&tcp, &inet([0; 4], 3)).await, Err(Errno::EACCES));
        assert_eq!(guest.connect(&tcp, &[]).await, Err(Errno::EINVAL));
        assert_eq!(guest.connect(&tcp, &[2; 300]).await, Err(Errno::EINVAL));
        assert_eq!(guest.bind(&tcp, &inet(HERE, 0)), Err(Errno::EACCES));
        assert_eq!(guest.listen(&tcp, 1), Err(Errno::EACCES));
        assert_eq!(port_in(&guest.getsockname(&tcp).unwrap()), 0, "it was bound all the same");
        let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
        let sent = guest.sendto(&six, b"x", 0, &inet6(mapped, 9)).await;
        assert_eq!(sent, Err(Errno::EACCES));
        let mark = guest.setsockopt(&tcp, libc::SOL_SOCKET, libc::SO_MARK, &[0; 4]);
        assert_eq!(mark, Err(Errno::EACCES));
        let wide = guest.setsockopt(&tcp, libc::SOL_SOCKET, libc::SO_REUSEADDR, &[0; 8]);
        assert_eq!(wide, Err(Errno::EACCES));
        let filter = guest.getsockopt(&tcp, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, 8);
        assert_eq!(filter, Err(Errno::EACCES));
        assert_eq!(guest.ioctl(&tcp, libc::SIOCGIFADDR as u32, &[0; 40]), Err(Errno::EACCES));
        assert_eq!(guest.ioctl(&tcp, libc::FIONREAD as u32, &[0; 8]), Err(Errno::EACCES));
        assert_eq!(guest.ioctl(&tcp, libc::FIONREAD as u32, &[0; 4]), Ok(vec![0; 4]));
    });
}

#[test]
fn a_port_that_the_kernel_picks_is_judged() {
    run(async {
        let rules = ["tcp-listen:127.0.0.1:1-2", "udp-bind:127.0.0.1:1-2", "udp-connect:*:*"];
        let mut guest = guest(json!(rules));
        for kind in [STREAM, DGRAM] {
            let socket = guest.open(INET, kind, 0).unwrap();
            let twin = guest.duplicate(&socket).unwrap();
            assert_eq!(guest.bind(&socket, &inet(HERE, 0)), Err(Errno::EACCES));
            for each in [&socket, &twin] {
                assert_eq!(guest.listen(each, 1), Err(Errno::EACCES));
                assert_eq!(guest.recv(each, 1, libc::MSG_DONTWAIT).await, Err(Errno::EACCES));
                assert_eq!(guest.getsockname(each), Err(Errno::EACCES));
            }
        }
    });
}

#[test]
fn every_address_of_both_families_takes_a_grant_of_each() {
    run(async {
        let mut guest = guest(json!(["tcp-listen:[::]:*"]));
        let any = inet6(Ipv6Addr::UNSPECIFIED, 0);
        let both = guest.open(INET6, STREAM, 0).unwrap();
        assert_eq!(guest.bind(&both, &any), Err(Errno::EACCES));
        let six = guest.open(INET6, STREAM, 0).unwrap();
        let on = 1i32.to_ne_bytes();
        guest.setsockopt(&six, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, &on).unwrap();
        guest.bind(&six, &any).unwrap();
        guest.listen(&six, 1).unwrap();
    });
}

#[test]
fn paths_are_judged_by_what_they_lead_to() {
    run(async {
        let folder = Folder::new("paths");
        for name in ["app", "secret"] {
            std::fs::create_dir(folder.path(name)).unwrap();
        }
        let _server = UnixListener::bind(folder.path("secret/socket")).unwrap();
        std::os::unix::fs::symlink("../secret/socket", folder.path("app/link")).unwrap();
        std::os::unix::fs::symlink("../secret", folder.path("app/folder")).unwrap();
        let mut guest = guest(json!([format!("unix:{}/app/*", folder.0.display())]));
        for path in [
            "app/link",
            "app/folder/socket",
            "secret/socket",
            "secret/none",
            "app/../secret/socket",
        ] {
            let socket = guest.open(UNIX, STREAM, 0).unwrap();
            let connected = guest.connect(&socket, &unix(&folder.path(path))).await;
            assert_eq!(connected, Err(Errno::EACCES), "{path}");
        }
        let socket = guest.open(UNIX, STREAM, 0).unwrap();
        let none = guest.connect(&socket, &unix(&folder.path("app/none"))).await;
        assert_eq!(none, Err(Errno(libc::ENOENT)));
        let bound = guest.bind(&socket, &unix(&folder.path("app/folder/new")));
        assert_eq!(bound, Err(Errno::EACCES));
        // What was moved there is there.
        std::fs::rename(folder.path("secret/socket"), folder.path("app/socket")).unwrap();
        guest.connect(&socket, &unix(&folder.path("app/socket"))).await.unwrap();
    });
}

#[test]
fn a_bound_path_is_the_guests_own() {
    run(async {
        let folder = Folder::new("bound");
        let mut guest = guest(json!([format!("unix:{}/*", folder.0.display())]));
        let socket = guest.open(UNIX, DGRAM, 0).unwrap();
        let own = unix(&folder.path("own"));
        guest.bind(&socket, &own).unwrap();
        assert_eq!(guest.getsockname(&socket).unwrap(), own);
        let peer = UnixDatagram::bind(folder.path("peer")).unwrap();
        peer.send_to(b"x", folder.path("own")).unwrap();
        let (data, address) = guest.recvfrom(&socket, 9, 0).await.unwrap();
        assert_eq!((data.as_slice(), address), (&b"x"[..], unix(&folder.path("peer"))));
        assert_eq!(guest.sendto(&socket, b"y", 0, &unix(&folder.path("peer"))).await, Ok(1));
        let (_, from) = peer.recv_from(&mut [0; 9]).unwrap();
        // Others see it through the folder's descriptor, and can answer to it.
        peer.send_to(b"z", from.as_pathname().unwrap()).unwrap();
        assert_eq!(guest.recv(&socket, 9, 0).await.unwrap(), b"z");
    });
}

#[test]
fn a_full_receiver_is_waited_for() {
    run(async {
        let folder = Folder::new("full");
        let path = folder.path("peer");
        let mut guest = guest(json!([format!("unix:{}/*", folder.0.display())]));
        let peer = UnixDatagram::bind(&path).unwrap();
        let socket = guest.open(UNIX, DGRAM, 0).unwrap();
        let to = unix(&path);
        while guest.sendto(&socket, b"x", libc::MSG_DONTWAIT, &to).await.is_ok() {}
        let reader = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(30));
            peer.recv(&mut [0; 9]).unwrap();
            peer
        });
        assert_eq!(guest.sendto(&socket, b"y", 0, &to).await, Ok(1));
        reader.join().unwrap();
    });
}

#[test]
fn descriptors_pass_and_keep_what_they_are() {
    run(async {
        let mut guest = guest(json!(["unix-pair", "rights", "udp-bind:127.0.0.1:1-2"]));
        let (one, other) = guest.pair(UNIX, libc::SOCK_SEQPACKET, 0).unwrap();
        let udp = Arc::new(guest.open(INET, DGRAM, 0).unwrap());
        let rights = [udp.clone()];
        assert_eq!(guest.sendmsg(&one, b"take", &[], &rights, 0, &[]).await, Ok(4));
        let mut message = guest.recvmsg(&other, 100, 64, 0).await.unwrap();
        assert_eq!(message.data, b"take");
        let twin = message.rights.pop().unwrap();
        // It is the same socket for the policy: what one may not, the other may not.
        assert_eq!(guest.bind(&udp, &inet(HERE, 0)), Err(Errno::EACCES));
        assert_eq!(guest.recv(&twin, 1, libc::MSG_DONTWAIT).await, Err(Errno::EACCES));
        assert_eq!(guest.sendmsg(&one, b"no", &[], &rights, 0, &[]).await, Err(Errno::EACCES));
        // A descriptor in bytes is none.
        let mut control = Vec::new();
        berkeley_sockets::boundary::push_control(&mut control, 1, libc::SCM_RIGHTS, &[0; 4]);
        let sent = guest.sendmsg(&one, b"no", &control, &[], 0, &[]).await;
        assert_eq!(sent, Err(Errno::EINVAL));
    });
}

#[test]
fn descriptors_that_may_not_come_are_closed() {
    run(async {
        use std::os::fd::AsRawFd;
        let mut guest = guest(json!(["unix-pair", "tcp-connect:127.0.0.1:*"]));
        let (one, other) = guest.pair(UNIX, STREAM, 0).unwrap();
        let tcp = Arc::new(guest.open(INET, STREAM, 0).unwrap());
        let refused = guest.sendmsg(&one, b"x", &[], &[tcp], 0, &[]).await;
        assert_eq!(refused, Err(Errno::EACCES));
        // The embedder sends one.
        let peer = berkeley_peer(&guest, &one);
        let (pipe, mut keep) = std::os::unix::net::UnixStream::pair().unwrap();
        send_fd(peer.as_raw_fd(), pipe.as_raw_fd());
        drop(pipe);
        let message = guest.recvmsg(&other, 9, 64, 0).await.unwrap();
        assert!(message.rights.is_empty() && message.control.is_empty());
        assert!(message.flags & libc::MSG_CTRUNC != 0);
        // Nobody has the other end any more.
        assert_eq!(keep.read(&mut [0; 1]).unwrap(), 0);
    });
}

#[allow(unsafe_code)]
fn send_fd(socket: i32, fd: i32) {
    let mut control = Vec::new();
    berkeley_sockets::boundary::push_control(&mut control, 1, libc::SCM_RIGHTS, &fd.to_ne_bytes());
    let mut data = *b"x";
    let mut part = libc::iovec { iov_base: data.as_mut_ptr().cast(), iov_len: 1 };
    // SAFETY: a header of these parts, which live as long as the call.
    let sent = unsafe {
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_iov = &raw mut part;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = control.len();
        libc::sendmsg(socket, &raw const message, 0)
    };
    assert_eq!(sent, 1);
}

#[test]
fn limits_hold() {
    run(async {
        let limits = json!({ "descriptors": 3, "bytes": 10, "milliseconds": 60 });
        let mut guest = guest(json!({ "allow": ["unix-pair", "udp-bind:*:*"], "limits": limits }));
        let (one, other) = guest.pair(UNIX, STREAM, 0).unwrap();
        assert_eq!(guest.pair(UNIX, STREAM, 0).err(), Some(Errno::EMFILE));
        let udp = guest.open(INET, DGRAM, 0).unwrap();
        assert_eq!(guest.open(INET, DGRAM, 0).err(), Some(Errno::EMFILE));
        assert_eq!(guest.duplicate(&udp).err(), Some(Errno::EMFILE));
        assert_eq!(guest.send(&one, &[7; 100], 0).await, Ok(10));
        assert_eq!(guest.send(&one, &[7; 100], 0).await, Ok(10));
        assert_eq!(guest.recv(&other, u32::MAX, 0).await.unwrap().len(), 10);
        assert_eq!(guest.recv(&other, u32::MAX, 0).await.unwrap().len(), 10);
        let too_long = guest.sendto(&udp, &[7; 11], 0, &inet(HERE, 9)).await;
        assert_eq!(too_long, Err(Errno::EMSGSIZE));
        let began = Instant::now();
        assert_eq!(guest.recv(&other, 1, 0).await, Err(Errno::ETIMEDOUT));
        assert!(began.elapsed() >= Duration::from_millis(55));
        // Several waits in a row that are the same count together.
        let soon = [0i64.to_ne_bytes(), 25_000i64.to_ne_bytes()].concat();
        guest.setsockopt(&other, libc::SOL_SOCKET, libc::SO_RCVTIMEO, &soon).unwrap();
        let results = [
            guest.recv(&other, 1, 0).await,
            guest.recv(&other, 1, 0).await,
            guest.recv(&other, 1, 0).await,
        ];
        assert_eq!(results[0], Err(Errno::EAGAIN));
        assert!(results.contains(&Err(Errno::ETIMEDOUT)), "{results:?}");
        let linger = [1i32.to_ne_bytes(), 500i32.to_ne_bytes()].concat();
        guest.setsockopt(&other, libc::SOL_SOCKET, libc::SO_LINGER, &linger).unwrap();
        let bounded = guest.getsockopt(&other, libc::SOL_SOCKET, libc::SO_LINGER, 8).unwrap();
        assert_eq!(bounded[4..], 1i32.to_ne_bytes());
    });
}

#[test]
fn poll_tells_what_is_there() {
    run(async {
        let mut guest = guest(json!(["unix-pair"]));
        let (one, other) = guest.pair(UNIX, STREAM, 0).unwrap();
        let (one, other) = (Arc::new(one), Arc::new(other));
        let both = [(one.clone(), libc::POLLIN), (other.clone(), libc::POLLIN | libc::POLLOUT)];
        assert_eq!(guest.poll(&both, 0).await, Ok(vec![0, libc::POLLOUT]));
        let wait = [(one.clone(), libc::POLLIN), (one.clone(), libc::POLLPRI)];
        let began = Instant::now();
        assert_eq!(guest.poll(&wait, 30).await, Ok(vec![0, 0]));
        assert!(began.elapsed() >= Duration::from_millis(29));
        let mut peer = berkeley_peer(&guest, &other);
        let writer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            peer.write_all(b"x").unwrap();
        });
        assert_eq!(guest.poll(&wait, -1).await, Ok(vec![libc::POLLIN, 0]));
        writer.join().unwrap();
    });
}

#[test]
fn nonblocking_is_what_the_kernel_says() {
    run(async {
        let mut guest = guest(json!(["unix-pair"]));
        let (one, _other) = guest.pair(UNIX, STREAM, 0).unwrap();
        assert_eq!(guest.is_nonblocking(&one), Ok(false));
        guest.set_nonblocking(&one, true).unwrap();
        assert_eq!(guest.is_nonblocking(&one), Ok(true));
        assert_eq!(guest.recv(&one, 1, 0).await, Err(Errno::EAGAIN));
        guest.ioctl(&one, libc::FIONBIO as u32, &[0; 4]).unwrap();
        assert_eq!(guest.is_nonblocking(&one), Ok(false));
    });
}

#[test]
fn batches_go_and_come() {
    run(async {
        let mut guest = guest(json!(["udp-bind:127.0.0.1:*", "udp-connect:127.0.0.1:*"]));
        let socket = guest.open(INET, DGRAM, 0).unwrap();
        guest.bind(&socket, &inet(HERE, 0)).unwrap();
        let own = guest.getsockname(&socket).unwrap();
        let datagram = |data: &[u8], address: &[u8]| Datagram {
            data: data.to_vec(),
            address: address.to_vec(),
            ..Datagram::default()
        };
        let elsewhere = inet([127, 0, 0, 2], 9);
        let batch = [datagram(b"a", &own), datagram(b"bc", &own), datagram(b"no", &elsewhere)];
        assert_eq!(guest.send_many(&socket, &batch, 0).await, Ok(2));
        assert_eq!(guest.send_many(&socket, &batch[2..], 0).await, Err(Errno::EACCES));
        let got = guest.receive_many(&socket, 5, 100, 0, 0).await.unwrap();
        let data: Vec<_> = got.iter().map(|datagram| datagram.data.as_slice()).collect();
        assert_eq!(data, [&b"a"[..], b"bc"]);
        assert_eq!(got[0].address, own);
    });
}

#[test]
fn netlink_lists_the_interfaces() {
    run(async {
        let mut guest = guest(json!(["netlink:route"]));
        let socket = guest.open(libc::AF_NETLINK, libc::SOCK_RAW, 0).unwrap();
        // RTM_GETLINK with NLM_F_REQUEST and NLM_F_DUMP, and a rtgenmsg.
        let mut request =
            [20u32.to_ne_bytes(), [18, 0, 1, 3], [1, 0, 0, 0], [0; 4], [0; 4]].concat();
        let kernel = [&16u16.to_ne_bytes()[..], &[0; 10]].concat();
        assert_eq!(guest.sendto(&socket, &request, 0, &kernel).await, Ok(20));
        let (answer, _) = guest.recvfrom(&socket, 65536, 0).await.unwrap();
        assert_eq!(answer[4..6], 16u16.to_ne_bytes(), "RTM_NEWLINK");
        request.clear();
        let program = [&16u16.to_ne_bytes()[..], &[0; 2], &7u32.to_ne_bytes(), &[0; 4]].concat();
        assert_eq!(guest.sendto(&socket, &[0; 20], 0, &program).await, Err(Errno::EACCES));
    });
}

#[test]
fn names_are_looked_up_by_the_policy() {
    run(async {
        use berkeley_sockets::guest::names::Failure;
        let mut none = guest(json!([]));
        let refused = Err(Failure::Status(libc::EAI_FAIL));
        let hints = [0, STREAM, 0, 0];
        assert_eq!(none.getaddrinfo(Some("localhost"), None, hints).await, refused);
        let numeric = none.getaddrinfo(Some("127.0.0.1"), Some("80"), hints).await.unwrap();
        assert_eq!(numeric[0].address, inet(HERE, 80));
        assert_eq!(none.getaddrinfo(Some("127.0.0.1"), Some("http"), hints).await, refused);
        let reverse = none.getnameinfo(&inet(HERE, 80), 0).await;
        assert_eq!(reverse, Err(Failure::Status(libc::EAI_FAIL)));
        let flags = libc::NI_NUMERICHOST | libc::NI_NUMERICSERV;
        let text = none.getnameinfo(&inet(HERE, 80), flags).await.unwrap();
        assert_eq!(text, ("127.0.0.1".to_string(), "80".to_string()));
        assert_eq!(none.getprotobyname("tcp").await, None);
        assert_eq!(none.gethostname(), Err(Errno::EACCES));
        assert_eq!(none.if_nametoindex("lo"), Err(Errno::EACCES));
        assert_eq!(none.if_indextoname(1), Err(Errno::EACCES));
        assert_eq!(none.if_nameindex(), Err(Errno::EACCES));
        let mut some = guest(json!(["names:localhost", "services", "interfaces", "hostname"]));
        assert!(!some.getaddrinfo(Some("localhost"), None, hints).await.unwrap().is_empty());
        assert!(!some.gethostname().unwrap().is_empty());
        let index = some.if_nametoindex("lo").unwrap();
        assert_eq!(some.if_indextoname(index).unwrap(), "lo");
        assert!(some.if_nameindex().unwrap().contains(&(index, "lo".to_string())));
    });
}

#[test]
fn an_embedders_socket_may_be_adopted() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut guest = guest(json!(["tcp-listen:127.0.0.1:*"]));
        let socket = guest.adopt(listener.into()).unwrap();
        let _peer = TcpStream::connect(("127.0.0.1", port)).unwrap();
        assert!(guest.accept(&socket).await.is_ok());
        let file = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(guest.adopt(file.into()).err(), Some(Errno::ENOTSOCK));
    });
}

#[test]
fn decisions_are_told() {
    run(async {
        use std::sync::Mutex;
        let told = Arc::new(Mutex::new(Vec::new()));
        let mut guest = guest(json!(["tcp-connect:*:80"]));
        let into = told.clone();
        guest.observe(move |call, decision| {
            into.lock().unwrap().push(format!("{call} {} {}", decision.granted, decision.why()));
        });
        let _ = guest.open(INET, STREAM, 0);
        let _ = guest.open(UNIX, STREAM, 0);
        assert_eq!(
            *told.lock().unwrap(),
            [
                "socket true allow[0] grants it: tcp-connect:*:80",
                "socket false no unix or abstract rule grants it",
            ]
        );
    });
}
