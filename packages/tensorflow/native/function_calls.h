// Running a function, here or on a worker thread.
#pragma once
#include "function_definitions.h"

namespace deflow::engine {

using TensorHandle = std::unique_ptr<TFE_TensorHandle, Deleter<TFE_DeleteTensorHandle>>;
using EagerOperation = std::unique_ptr<TFE_Op, Deleter<TFE_DeleteOp>>;

// One call of a function: made and finished on the thread of JavaScript, executed on any.
class FunctionCall {
 public:
  // Arguments: (name, inputIds: number[], outputCount: number, options?: { xla?: boolean, configProto?: Uint8Array }).
  FunctionCall(napi_env env, napi_callback_info info) : backend_(Backend(env)), status_(TF_NewStatus()) {
    const auto [name, inputs, count, options] = Arguments<4>(env, info);
    name_ = Text(env, name);
    operation_.reset(TFE_NewOp(backend_->tfe_context_, name_.c_str(), status_.get()));
    Check(status_.get(), Context());
    for (napi_value input : Elements(env, inputs)) {
      const int32_t id = Integer(env, input);
      const auto entry = backend_->tfe_handle_map_.find(id);
      if (entry == backend_->tfe_handle_map_.end()) throw BindingError(Context() + "no tensor has the id " + std::to_string(id));
      TFE_OpAddInput(operation_.get(), entry->second, status_.get());
      Check(status_.get(), Context());
    }
    const napi_value xla = Property(env, options, "xla");
    bool compile = false;
    if (!Missing(env, xla)) Check(env, napi_get_value_bool(env, xla, &compile), "a boolean");
    if (compile) TFE_OpSetAttrBool(operation_.get(), "_XlaMustCompile", 1);
    const std::string configuration = Bytes(env, Property(env, options, "configProto"));
    if (!configuration.empty()) {
      TFE_OpSetAttrString(operation_.get(), "config_proto", configuration.data(), configuration.size());
    }
    const int32_t outputs = Integer(env, count);
    if (outputs < 0) throw BindingError(Context() + "a negative number of outputs");
    outputs_.resize(static_cast<size_t>(outputs));
  }

  // Any thread.
  void Execute() {
    std::vector<TFE_TensorHandle *> handles(outputs_.size(), nullptr);
    int count = static_cast<int>(handles.size());
    TFE_Execute(operation_.get(), handles.data(), &count, status_.get());
    if (TF_GetCode(status_.get()) != TF_OK) return;
    for (size_t i = 0; i < outputs_.size(); i++) outputs_[i].reset(handles[i]);
    returned_ = static_cast<size_t>(count);
  }

  // The outputs as [{ id, shape, dtype }], now tensors of the backend.
  napi_value Result(napi_env env) {
    Check(status_.get(), Context());
    if (returned_ != outputs_.size()) throw BindingError(Context() + "it has " + std::to_string(returned_) + " outputs");
    napi_value result;
    Check(env, napi_create_array_with_length(env, outputs_.size(), &result));
    for (uint32_t i = 0; i < outputs_.size(); i++) {
      const napi_value tensor = backend_->GenerateOutputTensorInfo(env, outputs_[i].get());
      outputs_[i].release();
      if (ExceptionPending(env)) throw BindingError(Context() + "an output cannot be represented");
      Check(env, napi_set_element(env, result, i, tensor));
    }
    return result;
  }

  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;

 private:
  std::string Context() const { return "function '" + name_ + "': "; }

  tfnodejs::TFJSBackend *backend_;
  Status status_;
  std::string name_;
  EagerOperation operation_;
  std::vector<TensorHandle> outputs_;
  size_t returned_ = 0;
};

// runFunction(name, inputIds, outputCount, options?): [{ id, shape, dtype }]
inline napi_value RunFunction(napi_env env, napi_callback_info info) {
  return Guard(env, [&] {
    FunctionCall call(env, info);
    call.Execute();
    return call.Result(env);
  });
}

inline napi_value ErrorValue(napi_env env, const BindingError &error) {
  napi_value code = nullptr, message = nullptr, value = nullptr;
  if (ExceptionPending(env)) {
    napi_get_and_clear_last_exception(env, &value);
    return value;
  }
  napi_create_string_utf8(env, error.code.c_str(), NAPI_AUTO_LENGTH, &code);
  napi_create_string_utf8(env, error.what(), NAPI_AUTO_LENGTH, &message);
  napi_create_error(env, code, message, &value);
  return value;
}

// runFunctionAsync(name, inputIds, outputCount, options?): a promise of the same; the inputs may be deleted at once.
inline napi_value RunFunctionAsync(napi_env env, napi_callback_info info) {
  return Guard(env, [&] {
    auto call = std::make_unique<FunctionCall>(env, info);
    napi_value promise, name;
    Check(env, napi_create_string_utf8(env, "deflow:runFunction", NAPI_AUTO_LENGTH, &name));
    Check(env, napi_create_async_work(
                   env, nullptr, name, [](napi_env, void *data) { static_cast<FunctionCall *>(data)->Execute(); },
                   [](napi_env env, napi_status, void *data) {
                     const std::unique_ptr<FunctionCall> call(static_cast<FunctionCall *>(data));
                     try {
                       napi_resolve_deferred(env, call->deferred, call->Result(env));
                     } catch (const BindingError &error) {
                       napi_reject_deferred(env, call->deferred, ErrorValue(env, error));
                     }
                     napi_delete_async_work(env, call->work);
                   },
                   call.get(), &call->work));
    Check(env, napi_create_promise(env, &call->deferred, &promise));
    Check(env, napi_queue_async_work(env, call->work));
    call.release();
    return promise;
  });
}

}  // namespace deflow::engine
