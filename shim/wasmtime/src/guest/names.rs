//! Lookups of names, by the policy. A name that is no number is a name, whatever the resolver would make
//! of it.
use super::Guest;
use crate::Errno;
use crate::boundary::{MAX_NAME, is_numeric, plain_name, scope_of};
use crate::policy::address::{Address, family};
use crate::system::lookup;
pub use crate::system::lookup::{AddressInfo, Failure, Query};
use std::ffi::CString;

/// What a refused lookup of a host says.
const REFUSED: Failure = Failure::Status(libc::EAI_FAIL);

fn c_string(name: &str) -> Result<CString, Errno> {
    CString::new(plain_name(name)?).map_err(|_| Errno::EACCES)
}

/// A call that blocks, on a thread that may.
async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Errno> {
    tokio::task::spawn_blocking(call).await.map_err(|_| Errno(libc::EIO))
}

impl Guest {
    /// A lookup, no longer than the policy lets.
    async fn look_up<T: Send + 'static>(
        &mut self,
        call: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let found = self.waits.bounded(("lookup", -1), None, blocking(call)).await;
        found.unwrap_or_else(|errno| Err(Failure::System(errno)))
    }

    /// The flags that a host's name is asked with: a numeric one without a rule goes to no resolver.
    fn flags_for(&self, name: &str) -> Result<i32, Errno> {
        let decision = self.judge.host_name(name.as_bytes());
        if decision.granted || !is_numeric(name) {
            self.judge.enforce("getaddrinfo", decision)?;
            return Ok(0);
        }
        if let Some((_, zone)) = name.split_once('%') {
            let interface = self.judge.interface_name(zone.as_bytes());
            self.judge.enforce("getaddrinfo", interface)?;
        }
        Ok(libc::AI_NUMERICHOST)
    }

    /// A query that may be made.
    fn query(
        &self,
        node: Option<&str>,
        service: Option<&str>,
        hints: [i32; 4],
    ) -> Result<Query, Errno> {
        let [family, kind, protocol, flags] = hints;
        let mut query = Query { node: None, service: None, family, kind, protocol, flags };
        if let Some(node) = node {
            query.flags |= self.flags_for(plain_name(node)?)?;
            query.node = Some(c_string(node)?);
        }
        if let Some(service) = service {
            if !service.bytes().all(|byte| byte.is_ascii_digit()) {
                self.judge.enforce("getaddrinfo", self.judge.word("services"))?;
            }
            query.service = Some(c_string(service)?);
        }
        Ok(query)
    }

    /// getaddrinfo(3). `hints` are family, kind, protocol and flags.
    pub async fn getaddrinfo(
        &mut self,
        node: Option<&str>,
        service: Option<&str>,
        hints: [i32; 4],
    ) -> Result<Vec<AddressInfo>, Failure> {
        let query = self.query(node, service, hints).map_err(|_| REFUSED)?;
        self.look_up(move || lookup::getaddrinfo(&query)).await
    }

    fn may_name(&self, address: &[u8], flags: i32) -> Result<(), Errno> {
        let judge = &self.judge;
        if address.len() > MAX_NAME {
            return Err(Errno::EACCES);
        }
        let scope = scope_of(address);
        if scope != 0 {
            let name = lookup::if_indextoname(scope).unwrap_or_default();
            judge.enforce("getnameinfo", judge.interface_name(name.as_bytes()))?;
        }
        if flags & libc::NI_NUMERICHOST == 0 {
            let ip = match Address::read(address, family::INET6) {
                Address::Ip { ip, .. } => Some(ip),
                _ => None,
            };
            judge.enforce("getnameinfo", judge.reverse(ip))?;
        }
        if flags & libc::NI_NUMERICSERV == 0 {
            judge.enforce("getnameinfo", judge.word("services"))?;
        }
        Ok(())
    }

    /// getnameinfo(3): the host's name and the service's.
    pub async fn getnameinfo(
        &mut self,
        address: &[u8],
        flags: i32,
    ) -> Result<(String, String), Failure> {
        self.may_name(address, flags).map_err(|_| REFUSED)?;
        let own = address.to_vec();
        self.look_up(move || lookup::getnameinfo(&own, flags)).await
    }

    fn service_query(&self, call: &str, protocol: Option<&str>) -> Result<Option<CString>, Errno> {
        self.judge.enforce(call, self.judge.word("services"))?;
        protocol.map(c_string).transpose()
    }

    /// getservbyname(3): the port; nothing where there is none, or the policy refuses.
    pub async fn getservbyname(&self, name: &str, protocol: Option<&str>) -> Option<u16> {
        let name = c_string(name).ok()?;
        let protocol = self.service_query("getservbyname", protocol).ok()?;
        blocking(move || lookup::getservbyname(&name, &protocol)).await.ok()?
    }

    /// getservbyport(3): the name; nothing where there is none, or the policy refuses.
    pub async fn getservbyport(&self, port: u16, protocol: Option<&str>) -> Option<String> {
        let protocol = self.service_query("getservbyport", protocol).ok()?;
        blocking(move || lookup::getservbyport(port, &protocol)).await.ok()?
    }

    /// getprotobyname(3): the number; nothing where there is none, or the policy refuses.
    pub async fn getprotobyname(&self, name: &str) -> Option<i32> {
        let name = c_string(name).ok()?;
        self.service_query("getprotobyname", None).ok()?;
        blocking(move || lookup::getprotobyname(&name)).await.ok()?
    }

    /// gethostname(2).
    pub fn gethostname(&self) -> Result<String, Errno> {
        self.judge.enforce("gethostname", self.judge.word("hostname"))?;
        lookup::gethostname()
    }

    /// if_nametoindex(3).
    pub fn if_nametoindex(&self, name: &str) -> Result<u32, Errno> {
        let own = c_string(name)?;
        self.judge.enforce("if_nametoindex", self.judge.interface_name(name.as_bytes()))?;
        lookup::if_nametoindex(&own)
    }

    /// if_indextoname(3).
    pub fn if_indextoname(&self, index: u32) -> Result<String, Errno> {
        let found = lookup::if_indextoname(index);
        let name = found.clone().unwrap_or_default();
        self.judge.enforce("if_indextoname", self.judge.interface_name(name.as_bytes()))?;
        found
    }

    /// if_nameindex(3).
    pub fn if_nameindex(&self) -> Result<Vec<(u32, String)>, Errno> {
        self.judge.enforce("if_nameindex", self.judge.word("interfaces"))?;
        lookup::if_nameindex()
    }
}
