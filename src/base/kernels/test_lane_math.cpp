// lane_math.hpp over arrays, for tests.
#include "carve/base/kernels/test_lane_math.hpp"

#include "carve/base/lane_math.hpp"

namespace carve::base::CARVE_ISA_NAME {
namespace {

template <class T, class Function>
CARVE_INLINE void map(const T* in, T* out, std::size_t count, Function function) {
  for (std::size_t i = 0; i < count; i += width<T>) store<T>(out + i, function(load<T>(in + i)));
}

template <class T>
CARVE_INLINE Lanes<T> sine(Lanes<T> angle) {
  Lanes<T> s, c;
  small_sine_cosine<T>(angle, s, c);
  return s;
}

template <class T>
CARVE_INLINE Lanes<T> cosine(Lanes<T> angle) {
  Lanes<T> s, c;
  small_sine_cosine<T>(angle, s, c);
  return c;
}

}  // namespace

#define CARVE_MAP(name, function, T)                                   \
  void name(const T* in, T* out, std::size_t count) noexcept {         \
    map<T>(in, out, count, [](Lanes<T> x) { return function<T>(x); }); \
  }
CARVE_MAP(exp_of_all, exp, float)
CARVE_MAP(exp_of_all, exp, double)
CARVE_MAP(log_of_all, log, float)
CARVE_MAP(log_of_all, log, double)
CARVE_MAP(tanh_of_all, tanh, float)
CARVE_MAP(tanh_of_all, tanh, double)
CARVE_MAP(sine_of_all, sine, float)
CARVE_MAP(sine_of_all, sine, double)
CARVE_MAP(cosine_of_all, cosine, float)
CARVE_MAP(cosine_of_all, cosine, double)
#undef CARVE_MAP

}  // namespace carve::base::CARVE_ISA_NAME
