//! Where a socket goes and what it is bound to: addresses of calls, judged and passed on.
use super::{Description, Guest, MAX_REFUSED, Socket};
use crate::Errno;
use crate::boundary::{destination, may_be_dual, own_address, picks};
use crate::policy::address::{Address, Use, any_address, family, path_address};
use crate::policy::explain::plain_path;
use crate::policy::judge::Kind;
use crate::policy::{Decision, Sort};
use crate::system::path::{NotOpened, open_folder, open_target, through_folder, through_target};
use crate::system::{lookup, socket};
use std::net::Ipv4Addr;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

fn interface_name(index: i32) -> Vec<u8> {
    lookup::if_indextoname(index as u32).unwrap_or_default().into_bytes()
}

/// An address that may be used: its bytes, and what a path in it led to, to be kept open meanwhile.
pub struct Destination {
    pub bytes: Vec<u8>,
    _target: Option<OwnedFd>,
}

impl Guest {
    fn decide(&self, sort: &Sort, using: Use, address: &Address) -> Decision<'_> {
        self.judge.address(sort, using, address, interface_name)
    }

    fn enforce(&self, call: &str, sort: &Sort, using: Use, address: &Address) -> Result<(), Errno> {
        self.judge.enforce(call, self.decide(sort, using, address))
    }

    /// Judges where a call goes. No bytes are no address.
    pub(super) fn destination(
        &self,
        call: &str,
        sort: &Sort,
        address: &[u8],
    ) -> Result<Destination, Errno> {
        let mut bytes = own_address(address)?;
        if bytes.is_empty() {
            return Ok(Destination { bytes, _target: None });
        }
        let address = destination(&mut bytes, sort);
        let Address::Path(path) = &address else {
            self.enforce(call, sort, Use::Connect, &address)?;
            return Ok(Destination { bytes, _target: None });
        };
        let target = match open_target(path) {
            Ok(target) => target,
            // What can't be opened tells what it is only to those who might use it.
            Err(reason) => return Err(self.not_opened(call, sort, Use::Connect, path, reason)),
        };
        self.enforce(call, sort, Use::Connect, &Address::Path(target.name))?;
        let bytes = path_address(&through_target(&target.fd)).ok_or(Errno::ENAMETOOLONG)?;
        Ok(Destination { bytes, _target: Some(target.fd) })
    }

    fn not_opened(
        &self,
        call: &str,
        sort: &Sort,
        using: Use,
        path: &[u8],
        reason: NotOpened,
    ) -> Errno {
        let may = self.enforce(call, sort, using, &Address::Path(plain_path(path)));
        match (may, reason) {
            (Ok(()), NotOpened::Errno(errno)) => errno,
            _ => Errno::EACCES,
        }
    }

    /// The same of connect(2), which may end a connection.
    pub(super) fn peer(&self, sort: &Sort, address: &[u8]) -> Result<Destination, Errno> {
        if sort.disconnects(&Address::read(address, sort.family)) {
            return Ok(Destination { bytes: own_address(address)?, _target: None });
        }
        if address.is_empty() {
            return Err(Errno::EINVAL);
        }
        self.destination("connect", sort, address)
    }

    /// Whether `::` of this socket stands for IPv4's `0.0.0.0` too.
    fn is_dual(&self, of: &Socket, address: &Address) -> bool {
        let only = || socket::number(of.as_fd(), libc::IPPROTO_IPV6, libc::IPV6_V6ONLY);
        may_be_dual(&of.sort(), address) && only().map_or(true, |only| only == 0)
    }

    /// The local address, for both families where it is one of both.
    fn enforce_local(
        &self,
        call: &str,
        socket: &Socket,
        using: Use,
        address: &Address,
    ) -> Result<(), Errno> {
        let sort = socket.sort();
        self.enforce(call, &sort, using, address)?;
        match *address {
            Address::Ip { port, .. } if self.is_dual(socket, address) => {
                let four = Address::Ip { ip: Ipv4Addr::UNSPECIFIED.into(), port };
                self.enforce(call, &sort, using, &four)
            }
            _ => Ok(()),
        }
    }

    fn name_of(&self, of: &Socket) -> Result<Address, Errno> {
        Ok(Address::read(&socket::getsockname(of.as_fd())?, of.sort().family))
    }

    /// The port that a socket has, 0 for none.
    pub(super) fn port_of(&self, of: &Socket) -> u16 {
        match self.name_of(of) {
            Ok(Address::Ip { port, .. }) => port,
            _ => 0,
        }
    }

    /// A socket has come to a name that is not granted: the port is given back where that goes, and it
    /// is of no use any more.
    fn refuse(&mut self, of: &Socket) -> Errno {
        of.description.refuse();
        let cookie = socket::cookie(of.as_fd());
        if let Some(cookie) = cookie.filter(|cookie| self.sent.contains_key(cookie))
            && self.refused.len() < MAX_REFUSED
        {
            self.refused.insert(cookie);
        }
        if of.sort().on_ip != Kind::Other {
            // It fails where there is nothing to undo.
            let _ = socket::connect(of.as_fd(), &[0; 16]);
        }
        Errno::EACCES
    }

    /// bind(2).
    pub fn bind(&mut self, of: &Socket, address: &[u8]) -> Result<(), Errno> {
        of.usable()?;
        let bytes = own_address(address)?;
        let read = Address::read(&bytes, of.sort().family);
        if let Address::Path(path) = &read {
            return self.bind_path(of, path);
        }
        self.enforce_local("bind", of, Use::Bind, &read)?;
        socket::bind(of.as_fd(), &bytes)?;
        if !picks(&read) {
            return Ok(());
        }
        let granted =
            self.name_of(of).and_then(|name| self.enforce_local("bind", of, Use::Bind, &name));
        granted.map_err(|_| self.refuse(of))
    }

    fn bind_path(&mut self, of: &Socket, path: &[u8]) -> Result<(), Errno> {
        let sort = of.sort();
        let (folder, base) = match open_folder(path) {
            Ok(found) => found,
            Err(reason) => return Err(self.not_opened("bind", &sort, Use::Bind, path, reason)),
        };
        self.enforce("bind", &sort, Use::Bind, &Address::Path(folder.name))?;
        let through = through_folder(&folder.fd, &base);
        let bytes = path_address(&through).ok_or(Errno::ENAMETOOLONG)?;
        socket::bind(of.as_fd(), &bytes)?;
        of.description.keep_folder(folder.fd);
        self.paths.retain(|_, (description, _)| description.strong_count() > 0);
        self.paths.insert(through, (Arc::downgrade(&of.description), path.to_vec()));
        Ok(())
    }

    /// listen(2): the name that the socket has, or gets.
    pub fn listen(&mut self, of: &Socket, backlog: i32) -> Result<(), Errno> {
        of.usable()?;
        self.may_listen(of)?;
        socket::listen(of.as_fd(), backlog)
    }

    fn may_listen(&mut self, of: &Socket) -> Result<(), Errno> {
        let sort = of.sort();
        // Of other families a rule grants everything.
        let named = [family::UNIX, family::VSOCK].contains(&sort.family);
        if sort.on_ip == Kind::Other && !named {
            return Ok(());
        }
        let mut name = self.name_of(of)?;
        match name {
            // bind(2) has judged a path, under another name; without a name nobody listens.
            Address::Path(_) | Address::Unnamed => return Ok(()),
            Address::Ip { port: 0, .. } => {
                self.bind(of, &any_address(sort.family))?;
                name = self.name_of(of)?;
            }
            _ => {}
        }
        self.enforce_local("listen", of, Use::Listen, &name)
    }

    /// Where an address is what the host made of one of the guest's paths, it becomes the guest's again.
    pub(super) fn own_path(&self, bytes: Vec<u8>) -> Vec<u8> {
        if self.paths.is_empty() {
            return bytes;
        }
        let Address::Path(path) = Address::read(&bytes, family::UNIX) else {
            return bytes;
        };
        match self.paths.get(&path) {
            Some((description, own)) if description.strong_count() > 0 => {
                path_address(own).unwrap_or(bytes)
            }
            _ => bytes,
        }
    }

    /// Notes that a socket goes out as a descriptor.
    pub(super) fn note_sent(&mut self, of: &Arc<Description>, cookie: Option<u64>) {
        let Some(cookie) = cookie else {
            return;
        };
        if self.sent.len() >= 2 * self.limits.descriptors as usize {
            self.sent.retain(|_, description| description.strong_count() > 0);
        }
        self.sent.insert(cookie, Arc::downgrade(of));
    }
}
