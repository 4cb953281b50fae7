{
  # One file per operating system; nothing else chooses between them.
  "targets": [{
    "target_name": "berkeley_sockets",
    "sources": ["host/binding.cc", "host/fd_table.cc", "host/poll.cc", "host/resolve.cc", "host/lookup.cc", "host/constants.cc", "host/layout.cc"],
    "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")", "<(SHARED_INTERMEDIATE_DIR)"],
    "actions": [{
      "action_name": "constants",
      "inputs": ["host/constants.mjs", "host/constants.txt"],
      "outputs": ["<(SHARED_INTERMEDIATE_DIR)/constants.inc"],
      "action": ["node", "host/constants.mjs", "--inc", "<@(_outputs)"]
    }],
    "defines": ["NAPI_VERSION=8", "NODE_ADDON_API_DISABLE_DEPRECATED", "NAPI_DISABLE_CPP_EXCEPTIONS"],
    "cflags_cc": ["-std=c++17", "-O2", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror"],
    "conditions": [
      ["OS=='linux'", { "sources": ["host/sys_posix.cc", "host/sys_linux.cc", "host/interrupt_linux.cc", "host/lookup_reentrant.cc", "host/event_loop_poller_linux.cc", "host/loop_uv.cc", "host/loop_thread.cc", "host/batch_linux.cc"],
        "defines": ["_GNU_SOURCE", "_FILE_OFFSET_BITS=64"],
        # A signal handler stays (interrupt_linux.cc); librt has timer_create(2) in older libcs.
        "ldflags": ["-Wl,-z,nodelete"], "libraries": ["-lrt"] }]
    ]
  }]
}
