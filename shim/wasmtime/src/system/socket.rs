//! The calls of sockets.
use super::{own, retry};
use crate::Errno;
use libc::{c_int, c_void, sockaddr, socklen_t};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

/// Room for any address.
const NAME: usize = size_of::<libc::sockaddr_storage>();

/// socket(2), not inherited.
pub fn socket(family: i32, kind: i32, protocol: i32) -> Result<OwnedFd, Errno> {
    // SAFETY: numbers alone.
    let fd = retry(|| unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) })?;
    Ok(own(fd))
}

/// socketpair(2), not inherited.
pub fn pair(family: i32, kind: i32, protocol: i32) -> Result<(OwnedFd, OwnedFd), Errno> {
    let mut fds = [0; 2];
    let kind = kind | libc::SOCK_CLOEXEC;
    // SAFETY: it writes two numbers.
    retry(|| unsafe { libc::socketpair(family, kind, protocol, fds.as_mut_ptr()) })?;
    Ok((own(fds[0]), own(fds[1])))
}

/// bind(2).
pub fn bind(fd: BorrowedFd<'_>, address: &[u8]) -> Result<(), Errno> {
    let (at, length) = (address.as_ptr().cast::<sockaddr>(), address.len() as socklen_t);
    // SAFETY: it reads `length` bytes.
    retry(|| unsafe { libc::bind(fd.as_raw_fd(), at, length) })?;
    Ok(())
}

/// connect(2).
pub fn connect(fd: BorrowedFd<'_>, address: &[u8]) -> Result<(), Errno> {
    let (at, length) = (address.as_ptr().cast::<sockaddr>(), address.len() as socklen_t);
    // SAFETY: it reads `length` bytes.
    retry(|| unsafe { libc::connect(fd.as_raw_fd(), at, length) })?;
    Ok(())
}

/// listen(2).
pub fn listen(fd: BorrowedFd<'_>, backlog: i32) -> Result<(), Errno> {
    // SAFETY: numbers alone.
    retry(|| unsafe { libc::listen(fd.as_raw_fd(), backlog) })?;
    Ok(())
}

/// shutdown(2).
pub fn shutdown(fd: BorrowedFd<'_>, how: i32) -> Result<(), Errno> {
    // SAFETY: numbers alone.
    retry(|| unsafe { libc::shutdown(fd.as_raw_fd(), how) })?;
    Ok(())
}

/// A call that writes an address of some length.
fn named<T: PartialEq + From<i8>>(
    mut call: impl FnMut(*mut sockaddr, *mut socklen_t) -> T,
) -> Result<(T, Vec<u8>), Errno> {
    let mut name = [0u8; NAME];
    let mut length = 0;
    let result = retry(|| {
        length = NAME as socklen_t;
        call(name.as_mut_ptr().cast(), &raw mut length)
    })?;
    Ok((result, name[..(length as usize).min(NAME)].to_vec()))
}

/// accept4(2): a connection that is not inherited, and the peer's address.
pub fn accept(fd: BorrowedFd<'_>) -> Result<(OwnedFd, Vec<u8>), Errno> {
    let fd = fd.as_raw_fd();
    // SAFETY: it writes no more than the length says.
    let (accepted, name) =
        named(|at, length| unsafe { libc::accept4(fd, at, length, libc::SOCK_CLOEXEC) })?;
    Ok((own(accepted), name))
}

/// getsockname(2).
pub fn getsockname(fd: BorrowedFd<'_>) -> Result<Vec<u8>, Errno> {
    // SAFETY: it writes no more than the length says.
    Ok(named(|at, length| unsafe { libc::getsockname(fd.as_raw_fd(), at, length) })?.1)
}

/// getpeername(2).
pub fn getpeername(fd: BorrowedFd<'_>) -> Result<Vec<u8>, Errno> {
    // SAFETY: it writes no more than the length says.
    Ok(named(|at, length| unsafe { libc::getpeername(fd.as_raw_fd(), at, length) })?.1)
}

/// recv(2): how many bytes, which with MSG_TRUNC may be more than there is room for.
pub fn recv(fd: BorrowedFd<'_>, into: &mut [u8], flags: i32) -> Result<usize, Errno> {
    let (at, length) = (into.as_mut_ptr().cast::<c_void>(), into.len());
    // SAFETY: it writes `length` bytes at most.
    let got = retry(|| unsafe { libc::recv(fd.as_raw_fd(), at, length, flags) })?;
    Ok(got as usize)
}

/// What recvmsg(2) tells beside the bytes.
pub struct Received {
    /// Bytes of data; with MSG_TRUNC maybe more than there is room for.
    pub bytes: usize,
    /// Bytes of control data.
    pub control: usize,
    /// msg_flags.
    pub flags: i32,
    /// The sender's address, empty where there is none.
    pub address: Vec<u8>,
}

fn vector(data: &[u8]) -> libc::iovec {
    libc::iovec { iov_base: data.as_ptr().cast_mut().cast(), iov_len: data.len() }
}

/// A `msghdr` without anything.
fn header() -> libc::msghdr {
    // SAFETY: numbers and null pointers.
    unsafe { std::mem::zeroed() }
}

/// recvmsg(2); descriptors that come are not inherited.
pub fn recvmsg(
    fd: BorrowedFd<'_>,
    into: &mut [u8],
    control: &mut [u8],
    flags: i32,
) -> Result<Received, Errno> {
    let mut name = [0u8; NAME];
    let mut parts = [vector(into)];
    let mut message = header();
    message.msg_iov = parts.as_mut_ptr();
    message.msg_iovlen = 1;
    let flags = flags | libc::MSG_CMSG_CLOEXEC;
    let got = retry(|| {
        message.msg_name = name.as_mut_ptr().cast();
        message.msg_namelen = NAME as socklen_t;
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = control.len();
        // SAFETY: it writes no more than the lengths in the header say.
        unsafe { libc::recvmsg(fd.as_raw_fd(), &raw mut message, flags) }
    })?;
    Ok(Received {
        bytes: got as usize,
        control: message.msg_controllen.min(control.len()),
        flags: message.msg_flags & !libc::MSG_CMSG_CLOEXEC,
        address: name[..(message.msg_namelen as usize).min(NAME)].to_vec(),
    })
}

/// sendmsg(2) without SIGPIPE, to an address if there is one: how many bytes were taken.
pub fn sendmsg(
    fd: BorrowedFd<'_>,
    data: &[u8],
    control: &[u8],
    flags: i32,
    address: &[u8],
) -> Result<usize, Errno> {
    let mut parts = [vector(data)];
    let mut message = header();
    message.msg_iov = parts.as_mut_ptr();
    message.msg_iovlen = 1;
    if !address.is_empty() {
        message.msg_name = address.as_ptr().cast_mut().cast();
        message.msg_namelen = address.len() as socklen_t;
    }
    if !control.is_empty() {
        message.msg_control = control.as_ptr().cast_mut().cast();
        message.msg_controllen = control.len();
    }
    let flags = flags | libc::MSG_NOSIGNAL;
    // SAFETY: it reads what the header names.
    let sent = retry(|| unsafe { libc::sendmsg(fd.as_raw_fd(), &raw const message, flags) })?;
    Ok(sent as usize)
}

/// send(2) without SIGPIPE: how many bytes were taken.
pub fn send(fd: BorrowedFd<'_>, data: &[u8], flags: i32) -> Result<usize, Errno> {
    let (at, length) = (data.as_ptr().cast::<c_void>(), data.len());
    let flags = flags | libc::MSG_NOSIGNAL;
    // SAFETY: it reads `length` bytes.
    let sent = retry(|| unsafe { libc::send(fd.as_raw_fd(), at, length, flags) })?;
    Ok(sent as usize)
}

/// getsockopt(2): how many bytes the value has.
pub fn getsockopt(
    fd: BorrowedFd<'_>,
    level: i32,
    name: i32,
    into: &mut [u8],
) -> Result<usize, Errno> {
    let mut length = into.len() as socklen_t;
    let at = into.as_mut_ptr().cast::<c_void>();
    // SAFETY: it writes no more than the length says.
    retry(|| unsafe { libc::getsockopt(fd.as_raw_fd(), level, name, at, &raw mut length) })?;
    Ok((length as usize).min(into.len()))
}

/// getsockopt(2) of a number.
pub fn number(fd: BorrowedFd<'_>, level: i32, name: i32) -> Result<i32, Errno> {
    let mut value = [0; 4];
    getsockopt(fd, level, name, &mut value)?;
    Ok(i32::from_ne_bytes(value))
}

/// SO_COOKIE: a socket's unique number.
pub fn cookie(fd: BorrowedFd<'_>) -> Option<u64> {
    let mut value = [0; 8];
    let got = getsockopt(fd, libc::SOL_SOCKET, libc::SO_COOKIE, &mut value);
    (got == Ok(8)).then_some(u64::from_ne_bytes(value))
}

/// setsockopt(2).
pub fn setsockopt(fd: BorrowedFd<'_>, level: i32, name: i32, value: &[u8]) -> Result<(), Errno> {
    let (at, length) = (value.as_ptr().cast::<c_void>(), value.len() as socklen_t);
    // SAFETY: it reads `length` bytes.
    retry(|| unsafe { libc::setsockopt(fd.as_raw_fd(), level, name, at, length) })?;
    Ok(())
}

/// ioctl(2) of a request whose argument has exactly these bytes.
pub fn ioctl(fd: BorrowedFd<'_>, request: u32, argument: &mut [u8]) -> Result<c_int, Errno> {
    let at = argument.as_mut_ptr();
    // SAFETY: the table of requests knows the argument's size, and no pointer is in it.
    retry(|| unsafe { libc::ioctl(fd.as_raw_fd(), libc::c_ulong::from(request) as _, at) })
}

/// Takes descriptors that a message brought.
pub fn received(numbers: &[i32]) -> Vec<OwnedFd> {
    numbers.iter().map(|number| own(*number)).collect()
}
