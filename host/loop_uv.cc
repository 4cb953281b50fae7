// Node: its own loop, libuv's, polls the epoll instance.
// The symbols are weak, so that a runtime without libuv loads the addon too. Whether they are there tells
// nothing (Bun has them all, and ends the process in most): shim/node.ts knows the runtimes.
#include "loop.h"
#include <uv.h>
#include <cerrno>

#pragma weak uv_poll_init
#pragma weak uv_poll_start
#pragma weak uv_poll_stop
#pragma weak uv_close
#pragma weak uv_ref
#pragma weak uv_unref
#pragma weak napi_get_uv_event_loop

namespace poller {

namespace {

class UvLoop final : public Loop {
 public:
  uv_poll_t handle;
  Poller* poller;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;

  uv_handle_t* base() { return reinterpret_cast<uv_handle_t*>(&handle); }

  void keepAlive(bool on) override {
    if (on)
      uv_ref(base());
    else
      uv_unref(base());
  }

  void enter(napi_value ready, napi_value count) override {
    napi_value ignored;  // Deno writes there without asking whether it is null
    if (napi_make_callback(poller->env, context, ready, ready, 1, &count, &ignored) == napi_pending_exception)
      report(poller->env);
  }

  bool repeats() const override { return true; }
  void rearm() override {}
};

void onPoll(uv_poll_t* handle, int, int) {
  onReadable(static_cast<UvLoop*>(handle->data)->poller);
}

void onClosed(uv_handle_t* handle) {
  auto loop = static_cast<UvLoop*>(handle->data);
  napi_remove_async_cleanup_hook(loop->cleanup);
  delete loop->poller;
  delete loop;
}

// A worker that ends, or the process: the handle is closed before the environment goes.
void onCleanup(napi_async_cleanup_hook_handle, void* data) {
  auto loop = static_cast<UvLoop*>(data);
  uv_poll_stop(&loop->handle);
  napi_async_destroy(loop->poller->env, loop->context);
  end(loop->poller);
  uv_close(loop->base(), onClosed);
}

}  // namespace

int onLibuv(Poller* p) {
  uv_loop_t* uv;
  if (!uv_poll_init || !napi_get_uv_event_loop || napi_get_uv_event_loop(p->env, &uv) != napi_ok)
    return -ENOSYS;
  auto loop = new UvLoop{};
  if (int failed = uv_poll_init(uv, &loop->handle, p->epoll)) {
    delete loop;
    return failed;
  }
  loop->handle.data = loop;
  loop->poller = p;
  p->loop = loop;
  napi_value name;
  napi_create_string_utf8(p->env, "berkeley-sockets", NAPI_AUTO_LENGTH, &name);
  napi_async_init(p->env, nullptr, name, &loop->context);
  napi_add_async_cleanup_hook(p->env, onCleanup, loop, &loop->cleanup);
  uv_poll_start(&loop->handle, UV_READABLE, onPoll);
  uv_unref(loop->base());
  return 0;
}

}  // namespace poller
