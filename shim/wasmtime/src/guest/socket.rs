//! One descriptor of a guest's, and what several of the same open socket share.
use crate::Errno;
use crate::policy::Sort;
use crate::system::{self, Watch};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::io::Interest;

/// What several descriptors of one open socket share.
#[derive(Debug)]
pub struct Description {
    /// What it is.
    pub sort: Sort,
    /// A bind was not granted after all: nothing but close(2) is.
    refused: AtomicBool,
    nonblocking: AtomicBool,
    lingers: AtomicBool,
    /// SO_RCVTIMEO and SO_SNDTIMEO in microseconds; 0: none.
    timeouts: [AtomicU64; 2],
    /// An errno that the next receiving call says.
    pending: AtomicI32,
    /// The folder that the name of a UNIX socket goes through.
    folder: Mutex<Option<OwnedFd>>,
}

/// Which of a socket's timeouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// SO_RCVTIMEO.
    Receive = 0,
    /// SO_SNDTIMEO.
    Send = 1,
}

impl Description {
    /// Of a socket that blocks.
    pub fn new(sort: Sort) -> Description {
        Description {
            sort,
            refused: AtomicBool::new(false),
            nonblocking: AtomicBool::new(false),
            lingers: AtomicBool::new(false),
            timeouts: [AtomicU64::new(0), AtomicU64::new(0)],
            pending: AtomicI32::new(0),
            folder: Mutex::new(None),
        }
    }

    /// Of a connection that this one accepted, which has its timeouts.
    pub fn accepted(&self) -> Description {
        let own = Description::new(self.sort);
        for (own, from) in own.timeouts.iter().zip(&self.timeouts) {
            own.store(from.load(Relaxed), Relaxed);
        }
        own
    }

    /// Nothing but close(2) is granted from now on.
    pub fn refuse(&self) {
        self.refused.store(true, Relaxed);
    }

    /// Whether that is so.
    pub fn is_refused(&self) -> bool {
        self.refused.load(Relaxed)
    }

    /// Whether its calls wait.
    pub fn blocks(&self) -> bool {
        !self.nonblocking.load(Relaxed)
    }

    /// Notes O_NONBLOCK.
    pub fn note_nonblocking(&self, on: bool) {
        self.nonblocking.store(on, Relaxed);
    }

    /// Whether its close may wait (SO_LINGER).
    pub fn lingers(&self) -> bool {
        self.lingers.load(Relaxed)
    }

    /// Notes SO_LINGER.
    pub fn note_linger(&self, on: bool) {
        self.lingers.store(on, Relaxed);
    }

    /// How long its calls wait.
    pub fn timeout(&self, which: Timeout) -> Option<Duration> {
        let micros = self.timeouts[which as usize].load(Relaxed);
        (micros > 0).then(|| Duration::from_micros(micros))
    }

    /// Notes SO_RCVTIMEO or SO_SNDTIMEO, a `timeval` of seconds and microseconds.
    pub fn note_timeout(&self, which: Timeout, value: &[u8]) {
        let number = |at: usize| {
            let part = value.get(at..at + 8).and_then(|part| <[u8; 8]>::try_from(part).ok());
            part.map_or(0, i64::from_ne_bytes)
        };
        let micros = number(0).saturating_mul(1_000_000).saturating_add(number(8));
        self.timeouts[which as usize].store(u64::try_from(micros).unwrap_or(0), Relaxed);
    }

    /// Has the next receiving call say this.
    pub fn note_error(&self, errno: Errno) {
        self.pending.store(errno.0, Relaxed);
    }

    /// What a receiving call must say before it does anything.
    pub fn take_error(&self) -> Result<(), Errno> {
        match self.pending.swap(0, Relaxed) {
            0 => Ok(()),
            errno => Err(Errno(errno)),
        }
    }

    /// Keeps a folder open for as long as the socket is.
    pub fn keep_folder(&self, folder: OwnedFd) {
        *self.folder.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder);
    }
}

/// A descriptor of a guest's. To drop it closes it, and waits for nothing.
#[derive(Debug)]
pub struct Socket {
    /// Once it has waited.
    watch: OnceLock<Watch>,
    fd: Arc<OwnedFd>,
    /// What it shares with others of the same open socket.
    pub description: Arc<Description>,
    /// Its close waits for SO_LINGER.
    in_order: AtomicBool,
    /// Counts the guest's descriptors.
    _counted: Arc<()>,
}

impl Socket {
    pub(super) fn new(fd: OwnedFd, description: Arc<Description>, counted: Arc<()>) -> Socket {
        let watch = OnceLock::new();
        let in_order = AtomicBool::new(false);
        Socket { watch, fd: Arc::new(fd), description, in_order, _counted: counted }
    }

    /// The same, unless nothing but close(2) is granted.
    pub fn usable(&self) -> Result<&Description, Errno> {
        if self.description.is_refused() { Err(Errno::EACCES) } else { Ok(&self.description) }
    }

    /// What it is.
    pub fn sort(&self) -> Sort {
        self.description.sort
    }

    /// The descriptor's number.
    pub fn number(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    /// Has the executor watch it.
    pub(super) fn watch(&self) -> Result<&Watch, Errno> {
        if self.watch.get().is_none() {
            let both = Interest::READABLE | Interest::WRITABLE;
            let watch = system::watch(self.fd.clone(), both)?;
            // Somebody else's is as good.
            let _ = self.watch.set(watch);
        }
        self.watch.get().ok_or(Errno::EBADF)
    }

    /// Has its close wait for SO_LINGER.
    pub(super) fn close_in_order(&self) {
        self.in_order.store(true, Relaxed);
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.description.lingers() && !self.in_order.load(Relaxed) {
            // What was not sent yet is sent by the system, or not at all.
            let off = [0; 8];
            let _ =
                system::socket::setsockopt(self.as_fd(), libc::SOL_SOCKET, libc::SO_LINGER, &off);
        }
    }
}
