//! Why a system call failed.
use std::fmt;

/// An errno, the number that Linux has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub i32);

impl Errno {
    /// Refused by the policy, among others.
    pub const EACCES: Errno = Errno(libc::EACCES);
    /// Nothing is there yet.
    pub const EAGAIN: Errno = Errno(libc::EAGAIN);
    /// A descriptor that was closed.
    pub const EBADF: Errno = Errno(libc::EBADF);
    /// A connection that goes on being made.
    pub const EINPROGRESS: Errno = Errno(libc::EINPROGRESS);
    /// An argument that is none.
    pub const EINVAL: Errno = Errno(libc::EINVAL);
    /// As many descriptors as the guest may have.
    pub const EMFILE: Errno = Errno(libc::EMFILE);
    /// A message that is too long.
    pub const EMSGSIZE: Errno = Errno(libc::EMSGSIZE);
    /// A name that is too long.
    pub const ENAMETOOLONG: Errno = Errno(libc::ENAMETOOLONG);
    /// A descriptor of something else.
    pub const ENOTSOCK: Errno = Errno(libc::ENOTSOCK);
    /// What this host can't do.
    pub const EOPNOTSUPP: Errno = Errno(libc::EOPNOTSUPP);
    /// The guest has waited for as long as it may.
    pub const ETIMEDOUT: Errno = Errno(libc::ETIMEDOUT);

    /// That of the call that failed last in this thread.
    pub fn last() -> Errno {
        Errno::from(std::io::Error::last_os_error())
    }
}

impl From<std::io::Error> for Errno {
    fn from(error: std::io::Error) -> Errno {
        Errno(error.raw_os_error().unwrap_or(libc::EIO))
    }
}

impl From<Errno> for std::io::Error {
    fn from(errno: Errno) -> std::io::Error {
        std::io::Error::from_raw_os_error(errno.0)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        std::io::Error::from(*self).fmt(out)
    }
}

impl std::error::Error for Errno {}
