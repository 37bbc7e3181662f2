// The part of TensorFlow's C interface for kernels (tensorflow/c/kernels.h, tensorflow/c/env.h) that this binding uses.
// All names are weak: a library without them loads as well, and goes on with its own kernels.
#pragma once
#include <cstddef>
#include <cstdint>

#include "tensorflow/c/c_api.h"

#define DEFLOW_WEAK __attribute__((weak))

extern "C" {
typedef struct TF_KernelBuilder TF_KernelBuilder;
typedef struct TF_OpKernelConstruction TF_OpKernelConstruction;
typedef struct TF_OpKernelContext TF_OpKernelContext;
typedef struct TF_Thread TF_Thread;
typedef struct TF_ThreadOptions {
  size_t stack_size;
  size_t guard_size;
  int numa_node;
} TF_ThreadOptions;

DEFLOW_WEAK TF_KernelBuilder *TF_NewKernelBuilder(const char *operation, const char *device,
                                                  void *(*create)(TF_OpKernelConstruction *),
                                                  void (*compute)(void *, TF_OpKernelContext *), void (*destroy)(void *));
DEFLOW_WEAK void TF_KernelBuilder_TypeConstraint(TF_KernelBuilder *, const char *attribute, TF_DataType, TF_Status *);
DEFLOW_WEAK void TF_KernelBuilder_Priority(TF_KernelBuilder *, int32_t);
DEFLOW_WEAK void TF_RegisterKernelBuilder(const char *name, TF_KernelBuilder *, TF_Status *);
DEFLOW_WEAK void TF_OpKernelConstruction_GetAttrFloat(TF_OpKernelConstruction *, const char *name, float *, TF_Status *);
DEFLOW_WEAK void TF_OpKernelConstruction_Failure(TF_OpKernelConstruction *, TF_Status *);
DEFLOW_WEAK int TF_NumInputs(TF_OpKernelContext *);
DEFLOW_WEAK void TF_GetInput(TF_OpKernelContext *, int index, TF_Tensor **, TF_Status *);
DEFLOW_WEAK TF_Tensor *TF_ForwardInputOrAllocateOutput(TF_OpKernelContext *, const int *candidates, int candidate_count,
                                                       int output, const int64_t *dimensions, int rank, int *forwarded,
                                                       TF_Status *);
DEFLOW_WEAK void TF_OpKernelContext_Failure(TF_OpKernelContext *, TF_Status *);
DEFLOW_WEAK void TF_DefaultThreadOptions(TF_ThreadOptions *);
DEFLOW_WEAK TF_Thread *TF_StartThread(const TF_ThreadOptions *, const char *name, void (*run)(void *), void *argument);
}
