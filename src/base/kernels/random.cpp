// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), uniforms and Box-Muller normals.
#include "carve/base/kernels/random_kernels.hpp"
#include "carve/base/lane_math.hpp"

namespace carve::base::CARVE_ISA_NAME {
namespace {

using Word = std::uint32_t;
using Words = Lanes<Word>;

/// The four output words of counters first .. first + 15, word by word: out[word][counter].
CARVE_INLINE void philox_block(const PhiloxStream& stream, Word first, Word (&out)[4][counters_per_block]) {
  alignas(64) static constexpr Word ramp[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (std::size_t part = 0; part < counters_per_block; part += width<Word>) {
    Words c0 = load<Word>(ramp + part) + broadcast(first);
    Words c1 = broadcast(stream.counter[0]);
    Words c2 = broadcast(stream.counter[1]);
    Words c3 = broadcast(stream.counter[2]);
    Word k0 = stream.key[0];
    Word k1 = stream.key[1];
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
      Words high0, low0, high1, low1;
      multiply_wide(c0, 0xD2511F53U, high0, low0);
      multiply_wide(c2, 0xCD9E8D57U, high1, low1);
      c0 = high1 ^ c1 ^ broadcast(k0);
      c1 = low1;
      c2 = high0 ^ c3 ^ broadcast(k1);
      c3 = low0;
      k0 += 0x9E3779B9U;
      k1 += 0xBB67AE85U;
    }
    store<Word>(out[0] + part, c0);
    store<Word>(out[1] + part, c1);
    store<Word>(out[2] + part, c2);
    store<Word>(out[3] + part, c3);
  }
}

// How random words become numbers, `width<T>` at a time. `first` and `second` are the words of one uniform number;
// a float needs only the first.
template <class T>
struct Source;

template <>
struct Source<float> {
  static constexpr std::size_t words = 1;
  const Word* first;
  CARVE_INLINE Lanes<std::int32_t> top_bits(int count) const {
    return reinterpret<Lanes<std::int32_t>>(Words(load<Word>(first) >> (32 - count)));
  }
  CARVE_INLINE Lanes<std::int32_t> quadrant() const { return top_bits(2); }
  /// The bits below the quadrant as a whole number in [-2^23, 2^23), 2^24 to the quadrant.
  CARVE_INLINE Lanes<std::int32_t> within_quadrant() const {
    const Words below = (load<Word>(first) << 2) >> 8;
    return reinterpret<Lanes<std::int32_t>>(below) - broadcast(std::int32_t{1} << 23);
  }
};

template <>
struct Source<double> {
  static constexpr std::size_t words = 2;
  const std::uint64_t* joined;  // first << 32 | second
  CARVE_INLINE Lanes<std::int64_t> top_bits(int count) const {
    return reinterpret<Lanes<std::int64_t>>(Lanes<std::uint64_t>(load<std::uint64_t>(joined) >> (64 - count)));
  }
  CARVE_INLINE Lanes<std::int64_t> quadrant() const { return top_bits(2); }
  CARVE_INLINE Lanes<std::int64_t> within_quadrant() const {
    const Lanes<std::uint64_t> below = (load<std::uint64_t>(joined) << 2) >> 12;
    return reinterpret<Lanes<std::int64_t>>(below) - broadcast(std::int64_t{1} << 51);
  }
};

/// Uniform in (0, 1): the middle of one of 2^23 (float) or 2^52 (double) equal cells, so never 0 or 1.
template <class T>
CARVE_INLINE Lanes<T> uniform(const Source<T>& source) {
  constexpr int bits = sizeof(T) == 4 ? 23 : 52;
  constexpr T cell = T(1) / static_cast<T>(std::int64_t{1} << bits);
  const Lanes<T> whole = convert<Lanes<T>>(source.top_bits(bits));
  return (whole + broadcast(T(0.5))) * broadcast(cell);
}

/// Two independent normals from two uniforms (Box and Muller 1958); the angle's quadrant is taken from its top bits.
template <class T>
CARVE_INLINE void normal_pair(const Source<T>& radius_source, const Source<T>& angle_source, T* first, T* second) {
  using Integer = IntegerOf<T>;
  const Lanes<T> radius = sqrt(log_of_normal<T>(uniform(radius_source)) * broadcast(T(-2)));
  constexpr T quarter_turn = T(1.57079632679489661923);
  constexpr T step = quarter_turn / static_cast<T>(std::int64_t{1} << (sizeof(T) == 4 ? 24 : 52));
  const Lanes<T> within = convert<Lanes<T>>(angle_source.within_quadrant()) * broadcast(step);
  Lanes<T> sine, cosine;
  small_sine_cosine<T>(within, sine, cosine);
  const Lanes<Integer> quadrant = angle_source.quadrant();
  const auto odd = (quadrant & broadcast(Integer{1})) != Lanes<Integer>{};
  const auto upper = (quadrant & broadcast(Integer{2})) != Lanes<Integer>{};
  const Lanes<T> a = select(odd, cosine, sine);
  const Lanes<T> b = select(odd, sine, cosine);
  store<T>(first, radius * select(upper, -a, a));
  store<T>(second, radius * select(upper, -b, b));
}

CARVE_INLINE void join(const Word* high, const Word* low, std::uint64_t* joined) {
  for (std::size_t i = 0; i < counters_per_block; ++i) joined[i] = std::uint64_t{high[i]} << 32 | low[i];
}

}  // namespace

void bits_blocks(const PhiloxStream& stream, Word first, std::size_t blocks, Word* out) noexcept {
  for (std::size_t block = 0; block < blocks; ++block, out += words_per_block) {
    alignas(64) Word words[4][counters_per_block];
    philox_block(stream, first + static_cast<Word>(block * counters_per_block), words);
    std::memcpy(out, words, sizeof(words));
  }
}

void uniform_blocks(const PhiloxStream& stream, Word first, std::size_t blocks, float* out) noexcept {
  for (std::size_t block = 0; block < blocks; ++block, out += words_per_block) {
    alignas(64) Word words[4][counters_per_block];
    philox_block(stream, first + static_cast<Word>(block * counters_per_block), words);
    for (std::size_t i = 0; i < words_per_block; i += width<float>) {
      store<float>(out + i, uniform<float>({words[0] + i}));
    }
  }
}

void uniform_blocks(const PhiloxStream& stream, Word first, std::size_t blocks, double* out) noexcept {
  for (std::size_t block = 0; block < blocks; ++block, out += words_per_block / 2) {
    alignas(64) Word words[4][counters_per_block];
    alignas(64) std::uint64_t joined[2][counters_per_block];
    philox_block(stream, first + static_cast<Word>(block * counters_per_block), words);
    for (int half = 0; half < 2; ++half) join(words[2 * half], words[2 * half + 1], joined[half]);
    for (std::size_t i = 0; i < words_per_block / 2; i += width<double>) {
      store<double>(out + i, uniform<double>({joined[0] + i}));
    }
  }
}

void normal_blocks(const PhiloxStream& stream, Word first, std::size_t blocks, float* out) noexcept {
  for (std::size_t block = 0; block < blocks; ++block, out += words_per_block) {
    alignas(64) Word words[4][counters_per_block];
    philox_block(stream, first + static_cast<Word>(block * counters_per_block), words);
    for (std::size_t half = 0; half < 2; ++half) {
      for (std::size_t i = 0; i < counters_per_block; i += width<float>) {
        float* to = out + half * 2 * counters_per_block + i;
        normal_pair<float>({words[2 * half] + i}, {words[2 * half + 1] + i}, to, to + counters_per_block);
      }
    }
  }
}

void normal_blocks(const PhiloxStream& stream, Word first, std::size_t blocks, double* out) noexcept {
  for (std::size_t block = 0; block < blocks; ++block, out += words_per_block / 2) {
    alignas(64) Word words[4][counters_per_block];
    alignas(64) std::uint64_t joined[2][counters_per_block];
    philox_block(stream, first + static_cast<Word>(block * counters_per_block), words);
    for (int half = 0; half < 2; ++half) join(words[2 * half], words[2 * half + 1], joined[half]);
    for (std::size_t i = 0; i < counters_per_block; i += width<double>) {
      normal_pair<double>({joined[0] + i}, {joined[1] + i}, out + i, out + counters_per_block + i);
    }
  }
}

}  // namespace carve::base::CARVE_ISA_NAME
