// The lifetime of a rate neuron under a polynomial rule, for a block of candidates at once: lanes are candidates.
//
// Per step the postsynaptic activity y is the same for all synapses of a candidate, so the polynomial is first folded
// into one coefficient per x^a w^c; then each synapse costs one multiply-add per coefficient. The next step's
// y = sum_j w_j x_j rides on the same pass, so each weight is loaded and stored once. The arithmetic of a candidate is
// one fixed sequence of fused multiply-adds: it does not depend on the register width or on the neighbours.
#include "carve/base/lanes.hpp"
#include "carve/network/kernels/rate_kernels.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

using namespace base::CARVE_ISA_NAME;

/// Degrees of x for w^0, w^1, ... known when compiling.
template <int... degree>
struct Shape {
  static constexpr int powers = sizeof...(degree);
  static constexpr int degrees[powers] = {degree...};
  static constexpr int cells = (0 + ... + (degree + 1));
  static constexpr int first_cell(int power) {
    int first = 0;
    for (int c = 0; c < power; ++c) first += degrees[c] + 1;
    return first;
  }
};

constexpr int any_degree = -1;

/// How many registers of candidates are worked on together: enough independent chains to hide the latency of the dot
/// product's sum, few enough that all coefficients stay in registers.
template <class ShapeType>
constexpr int registers_together() {
#if defined(__AVX512F__) && !defined(CARVE_SCALAR_LANES)
  return ShapeType::cells <= 4 ? 4 : ShapeType::cells <= 10 ? 2 : 1;
#else
  return ShapeType::cells <= 3 ? 4 : ShapeType::cells <= 4 ? 2 : 1;
#endif
}

/// sum_a coefficients[a] x^a for one power of w, by Horner's scheme.
template <class T, class ShapeType, int power>
CARVE_INLINE Lanes<T> in_x(const Lanes<T> (&folded)[ShapeType::cells], Lanes<T> x) {
  constexpr int first = ShapeType::first_cell(power);
  Lanes<T> sum = folded[first + ShapeType::degrees[power]];
#pragma GCC unroll 16
  for (int a = ShapeType::degrees[power] - 1; a >= 0; --a) sum = fma(sum, x, folded[first + a]);
  return sum;
}

/// The whole polynomial in x and w.
template <class T, class ShapeType, int power = 0>
CARVE_INLINE Lanes<T> in_x_and_w(const Lanes<T> (&folded)[ShapeType::cells], Lanes<T> x, Lanes<T> w) {
  const Lanes<T> here = in_x<T, ShapeType, power>(folded, x);
  if constexpr (power + 1 == ShapeType::powers) return here;
  else return fma(in_x_and_w<T, ShapeType, power + 1>(folded, x, w), w, here);
}

/// Where the coefficients of a lane begin. Taken out of the rule once: stores to weights could change the rule itself,
/// for all that the compiler knows.
template <class T, class ShapeType, int degree_y>
CARVE_INLINE const T* coefficients_of(const PolynomialBlock<T>& rule, std::size_t lane) {
  const std::size_t y_powers = static_cast<std::size_t>(degree_y == any_degree ? rule.degree_y : degree_y) + 1;
  return rule.coefficients + lane / lane_multiple * lane_multiple * ShapeType::cells * y_powers + lane % lane_multiple;
}

/// Folds the powers of y into one coefficient per cell. `degree` counts where degree_y does not say it.
template <class T, class ShapeType, int degree_y>
CARVE_INLINE void fold(const T* coefficients, int degree_of_rule, Lanes<T> y, Lanes<T> (&folded)[ShapeType::cells]) {
  const int degree = degree_y == any_degree ? degree_of_rule : degree_y;
  const std::size_t row = static_cast<std::size_t>(degree + 1) * lane_multiple;
#pragma GCC unroll 64
  for (std::size_t cell = 0; cell < ShapeType::cells; ++cell) {
    const T* power = coefficients + cell * row + static_cast<std::size_t>(degree) * lane_multiple;
    Lanes<T> sum = load<T>(power);
#pragma GCC unroll 4
    for (int b = degree; b > 0; --b) {
      power -= lane_multiple;
      sum = fma(sum, y, load<T>(power));
    }
    folded[cell] = sum;
  }
}

/// One number in all lanes, straight from memory. The compiler would otherwise load it early and spread it from
/// register to register later, which on AVX-512 takes a slot of one of the two multiply-add units.
template <class T>
CARVE_INLINE Lanes<T> broadcast_from(const T* number) {
  Lanes<T> all = broadcast(*number);
#if defined(__AVX512F__)
  asm("" : "+v"(all));
#endif
  return all;
}

/// y = sum_j w_j x_j in the order of the synapses.
template <class T>
CARVE_INLINE Lanes<T> dot(const T* weights, std::size_t lanes, const T* x, std::size_t synapses) {
  Lanes<T> sum{};
  for (std::size_t j = 0; j < synapses; ++j) sum = fma(load<T>(weights + j * lanes), broadcast_from(x + j), sum);
  return sum;
}

/// Lanes first .. first + registers * width of the block through the whole stretch.
template <class T, class ShapeType, int degree_y, int registers>
void pass(const RateStretch<T>& stretch, const PolynomialBlock<T>& rule, std::size_t first) noexcept {
  const std::size_t lanes = stretch.lanes;
  const std::size_t synapses = stretch.synapses;
  const std::size_t batch = stretch.batch;
  T* const weights = stretch.weights + first;
  T* const changes = stretch.scratch + first;  // batch mode: the sum of dw, [synapse][lane]
  const int degree = rule.degree_y;
  const T* coefficients[registers];
  for (int r = 0; r < registers; ++r)
    coefficients[r] = coefficients_of<T, ShapeType, degree_y>(rule, first + r * width<T>);
  Lanes<T> y[registers];
  for (int r = 0; r < registers; ++r) y[r] = dot(weights + r * width<T>, lanes, stretch.inputs, synapses);
  if (batch > 0) {
    for (std::size_t j = 0; j < synapses; ++j) {
      for (int r = 0; r < registers; ++r) store<T>(changes + j * lanes + r * width<T>, Lanes<T>{});
    }
  }
  for (std::size_t step = 0; step < stretch.steps; ++step) {
    const T* const x = stretch.inputs + step * synapses;
    const T* const next = step + 1 < stretch.steps ? x + synapses : x;
    Lanes<T> folded[registers][ShapeType::cells];
    for (int r = 0; r < registers; ++r) fold<T, ShapeType, degree_y>(coefficients[r], degree, y[r], folded[r]);
    Lanes<T> sum[registers]{};
    if (batch == 0) {
      T* weight = weights;
      for (std::size_t j = 0; j < synapses; ++j, weight += lanes) {
        const Lanes<T> x_j = broadcast_from(x + j);
        const Lanes<T> next_j = broadcast_from(next + j);
#pragma GCC unroll 4
        for (int r = 0; r < registers; ++r) {
          const Lanes<T> w = in_x_and_w<T, ShapeType>(folded[r], x_j, load<T>(weight + r * width<T>));
          store<T>(weight + r * width<T>, w);
          sum[r] = fma(w, next_j, sum[r]);
        }
      }
    } else {
      for (std::size_t j = 0; j < synapses; ++j) {
#pragma GCC unroll 4
        for (int r = 0; r < registers; ++r) {
          const std::size_t at = j * lanes + r * width<T>;
          const Lanes<T> w = load<T>(weights + at);
          const Lanes<T> dw = in_x_and_w<T, ShapeType>(folded[r], broadcast_from(x + j), w);
          store<T>(changes + at, load<T>(changes + at) + dw);
          sum[r] = fma(w, broadcast_from(next + j), sum[r]);
        }
      }
      if ((step + 1) % batch == 0) {
        const Lanes<T> share = broadcast(T(1) / static_cast<T>(batch));
        for (int r = 0; r < registers; ++r) {
          for (std::size_t j = 0; j < synapses; ++j) {
            const std::size_t at = j * lanes + r * width<T>;
            store<T>(weights + at, fma(load<T>(changes + at), share, load<T>(weights + at)));
            store<T>(changes + at, Lanes<T>{});
          }
          sum[r] = dot(weights + r * width<T>, lanes, next, synapses);
        }
      }
    }
    for (int r = 0; r < registers; ++r) y[r] = sum[r];
  }
}

/// Online updates of turns * side registers of candidates: `side` of them side by side, `turns` such groups one after
/// the other in each step. A step ends in a chain from its last weight through y to the next step's coefficients; the
/// other groups' work fills that gap.
template <class T, class ShapeType, int degree_y, int side, int turns>
void pass_in_turns(const RateStretch<T>& stretch, const PolynomialBlock<T>& rule, std::size_t first) noexcept {
  const std::size_t lanes = stretch.lanes;
  const std::size_t synapses = stretch.synapses;
  const int degree = rule.degree_y;
  const T* coefficients[turns][side];
  Lanes<T> y[turns][side];
  for (int turn = 0; turn < turns; ++turn) {
    for (int r = 0; r < side; ++r) {
      coefficients[turn][r] = coefficients_of<T, ShapeType, degree_y>(rule, first + (turn * side + r) * width<T>);
      y[turn][r] = dot(stretch.weights + first + (turn * side + r) * width<T>, lanes, stretch.inputs, synapses);
    }
  }
  for (std::size_t step = 0; step < stretch.steps; ++step) {
    const T* const x = stretch.inputs + step * synapses;
    const T* const next = step + 1 < stretch.steps ? x + synapses : x;
#pragma GCC unroll 4
    for (int turn = 0; turn < turns; ++turn) {
      Lanes<T> folded[side][ShapeType::cells];
#pragma GCC unroll 4
      for (int r = 0; r < side; ++r) fold<T, ShapeType, degree_y>(coefficients[turn][r], degree, y[turn][r], folded[r]);
      Lanes<T> sum[side]{};
      T* weight = stretch.weights + first + turn * side * width<T>;
      for (std::size_t j = 0; j < synapses; ++j, weight += lanes) {
        const Lanes<T> x_j = broadcast_from(x + j);
        const Lanes<T> next_j = broadcast_from(next + j);
#pragma GCC unroll 4
        for (int r = 0; r < side; ++r) {
          const Lanes<T> w = in_x_and_w<T, ShapeType>(folded[r], x_j, load<T>(weight + r * width<T>));
          store<T>(weight + r * width<T>, w);
          sum[r] = fma(w, next_j, sum[r]);
        }
      }
#pragma GCC unroll 4
      for (int r = 0; r < side; ++r) y[turn][r] = sum[r];
    }
  }
}

/// The same for a number of synapses known when compiling: their weights stay in registers.
template <class T, class ShapeType, int degree_y, int turns, int synapses>
void pass_fixed(const RateStretch<T>& stretch, const PolynomialBlock<T>& rule, std::size_t first) noexcept {
  const std::size_t lanes = stretch.lanes;
  T* const weights = stretch.weights + first;
  const int degree = rule.degree_y;
  const T* coefficients[turns];
  Lanes<T> y[turns];
  Lanes<T> w[turns][synapses];
#pragma GCC unroll 4
  for (int turn = 0; turn < turns; ++turn) {
    coefficients[turn] = coefficients_of<T, ShapeType, degree_y>(rule, first + turn * width<T>);
    y[turn] = dot(weights + turn * width<T>, lanes, stretch.inputs, synapses);
#pragma GCC unroll 4
    for (int j = 0; j < synapses; ++j) w[turn][j] = load<T>(weights + j * lanes + turn * width<T>);
  }
  for (std::size_t step = 0; step < stretch.steps; ++step) {
    const T* const x = stretch.inputs + step * synapses;
    const T* const next = step + 1 < stretch.steps ? x + synapses : x;
#pragma GCC unroll 4
    for (int turn = 0; turn < turns; ++turn) {
      Lanes<T> folded[ShapeType::cells];
      fold<T, ShapeType, degree_y>(coefficients[turn], degree, y[turn], folded);
      Lanes<T> sum{};
#pragma GCC unroll 4
      for (int j = 0; j < synapses; ++j) {
        w[turn][j] = in_x_and_w<T, ShapeType>(folded, broadcast_from(x + j), w[turn][j]);
        sum = fma(w[turn][j], broadcast_from(next + j), sum);
      }
      y[turn] = sum;
    }
  }
#pragma GCC unroll 4
  for (int turn = 0; turn < turns; ++turn) {
#pragma GCC unroll 4
    for (int j = 0; j < synapses; ++j) store<T>(weights + j * lanes + turn * width<T>, w[turn][j]);
  }
}

/// The number of synapses that has a pass of its own: the smallest network of the paper.
constexpr int fewest_synapses = 3;

/// All lanes of the block: as many registers together as pays, then one at a time.
template <class T, class ShapeType, int degree_y>
void run_degree(const RateStretch<T>& stretch, const PolynomialBlock<T>& rule) noexcept {
  using Pass = void(const RateStretch<T>&, const PolynomialBlock<T>&, std::size_t) noexcept;
  constexpr int side = registers_together<ShapeType>();
  constexpr std::size_t few = 24;    // below, a step is short compared to the chain at its end
  constexpr std::size_t many = 128;  // above, that chain is nothing, and four registers' weights leave L1
  std::size_t first = 0;
  const auto all = [&](Pass* pass, std::size_t together) {
    for (; first + together * width<T> <= stretch.lanes; first += together * width<T>) pass(stretch, rule, first);
  };
  if (stretch.batch == 0 && stretch.synapses <= many) {
    if (stretch.synapses == fewest_synapses) {
      all(pass_fixed<T, ShapeType, degree_y, 4, fewest_synapses>, 4);
    } else if (stretch.synapses <= few) {
      all(pass_in_turns<T, ShapeType, degree_y, 1, 4>, 4);
    } else {
      all(pass_in_turns<T, ShapeType, degree_y, side, 4 / side>, 4);
    }
  }
  all(pass<T, ShapeType, degree_y, side>, side);
  all(pass<T, ShapeType, degree_y, 1>, 1);
}

template <class T, class ShapeType>
void run_shape(const RateStretch<T>& stretch, const PolynomialBlock<T>& rule) noexcept {
  if (rule.degree_y == usual_degree_y) run_degree<T, ShapeType, usual_degree_y>(stretch, rule);
  else run_degree<T, ShapeType, any_degree>(stretch, rule);
}

/// Any degrees, read at run time; the coefficients stay in memory.
template <class T>
void run_general(const RateStretch<T>& stretch, const PolynomialBlock<T>& rule) noexcept {
  constexpr int most_cells = (largest_rate_degree + 1) * (largest_rate_degree + 1);
  const std::size_t lanes = stretch.lanes;
  const std::size_t synapses = stretch.synapses;
  const std::size_t y_powers = static_cast<std::size_t>(rule.degree_y) + 1;
  std::size_t cells = 0;
  std::size_t first_cell[largest_rate_degree + 1];
  for (int c = 0; c <= rule.degree_w; ++c) {
    first_cell[c] = cells;
    cells += static_cast<std::size_t>(rule.degrees[c] + 1);
  }
  for (std::size_t first = 0; first < lanes; first += width<T>) {
    const T* const coefficients =
        rule.coefficients + first / lane_multiple * cells * y_powers * lane_multiple + first % lane_multiple;
    T* const weights = stretch.weights + first;
    T* const changes = stretch.scratch + first;
    for (std::size_t j = 0; stretch.batch > 0 && j < synapses; ++j) store<T>(changes + j * lanes, Lanes<T>{});
    Lanes<T> y = dot(weights, lanes, stretch.inputs, synapses);
    for (std::size_t step = 0; step < stretch.steps; ++step) {
      const T* const x = stretch.inputs + step * synapses;
      const T* const next = step + 1 < stretch.steps ? x + synapses : x;
      Lanes<T> folded[most_cells];
      for (std::size_t cell = 0; cell < cells; ++cell) {
        const T* power = coefficients + ((cell + 1) * y_powers - 1) * lane_multiple;
        folded[cell] = load<T>(power);
        for (std::size_t b = y_powers - 1; b > 0; --b) {
          power -= lane_multiple;
          folded[cell] = fma(folded[cell], y, load<T>(power));
        }
      }
      Lanes<T> sum{};
      for (std::size_t j = 0; j < synapses; ++j) {
        const Lanes<T> w = load<T>(weights + j * lanes);
        const Lanes<T> x_j = broadcast_from(x + j);
        Lanes<T> value{};
        for (int c = rule.degree_w; c >= 0; --c) {
          Lanes<T> here{};
          for (int a = rule.degrees[c]; a >= 0; --a)
            here = fma(here, x_j, folded[first_cell[c] + static_cast<std::size_t>(a)]);
          value = fma(value, w, here);
        }
        Lanes<T> used = w;
        if (stretch.batch == 0) {
          store<T>(weights + j * lanes, value);
          used = value;
        } else {
          store<T>(changes + j * lanes, load<T>(changes + j * lanes) + value);
        }
        sum = fma(used, broadcast_from(next + j), sum);
      }
      if (stretch.batch > 0 && (step + 1) % stretch.batch == 0) {
        const Lanes<T> share = broadcast(T(1) / static_cast<T>(stretch.batch));
        for (std::size_t j = 0; j < synapses; ++j) {
          const std::size_t at = j * lanes;
          store<T>(weights + at, fma(load<T>(changes + at), share, load<T>(weights + at)));
          store<T>(changes + at, Lanes<T>{});
        }
        sum = dot(weights, lanes, next, synapses);
      }
      y = sum;
    }
  }
}

}  // namespace

#define CARVE_FLOAT(...) run_shape<float, Shape<__VA_ARGS__>>,
#define CARVE_DOUBLE(...) run_shape<double, Shape<__VA_ARGS__>>,
const std::array<PolynomialKernel<float>*, rate_shapes + 1> polynomial_kernels_float{CARVE_RATE_SHAPES(CARVE_FLOAT)
                                                                                         run_general<float>};
const std::array<PolynomialKernel<double>*, rate_shapes + 1> polynomial_kernels_double{CARVE_RATE_SHAPES(CARVE_DOUBLE)
                                                                                           run_general<double>};
#undef CARVE_FLOAT
#undef CARVE_DOUBLE

}  // namespace carve::network::CARVE_ISA_NAME
