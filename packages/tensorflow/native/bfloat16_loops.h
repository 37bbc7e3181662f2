// Loops over bfloat16 numbers with the AVX-512 instructions for them. Sums, differences and products are those of float32, rounded to
// the nearest, to even where two are as near, as in TensorFlow's own kernels; numbers below the normal ones are zero, as in its threads.
#pragma once
#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace deflow::engine::bfloat16 {

#define DEFLOW_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))

// The nearest bfloat16 number, the even one of two; of finite numbers.
inline uint16_t Round(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// How one side of an operation goes on from one element to the next: through an array, or not at all.
enum class Side { kArray, kScalar };

// How far ahead features are asked for, in bytes: they come from the forward pass, and left the caches long ago.
constexpr int64_t kAhead = 2048;

// Numbers smaller than the smallest normal one are zero meanwhile.
class NoDenormals {
 public:
  NoDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
  ~NoDenormals() { _mm_setcsr(before_); }

 private:
  const unsigned before_;
};

DEFLOW_AVX512 inline __m512 Widen(__m256i values) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(values), 16));
}

// The 16 numbers from `from`, as many of them as the mask says.
template <Side side>
DEFLOW_AVX512 inline __m512 Load(const uint16_t *from, __mmask16 mask) {
  if constexpr (side == Side::kScalar) return Widen(_mm256_set1_epi16(static_cast<short>(*from)));
  return Widen(_mm256_maskz_loadu_epi16(mask, from));
}

template <Side side>
inline const uint16_t *At(const uint16_t *values, int64_t i) {
  return side == Side::kArray ? values + i : values;
}

struct Add {
  DEFLOW_AVX512 static __m512 Of(__m512 a, __m512 b) { return _mm512_add_ps(a, b); }
};
struct Sub {
  DEFLOW_AVX512 static __m512 Of(__m512 a, __m512 b) { return _mm512_sub_ps(a, b); }
};
struct Mul {
  DEFLOW_AVX512 static __m512 Of(__m512 a, __m512 b) { return _mm512_mul_ps(a, b); }
};

// out[i] = Operation(a[i], b[i]) for count elements; out may be a or b.
template <class Operation, Side left, Side right>
DEFLOW_AVX512 void Binary(const uint16_t *a, const uint16_t *b, uint16_t *out, int64_t count) {
  int64_t i = 0;
  for (; i + 32 <= count; i += 32) {
    const __m512 low = Operation::Of(Load<left>(At<left>(a, i), 0xffff), Load<right>(At<right>(b, i), 0xffff));
    const __m512 high = Operation::Of(Load<left>(At<left>(a, i + 16), 0xffff), Load<right>(At<right>(b, i + 16), 0xffff));
    _mm512_storeu_si512(out + i, reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low)));
  }
  for (; i < count; i += 16) {
    const __mmask16 mask = static_cast<__mmask16>(count - i < 16 ? (1u << (count - i)) - 1 : 0xffffu);
    const __m512 sums = Operation::Of(Load<left>(At<left>(a, i), mask), Load<right>(At<right>(b, i), mask));
    _mm256_mask_storeu_epi16(out + i, mask, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(sums)));
  }
}

// The gradient where the feature is above zero, elsewhere gradient * 0: a zero of its sign, or no number.
DEFLOW_AVX512 inline __m512i ReluGradient(__m512i gradients, __m512i features) {
  const __m512i smallest = _mm512_set1_epi16(0x0080), infinity = _mm512_set1_epi16(0x7f80);
  const __m512i magnitudes = _mm512_and_si512(gradients, _mm512_set1_epi16(0x7fff));
  const __mmask32 above = _mm512_cmple_epu16_mask(_mm512_sub_epi16(features, smallest), _mm512_sub_epi16(infinity, smallest));
  const __mmask32 finite = _mm512_cmplt_epu16_mask(magnitudes, infinity);
  const __mmask32 kept = above & _mm512_cmpge_epu16_mask(magnitudes, smallest);
  const __m512i zeros = _mm512_andnot_si512(_mm512_set1_epi16(0x7fff), gradients);
  const __m512i result = _mm512_mask_mov_epi16(zeros, kept, gradients);
  return _mm512_mask_mov_epi16(result, ~(above | finite), _mm512_set1_epi16(0x7fc0));
}

DEFLOW_AVX512 inline void ReluGrad(const uint16_t *gradients, const uint16_t *features, uint16_t *out, int64_t count) {
  for (int64_t i = 0; i < count; i += 32) {
    const __mmask32 mask = count - i < 32 ? static_cast<__mmask32>((uint64_t{1} << (count - i)) - 1) : ~__mmask32{0};
    _mm_prefetch(reinterpret_cast<const char *>(features + i) + kAhead, _MM_HINT_T0);
    const __m512i result = ReluGradient(_mm512_maskz_loadu_epi16(mask, gradients + i), _mm512_maskz_loadu_epi16(mask, features + i));
    _mm512_mask_storeu_epi16(out + i, mask, result);
  }
}

// The gradient where the feature is above zero, elsewhere gradient * slope.
DEFLOW_AVX512 inline void LeakyReluGrad(const uint16_t *gradients, const uint16_t *features, uint16_t *out, int64_t count, uint16_t slope) {
  const __m512 factor = Load<Side::kScalar>(&slope, 0xffff);
  for (int64_t i = 0; i < count; i += 16) {
    const __mmask16 mask = static_cast<__mmask16>(count - i < 16 ? (1u << (count - i)) - 1 : 0xffffu);
    _mm_prefetch(reinterpret_cast<const char *>(features + i) + kAhead, _MM_HINT_T0);
    const __m256i gradient = _mm256_maskz_loadu_epi16(mask, gradients + i);
    const __m512 feature = Load<Side::kArray>(features + i, mask);
    const __m256i scaled = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_mul_ps(Widen(gradient), factor)));
    const __mmask16 above = _mm512_cmp_ps_mask(feature, _mm512_setzero_ps(), _CMP_GT_OQ);
    _mm256_mask_storeu_epi16(out + i, mask, _mm256_mask_mov_epi16(scaled, above, gradient));
  }
}

}  // namespace deflow::engine::bfloat16
