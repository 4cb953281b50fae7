//! The system calls, each with the memory that it may touch as slices: the one place with unsafe code.
//! A call that was interrupted is made again.
#![allow(unsafe_code)]
pub mod lookup;
pub mod path;
pub mod socket;

use crate::Errno;
use libc::c_int;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// What a call gave, or its errno; EINTR makes it again.
fn retry<T: PartialEq + From<i8>>(mut call: impl FnMut() -> T) -> Result<T, Errno> {
    loop {
        let result = call();
        if result != T::from(-1) {
            return Ok(result);
        }
        let errno = Errno::last();
        if errno.0 != libc::EINTR {
            return Err(errno);
        }
    }
}

/// Takes a descriptor that a call just gave.
fn own(fd: RawFd) -> OwnedFd {
    // SAFETY: the kernel made it for this call, and nobody else knows it.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

/// dup(2), not inherited.
pub fn duplicate(fd: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    Ok(fd.try_clone_to_owned()?)
}

/// O_NONBLOCK, fcntl(2).
pub fn is_nonblocking(fd: BorrowedFd<'_>) -> Result<bool, Errno> {
    Ok(flags(fd)? & libc::O_NONBLOCK != 0)
}

/// Sets or clears O_NONBLOCK, fcntl(2).
pub fn set_nonblocking(fd: BorrowedFd<'_>, on: bool) -> Result<(), Errno> {
    let old = flags(fd)?;
    let new = if on { old | libc::O_NONBLOCK } else { old & !libc::O_NONBLOCK };
    // SAFETY: numbers alone.
    retry(|| unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFL, new) })?;
    Ok(())
}

fn flags(fd: BorrowedFd<'_>) -> Result<c_int, Errno> {
    // SAFETY: numbers alone.
    retry(|| unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_GETFL) })
}

/// Makes a call with O_NONBLOCK set, which is for calls that have no MSG_DONTWAIT.
pub fn without_blocking<T>(
    fd: BorrowedFd<'_>,
    call: impl FnOnce() -> Result<T, Errno>,
) -> Result<T, Errno> {
    if is_nonblocking(fd)? {
        return call();
    }
    set_nonblocking(fd, true)?;
    let result = call();
    set_nonblocking(fd, false)?;
    result
}

/// poll(2) that doesn't wait: what is there of these events.
pub fn poll_now(entries: &[(RawFd, i16)]) -> Result<Vec<i16>, Errno> {
    let mut list: Vec<libc::pollfd> = entries
        .iter()
        .map(|(fd, events)| libc::pollfd { fd: *fd, events: *events, revents: 0 })
        .collect();
    let count = list.len() as libc::nfds_t;
    // SAFETY: `count` entries, of which it writes `revents`.
    retry(|| unsafe { libc::poll(list.as_mut_ptr(), count, 0) })?;
    Ok(list.iter().map(|entry| entry.revents).collect())
}

/// An epoll(7) descriptor that is readable when one of these events is there.
pub fn epoll_of(entries: &[(RawFd, i16)]) -> Result<OwnedFd, Errno> {
    // SAFETY: numbers alone.
    let epoll = own(retry(|| unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?);
    let mut wanted = std::collections::BTreeMap::new();
    for (fd, events) in entries {
        // The numbers of poll's events are those of epoll's.
        *wanted.entry(*fd).or_insert(0) |= u32::from(*events as u16);
    }
    for (fd, events) in wanted {
        let mut event = libc::epoll_event { events, u64: 0 };
        // SAFETY: it reads the event.
        retry(|| unsafe {
            libc::epoll_ctl(epoll.as_raw_fd(), libc::EPOLL_CTL_ADD, fd, &raw mut event)
        })?;
    }
    Ok(epoll)
}

/// A descriptor that the executor watches.
pub type Watch = AsyncFd<Arc<OwnedFd>>;

/// Has the executor of this tokio runtime watch a descriptor.
pub fn watch(fd: Arc<OwnedFd>, interest: Interest) -> Result<Watch, Errno> {
    // SAFETY: what is watched is owned, and stays the same descriptor.
    let watch = unsafe { AsyncFd::register_with_interest(fd, interest) };
    Ok(watch.map_err(std::io::Error::from)?)
}
