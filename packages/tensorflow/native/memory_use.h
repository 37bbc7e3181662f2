// Giving memory back.
#pragma once
#include <cstring>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef __linux__
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "napi_values.h"

namespace deflow::engine {

// Pages of the heap that lie free go back to the system, also those between others: what a model was built from, and its recording.
// Not at every step: pages that are needed again cost more than they are worth.
inline void ReturnFreedMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

// Takes the pages of TensorFlow's libraries that were read to start it out of this process's memory: code and constants that are used
// again come back from the file cache. Only what was never written; the rest of a library holds its relocations.
inline void ForgetStartingCode() {
#ifdef __linux__
  dl_iterate_phdr(
      [](dl_phdr_info *library, size_t, void *) {
        if (library->dlpi_name == nullptr || std::strstr(library->dlpi_name, "libtensorflow") == nullptr) return 0;
        const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
        for (int i = 0; i < library->dlpi_phnum; i++) {
          const auto &segment = library->dlpi_phdr[i];
          if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
          const uintptr_t start = (library->dlpi_addr + segment.p_vaddr + page - 1) / page * page;
          const uintptr_t end = (library->dlpi_addr + segment.p_vaddr + segment.p_filesz) / page * page;
          if (end > start) madvise(reinterpret_cast<void *>(start), end - start, MADV_DONTNEED);
        }
        return 0;
      },
      nullptr);
#endif
}

// collectGarbage(): frees typed arrays that nothing uses any more, and returns what was freed before. V8 counts the bytes of typed arrays, but looks at them only when more are made.
inline napi_value CollectGarbage(napi_env env, napi_callback_info) {
  return Guard(env, [&]() -> napi_value {
    constexpr int64_t pressure = int64_t{1} << 36;
    int64_t total;
    Check(env, napi_adjust_external_memory(env, pressure, &total));
    Check(env, napi_adjust_external_memory(env, -pressure, &total));
    ReturnFreedMemory();
    return nullptr;
  });
}

}  // namespace deflow::engine
