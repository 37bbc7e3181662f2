// The devices of the context.
#pragma once
#include "function_definitions.h"

namespace deflow::engine {

using DeviceList = std::unique_ptr<TF_DeviceList, Deleter<TF_DeleteDeviceList>>;

inline DeviceList Devices(tfnodejs::TFJSBackend *backend) {
  Status status(TF_NewStatus());
  DeviceList devices(TFE_ContextListDevices(backend->tfe_context_, status.get()));
  Check(status.get());
  return devices;
}

inline std::string DeviceName(const TF_DeviceList *devices, int index) {
  Status status(TF_NewStatus());
  const char *name = TF_DeviceListName(devices, index, status.get());
  Check(status.get());
  return name;
}

inline std::string DeviceType(const TF_DeviceList *devices, int index) {
  Status status(TF_NewStatus());
  const char *type = TF_DeviceListType(devices, index, status.get());
  Check(status.get());
  return type;
}

// listDevices(): [{ name, type }], type being CPU or GPU.
inline napi_value ListDevices(napi_env env, napi_callback_info) {
  return Guard(env, [&] {
    const DeviceList devices = Devices(Backend(env));
    const int count = TF_DeviceListCount(devices.get());
    napi_value result;
    Check(env, napi_create_array_with_length(env, static_cast<size_t>(count), &result));
    for (int i = 0; i < count; i++) {
      napi_value device, name, type;
      Check(env, napi_create_object(env, &device));
      Check(env, napi_create_string_utf8(env, DeviceName(devices.get(), i).c_str(), NAPI_AUTO_LENGTH, &name));
      Check(env, napi_create_string_utf8(env, DeviceType(devices.get(), i).c_str(), NAPI_AUTO_LENGTH, &type));
      Check(env, napi_set_named_property(env, device, "name", name));
      Check(env, napi_set_named_property(env, device, "type", type));
      Check(env, napi_set_element(env, result, static_cast<uint32_t>(i), device));
    }
    return result;
  });
}

}  // namespace deflow::engine
