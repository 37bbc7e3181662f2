// TensorFlow's libraries write to stderr while they are being loaded, before any setting can reach them.
// This second, tiny module needs only the smaller library, which holds the logger; loaded first, it sets the level.
#include <node_api.h>

#include "absl/base/options.h"

namespace absl {
inline namespace ABSL_OPTION_INLINE_NAMESPACE_NAME {
enum class LogSeverityAtLeast : int {};
void SetMinLogLevel(LogSeverityAtLeast);
}  // namespace ABSL_OPTION_INLINE_NAMESPACE_NAME
}  // namespace absl

// setLogLevel(level): the lowest severity that is written, 0 (information) to 3 (fatal).
static napi_value SetLogLevel(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value level;
  int32_t severity = 0;
  napi_get_cb_info(env, info, &count, &level, nullptr, nullptr);
  if (napi_get_value_int32(env, level, &severity) == napi_ok) {
    absl::SetMinLogLevel(static_cast<absl::LogSeverityAtLeast>(severity));
  }
  return nullptr;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "setLogLevel", NAPI_AUTO_LENGTH, SetLogLevel, nullptr, &function);
  napi_set_named_property(env, exports, "setLogLevel", function);
  return exports;
}
