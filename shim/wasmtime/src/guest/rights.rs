//! Descriptors in control messages: what goes out is the guest's own, what comes in becomes the
//! guest's or is closed.
use super::{Description, Guest, MAX_REFUSED, Socket};
use crate::Errno;
use crate::boundary::{ControlMessage, MAX_RIGHTS, control_messages, push_control};
use crate::policy::Sort;
use crate::policy::address::family;
use crate::system;
use crate::system::socket::{cookie, number, received, setsockopt};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

/// What a descriptor is; none for what is no socket.
pub fn sort_of(fd: BorrowedFd<'_>) -> Option<Sort> {
    let part = |name| number(fd, libc::SOL_SOCKET, name).ok();
    let (family, kind) = (part(libc::SO_DOMAIN)?, part(libc::SO_TYPE)?);
    Some(Sort::new(family, kind, part(libc::SO_PROTOCOL)?))
}

/// Closes at once: what was not sent yet is sent by the system, or not at all.
fn close_at_once(fd: OwnedFd) {
    // It is no socket, or has no such option.
    let _ = setsockopt(fd.as_fd(), libc::SOL_SOCKET, libc::SO_LINGER, &[0; 8]);
}

/// What is left of control data that came in.
pub struct Incoming {
    pub control: Vec<u8>,
    pub rights: Vec<Socket>,
    /// Something was taken out.
    pub cut: bool,
}

impl Guest {
    /// Adds these sockets to control data that goes out.
    pub(super) fn send_rights(
        &mut self,
        control: &mut Vec<u8>,
        rights: &[Arc<Socket>],
    ) -> Result<(), Errno> {
        if rights.is_empty() {
            return Ok(());
        }
        self.judge.enforce("sendmsg", self.judge.word("rights"))?;
        if rights.len() > MAX_RIGHTS {
            return Err(Errno::EINVAL);
        }
        let mut numbers = Vec::new();
        for socket in rights {
            socket.usable()?;
            numbers.extend_from_slice(&socket.number().to_ne_bytes());
            self.note_sent(&socket.description, cookie(socket.as_fd()));
        }
        push_control(control, libc::SOL_SOCKET, libc::SCM_RIGHTS, &numbers);
        Ok(())
    }

    /// What a received descriptor is to the guest; none for what it may not have.
    fn receivable(&self, fd: BorrowedFd<'_>) -> Option<Arc<Description>> {
        let own = sort_of(fd)?;
        let key = cookie(fd)?;
        if self.refused.contains(&key) {
            return None;
        }
        let known = self.sent.get(&key).and_then(|description| description.upgrade());
        if known.as_ref().is_some_and(|description| description.is_refused()) {
            return None;
        }
        let sort = known.as_ref().map_or(own, |description| description.sort);
        let mut decision = self.judge.socket(&sort);
        if !decision.granted && sort.family == family::UNIX {
            decision = self.judge.pair(&sort);
        }
        self.judge.enforce("recvmsg", decision).ok()?;
        known.or_else(|| {
            let description = Description::new(sort);
            description.note_nonblocking(system::is_nonblocking(fd).unwrap_or(false));
            Some(Arc::new(description))
        })
    }

    /// All descriptors of one message become the guest's, or all are closed.
    fn receive(&self, fds: Vec<OwnedFd>) -> Option<Vec<Socket>> {
        let may = self.judge.enforce("recvmsg", self.judge.word("rights"));
        let may = may.and(self.room_for(fds.len())).is_ok() && self.refused.len() < MAX_REFUSED;
        let found: Option<Vec<_>> =
            if may { fds.iter().map(|fd| self.receivable(fd.as_fd())).collect() } else { None };
        match found {
            Some(found) => {
                let pairs = fds.into_iter().zip(found);
                Some(pairs.map(|(fd, description)| self.owned(fd, description)).collect())
            }
            None => {
                fds.into_iter().for_each(close_at_once);
                None
            }
        }
    }

    /// Goes through control data that came in. Descriptors that the guest may not have are closed and
    /// their message left out.
    pub(super) fn incoming(&self, control: &[u8]) -> Incoming {
        let mut left = Incoming { control: Vec::new(), rights: Vec::new(), cut: false };
        let Some(messages) = control_messages(control) else {
            return left;
        };
        for message in messages {
            if message.has_rights() {
                match self.receive(received(&message.descriptors())) {
                    Some(sockets) => left.rights.extend(sockets),
                    None => left.cut = true,
                }
            } else if message.has_process() {
                received(&message.descriptors()).into_iter().for_each(close_at_once);
                left.cut = true;
            } else {
                let ControlMessage { whole, .. } = message;
                left.control.extend_from_slice(whole);
            }
        }
        left
    }
}
