// Values between JavaScript and C++: failures are C++ exceptions inside, JavaScript errors outside.
#pragma once
#include <array>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <node_api.h>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

namespace deflow::engine {

template <auto Delete>
struct Deleter {
  template <class T>
  void operator()(T *pointer) const { Delete(pointer); }
};
using Status = std::unique_ptr<TF_Status, Deleter<TF_DeleteStatus>>;

// What a call throws; `code` becomes the JavaScript error's `code` (TF_ and TensorFlow's number, when it came from there).
class BindingError : public std::runtime_error {
 public:
  explicit BindingError(const std::string &message) : std::runtime_error(message) {}
  BindingError(const std::string &context, const TF_Status *status)
      : std::runtime_error(context + TF_Message(status)), code("TF_" + std::to_string(TF_GetCode(status))) {}
  std::string code = "DEFLOW_BINDING";
};

inline void Check(const TF_Status *status, const std::string &context = "") {
  if (TF_GetCode(status) != TF_OK) throw BindingError(context, status);
}

inline bool ExceptionPending(napi_env env) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  return pending;
}

inline void Check(napi_env env, napi_status status, const std::string &expected = "") {
  if (status == napi_ok) return;
  const napi_extended_error_info *info = nullptr;
  napi_get_last_error_info(env, &info);
  const std::string reason = info != nullptr && info->error_message != nullptr ? info->error_message : "unknown failure";
  throw BindingError(expected.empty() ? reason : expected + " was expected: " + reason);
}

// Runs the body of a call: a C++ exception becomes a JavaScript one.
template <class Body>
napi_value Guard(napi_env env, Body body) {
  try {
    return body();
  } catch (const BindingError &error) {
    if (!ExceptionPending(env)) napi_throw_error(env, error.code.c_str(), error.what());
  } catch (const std::exception &error) {
    if (!ExceptionPending(env)) napi_throw_error(env, "DEFLOW_BINDING", error.what());
  }
  return nullptr;
}

// The first `count` arguments; missing ones are undefined.
template <size_t count>
std::array<napi_value, count> Arguments(napi_env env, napi_callback_info info) {
  std::array<napi_value, count> values;
  size_t given = count;
  Check(env, napi_get_cb_info(env, info, &given, values.data(), nullptr, nullptr));
  return values;
}

inline bool Missing(napi_env env, napi_value value) {
  napi_valuetype type;
  Check(env, napi_typeof(env, value, &type));
  return type == napi_undefined || type == napi_null;
}

inline napi_value Property(napi_env env, napi_value object, const char *name) {
  napi_value value;
  if (Missing(env, object)) {
    Check(env, napi_get_undefined(env, &value));
  } else {
    Check(env, napi_get_named_property(env, object, name, &value), "an object");
  }
  return value;
}

inline std::string Text(napi_env env, napi_value value) {
  size_t length = 0;
  Check(env, napi_get_value_string_utf8(env, value, nullptr, 0, &length), "a string");
  std::string text(length, '\0');
  Check(env, napi_get_value_string_utf8(env, value, text.data(), length + 1, &length));
  return text;
}

inline int32_t Integer(napi_env env, napi_value value) {
  int32_t integer = 0;
  Check(env, napi_get_value_int32(env, value, &integer), "an integer");
  return integer;
}

// The bytes of a Uint8Array; none when it is missing.
inline std::string Bytes(napi_env env, napi_value value) {
  if (Missing(env, value)) return {};
  napi_typedarray_type type;
  size_t length = 0;
  void *data = nullptr;
  Check(env, napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr), "a Uint8Array");
  if (type != napi_uint8_array) throw BindingError("a Uint8Array was expected: another typed array was given");
  return std::string(static_cast<const char *>(data), length);
}

inline std::vector<napi_value> Elements(napi_env env, napi_value array) {
  if (Missing(env, array)) return {};
  uint32_t length = 0;
  Check(env, napi_get_array_length(env, array, &length), "an array");
  std::vector<napi_value> elements(length);
  for (uint32_t i = 0; i < length; i++) Check(env, napi_get_element(env, array, i, &elements[i]));
  return elements;
}

struct Method {
  const char *name;
  napi_callback call;
};

inline void Define(napi_env env, napi_value object, std::initializer_list<Method> methods) {
  for (const Method &method : methods) {
    napi_value function;
    Check(env, napi_create_function(env, method.name, NAPI_AUTO_LENGTH, method.call, nullptr, &function));
    Check(env, napi_set_named_property(env, object, method.name, function));
  }
}

}  // namespace deflow::engine
