// Many processes: TensorFlow's own ring over gRPC.
#pragma once
#include "devices.h"

namespace deflow::engine {

// enableCollectives(serverDef: Uint8Array, task: number): joins the cluster of a serialised ServerDef as that task.
// Before the first tensor: devices have new names afterwards (/job:worker/replica:0/task:K/device:...).
inline napi_value EnableCollectives(napi_env env, napi_callback_info info) {
  return Guard(env, [&]() -> napi_value {
    const auto [serverDef, task] = Arguments<2>(env, info);
    auto *backend = Backend(env);
    if (!backend->tfe_handle_map_.empty()) throw BindingError("collectives must be enabled before the first tensor is made");
    const std::string bytes = Bytes(env, serverDef), own = "/task:" + std::to_string(Integer(env, task)) + "/";
    Status status(TF_NewStatus());
    TFE_EnableCollectiveOps(backend->tfe_context_, bytes.data(), bytes.size(), status.get());
    Check(status.get(), "collectives: ");

    const DeviceList devices = Devices(backend);
    std::string processor, accelerator;
    for (int i = 0; i < TF_DeviceListCount(devices.get()); i++) {
      const std::string name = DeviceName(devices.get(), i), type = DeviceType(devices.get(), i);
      if (name.find(own) == std::string::npos) continue;
      if (type == "GPU" && accelerator.empty()) accelerator = name;
      if (type == "CPU" && processor.empty()) processor = name;
    }
    if (processor.empty()) throw BindingError("collectives: the cluster has no device of task " + own);
    backend->device_name = accelerator.empty() ? processor : accelerator;
    return nullptr;
  });
}

}  // namespace deflow::engine
