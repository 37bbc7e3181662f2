// TensorFlow's libraries write to stderr while they are being loaded, before any setting of theirs is read.
// This second, tiny module needs none of them: it closes stderr for the time of one call.
#include <fcntl.h>
#include <unistd.h>

#include <node_api.h>

// quietly(call): what call() gives back; what it writes to stderr is lost.
static napi_value Quietly(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value call, undefined, result = nullptr;
  napi_get_cb_info(env, info, &count, &call, nullptr, nullptr);
  napi_get_undefined(env, &undefined);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  const int saved = nowhere < 0 ? -1 : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
  if (saved >= 0) dup2(nowhere, STDERR_FILENO);
  napi_call_function(env, undefined, call, 0, nullptr, &result);  // An exception stays pending.
  if (saved >= 0) {
    dup2(saved, STDERR_FILENO);
    close(saved);
  }
  if (nowhere >= 0) close(nowhere);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "quietly", NAPI_AUTO_LENGTH, Quietly, nullptr, &function);
  napi_set_named_property(env, exports, "quietly", function);
  return exports;
}
