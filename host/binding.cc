// The addon: a table of names. No logic here.
#include <napi.h>
#include <vector>
#include "batch.h"
#include "call.h"
#include "interrupt.h"
#include "fd_table.h"
#include "poll.h"
#include "resolve.h"
#include "sys.h"
#include "compiled_tables.h"
#include "event_loop_poller.h"

namespace {

// attach(block): the codec's message block, once for each environment.
int attach(State& s, Bytes block) {
  if (s.block.data) return -EBUSY;
  if (block.length <= 16) return -EINVAL;
  s.block.data = block.data;
  s.block.room = block.length - 16;
  return 0;
}

struct Row {
  const char* name;
  napi_callback callback;
};
#define CALL(name, function) \
  { name, call::Wrap<function>::callback }

const Row rows[] = {
    CALL("attach", attach),
    CALL("constants", tables::constants),
    CALL("layouts", tables::layouts),

    CALL("socket", sys::socket),
    CALL("socketpair", sys::socketpair),
    CALL("accept", sys::accept),
    CALL("bind", sys::bind),
    CALL("connect", sys::connect),
    CALL("listen", sys::listen),
    CALL("shutdown", sys::shutdown),
    CALL("close", sys::close),
    CALL("getsockname", sys::getsockname),
    CALL("getpeername", sys::getpeername),
    CALL("recv", sys::recv),
    CALL("recvEach", sys::recvEach),
    CALL("recvfrom", sys::recvfrom),
    CALL("recvmsg", sys::recvmsg),
    CALL("send", sys::send),
    CALL("sendto", sys::sendto),
    CALL("sendmsg", sys::sendmsg),
    CALL("sendfile", sys::sendfile),
    CALL("read", sys::read),
    CALL("lseek", sys::lseek),
    CALL("recvmmsg", batch::recvmmsg),
    CALL("sendmmsg", batch::sendmmsg),
    CALL("getsockopt", sys::getsockopt),
    CALL("setsockopt", sys::setsockopt),
    CALL("attachFilter", sys::attachFilter),
    CALL("ioctl", sys::ioctl),
    CALL("dup", sys::dup),
    CALL("isNonblocking", sys::isNonblocking),
    CALL("setNonblocking", sys::setNonblocking),
    CALL("isInheritable", sys::isInheritable),
    CALL("setInheritable", sys::setInheritable),

    CALL("poll", wait::poll),
    CALL("interruptible", interrupt::interruptible),
    CALL("interruptions", interrupt::interruptions),

    CALL("startWatching", poller::start),
    CALL("watch", poller::watch),
    CALL("rearm", poller::rearm),
    CALL("keepLoopAlive", poller::keepLoopAlive),

    CALL("own", fd_table::own),
    CALL("ownerOf", fd_table::ownerOf),
    CALL("owned", fd_table::count),
    CALL("release", fd_table::release),
    CALL("closeOwned", fd_table::closeOwned),
    CALL("sweep", fd_table::sweep),

    CALL("getaddrinfo", resolve::getaddrinfo),
    CALL("getnameinfo", resolve::getnameinfo),
    CALL("gethostbyname", resolve::gethostbyname),
    CALL("gethostbyaddr", resolve::gethostbyaddr),
    CALL("getaddrinfoAsync", resolve::getaddrinfoAsync),
    CALL("getnameinfoAsync", resolve::getnameinfoAsync),
    CALL("gethostbynameAsync", resolve::gethostbynameAsync),
    CALL("gethostbyaddrAsync", resolve::gethostbyaddrAsync),
    CALL("getservbyname", resolve::getservbyname),
    CALL("getservbyport", resolve::getservbyport),
    CALL("getprotobyname", resolve::getprotobyname),
    CALL("gethostname", resolve::gethostname),
    CALL("sethostname", resolve::sethostname),
    CALL("if_nametoindex", resolve::if_nametoindex),
    CALL("if_indextoname", resolve::if_indextoname),
    CALL("if_nameindex", resolve::if_nameindex),
    CALL("gai_strerror", resolve::gai_strerror),
    CALL("hstrerror", resolve::hstrerror),
};

Napi::Object init(Napi::Env env, Napi::Object exports) {
  State* state = new State;
  state->env = env;
  env.AddCleanupHook(
      [](State* s) {
        fd_table::closeAll(*s);
        delete s;
      },
      state);
  std::vector<napi_property_descriptor> functions;
  for (const Row& row : rows)
    functions.push_back(
        {row.name, nullptr, row.callback, nullptr, nullptr, nullptr, napi_default_jsproperty, state});
  // Fails in a worker that is being terminated, which then runs nothing more. node-addon-api's Set() would
  // end the process.
  napi_define_properties(env, exports, functions.size(), functions.data());
  return exports;
}

}  // namespace

NODE_API_MODULE(berkeley_sockets, init)
