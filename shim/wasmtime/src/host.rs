//! The interfaces `syscalls` and `names` of `berkeley:sockets`, for a linker of wasmtime.
use crate::guest::names::{AddressInfo, Failure};
use crate::guest::{self, Guest, Socket};
use crate::policy::constants::constant;
use crate::{Errno, guest::Message};
use bindings::berkeley::sockets::names::{self, LookupError};
use bindings::berkeley::sockets::{syscalls, types};
use std::sync::Arc;
use wasmtime::component::{HasData, Linker, Resource, ResourceTable};

/// What `bindgen!` made of the WIT package.
#[allow(missing_docs)]
pub mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wasm/wit",
        inline: "
            package berkeley:wasmtime;
            world host {
                import berkeley:sockets/syscalls@0.1.0;
                import berkeley:sockets/names@0.1.0;
            }
        ",
        world: "berkeley:wasmtime/host",
        imports: { default: async | trappable },
        with: { "berkeley:sockets/syscalls.descriptor": crate::Descriptor },
    });
}

/// A descriptor in a guest's hands; nothing is in it after `close`.
#[derive(Debug)]
pub struct Descriptor {
    socket: Option<Arc<Socket>>,
}

impl Descriptor {
    /// A socket that a guest may have, [`Guest::adopt`] for one.
    pub fn new(socket: Socket) -> Descriptor {
        Descriptor { socket: Some(Arc::new(socket)) }
    }
}

/// What a store has of one guest: its sockets, and the table that holds its descriptors.
pub struct Sockets<'a> {
    /// The guest.
    pub guest: &'a mut Guest,
    /// The table, which may hold other resources too.
    pub table: &'a mut ResourceTable,
}

/// A store's data that has sockets.
pub trait SocketsView: Send {
    /// The guest and the table of its descriptors.
    fn sockets(&mut self) -> Sockets<'_>;
}

/// Says to wasmtime what a linker's functions work on.
#[derive(Debug)]
pub struct HasSockets;

impl HasData for HasSockets {
    type Data<'a> = Sockets<'a>;
}

/// Adds the interfaces `types`, `syscalls` and `names`. The functions are async: the engine's
/// components are instantiated and called by the `_async` functions, in a tokio runtime.
pub fn add_to_linker<T: SocketsView + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    types::add_to_linker::<T, HasSockets>(linker, T::sockets)?;
    syscalls::add_to_linker::<T, HasSockets>(linker, T::sockets)?;
    names::add_to_linker::<T, HasSockets>(linker, T::sockets)
}

/// The result of a function: outside, what traps the guest; inside, the errno that it gets.
type Answer<T> = wasmtime::Result<Result<T, i32>>;
type Own = Resource<Descriptor>;

impl Sockets<'_> {
    /// The socket of a descriptor, EBADF after `close`.
    fn socket(&self, descriptor: &Own) -> wasmtime::Result<Result<Arc<Socket>, Errno>> {
        Ok(self.table.get(descriptor)?.socket.clone().ok_or(Errno::EBADF))
    }

    fn push(&mut self, socket: Socket) -> wasmtime::Result<Own> {
        Ok(self.table.push(Descriptor::new(socket))?)
    }

    /// What a call that opens a descriptor answers.
    fn opened(&mut self, socket: Result<Socket, Errno>) -> Answer<Own> {
        match socket {
            Ok(socket) => Ok(Ok(self.push(socket)?)),
            Err(errno) => Ok(Err(errno.0)),
        }
    }
}

/// Makes a call of a descriptor's socket: an errno after `close`, and what the call gives.
macro_rules! call {
    ($self:ident, $descriptor:ident, |$guest:ident, $socket:ident| $call:expr) => {{
        match $self.socket(&$descriptor)? {
            Err(errno) => Err(errno),
            Ok($socket) => {
                let $guest = &mut *$self.guest;
                $call
            }
        }
    }};
}

fn answer<T>(result: Result<T, Errno>) -> Answer<T> {
    Ok(result.map_err(|errno| errno.0))
}

fn datagram_of(from: syscalls::Datagram) -> guest::Datagram {
    let syscalls::Datagram { data, control, msg_flags, address } = from;
    guest::Datagram { data, control, flags: msg_flags, address }
}

fn wit_datagram(from: guest::Datagram) -> syscalls::Datagram {
    let guest::Datagram { data, control, flags, address } = from;
    syscalls::Datagram { data, control, msg_flags: flags, address }
}

impl types::Host for Sockets<'_> {}

impl syscalls::Host for Sockets<'_> {
    async fn host_target(&mut self) -> wasmtime::Result<types::Target> {
        Ok(types::Target::Linux64)
    }

    async fn constants(&mut self, names: Vec<String>) -> wasmtime::Result<Vec<Option<i64>>> {
        Ok(names.iter().map(|name| constant(name)).collect())
    }

    async fn poll(&mut self, entries: Vec<(Own, i16)>, milliseconds: i32) -> Answer<Vec<i16>> {
        let mut sockets = Vec::with_capacity(entries.len());
        for (descriptor, events) in &entries {
            match self.socket(descriptor)? {
                Ok(socket) => sockets.push((socket, *events)),
                Err(errno) => return Ok(Err(errno.0)),
            }
        }
        answer(self.guest.poll(&sockets, milliseconds).await)
    }
}

impl syscalls::HostDescriptor for Sockets<'_> {
    async fn open(&mut self, family: i32, kind: i32, protocol: i32) -> Answer<Own> {
        let socket = self.guest.open(family, kind, protocol);
        self.opened(socket)
    }

    async fn pair(&mut self, family: i32, kind: i32, protocol: i32) -> Answer<(Own, Own)> {
        match self.guest.pair(family, kind, protocol) {
            Ok((one, other)) => Ok(Ok((self.push(one)?, self.push(other)?))),
            Err(errno) => Ok(Err(errno.0)),
        }
    }

    async fn bind(&mut self, own: Own, address: Vec<u8>) -> Answer<()> {
        answer(call!(self, own, |guest, socket| guest.bind(&socket, &address)))
    }

    async fn connect(&mut self, own: Own, address: Vec<u8>) -> Answer<()> {
        answer(call!(self, own, |guest, socket| guest.connect(&socket, &address).await))
    }

    async fn listen(&mut self, own: Own, backlog: i32) -> Answer<()> {
        answer(call!(self, own, |guest, socket| guest.listen(&socket, backlog)))
    }

    async fn accept(&mut self, own: Own) -> Answer<(Own, Vec<u8>)> {
        match call!(self, own, |guest, socket| guest.accept(&socket).await) {
            Ok((socket, address)) => Ok(Ok((self.push(socket)?, address))),
            Err(errno) => Ok(Err(errno.0)),
        }
    }

    async fn shutdown(&mut self, own: Own, how: i32) -> Answer<()> {
        answer(call!(self, own, |guest, socket| guest.shutdown(&socket, how)))
    }

    async fn getsockname(&mut self, own: Own) -> Answer<Vec<u8>> {
        answer(call!(self, own, |guest, socket| guest.getsockname(&socket)))
    }

    async fn getpeername(&mut self, own: Own) -> Answer<Vec<u8>> {
        answer(call!(self, own, |guest, socket| guest.getpeername(&socket)))
    }

    async fn recv(&mut self, own: Own, length: u32, flags: i32) -> Answer<Vec<u8>> {
        answer(call!(self, own, |guest, socket| guest.recv(&socket, length, flags).await))
    }

    async fn recvfrom(&mut self, own: Own, length: u32, flags: i32) -> Answer<(Vec<u8>, Vec<u8>)> {
        answer(call!(self, own, |guest, socket| guest.recvfrom(&socket, length, flags).await))
    }

    async fn recvmsg(
        &mut self,
        own: Own,
        length: u32,
        control_length: u32,
        flags: i32,
    ) -> Answer<syscalls::Message> {
        let received = call!(self, own, |guest, socket| {
            guest.recvmsg(&socket, length, control_length, flags).await
        });
        let Message { data, control, rights, flags, address } = match received {
            Ok(message) => message,
            Err(errno) => return Ok(Err(errno.0)),
        };
        let rights = rights.into_iter().map(|socket| self.push(socket));
        let rights = rights.collect::<wasmtime::Result<Vec<_>>>()?;
        Ok(Ok(syscalls::Message { data, control, rights, msg_flags: flags, address }))
    }

    async fn receive_many(
        &mut self,
        own: Own,
        count: u32,
        length: u32,
        control_length: u32,
        flags: i32,
    ) -> Answer<Vec<syscalls::Datagram>> {
        let received = call!(self, own, |guest, socket| {
            guest.receive_many(&socket, count, length, control_length, flags).await
        });
        answer(received.map(|list| list.into_iter().map(wit_datagram).collect()))
    }

    async fn send(&mut self, own: Own, data: Vec<u8>, flags: i32) -> Answer<u32> {
        answer(call!(self, own, |guest, socket| guest.send(&socket, &data, flags).await))
    }

    async fn sendto(
        &mut self,
        own: Own,
        data: Vec<u8>,
        flags: i32,
        address: Vec<u8>,
    ) -> Answer<u32> {
        answer(call!(self, own, |guest, socket| {
            guest.sendto(&socket, &data, flags, &address).await
        }))
    }

    async fn sendmsg(
        &mut self,
        own: Own,
        data: Vec<u8>,
        control: Vec<u8>,
        rights: Vec<Own>,
        flags: i32,
        address: Vec<u8>,
    ) -> Answer<u32> {
        let mut sockets = Vec::with_capacity(rights.len());
        for descriptor in &rights {
            match self.socket(descriptor)? {
                Ok(socket) => sockets.push(socket),
                Err(errno) => return Ok(Err(errno.0)),
            }
        }
        answer(call!(self, own, |guest, socket| {
            guest.sendmsg(&socket, &data, &control, &sockets, flags, &address).await
        }))
    }

    async fn send_many(
        &mut self,
        own: Own,
        datagrams: Vec<syscalls::Datagram>,
        flags: i32,
    ) -> Answer<u32> {
        let datagrams: Vec<_> = datagrams.into_iter().map(datagram_of).collect();
        answer(call!(self, own, |guest, socket| {
            guest.send_many(&socket, &datagrams, flags).await
        }))
    }

    async fn getsockopt(
        &mut self,
        own: Own,
        level: i32,
        name: i32,
        length: u32,
    ) -> Answer<Vec<u8>> {
        answer(call!(self, own, |guest, socket| guest.getsockopt(&socket, level, name, length)))
    }

    async fn setsockopt(&mut self, own: Own, level: i32, name: i32, value: Vec<u8>) -> Answer<()> {
        answer(call!(self, own, |guest, socket| guest.setsockopt(&socket, level, name, &value)))
    }

    async fn ioctl(&mut self, own: Own, request: u32, argument: Vec<u8>) -> Answer<Vec<u8>> {
        answer(call!(self, own, |guest, socket| guest.ioctl(&socket, request, &argument)))
    }

    async fn duplicate(&mut self, own: Own) -> Answer<Own> {
        let copy = call!(self, own, |guest, socket| guest.duplicate(&socket));
        self.opened(copy)
    }

    async fn is_nonblocking(&mut self, own: Own) -> Answer<bool> {
        answer(call!(self, own, |guest, socket| guest.is_nonblocking(&socket)))
    }

    async fn set_nonblocking(&mut self, own: Own, on: bool) -> Answer<()> {
        answer(call!(self, own, |guest, socket| guest.set_nonblocking(&socket, on)))
    }

    async fn close(&mut self, own: Own) -> Answer<()> {
        match self.table.get_mut(&own)?.socket.take() {
            Some(socket) => answer(self.guest.close(socket).await),
            None => Ok(Err(Errno::EBADF.0)),
        }
    }

    async fn drop(&mut self, own: Own) -> wasmtime::Result<()> {
        if let Some(socket) = self.table.delete(own)?.socket {
            // A drop tells nothing of how the close went.
            let _ = self.guest.close(socket).await;
        }
        Ok(())
    }
}

fn lookup_error(failure: Failure) -> LookupError {
    match failure {
        Failure::Status(status) => LookupError::Status(status),
        Failure::System(errno) => LookupError::System(errno.0),
    }
}

fn wit_info(from: AddressInfo) -> names::AddressInfo {
    let AddressInfo { family, kind, protocol, canonical_name, address } = from;
    names::AddressInfo { family, kind, protocol, canonical_name, address }
}

impl names::Host for Sockets<'_> {
    async fn getaddrinfo(
        &mut self,
        node: Option<String>,
        service: Option<String>,
        family: i32,
        kind: i32,
        protocol: i32,
        flags: i32,
    ) -> wasmtime::Result<Result<Vec<names::AddressInfo>, LookupError>> {
        let hints = [family, kind, protocol, flags];
        let found = self.guest.getaddrinfo(node.as_deref(), service.as_deref(), hints).await;
        Ok(found.map(|list| list.into_iter().map(wit_info).collect()).map_err(lookup_error))
    }

    async fn getnameinfo(
        &mut self,
        address: Vec<u8>,
        flags: i32,
    ) -> wasmtime::Result<Result<(String, String), LookupError>> {
        Ok(self.guest.getnameinfo(&address, flags).await.map_err(lookup_error))
    }

    async fn getservbyname(
        &mut self,
        name: String,
        protocol: Option<String>,
    ) -> wasmtime::Result<Option<u16>> {
        Ok(self.guest.getservbyname(&name, protocol.as_deref()).await)
    }

    async fn getservbyport(
        &mut self,
        port: u16,
        protocol: Option<String>,
    ) -> wasmtime::Result<Option<String>> {
        Ok(self.guest.getservbyport(port, protocol.as_deref()).await)
    }

    async fn getprotobyname(&mut self, name: String) -> wasmtime::Result<Option<i32>> {
        Ok(self.guest.getprotobyname(&name).await)
    }

    async fn gethostname(&mut self) -> Answer<String> {
        answer(self.guest.gethostname())
    }

    async fn if_nametoindex(&mut self, name: String) -> Answer<u32> {
        answer(self.guest.if_nametoindex(&name))
    }

    async fn if_indextoname(&mut self, index: u32) -> Answer<String> {
        answer(self.guest.if_indextoname(index))
    }

    async fn if_nameindex(&mut self) -> Answer<Vec<names::NetworkInterface>> {
        let found = self.guest.if_nameindex();
        let wit = |(index, name)| names::NetworkInterface { index, name };
        answer(found.map(|list| list.into_iter().map(wit).collect()))
    }
}
