//! UNIX paths. What a path leads to is opened first, and judged by the name that the system has for what
//! was opened; the call then goes through the descriptor, so that no rename comes between.
use super::{own, retry};
use crate::Errno;
use std::ffi::CString;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};

/// Something that was opened: what it is, and its path.
pub struct Opened {
    /// Open without any access.
    pub fd: OwnedFd,
    /// What the system calls it.
    pub name: Vec<u8>,
}

/// Why a path was not opened.
pub enum NotOpened {
    /// open(2) said so.
    Errno(Errno),
    /// What is there may not be used: a symbolic link, something deleted, or what this process does
    /// not find under its name.
    Unusable,
}

impl From<Errno> for NotOpened {
    fn from(errno: Errno) -> NotOpened {
        NotOpened::Errno(errno)
    }
}

fn c_string(path: &[u8]) -> Result<CString, NotOpened> {
    CString::new(path).map_err(|_| NotOpened::Unusable)
}

fn open(path: &[u8], flags: i32) -> Result<Opened, NotOpened> {
    let path = c_string(path)?;
    let flags = libc::O_PATH | libc::O_CLOEXEC | flags;
    // SAFETY: a string that ends with a zero.
    let fd = own(retry(|| unsafe { libc::open(path.as_ptr(), flags) })?);
    let unusable = |_: Errno| NotOpened::Unusable;
    // SAFETY: it writes one `stat`.
    let there = stat(|into| unsafe { libc::fstat(fd.as_raw_fd(), into) }).map_err(unusable)?;
    let name = std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd()))
        .map_err(|_| NotOpened::Unusable)?;
    let name = std::os::unix::ffi::OsStringExt::into_vec(name.into_os_string());
    let is_link = there.st_mode & libc::S_IFMT == libc::S_IFLNK;
    if is_link || there.st_nlink == 0 || !name.starts_with(b"/") {
        return Err(NotOpened::Unusable);
    }
    // The name is that of the file's mount namespace, which /proc/PID/root may have led into.
    let found = c_string(&name)?;
    // SAFETY: a string that ends with a zero; it writes one `stat`.
    let here = stat(|into| unsafe { libc::lstat(found.as_ptr(), into) }).map_err(unusable)?;
    if here.st_dev != there.st_dev || here.st_ino != there.st_ino {
        return Err(NotOpened::Unusable);
    }
    Ok(Opened { fd, name })
}

fn stat(call: impl Fn(*mut libc::stat) -> i32) -> Result<libc::stat, Errno> {
    let mut into = MaybeUninit::<libc::stat>::uninit();
    retry(|| call(into.as_mut_ptr()))?;
    // SAFETY: the call has filled it.
    Ok(unsafe { into.assume_init() })
}

/// What connect(2) and send(2) would reach: the last part of the path is no symbolic link.
pub fn open_target(path: &[u8]) -> Result<Opened, NotOpened> {
    open(path, libc::O_NOFOLLOW)
}

/// The folder in which bind(2) would make a socket: with the socket's path for its name, and what the
/// socket would be called there.
pub fn open_folder(path: &[u8]) -> Result<(Opened, Vec<u8>), NotOpened> {
    let at = path.iter().rposition(|byte| *byte == b'/');
    let base = at.map_or(path, |at| &path[at + 1..]);
    if [&b""[..], b".", b".."].contains(&base) {
        return Err(NotOpened::Unusable);
    }
    let folder = at.map_or(&b"."[..], |at| &path[..=at]);
    let mut opened = open(folder, libc::O_DIRECTORY)?;
    if opened.name != b"/" {
        opened.name.push(b'/');
    }
    opened.name.extend_from_slice(base);
    Ok((opened, base.to_vec()))
}

/// How a call names the file of a descriptor.
pub fn through_target(target: &OwnedFd) -> Vec<u8> {
    format!("/proc/self/fd/{}", target.as_raw_fd()).into_bytes()
}

/// How bind(2) names a socket in a folder. Others see this name, so it says whose descriptor it is: they
/// may answer to it for as long as the folder is open.
pub fn through_folder(folder: &OwnedFd, base: &[u8]) -> Vec<u8> {
    let folder = format!("/proc/{}/fd/{}/", std::process::id(), folder.as_raw_fd());
    [folder.as_bytes(), base].concat()
}
