// The Node-API of napi.h: what host/ calls, and no more. Whatever is wrong with a call is a status, as
// Node's; what Node would not survive ends the program.
#include "napi.h"
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using Value = napi_value__;

extern "C" napi_value napi_register_module_v1(napi_env env, napi_value exports);

struct napi_ref__ {
  napi_value value;
  uint32_t count;
};
struct napi_deferred__ {
  napi_value promise;
};
struct napi_callback_info__ {
  const std::vector<napi_value>& arguments;
  void* data;
};
struct napi_async_cleanup_hook_handle__ {
  napi_env env;
};
struct napi_async_context__ {};
struct napi_async_work__ {
  napi_env env;
  napi_async_execute_callback execute;
  napi_async_complete_callback complete;
  void* data;
};
namespace {

[[noreturn]] void fatal(const char* what) {
  std::fprintf(stderr, "napi: %s\n", what);
  std::abort();
}

napi_status fail(napi_env env, napi_status status, const char* message) {
  env->error.error_code = status;
  env->error.error_message = message;
  return status;
}

template <class T>
napi_status made(napi_env env, Value::Kind kind, T number, napi_value* result) {
  *result = env->make(kind);
  (*result)->number = static_cast<double>(number);
  return napi_ok;
}

}  // namespace

napi_value__::~napi_value__() {
  for (napi_ref ref : references) ref->value = nullptr;
}

napi_env__::napi_env__() {
  exports = make(Value::OBJECT);
  napi_register_module_v1(this, exports);
}

napi_env__::~napi_env__() {
  onThread("the end of an environment");
  canRun = false;
  while (!hooks.empty()) {
    Hook hook = hooks.back();
    if (!hook.handle) hooks.pop_back();
    hook.run();
    auto there = [&] {
      for (const Hook& other : hooks)
        if (other.handle == hook.handle) return true;
      return false;
    };
    for (int waited = 0; hook.handle && there(); waited++) {
      if (waited > 1000) fatal("an asynchronous cleanup hook did not end within 10 s");
      turn(10);
    }
  }
  for (std::thread& work : works) work.join();
  while (turn(0)) {}
  while (!functions.empty()) closeFunction(*functions.begin());
  drop(0);
}

void napi_env__::onThread(const char* what) const {
  if (std::this_thread::get_id() != thread)
    fatal((std::string("called from another thread: ") + what).c_str());
}

napi_value napi_env__::make(Value::Kind kind) {
  onThread("a value");
  values.push_back(std::make_unique<Value>());
  values.back()->kind = kind;
  return values.back().get();
}
napi_value napi_env__::number(double n) {
  napi_value v;
  return made(this, Value::NUMBER, n, &v), v;
}
napi_value napi_env__::nothing() {
  return make(Value::NOTHING);
}
napi_value napi_env__::bytes(std::vector<uint8_t>& memory) {
  napi_value v = make(Value::BYTES);
  v->data = memory.empty() ? nullptr : memory.data();
  v->length = memory.size();
  return v;
}
napi_value napi_env__::ints(std::vector<int32_t>& memory) {
  napi_value v = make(Value::INTS);
  v->data = memory.empty() ? nullptr : memory.data();
  v->length = memory.size();
  return v;
}
napi_value napi_env__::array(std::vector<napi_value> items) {
  napi_value v = make(Value::ARRAY);
  v->items = std::move(items);
  return v;
}

void napi_env__::drop(size_t mark) {
  while (values.size() > mark) values.pop_back();
}

napi_value napi_env__::call(const char* name, std::initializer_list<napi_value> arguments) {
  onThread(name);
  auto found = exports->properties.find(name);
  if (found == exports->properties.end()) fatal((std::string("the addon has no ") + name).c_str());
  std::vector<napi_value> list(arguments);
  napi_callback_info__ info{list, found->second->callbackData};
  napi_value result = found->second->callback(this, &info);
  if (pending) fatal((std::string("an exception in ") + name).c_str());
  return result ? result : make(Value::UNDEFINED);
}
int napi_env__::ask(const char* name, std::initializer_list<napi_value> arguments) {
  Scope scope(*this);
  napi_value result = call(name, arguments);
  if (result->kind != Value::NUMBER) fatal((std::string("no number from ") + name).c_str());
  return static_cast<int>(result->number);
}

void napi_env__::post(std::function<void()> task) {
  std::lock_guard<std::mutex> lock(mutex);
  tasks.push_back(std::move(task));
  posted.notify_one();
}

bool napi_env__::turn(int milliseconds) {
  onThread("a turn of the loop");
  std::deque<std::function<void()>> now;
  {
    std::unique_lock<std::mutex> lock(mutex);
    // By the system's clock: GCC 12's ThreadSanitizer does not know pthread_cond_clockwait(3).
    auto until = std::chrono::system_clock::now() + std::chrono::milliseconds(milliseconds);
    while (tasks.empty() && milliseconds > 0)
      if (posted.wait_until(lock, until) == std::cv_status::timeout) break;
    now.swap(tasks);
  }
  for (auto& task : now) task();
  return !now.empty();
}

extern "C" {

napi_status napi_get_last_error_info(node_api_basic_env env, const napi_extended_error_info** result) {
  return *result = &env->error, napi_ok;
}
napi_status napi_is_exception_pending(napi_env env, bool* result) {
  return *result = env->pending, napi_ok;
}
napi_status napi_throw_error(napi_env env, const char*, const char*) {
  return env->pending = true, napi_ok;
}
napi_status napi_get_and_clear_last_exception(napi_env env, napi_value* result) {
  env->pending = false;
  return made(env, Value::OBJECT, 0, result);
}
napi_status napi_fatal_exception(napi_env, napi_value) {
  fatal("an exception nobody caught");
}

napi_status napi_get_cb_info(napi_env, napi_callback_info info, size_t* count, napi_value* values,
                             napi_value*, void** data) {
  static Value undefined;
  size_t room = *count;
  *count = info->arguments.size();
  for (size_t i = 0; i < room; i++) values[i] = i < *count ? info->arguments[i] : &undefined;
  *data = info->data;
  return napi_ok;
}
napi_status napi_define_properties(napi_env env, napi_value object, size_t count,
                                   const napi_property_descriptor* list) {
  for (size_t i = 0; i < count; i++) {
    napi_value function = env->make(Value::FUNCTION);
    function->callback = list[i].method;
    function->callbackData = list[i].data;
    object->properties[list[i].utf8name] = function;
  }
  return napi_ok;
}

// JavaScript's ToInt32 and Node's int64 of what fits; nothing else comes from ts/.
napi_status napi_get_value_int32(napi_env env, napi_value v, int32_t* out) {
  if (v->kind != Value::NUMBER) return fail(env, napi_number_expected, "A number was expected");
  return *out = static_cast<int32_t>(static_cast<int64_t>(v->number)), napi_ok;
}
napi_status napi_get_value_uint32(napi_env env, napi_value v, uint32_t* out) {
  if (v->kind != Value::NUMBER) return fail(env, napi_number_expected, "A number was expected");
  return *out = static_cast<uint32_t>(static_cast<int64_t>(v->number)), napi_ok;
}
napi_status napi_get_value_int64(napi_env env, napi_value v, int64_t* out) {
  if (v->kind != Value::NUMBER) return fail(env, napi_number_expected, "A number was expected");
  return *out = static_cast<int64_t>(v->number), napi_ok;
}
napi_status napi_create_int32(napi_env env, int32_t n, napi_value* result) {
  return made(env, Value::NUMBER, n, result);
}
napi_status napi_create_uint32(napi_env env, uint32_t n, napi_value* result) {
  return made(env, Value::NUMBER, n, result);
}
napi_status napi_create_int64(napi_env env, int64_t n, napi_value* result) {
  return made(env, Value::NUMBER, n, result);
}
napi_status napi_create_double(napi_env env, double n, napi_value* result) {
  return made(env, Value::NUMBER, n, result);
}
napi_status napi_get_undefined(napi_env env, napi_value* result) {
  return made(env, Value::UNDEFINED, 0, result);
}
napi_status napi_get_null(napi_env env, napi_value* result) {
  return made(env, Value::NOTHING, 0, result);
}
napi_status napi_create_object(napi_env env, napi_value* result) {
  return made(env, Value::OBJECT, 0, result);
}
napi_status napi_create_array(napi_env env, napi_value* result) {
  return made(env, Value::ARRAY, 0, result);
}
napi_status napi_create_array_with_length(napi_env env, size_t length, napi_value* result) {
  made(env, Value::ARRAY, 0, result);
  (*result)->items.resize(length);
  return napi_ok;
}
napi_status napi_create_string_latin1(napi_env env, const char* text, size_t length, napi_value* result) {
  made(env, Value::STRING, 0, result);
  (*result)->text.assign(text, length == NAPI_AUTO_LENGTH ? std::strlen(text) : length);
  return napi_ok;
}
napi_status napi_create_string_utf8(napi_env env, const char* text, size_t length, napi_value* result) {
  return napi_create_string_latin1(env, text, length, result);
}
napi_status napi_create_buffer_copy(napi_env env, size_t length, const void* data, void** copy,
                                    napi_value* result) {
  made(env, Value::BYTES, 0, result);
  auto from = static_cast<const uint8_t*>(data);
  (*result)->memory.assign(from, from + length);
  (*result)->data = (*result)->memory.data();
  (*result)->length = length;
  if (copy) *copy = (*result)->data;
  return napi_ok;
}
napi_status napi_create_arraybuffer(napi_env env, size_t length, void** data, napi_value* result) {
  made(env, Value::MEMORY, 0, result);
  (*result)->memory.resize(length);
  *data = (*result)->data = (*result)->memory.data();
  (*result)->length = length;
  return napi_ok;
}
napi_status napi_create_typedarray(napi_env env, napi_typedarray_type type, size_t length, napi_value buffer,
                                   size_t offset, napi_value* result) {
  made(env,
       type == napi_float64_array ? Value::DOUBLES
       : type == napi_int32_array ? Value::INTS
                                  : Value::BYTES,
       0, result);
  (*result)->data = static_cast<uint8_t*>(buffer->data) + offset;
  (*result)->length = length;
  return napi_ok;
}
napi_status napi_get_typedarray_info(napi_env env, napi_value v, napi_typedarray_type* type, size_t* length,
                                     void** data, napi_value*, size_t*) {
  if (v->kind != Value::BYTES && v->kind != Value::INTS && v->kind != Value::DOUBLES)
    return fail(env, napi_invalid_arg, "Invalid argument");
  if (type)
    *type = v->kind == Value::BYTES  ? napi_uint8_array
            : v->kind == Value::INTS ? napi_int32_array
                                     : napi_float64_array;
  if (length) *length = v->length;
  if (data) *data = v->data;
  return napi_ok;
}
napi_status napi_typeof(napi_env, napi_value v, napi_valuetype* kind) {
  *kind = v->kind == Value::UNDEFINED  ? napi_undefined
          : v->kind == Value::NOTHING  ? napi_null
          : v->kind == Value::NUMBER   ? napi_number
          : v->kind == Value::STRING   ? napi_string
          : v->kind == Value::FUNCTION ? napi_function
                                       : napi_object;
  return napi_ok;
}
napi_status napi_get_array_length(napi_env env, napi_value v, uint32_t* length) {
  if (v->kind != Value::ARRAY) return fail(env, napi_array_expected, "An array was expected");
  return *length = static_cast<uint32_t>(v->items.size()), napi_ok;
}
napi_status napi_get_element(napi_env env, napi_value v, uint32_t i, napi_value* result) {
  if (v->kind != Value::ARRAY) return fail(env, napi_object_expected, "An object was expected");
  if (i < v->items.size() && v->items[i]) return *result = v->items[i], napi_ok;
  return napi_get_undefined(env, result);
}
napi_status napi_set_element(napi_env env, napi_value v, uint32_t i, napi_value item) {
  if (v->kind != Value::ARRAY) return fail(env, napi_object_expected, "An object was expected");
  if (v->items.size() <= i) v->items.resize(i + 1);
  return v->items[i] = item, napi_ok;
}
napi_status napi_set_named_property(napi_env, napi_value v, const char* name, napi_value item) {
  return v->properties[name] = item, napi_ok;
}

napi_status napi_open_handle_scope(napi_env env, napi_handle_scope* scope) {
  return *scope = reinterpret_cast<napi_handle_scope>(env->mark()), napi_ok;
}
napi_status napi_close_handle_scope(napi_env env, napi_handle_scope scope) {
  return env->drop(reinterpret_cast<size_t>(scope)), napi_ok;
}

napi_status napi_create_reference(napi_env env, napi_value v, uint32_t count, napi_ref* result) {
  env->onThread("napi_create_reference");
  if (v->kind < Value::OBJECT) return fail(env, napi_object_expected, "An object was expected");
  *result = new napi_ref__{v, count};
  return v->references.insert(*result), napi_ok;
}
napi_status napi_delete_reference(node_api_basic_env env, napi_ref ref) {
  env->onThread("napi_delete_reference");
  if (ref->value) ref->value->references.erase(ref);
  return delete ref, napi_ok;
}
napi_status napi_get_reference_value(napi_env env, napi_ref ref, napi_value* result) {
  env->onThread("napi_get_reference_value");
  return *result = ref->value, napi_ok;
}
napi_status napi_reference_ref(napi_env, napi_ref ref, uint32_t* count) {
  ref->count++;
  if (count) *count = ref->count;
  return napi_ok;
}
napi_status napi_reference_unref(napi_env, napi_ref ref, uint32_t* count) {
  ref->count--;
  if (count) *count = ref->count;
  return napi_ok;
}

napi_status napi_async_init(napi_env, napi_value, napi_value, napi_async_context* result) {
  return *result = new napi_async_context__, napi_ok;
}
napi_status napi_async_destroy(napi_env, napi_async_context context) {
  return delete context, napi_ok;
}
napi_status napi_make_callback(napi_env env, napi_async_context, napi_value, napi_value function,
                               size_t count, const napi_value* values, napi_value* result) {
  if (!env->canRun) return napi_cannot_run_js;
  if (function->kind != Value::FUNCTION) return fail(env, napi_function_expected, "A function was expected");
  function->body(count ? values[0] : nullptr);
  return result ? napi_get_undefined(env, result) : napi_ok;
}
napi_status napi_call_function(napi_env env, napi_value receiver, napi_value function, size_t count,
                               const napi_value* values, napi_value* result) {
  return napi_make_callback(env, nullptr, receiver, function, count, values, result);
}

napi_status napi_create_promise(napi_env env, napi_deferred* deferred, napi_value* result) {
  made(env, Value::PROMISE, 0, result);
  return *deferred = new napi_deferred__{*result}, napi_ok;
}
napi_status napi_resolve_deferred(napi_env env, napi_deferred deferred, napi_value v) {
  if (env->canRun) deferred->promise->settled = true, deferred->promise->result = v;
  return delete deferred, napi_ok;
}
napi_status napi_reject_deferred(napi_env env, napi_deferred deferred, napi_value v) {
  return napi_resolve_deferred(env, deferred, v);
}

napi_status napi_create_async_work(napi_env env, napi_value, napi_value, napi_async_execute_callback execute,
                                   napi_async_complete_callback complete, void* data,
                                   napi_async_work* result) {
  return *result = new napi_async_work__{env, execute, complete, data}, napi_ok;
}
napi_status napi_delete_async_work(napi_env, napi_async_work work) {
  return delete work, napi_ok;
}
napi_status napi_queue_async_work(node_api_basic_env env, napi_async_work work) {
  env->works.emplace_back([env, work] {
    work->execute(env, work->data);
    env->post([env, work] { work->complete(env, napi_ok, work->data); });
  });
  return napi_ok;
}

napi_status napi_add_env_cleanup_hook(node_api_basic_env env, napi_cleanup_hook run, void* data) {
  return env->hooks.push_back({data, [run, data] { run(data); }, nullptr}), napi_ok;
}
napi_status napi_remove_env_cleanup_hook(node_api_basic_env env, napi_cleanup_hook, void* data) {
  env->onThread("napi_remove_env_cleanup_hook");
  return env->hooks.remove_if([data](const Hook& hook) { return !hook.handle && hook.key == data; }), napi_ok;
}
napi_status napi_add_async_cleanup_hook(node_api_basic_env env, napi_async_cleanup_hook run, void* data,
                                        napi_async_cleanup_hook_handle* result) {
  auto handle = new napi_async_cleanup_hook_handle__{env};
  env->hooks.push_back({data, [run, handle, data] { run(handle, data); }, handle});
  if (result) *result = handle;
  return napi_ok;
}
napi_status napi_remove_async_cleanup_hook(napi_async_cleanup_hook_handle handle) {
  handle->env->onThread("napi_remove_async_cleanup_hook");
  handle->env->hooks.remove_if([handle](const Hook& hook) { return hook.handle == handle; });
  return delete handle, napi_ok;
}

}  // extern "C"
