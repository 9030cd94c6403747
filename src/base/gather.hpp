// Many places at once: gathers, sums into them, and integers of one or two bytes as lanes as wide as T.
//
// For kernel sources only (see lanes.hpp).
#pragma once

#include "carve/base/lanes.hpp"

namespace carve::base::CARVE_ISA_NAME {

#if defined(CARVE_SCALAR_LANES)
template <class T, class Small>
CARVE_INLINE IntegerOf<T> widen(const Small* from) {
  return *from;
}
template <class T, class Small>
CARVE_INLINE void narrow(Small* to, IntegerOf<T> values) {
  *to = static_cast<Small>(values);
}
template <class T, class Value>
CARVE_INLINE Value gather(const Value* from, IntegerOf<T> places) {
  return from[places];
}
template <class T>
CARVE_INLINE void add_at(T* to, IntegerOf<T> places, T values) {
  to[places] += values;
}
#else
/// As many unsigned integers as Lanes<T> has lanes, each made as wide as T.
template <class T, class Small>
CARVE_INLINE Lanes<IntegerOf<T>> widen(const Small* from) {
  typedef Small SmallLanes __attribute__((vector_size(width<T> * sizeof(Small))));
  SmallLanes values;
  std::memcpy(&values, from, sizeof(values));
#if defined(__AVX512F__)
  // g++ 12 converts 16 bytes one by one, and 16 numbers of two bytes in halves.
  if constexpr (sizeof(T) == 4 && sizeof(Small) == 1)
    return reinterpret<Lanes<IntegerOf<T>>>(_mm512_cvtepu8_epi32(reinterpret<__m128i>(values)));
  if constexpr (sizeof(T) == 4 && sizeof(Small) == 2)
    return reinterpret<Lanes<IntegerOf<T>>>(_mm512_cvtepu16_epi32(reinterpret<__m256i>(values)));
#endif
  return __builtin_convertvector(values, Lanes<IntegerOf<T>>);
}
/// The lowest bits of each lane.
template <class T, class Small>
CARVE_INLINE void narrow(Small* to, Lanes<IntegerOf<T>> values) {
  typedef Small SmallLanes __attribute__((vector_size(width<T> * sizeof(Small))));
  const auto small = __builtin_convertvector(values, SmallLanes);
  std::memcpy(to, &small, sizeof(small));
}
/// from[places] lane by lane; Value is as wide as T.
template <class T, class Value>
CARVE_INLINE Lanes<Value> gather(const Value* from, Lanes<IntegerOf<T>> places) {
  static_assert(sizeof(Value) == sizeof(T));
#if defined(__AVX512F__)
  const __m512i at = reinterpret<__m512i>(places);
  if constexpr (sizeof(T) == 4) return reinterpret<Lanes<Value>>(_mm512_i32gather_epi32(at, from, 4));
  if constexpr (sizeof(T) == 8) return reinterpret<Lanes<Value>>(_mm512_i64gather_epi64(at, from, 8));
#else
  const __m256i at = reinterpret<__m256i>(places);
  if constexpr (sizeof(T) == 4)
    return reinterpret<Lanes<Value>>(_mm256_i32gather_epi32(reinterpret_cast<const int*>(from), at, 4));
  if constexpr (sizeof(T) == 8)
    return reinterpret<Lanes<Value>>(_mm256_i64gather_epi64(reinterpret_cast<const long long*>(from), at, 8));
#endif
}
/// to[places] += values lane by lane; all places differ.
template <class T>
CARVE_INLINE void add_at(T* to, Lanes<IntegerOf<T>> places, Lanes<T> values) {
#if defined(__AVX512F__)
  const Lanes<T> sums = gather<T>(to, places) + values;
  if constexpr (sizeof(T) == 4) _mm512_i32scatter_ps(to, reinterpret<__m512i>(places), sums, 4);
  if constexpr (sizeof(T) == 8) _mm512_i64scatter_pd(to, reinterpret<__m512i>(places), sums, 8);
#else
  for (std::size_t k = 0; k < width<T>; ++k) to[places[k]] += values[k];
#endif
}
#endif

}  // namespace carve::base::CARVE_ISA_NAME
