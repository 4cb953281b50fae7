//! Waiting without blocking the executor: a call is tried, and tried again when the kernel says that it
//! may go on. The policy bounds how long a guest may wait without a result.
use crate::Errno;
use crate::guest::socket::Socket;
use std::future::Future;
use std::io;
use std::time::{Duration, Instant};
use tokio::io::Interest;
use tokio::time::timeout;

/// How often a call is tried again that the kernel doesn't announce.
const PACE: Duration = Duration::from_millis(2);

/// What of the guest's time has gone by.
#[derive(Debug)]
pub struct Waits {
    limit: Option<Duration>,
    waited: Duration,
    last: (&'static str, i32),
}

impl Waits {
    /// `milliseconds` is the policy's limit.
    pub fn new(milliseconds: Option<u32>) -> Waits {
        let limit = milliseconds.map(|most| Duration::from_millis(most.into()));
        Waits { limit, waited: Duration::ZERO, last: ("", -1) }
    }

    /// How long a call may wait, less what it waited if it was the last to be made.
    fn left(&mut self, key: (&'static str, i32)) -> Option<Duration> {
        if self.last != key {
            self.waited = Duration::ZERO;
        }
        self.last = key;
        self.limit.map(|limit| limit.saturating_sub(self.waited).max(Duration::from_millis(1)))
    }

    /// A call had a result: what of waiting comes now counts anew.
    fn had_result(&mut self) {
        self.waited = Duration::ZERO;
    }

    /// A wait has ended without a result. Gives what the call says.
    fn in_vain(&mut self, began: Instant, result: Errno) -> Errno {
        self.waited += began.elapsed();
        if self.limit.is_none_or(|limit| self.waited < limit) {
            return result;
        }
        self.waited = Duration::ZERO;
        Errno::ETIMEDOUT
    }

    /// Waits for `ready`, at most as long as the policy lets and as `most` says: EAGAIN or ETIMEDOUT then.
    pub async fn bounded<T>(
        &mut self,
        key: (&'static str, i32),
        most: Option<Duration>,
        ready: impl Future<Output = Result<T, Errno>>,
    ) -> Result<T, Errno> {
        let left = self.left(key);
        let bound = match (left, most) {
            (Some(left), Some(most)) => Some(left.min(most)),
            (left, most) => left.or(most),
        };
        let began = Instant::now();
        let result = match bound {
            None => ready.await,
            Some(bound) => match timeout(bound, ready).await {
                Ok(result) => result,
                Err(_) => return Err(self.in_vain(began, Errno::EAGAIN)),
            },
        };
        self.had_result();
        result
    }

    /// Makes a call that says EAGAIN where it would block, until it has another result.
    pub async fn until_ready<T>(
        &mut self,
        call: &'static str,
        socket: &Socket,
        interest: Interest,
        most: Option<Duration>,
        mut attempt: impl FnMut() -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        // What fails at once is not announced, so the call comes before the wait.
        match attempt() {
            Err(Errno::EAGAIN) => {}
            result => {
                self.had_result();
                return result;
            }
        }
        let watch = socket.watch()?;
        let ready = async {
            loop {
                let mut guard = watch.ready(interest).await?;
                match guard.try_io(|_| attempt().map_err(io::Error::from)) {
                    Ok(result) => return result.map_err(Errno::from),
                    Err(_) => continue,
                }
            }
        };
        self.bounded((call, socket.number()), most, ready).await
    }

    /// The same for calls of which the kernel doesn't say when they may go on.
    pub async fn until_done<T>(
        &mut self,
        call: &'static str,
        socket: &Socket,
        most: Option<Duration>,
        mut attempt: impl FnMut() -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let done = async {
            loop {
                match attempt() {
                    Err(Errno::EAGAIN) => tokio::time::sleep(PACE).await,
                    result => return result,
                }
            }
        };
        self.bounded((call, socket.number()), most, done).await
    }
}
