// A thin layer over the compiler's vector types: as many numbers side by side as the instruction set holds.
//
// For kernel sources only. They are compiled once per instruction set (carve_kernels in cmake/rooms.cmake), each time
// with another CARVE_ISA_NAME, which names the namespace everything here lives in; so no function compiled for a
// newer CPU can be linked in place of one for an older CPU. Everything is inlined and nothing allocates.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#if !defined(CARVE_SCALAR_LANES)
#include <immintrin.h>
#endif

#ifndef CARVE_ISA_NAME
#error "lanes.hpp belongs in kernel sources, built with carve_kernels()"
#endif

#define CARVE_INLINE [[gnu::always_inline]] inline

namespace carve::base::CARVE_ISA_NAME {

#if defined(CARVE_SCALAR_LANES)
template <class T>
struct LanesOf {
  using type = T;
};
#else
#if defined(__AVX512F__)
inline constexpr std::size_t vector_bytes = 64;
#else
inline constexpr std::size_t vector_bytes = 32;
#endif
template <class T>
struct LanesOf {
  typedef T type __attribute__((vector_size(vector_bytes)));
};
#endif

/// As many T as one register holds: 16 floats on v4, 8 on v3, 1 on scalar. Supports + - * / and comparisons.
template <class T>
using Lanes = typename LanesOf<T>::type;

template <class T>
inline constexpr std::size_t width = sizeof(Lanes<T>) / sizeof(T);

/// The integer as wide as T.
template <class T>
using IntegerOf = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

template <class T>
CARVE_INLINE Lanes<T> load(const T* from) {
  Lanes<T> value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

template <class T>
CARVE_INLINE void store(T* to, Lanes<T> value) {
  std::memcpy(to, &value, sizeof(value));
}

template <class T>
CARVE_INLINE Lanes<T> broadcast(T value) {
#if defined(CARVE_SCALAR_LANES)
  return value;
#else
  return value - Lanes<T>{};
#endif
}

template <class To, class From>
CARVE_INLINE To reinterpret(From value) {
  static_assert(sizeof(To) == sizeof(From));
  To result;
  std::memcpy(&result, &value, sizeof(result));
  return result;
}

/// Converts lane by lane, rounding towards zero from floating point to integers.
template <class To, class From>
CARVE_INLINE To convert(From value) {
#if defined(CARVE_SCALAR_LANES)
  return static_cast<To>(value);
#else
  return __builtin_convertvector(value, To);
#endif
}

#if defined(CARVE_SCALAR_LANES)
CARVE_INLINE float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
CARVE_INLINE double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
CARVE_INLINE float sqrt(float a) { return std::sqrt(a); }
CARVE_INLINE double sqrt(double a) { return std::sqrt(a); }
template <class V>
CARVE_INLINE V select(bool mask, V yes, V no) {
  return mask ? yes : no;
}
/// One bit per lane, the first lane's lowest: where a > b.
CARVE_INLINE std::uint32_t bits_where_greater(float a, float b) { return a > b; }
CARVE_INLINE std::uint32_t bits_where_greater(double a, double b) { return a > b; }
/// The upper and lower halves of the 64-bit products of each lane with `factor`.
CARVE_INLINE void multiply_wide(std::uint32_t a, std::uint32_t factor, std::uint32_t& high, std::uint32_t& low) {
  const std::uint64_t product = std::uint64_t{a} * factor;
  high = static_cast<std::uint32_t>(product >> 32);
  low = static_cast<std::uint32_t>(product);
}
#else
template <class Mask, class V>
CARVE_INLINE V select(Mask mask, V yes, V no) {
  return mask ? yes : no;
}
#if defined(__AVX512F__)
CARVE_INLINE Lanes<float> fma(Lanes<float> a, Lanes<float> b, Lanes<float> c) { return _mm512_fmadd_ps(a, b, c); }
CARVE_INLINE Lanes<double> fma(Lanes<double> a, Lanes<double> b, Lanes<double> c) { return _mm512_fmadd_pd(a, b, c); }
CARVE_INLINE Lanes<float> sqrt(Lanes<float> a) { return _mm512_sqrt_ps(a); }
CARVE_INLINE Lanes<double> sqrt(Lanes<double> a) { return _mm512_sqrt_pd(a); }
CARVE_INLINE std::uint32_t bits_where_greater(Lanes<float> a, Lanes<float> b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
}
CARVE_INLINE std::uint32_t bits_where_greater(Lanes<double> a, Lanes<double> b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_GT_OQ);
}
CARVE_INLINE void multiply_wide(Lanes<std::uint32_t> a, std::uint32_t factor, Lanes<std::uint32_t>& high,
                                Lanes<std::uint32_t>& low) {
  const __m512i wide = reinterpret<__m512i>(a);
  const __m512i factors = _mm512_set1_epi64(factor);
  const __m512i even = _mm512_mul_epu32(wide, factors);
  const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(wide, 32), factors);
  low = reinterpret<Lanes<std::uint32_t>>(_mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64(odd, 32)));
  high = reinterpret<Lanes<std::uint32_t>>(_mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 32), odd));
}
#else
CARVE_INLINE Lanes<float> fma(Lanes<float> a, Lanes<float> b, Lanes<float> c) { return _mm256_fmadd_ps(a, b, c); }
CARVE_INLINE Lanes<double> fma(Lanes<double> a, Lanes<double> b, Lanes<double> c) { return _mm256_fmadd_pd(a, b, c); }
CARVE_INLINE Lanes<float> sqrt(Lanes<float> a) { return _mm256_sqrt_ps(a); }
CARVE_INLINE Lanes<double> sqrt(Lanes<double> a) { return _mm256_sqrt_pd(a); }
CARVE_INLINE std::uint32_t bits_where_greater(Lanes<float> a, Lanes<float> b) {
  return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_GT_OQ)));
}
CARVE_INLINE std::uint32_t bits_where_greater(Lanes<double> a, Lanes<double> b) {
  return static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_GT_OQ)));
}
CARVE_INLINE void multiply_wide(Lanes<std::uint32_t> a, std::uint32_t factor, Lanes<std::uint32_t>& high,
                                Lanes<std::uint32_t>& low) {
  const __m256i wide = reinterpret<__m256i>(a);
  const __m256i factors = _mm256_set1_epi64x(factor);
  const __m256i even = _mm256_mul_epu32(wide, factors);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(wide, 32), factors);
  low = reinterpret<Lanes<std::uint32_t>>(_mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA));
  high = reinterpret<Lanes<std::uint32_t>>(_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA));
}
#endif
#endif

}  // namespace carve::base::CARVE_ISA_NAME
