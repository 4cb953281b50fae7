//! The calls that move bytes or wait.
use super::socket::Timeout;
use super::{Description, Guest, Socket};
use crate::Errno;
use crate::boundary::{MAX_CONTROL, MAX_MESSAGES, MAX_POLLED, clamp, outgoing_control, payload};
use crate::policy::Sort;
use crate::policy::address::family;
use crate::policy::judge::STREAM;
use crate::system;
use crate::system::socket as sys;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::Interest;

/// What recvmsg(2) gives.
#[derive(Debug)]
pub struct Message {
    /// The bytes.
    pub data: Vec<u8>,
    /// Control data without descriptors.
    pub control: Vec<u8>,
    /// The descriptors that came.
    pub rights: Vec<Socket>,
    /// msg_flags.
    pub flags: i32,
    /// The sender's address, empty where there is none.
    pub address: Vec<u8>,
}

/// A datagram of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Datagram {
    /// The bytes.
    pub data: Vec<u8>,
    /// Control data without descriptors.
    pub control: Vec<u8>,
    /// msg_flags of what was received.
    pub flags: i32,
    /// The sender's or the receiver's address, empty where there is none.
    pub address: Vec<u8>,
}

/// What a sending call takes.
struct Outgoing<'a> {
    call: &'static str,
    data: &'a [u8],
    control: &'a [u8],
    flags: i32,
    address: &'a [u8],
}

/// Whether a call of a socket waits, by its flags.
fn waits(description: &Description, flags: i32) -> bool {
    let never = libc::MSG_DONTWAIT | libc::MSG_ERRQUEUE | libc::MSG_OOB;
    description.blocks() && flags & never == 0
}

/// Whether the kernel doesn't say when a sending call may go on: the receiver's queue is full.
fn is_paced(sort: &Sort) -> bool {
    sort.family == family::UNIX && sort.kind == libc::SOCK_DGRAM
}

impl Guest {
    /// A receiving call, made until it has a result if it waits.
    async fn receive_with<T>(
        &mut self,
        call: &'static str,
        socket: &Socket,
        flags: i32,
        mut attempt: impl FnMut(i32) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let description = socket.usable()?;
        description.take_error()?;
        let flags_now = flags | libc::MSG_DONTWAIT;
        if !waits(description, flags) {
            return attempt(flags_now);
        }
        let most = description.timeout(Timeout::Receive);
        let attempt = || attempt(flags_now);
        self.waits.until_ready(call, socket, Interest::READABLE, most, attempt).await
    }

    /// Bytes of a stream until there are as many as asked for, or there come no more.
    async fn receive_all(
        &mut self,
        call: &'static str,
        socket: &Socket,
        into: &mut [u8],
        flags: i32,
    ) -> Result<usize, Errno> {
        let whole = libc::MSG_WAITALL;
        let all = socket.sort().kind == STREAM && flags & (whole | libc::MSG_PEEK) == whole;
        let mut got = 0;
        loop {
            let rest = &mut into[got..];
            let attempt = |flags| sys::recv(socket.as_fd(), rest, flags);
            match self.receive_with(call, socket, flags & !whole, attempt).await {
                Ok(more) => {
                    got = (got + more).min(into.len());
                    if !all || more == 0 || got == into.len() {
                        return Ok(got);
                    }
                }
                Err(errno) if got > 0 => {
                    if errno != Errno::EAGAIN && errno != Errno::ETIMEDOUT {
                        socket.description.note_error(errno);
                    }
                    return Ok(got);
                }
                Err(errno) => return Err(errno),
            }
        }
    }

    /// recv(2).
    pub async fn recv(
        &mut self,
        socket: &Socket,
        length: u32,
        flags: i32,
    ) -> Result<Vec<u8>, Errno> {
        let mut data = vec![0; clamp(length, &self.limits)];
        let got = self.receive_all("recv", socket, &mut data, flags).await?;
        data.truncate(got);
        Ok(data)
    }

    /// recvfrom(2): the bytes and the sender's address.
    pub async fn recvfrom(
        &mut self,
        socket: &Socket,
        length: u32,
        flags: i32,
    ) -> Result<(Vec<u8>, Vec<u8>), Errno> {
        if socket.sort().kind == STREAM && flags & libc::MSG_WAITALL != 0 {
            // A stream's bytes have no sender.
            return Ok((self.recv(socket, length, flags).await?, Vec::new()));
        }
        let mut data = vec![0; clamp(length, &self.limits)];
        let attempt = |flags| sys::recvmsg(socket.as_fd(), &mut data, &mut [], flags);
        let received = self.receive_with("recvfrom", socket, flags, attempt).await?;
        data.truncate(received.bytes);
        Ok((data, self.own_path(received.address)))
    }

    /// recvmsg(2).
    pub async fn recvmsg(
        &mut self,
        socket: &Socket,
        length: u32,
        control_length: u32,
        flags: i32,
    ) -> Result<Message, Errno> {
        let mut data = vec![0; clamp(length, &self.limits)];
        let mut control = vec![0; (control_length as usize).min(MAX_CONTROL)];
        let attempt = |flags| sys::recvmsg(socket.as_fd(), &mut data, &mut control, flags);
        let received = self.receive_with("recvmsg", socket, flags, attempt).await?;
        data.truncate(received.bytes);
        let incoming = self.incoming(&control[..received.control]);
        let cut = if incoming.cut { libc::MSG_CTRUNC } else { 0 };
        Ok(Message {
            data,
            control: incoming.control,
            rights: incoming.rights,
            flags: received.flags | cut,
            address: self.own_path(received.address),
        })
    }

    /// recvmmsg(2): waits for the first, takes what is there then. Descriptors that come are closed.
    pub async fn receive_many(
        &mut self,
        socket: &Socket,
        count: u32,
        length: u32,
        control_length: u32,
        flags: i32,
    ) -> Result<Vec<Datagram>, Errno> {
        let mut left = clamp(u32::MAX, &self.limits).max(1);
        let mut datagrams = Vec::new();
        let mut flags = flags;
        while datagrams.len() < (count as usize).min(MAX_MESSAGES) && left > 0 {
            let room = (length as usize).min(left) as u32;
            match self.recvmsg(socket, room, control_length, flags).await {
                Ok(message) => {
                    let Message { mut data, control, rights, flags, address } = message;
                    data.shrink_to_fit();
                    let cut = if rights.is_empty() { 0 } else { libc::MSG_CTRUNC };
                    // Control data too is of the call's bytes; each datagram is at least one.
                    left = left.saturating_sub(data.len() + control.len() + 1);
                    datagrams.push(Datagram { data, control, flags: flags | cut, address });
                }
                Err(errno) if datagrams.is_empty() => return Err(errno),
                Err(Errno::EAGAIN) => break,
                Err(errno) => {
                    socket.description.note_error(errno);
                    break;
                }
            }
            flags |= libc::MSG_DONTWAIT;
        }
        Ok(datagrams)
    }

    /// A sending call. On a stream that waits, until all is sent.
    async fn deliver(&mut self, socket: &Socket, outgoing: Outgoing<'_>) -> Result<usize, Errno> {
        let Outgoing { call, data, mut control, mut flags, mut address } = outgoing;
        let description = socket.usable()?;
        let sort = socket.sort();
        if flags & libc::MSG_ZEROCOPY != 0 {
            // The kernel would read the bytes later, when they are others.
            return Err(Errno::EOPNOTSUPP);
        }
        let blocks = description.blocks() && flags & libc::MSG_DONTWAIT == 0;
        let most = description.timeout(Timeout::Send);
        let mut sent = 0;
        loop {
            let rest = &data[sent..];
            let now = flags | libc::MSG_DONTWAIT;
            let fd = socket.as_fd();
            let attempt = || match (control, address) {
                ([], []) => sys::send(fd, rest, now),
                _ => sys::sendmsg(fd, rest, control, now, address),
            };
            let result = if !blocks {
                attempt()
            } else if is_paced(&sort) {
                self.waits.until_done(call, socket, most, attempt).await
            } else {
                self.waits.until_ready(call, socket, Interest::WRITABLE, most, attempt).await
            };
            match result {
                Ok(more) => sent += more,
                Err(Errno::EINPROGRESS) if blocks && flags & libc::MSG_FASTOPEN != 0 => {
                    self.connected(socket).await?;
                    flags &= !libc::MSG_FASTOPEN;
                    address = &[];
                    continue;
                }
                Err(errno) => return if sent > 0 { Ok(sent) } else { Err(errno) },
            }
            if !blocks || sort.kind != STREAM || sent >= data.len() {
                return Ok(sent);
            }
            // Control data goes with the first bytes.
            control = &[];
        }
    }

    /// send(2).
    pub async fn send(&mut self, socket: &Socket, data: &[u8], flags: i32) -> Result<u32, Errno> {
        self.sendto(socket, data, flags, &[]).await
    }

    /// sendto(2); no address on a connected socket.
    pub async fn sendto(
        &mut self,
        socket: &Socket,
        data: &[u8],
        flags: i32,
        address: &[u8],
    ) -> Result<u32, Errno> {
        let sort = socket.usable()?.sort;
        let data = payload(data, &sort, &self.limits)?;
        let to = self.destination("sendto", &sort, address)?;
        let (call, control) = ("sendto", &[][..]);
        let outgoing = Outgoing { call, data, control, flags, address: &to.bytes };
        Ok(self.deliver(socket, outgoing).await? as u32)
    }

    /// sendmsg(2): descriptors go beside control data.
    pub async fn sendmsg(
        &mut self,
        socket: &Socket,
        data: &[u8],
        control: &[u8],
        rights: &[Arc<Socket>],
        flags: i32,
        address: &[u8],
    ) -> Result<u32, Errno> {
        let sort = socket.usable()?.sort;
        let data = payload(data, &sort, &self.limits)?;
        outgoing_control(&self.judge, &sort, control, || self.port_of(socket))?;
        let to = self.destination("sendmsg", &sort, address)?;
        let mut control = control.to_vec();
        self.send_rights(&mut control, rights)?;
        let outgoing =
            Outgoing { call: "sendmsg", data, control: &control, flags, address: &to.bytes };
        Ok(self.deliver(socket, outgoing).await? as u32)
    }

    /// sendmmsg(2): how many were sent; an error is that of the first.
    pub async fn send_many(
        &mut self,
        socket: &Socket,
        datagrams: &[Datagram],
        flags: i32,
    ) -> Result<u32, Errno> {
        socket.usable()?;
        let mut left = self.limits.bytes.map_or(usize::MAX, |bytes| bytes as usize);
        let mut sent = 0;
        for datagram in datagrams.iter().take(MAX_MESSAGES) {
            let Datagram { data, control, address, .. } = datagram;
            let result = match left.checked_sub(data.len()) {
                None => Err(Errno::EMSGSIZE),
                Some(rest) => {
                    left = rest;
                    self.sendmsg(socket, data, control, &[], flags, address).await
                }
            };
            // As the kernel: what comes before goes, and the next call says why.
            match result {
                Ok(_) => sent += 1,
                Err(errno) if sent == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        Ok(sent)
    }

    /// connect(2).
    pub async fn connect(&mut self, socket: &Socket, address: &[u8]) -> Result<(), Errno> {
        let description = socket.usable()?;
        let blocks = description.blocks();
        let to = self.peer(&socket.sort(), address)?;
        let fd = socket.as_fd();
        let attempt = || system::without_blocking(fd, || sys::connect(fd, &to.bytes));
        let again = [Errno::EINPROGRESS, Errno(libc::EALREADY)];
        match attempt() {
            Err(errno) if blocks && again.contains(&errno) => self.connected(socket).await,
            Err(Errno::EAGAIN) if blocks && socket.sort().family == family::UNIX => {
                let most = description.timeout(Timeout::Send);
                self.waits.until_done("connect", socket, most, attempt).await
            }
            result => result,
        }
    }

    /// Waits until a connection is made, or can't be.
    async fn connected(&mut self, socket: &Socket) -> Result<(), Errno> {
        let most = socket.description.timeout(Timeout::Send);
        let attempt = || match system::poll_now(&[(socket.number(), libc::POLLOUT)])?[..] {
            [0] => Err(Errno::EAGAIN),
            _ => match sys::number(socket.as_fd(), libc::SOL_SOCKET, libc::SO_ERROR)? {
                0 => Ok(()),
                errno => Err(Errno(errno)),
            },
        };
        let result =
            self.waits.until_ready("connect", socket, Interest::WRITABLE, most, attempt).await;
        if result == Err(Errno::EAGAIN) { Err(Errno::EINPROGRESS) } else { result }
    }

    /// accept4(2): the connection, which blocks, and the peer's address.
    pub async fn accept(&mut self, socket: &Socket) -> Result<(Socket, Vec<u8>), Errno> {
        let description = socket.usable()?;
        self.room_for(1)?;
        let fd = socket.as_fd();
        let attempt = || system::without_blocking(fd, || sys::accept(fd));
        let (accepted, address) = if description.blocks() {
            let most = description.timeout(Timeout::Receive);
            self.waits.until_ready("accept", socket, Interest::READABLE, most, attempt).await?
        } else {
            attempt()?
        };
        let own = Arc::new(description.accepted());
        Ok((self.owned(accepted, own), self.own_path(address)))
    }

    /// close(2). It waits as long as SO_LINGER says, and the policy lets.
    pub async fn close(&mut self, socket: Arc<Socket>) -> Result<(), Errno> {
        if !socket.description.lingers() {
            return Ok(());
        }
        socket.close_in_order();
        let number = socket.number();
        let closed = async move {
            let done = tokio::task::spawn_blocking(move || drop(socket)).await;
            done.map_err(|_| Errno(libc::EIO))
        };
        self.waits.bounded(("close", number), None, closed).await
    }

    /// poll(2): for each entry the events that are there; -1 waits without end, or as long as the policy
    /// lets.
    pub async fn poll(
        &mut self,
        entries: &[(Arc<Socket>, i16)],
        milliseconds: i32,
    ) -> Result<Vec<i16>, Errno> {
        if entries.len() > MAX_POLLED {
            return Err(Errno::EINVAL);
        }
        for (socket, _) in entries {
            socket.usable()?;
        }
        let numbers: Vec<_> =
            entries.iter().map(|(socket, events)| (socket.number(), *events)).collect();
        let now = system::poll_now(&numbers)?;
        if milliseconds == 0 || now.iter().any(|events| *events != 0) {
            return Ok(now);
        }
        let epoll = Arc::new(system::epoll_of(&numbers)?);
        let watch = system::watch(epoll, Interest::READABLE)?;
        let most = u64::try_from(milliseconds).ok().map(Duration::from_millis);
        let first = numbers.first().map_or(-1, |(number, _)| *number);
        let ready = async {
            let _ = watch.readable().await?;
            Ok(())
        };
        match self.waits.bounded(("poll", first), most, ready).await {
            Ok(()) | Err(Errno::EAGAIN) => system::poll_now(&numbers),
            Err(errno) => Err(errno),
        }
    }
}
