// A small Node-API without JavaScript: environments of which each has a thread, a loop and values, so that
// host/ runs in programs that ThreadSanitizer and LeakSanitizer can follow. A driver calls the addon's
// functions by name, as shim/node.ts does.
#pragma once
#include <node_api.h>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

struct napi_value__ {
  enum Kind {
    UNDEFINED,
    NOTHING,
    NUMBER,
    STRING,
    OBJECT,
    FUNCTION,
    ARRAY,
    BYTES,
    INTS,
    DOUBLES,
    MEMORY,
    PROMISE
  };
  Kind kind = UNDEFINED;
  double number = 0;
  std::string text;
  std::vector<napi_value> items;
  std::map<std::string, napi_value> properties;
  std::vector<uint8_t> memory;  // what it owns; a view of the driver's memory owns none
  void* data = nullptr;
  size_t length = 0;  // elements
  napi_callback callback = nullptr;
  void* callbackData = nullptr;
  std::function<void(napi_value)> body;
  bool settled = false;
  napi_value result = nullptr;
  std::set<napi_ref> references;

  ~napi_value__();
};

struct Hook {
  void* key;
  std::function<void()> run;
  napi_async_cleanup_hook_handle handle;  // the environment waits until it is removed; null: it does not
};

// One environment. Its calls belong to the thread that made it: another's is a fault of the host, and ends
// the program.
struct napi_env__ {
  napi_env__();
  ~napi_env__();  // as a worker that is terminated: hooks run, work that has begun is finished, values die

  napi_value make(napi_value__::Kind kind);
  napi_value number(double n);
  napi_value bytes(std::vector<uint8_t>& memory);
  napi_value ints(std::vector<int32_t>& memory);
  napi_value nothing();
  napi_value array(std::vector<napi_value> items);

  napi_value call(const char* name, std::initializer_list<napi_value> arguments);
  int ask(const char* name, std::initializer_list<napi_value> arguments);  // its number

  void post(std::function<void()> task);  // from any thread
  bool turn(int milliseconds);            // runs what was posted; false if nothing was
  void onThread(const char* what) const;

  // Values that were made after a mark die with it: the handles of the stretch, and objects that nobody
  // holds.
  size_t mark() const { return values.size(); }
  void drop(size_t mark);

  std::list<Hook> hooks;
  std::set<napi_threadsafe_function> functions;
  std::vector<std::thread> works;
  napi_value exports = nullptr;
  bool pending = false, canRun = true;
  napi_extended_error_info error{};

 private:
  std::deque<std::unique_ptr<napi_value__>> values;
  std::thread::id thread = std::this_thread::get_id();
  std::mutex mutex;
  std::condition_variable posted;
  std::deque<std::function<void()>> tasks;
};

struct Scope {
  explicit Scope(napi_env__& env) : env(env), at(env.mark()) {}
  ~Scope() { env.drop(at); }
  napi_env__& env;
  size_t at;
};

// Ends a thread-safe function: with its environment, or when its last thread has let go.
void closeFunction(napi_threadsafe_function);
