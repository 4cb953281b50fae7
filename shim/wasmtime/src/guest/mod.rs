//! A guest's sockets: each call is judged, made, and waited for without blocking the executor. Nothing
//! here knows wasmtime; the calls' bytes are in memory of the host's own.
mod calls;
pub mod names;
mod places;
mod rights;
mod socket;
mod waits;

pub use calls::{Datagram, Message};
pub use socket::{Description, Socket};

use crate::policy::{Decision, Judge, Limits, Policy, Sort};
use crate::{Errno, boundary, system};
use std::collections::{HashMap, HashSet};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Weak};
use waits::Waits;

/// What one guest may do, and what it has. A guest's waits take place in a tokio runtime with its
/// input and output and its time enabled.
pub struct Guest {
    judge: Judge,
    limits: Limits,
    waits: Waits,
    /// Each of the guest's descriptors holds a clone.
    count: Arc<()>,
    /// The paths that bind(2) was given, by what the kernel has for them.
    paths: HashMap<Vec<u8>, (Weak<Description>, Vec<u8>)>,
    /// Sockets that went out as descriptors, by their cookies: they may come back.
    sent: HashMap<u64, Weak<Description>>,
    /// Of those, the ones that came to a name that was not granted.
    refused: HashSet<u64>,
}

/// How many sockets that are of no use any more are known by their cookies; past that no descriptors
/// are received.
const MAX_REFUSED: usize = 1 << 16;

impl Guest {
    /// A guest without descriptors.
    pub fn new(policy: Policy) -> Guest {
        let limits = policy.limits;
        Guest {
            judge: Judge::new(policy),
            limits,
            waits: Waits::new(limits.milliseconds),
            count: Arc::new(()),
            paths: HashMap::new(),
            sent: HashMap::new(),
            refused: HashSet::new(),
        }
    }

    /// Has each decision told, with the name of the call that it is about.
    pub fn observe(&mut self, observer: impl Fn(&str, &Decision<'_>) + Send + Sync + 'static) {
        self.judge.observe(observer);
    }

    /// The policy's decisions.
    pub fn judge(&self) -> &Judge {
        &self.judge
    }

    /// How many descriptors the guest has.
    pub fn descriptors(&self) -> usize {
        Arc::strong_count(&self.count) - 1
    }

    fn room_for(&self, count: usize) -> Result<(), Errno> {
        let most = self.limits.descriptors as usize;
        if self.descriptors() + count > most { Err(Errno::EMFILE) } else { Ok(()) }
    }

    fn owned(&self, fd: OwnedFd, description: Arc<Description>) -> Socket {
        Socket::new(fd, description, self.count.clone())
    }

    /// Gives the guest a socket of the embedder's, which is closed with the guest's others.
    pub fn adopt(&self, fd: OwnedFd) -> Result<Socket, Errno> {
        self.room_for(1)?;
        let sort = rights::sort_of(fd.as_fd()).ok_or(Errno::ENOTSOCK)?;
        let description = Description::new(sort);
        description.note_nonblocking(system::is_nonblocking(fd.as_fd())?);
        Ok(self.owned(fd, Arc::new(description)))
    }

    /// socket(2).
    pub fn open(&self, family: i32, kind: i32, protocol: i32) -> Result<Socket, Errno> {
        let sort = Sort::new(family, kind, protocol);
        self.judge.enforce("socket", self.judge.socket(&sort))?;
        self.room_for(1)?;
        let fd = system::socket::socket(family, kind, protocol)?;
        let description = Description::new(sort);
        description.note_nonblocking(kind & libc::SOCK_NONBLOCK != 0);
        Ok(self.owned(fd, Arc::new(description)))
    }

    /// socketpair(2).
    pub fn pair(&self, family: i32, kind: i32, protocol: i32) -> Result<(Socket, Socket), Errno> {
        let sort = Sort::new(family, kind, protocol);
        self.judge.enforce("socketpair", self.judge.pair(&sort))?;
        self.room_for(2)?;
        let (one, other) = system::socket::pair(family, kind, protocol)?;
        let owned = |fd| {
            let description = Description::new(sort);
            description.note_nonblocking(kind & libc::SOCK_NONBLOCK != 0);
            self.owned(fd, Arc::new(description))
        };
        Ok((owned(one), owned(other)))
    }

    /// dup(2).
    pub fn duplicate(&self, socket: &Socket) -> Result<Socket, Errno> {
        self.room_for(1)?;
        let fd = system::duplicate(socket.as_fd())?;
        Ok(self.owned(fd, socket.description.clone()))
    }

    /// shutdown(2).
    pub fn shutdown(&self, socket: &Socket, how: i32) -> Result<(), Errno> {
        socket.usable()?;
        system::socket::shutdown(socket.as_fd(), how)
    }

    /// getsockname(2).
    pub fn getsockname(&self, socket: &Socket) -> Result<Vec<u8>, Errno> {
        socket.usable()?;
        Ok(self.own_path(system::socket::getsockname(socket.as_fd())?))
    }

    /// getpeername(2).
    pub fn getpeername(&self, socket: &Socket) -> Result<Vec<u8>, Errno> {
        socket.usable()?;
        Ok(self.own_path(system::socket::getpeername(socket.as_fd())?))
    }

    /// getsockopt(2).
    pub fn getsockopt(
        &self,
        socket: &Socket,
        level: i32,
        name: i32,
        length: u32,
    ) -> Result<Vec<u8>, Errno> {
        socket.usable()?;
        let mut value = vec![0; boundary::option_room(&self.judge, level, name, length)?];
        let got = system::socket::getsockopt(socket.as_fd(), level, name, &mut value)?;
        value.truncate(got);
        Ok(value)
    }

    /// setsockopt(2).
    pub fn setsockopt(
        &self,
        socket: &Socket,
        level: i32,
        name: i32,
        value: &[u8],
    ) -> Result<(), Errno> {
        let description = socket.usable()?;
        let own = boundary::option_value(&self.judge, &self.limits, level, name, value)?;
        system::socket::setsockopt(socket.as_fd(), level, name, &own)?;
        if level == libc::SOL_SOCKET {
            match name {
                libc::SO_LINGER => description.note_linger(own[..4] != [0; 4]),
                libc::SO_RCVTIMEO => description.note_timeout(socket::Timeout::Receive, &own),
                libc::SO_SNDTIMEO => description.note_timeout(socket::Timeout::Send, &own),
                _ => {}
            }
        }
        Ok(())
    }

    /// ioctl(2): the argument as it is afterwards.
    pub fn ioctl(&self, socket: &Socket, request: u32, argument: &[u8]) -> Result<Vec<u8>, Errno> {
        let description = socket.usable()?;
        self.judge.enforce("ioctl", self.judge.ioctl(request, Some(argument.len())))?;
        let mut own = argument.to_vec();
        system::socket::ioctl(socket.as_fd(), request, &mut own)?;
        if u64::from(request) == libc::FIONBIO {
            description.note_nonblocking(own != [0; 4]);
        }
        Ok(own)
    }

    /// Whether O_NONBLOCK is set, fcntl(2).
    pub fn is_nonblocking(&self, socket: &Socket) -> Result<bool, Errno> {
        socket.usable()?;
        system::is_nonblocking(socket.as_fd())
    }

    /// Sets or clears O_NONBLOCK, fcntl(2).
    pub fn set_nonblocking(&self, socket: &Socket, on: bool) -> Result<(), Errno> {
        let description = socket.usable()?;
        system::set_nonblocking(socket.as_fd(), on)?;
        description.note_nonblocking(on);
        Ok(())
    }
}
