//! Names of hosts, services, protocols and interfaces, by the C library. These calls block.
use super::retry;
use crate::Errno;
use libc::{c_char, c_int, size_t, socklen_t};
use std::ffi::{CStr, CString};
use std::ptr::{null, null_mut};

/// Why a lookup failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// EAI_*.
    Status(i32),
    /// The errno of EAI_SYSTEM.
    System(Errno),
}

/// One result of getaddrinfo(3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressInfo {
    /// AF_*.
    pub family: i32,
    /// SOCK_*.
    pub kind: i32,
    /// The protocol.
    pub protocol: i32,
    /// Of the first result, where AI_CANONNAME asked for it.
    pub canonical_name: String,
    /// The sockaddr.
    pub address: Vec<u8>,
}

/// What getaddrinfo(3) is asked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The host.
    pub node: Option<CString>,
    /// The service.
    pub service: Option<CString>,
    /// AF_*, 0 for any.
    pub family: i32,
    /// SOCK_*, 0 for any.
    pub kind: i32,
    /// The protocol, 0 for any.
    pub protocol: i32,
    /// AI_*.
    pub flags: i32,
}

fn failure(status: c_int) -> Failure {
    if status == libc::EAI_SYSTEM {
        Failure::System(Errno::last())
    } else {
        Failure::Status(status)
    }
}

fn text_at(at: *const c_char) -> String {
    if at.is_null() {
        return String::new();
    }
    // SAFETY: the library's strings end with a zero.
    unsafe { CStr::from_ptr(at) }.to_string_lossy().into_owned()
}

fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(null(), |text| text.as_ptr())
}

/// getaddrinfo(3).
pub fn getaddrinfo(query: &Query) -> Result<Vec<AddressInfo>, Failure> {
    // SAFETY: numbers and null pointers.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_family = query.family;
    hints.ai_socktype = query.kind;
    hints.ai_protocol = query.protocol;
    hints.ai_flags = query.flags;
    let mut first = null_mut();
    // SAFETY: strings that end with a zero, or null; it writes `first` alone.
    let status = unsafe {
        libc::getaddrinfo(
            pointer(&query.node),
            pointer(&query.service),
            &raw const hints,
            &raw mut first,
        )
    };
    if status != 0 {
        return Err(failure(status));
    }
    let mut found = Vec::new();
    let mut at = first;
    // SAFETY: a list of the library's, which ends with null.
    while let Some(info) = unsafe { at.as_ref() } {
        let length = info.ai_addrlen as usize;
        // SAFETY: an address of that length.
        let address = unsafe { std::slice::from_raw_parts(info.ai_addr.cast::<u8>(), length) };
        found.push(AddressInfo {
            family: info.ai_family,
            kind: info.ai_socktype,
            protocol: info.ai_protocol,
            canonical_name: text_at(info.ai_canonname),
            address: address.to_vec(),
        });
        at = info.ai_next;
    }
    // SAFETY: nothing of the list is used any more.
    unsafe { libc::freeaddrinfo(first) };
    Ok(found)
}

/// getnameinfo(3): the host's name, and the service's.
pub fn getnameinfo(address: &[u8], flags: i32) -> Result<(String, String), Failure> {
    let mut host = [0 as c_char; 1025];
    let mut service = [0 as c_char; 32];
    // SAFETY: it reads the address, and writes no more than the lengths say.
    let status = unsafe {
        libc::getnameinfo(
            address.as_ptr().cast(),
            address.len() as socklen_t,
            host.as_mut_ptr(),
            host.len() as socklen_t,
            service.as_mut_ptr(),
            service.len() as socklen_t,
            flags,
        )
    };
    if status != 0 {
        return Err(failure(status));
    }
    Ok((text_at(host.as_ptr()), text_at(service.as_ptr())))
}

unsafe extern "C" {
    fn getservbyname_r(
        name: *const c_char,
        protocol: *const c_char,
        entry: *mut libc::servent,
        buffer: *mut c_char,
        length: size_t,
        found: *mut *mut libc::servent,
    ) -> c_int;
    fn getservbyport_r(
        port: c_int,
        protocol: *const c_char,
        entry: *mut libc::servent,
        buffer: *mut c_char,
        length: size_t,
        found: *mut *mut libc::servent,
    ) -> c_int;
    fn getprotobyname_r(
        name: *const c_char,
        entry: *mut libc::protoent,
        buffer: *mut c_char,
        length: size_t,
        found: *mut *mut libc::protoent,
    ) -> c_int;
}

/// Bytes for what an entry of /etc/services or /etc/protocols says.
const ENTRY: usize = 16384;

/// A call that fills an entry and a buffer; what is made of the entry, none where there is none.
fn entry_of<E, T>(
    call: impl FnOnce(*mut E, *mut c_char, *mut *mut E) -> c_int,
    then: impl FnOnce(&E) -> T,
) -> Option<T> {
    let mut buffer = vec![0 as c_char; ENTRY];
    // SAFETY: an entry of numbers and null pointers.
    let mut entry: E = unsafe { std::mem::zeroed() };
    let mut found = null_mut();
    call(&raw mut entry, buffer.as_mut_ptr(), &raw mut found);
    // SAFETY: null, or the entry, whose strings are in the buffer.
    unsafe { found.as_ref() }.map(then)
}

/// getservbyname(3): the port.
pub fn getservbyname(name: &CStr, protocol: &Option<CString>) -> Option<u16> {
    let protocol = pointer(protocol);
    entry_of(
        // SAFETY: strings that end with a zero, or null; it writes the entry and the buffer.
        |entry, buffer, found| unsafe {
            getservbyname_r(name.as_ptr(), protocol, entry, buffer, ENTRY, found)
        },
        |entry: &libc::servent| u16::from_be(entry.s_port as u16),
    )
}

/// getservbyport(3): the service's name.
pub fn getservbyport(port: u16, protocol: &Option<CString>) -> Option<String> {
    let protocol = pointer(protocol);
    let port = c_int::from(port.to_be());
    entry_of(
        // SAFETY: a string that ends with a zero, or null; it writes the entry and the buffer.
        |entry, buffer, found| unsafe {
            getservbyport_r(port, protocol, entry, buffer, ENTRY, found)
        },
        |entry: &libc::servent| text_at(entry.s_name),
    )
}

/// getprotobyname(3): the protocol's number.
pub fn getprotobyname(name: &CStr) -> Option<i32> {
    entry_of(
        // SAFETY: a string that ends with a zero; it writes the entry and the buffer.
        |entry, buffer, found| unsafe {
            getprotobyname_r(name.as_ptr(), entry, buffer, ENTRY, found)
        },
        |entry: &libc::protoent| entry.p_proto,
    )
}

/// gethostname(2).
pub fn gethostname() -> Result<String, Errno> {
    let mut name = [0 as c_char; 257];
    // SAFETY: it writes no more than the length says; the last byte stays a zero.
    retry(|| unsafe { libc::gethostname(name.as_mut_ptr(), name.len() - 1) })?;
    Ok(text_at(name.as_ptr()))
}

/// if_nametoindex(3).
pub fn if_nametoindex(name: &CStr) -> Result<u32, Errno> {
    // SAFETY: a string that ends with a zero.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(Errno::last()),
        index => Ok(index),
    }
}

/// if_indextoname(3).
pub fn if_indextoname(index: u32) -> Result<String, Errno> {
    let mut name = [0 as c_char; libc::IF_NAMESIZE];
    // SAFETY: it writes no more than IF_NAMESIZE bytes.
    let found = unsafe { libc::if_indextoname(index, name.as_mut_ptr()) };
    if found.is_null() { Err(Errno::last()) } else { Ok(text_at(name.as_ptr())) }
}

/// if_nameindex(3).
pub fn if_nameindex() -> Result<Vec<(u32, String)>, Errno> {
    // SAFETY: it takes nothing.
    let list = unsafe { libc::if_nameindex() };
    if list.is_null() {
        return Err(Errno::last());
    }
    let mut found = Vec::new();
    let mut at = list;
    // SAFETY: a list of the library's, whose last entry has index 0.
    while let Some(entry) = unsafe { at.as_ref() }.filter(|entry| entry.if_index != 0) {
        found.push((entry.if_index, text_at(entry.if_name)));
        // SAFETY: as above.
        at = unsafe { at.add(1) };
    }
    // SAFETY: nothing of the list is used any more.
    unsafe { libc::if_freenameindex(list) };
    Ok(found)
}
