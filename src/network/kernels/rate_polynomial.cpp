// The lifetime of one linear neuron under a polynomial rule, for a block of candidates at once: lanes are candidates.
//
// Per step the postsynaptic activity y is the same for all synapses of a candidate, so the polynomial is first folded
// into one coefficient per x^a w^c; then each synapse costs one multiply-add per coefficient. The next step's
// y = sum_j w_j x_j rides on the same pass, so each weight is loaded and stored once. The arithmetic of a candidate is
// one fixed sequence of fused multiply-adds: it does not depend on the register width or on the neighbours.
#include "carve/network/kernels/rate_polynomial_lanes.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

/// Turns * side registers of candidates from lane `first` on, through the whole stretch: `side` of them side by side,
/// `turns` such groups one after the other in each step. A step ends in a chain from its last weight through y to the
/// next step's coefficients; the other groups' work fills that gap.
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
  if (stretch.synapses <= many) {
    if (stretch.synapses == fewest_synapses) {
      all(pass_fixed<T, ShapeType, degree_y, 4, fewest_synapses>, 4);
    } else if (stretch.synapses <= few) {
      all(pass_in_turns<T, ShapeType, degree_y, 1, 4>, 4);
    } else {
      all(pass_in_turns<T, ShapeType, degree_y, side, 4 / side>, 4);
    }
  }
  all(pass_in_turns<T, ShapeType, degree_y, side, 1>, side);
  all(pass_in_turns<T, ShapeType, degree_y, 1, 1>, 1);
}

template <class T, class ShapeType>
void run_shape(const RateStretch<T>& stretch, const PolynomialBlock<T>& rule) noexcept {
  if (rule.degree_y == usual_degree_y) run_degree<T, ShapeType, usual_degree_y>(stretch, rule);
  else run_degree<T, ShapeType, any_degree>(stretch, rule);
}

}  // namespace

#define CARVE_FLOAT(...) run_shape<float, Shape<__VA_ARGS__>>,
#define CARVE_DOUBLE(...) run_shape<double, Shape<__VA_ARGS__>>,
const StretchKernels<float> stretch_kernels_float{CARVE_RATE_SHAPES(CARVE_FLOAT)};
const StretchKernels<double> stretch_kernels_double{CARVE_RATE_SHAPES(CARVE_DOUBLE)};
#undef CARVE_FLOAT
#undef CARVE_DOUBLE

}  // namespace carve::network::CARVE_ISA_NAME
