// One sample forwards and backwards for the weights onto one output under a polynomial rule; lanes are candidates.
//
// Backwards, the loss's derivatives by all coefficients follow from one sum over the synapses per x^a w^c, since y is
// the same for all of them: S_ac = sum_j lambda_j x_j^a w_j^c, then S_ac y^b for each b, once per sample. The same sums
// give the derivative by y. So a synapse costs about twice the multiply-adds of a step forwards.
#include "carve/network/kernels/gradient_kernels.hpp"
#include "carve/network/kernels/rate_polynomial_lanes.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

template <class T>
CARVE_INLINE Lanes<T> presynaptic(const SampleRow<T>& row, std::size_t j, std::size_t lane) {
  if (row.x_by_lane) return load<T>(row.x + j * row.lanes + lane);
  return broadcast_from(row.x + j);
}

/// What the sums over the synapses say about one cell's coefficients, and its part of the derivative by y. `degree`
/// counts where degree_y does not say it.
template <class T, int degree_y>
CARVE_INLINE Lanes<T> finish_cell(Lanes<T> cell_sum, const T* coefficients, int degree_of_rule, Lanes<T> y, T* sums,
                                  std::size_t lanes, Lanes<T> by_y) {
  const int degree = degree_y == any_degree ? degree_of_rule : degree_y;
  Lanes<T> term = cell_sum;
  store<T>(sums, load<T>(sums) + term);
#pragma GCC unroll 4
  for (int b = 1; b <= degree; ++b) {
    term = term * y;
    T* const sum = sums + static_cast<std::size_t>(b) * lanes;
    store<T>(sum, load<T>(sum) + term);
  }
  Lanes<T> slope{};
#pragma GCC unroll 4
  for (int b = degree; b > 0; --b) {
    const T* const coefficient = coefficients + static_cast<std::size_t>(b) * lane_multiple;
    slope = fma(slope, y, load<T>(coefficient) * broadcast(static_cast<T>(b)));
  }
  return fma(cell_sum, slope, by_y);
}

// ---- shapes known when compiling

/// Adds lambda x^a w^c to the sums of all cells from w^power on; `product` is lambda w^power.
template <class T, class ShapeType, int power = 0>
CARVE_INLINE void add_products(Lanes<T> (&sums)[ShapeType::cells], Lanes<T> product, Lanes<T> w,
                               const Lanes<T>* x_powers) {
  constexpr int first = ShapeType::first_cell(power);
  sums[first] = sums[first] + product;
#pragma GCC unroll 16
  for (int a = 1; a <= ShapeType::degrees[power]; ++a) sums[first + a] = fma(product, x_powers[a], sums[first + a]);
  if constexpr (power + 1 < ShapeType::powers) {
    add_products<T, ShapeType, power + 1>(sums, product * w, w, x_powers);
  }
}

/// The polynomial's derivative by w, from coefficients that hold their factor c already.
template <class T, class ShapeType, int power = 1>
CARVE_INLINE Lanes<T> slope_in_w(const Lanes<T> (&scaled)[ShapeType::cells], Lanes<T> x, Lanes<T> w) {
  const Lanes<T> here = in_x<T, ShapeType, power>(scaled, x);
  if constexpr (power + 1 == ShapeType::powers) return here;
  else return fma(slope_in_w<T, ShapeType, power + 1>(scaled, x, w), w, here);
}

/// The polynomial's derivative by x.
template <class T, class ShapeType, int power = 0>
CARVE_INLINE Lanes<T> slope_in_x(const Lanes<T> (&folded)[ShapeType::cells], Lanes<T> x, Lanes<T> w) {
  constexpr int first = ShapeType::first_cell(power);
  Lanes<T> here{};
#pragma GCC unroll 16
  for (int a = ShapeType::degrees[power]; a > 0; --a) {
    here = fma(here, x, folded[first + a] * broadcast(static_cast<T>(a)));
  }
  if constexpr (power + 1 == ShapeType::powers) return here;
  else return fma(slope_in_x<T, ShapeType, power + 1>(folded, x, w), w, here);
}

template <class T, class ShapeType, int degree_y, int registers, bool online, bool with_next>
CARVE_INLINE void record_lanes(const SampleRow<T>& row, const Recording<T>& to, const PolynomialBlock<T>& rule,
                               std::size_t from) {
  Lanes<T> folded[registers][ShapeType::cells];
#pragma GCC unroll 4
  for (int r = 0; r < registers; ++r) {
    const std::size_t lane = from + static_cast<std::size_t>(r) * width<T>;
    fold<T, ShapeType, degree_y>(coefficients_of<T, ShapeType, degree_y>(rule, lane), rule.degree_y,
                                 load<T>(row.y + lane), folded[r]);
  }
  Lanes<T> sum[registers]{};
  // Taken out of the arguments once: stores could change them, for all that the compiler knows.
  const std::size_t lanes = row.lanes, synapses = row.synapses;
  const T *const x = row.x, *const next = row.next;
  const T* before = row.weights + from;
  T* after = to.after + from;
  for (std::size_t j = 0; j < synapses; ++j, before += lanes, after += lanes) {
#pragma GCC unroll 4
    for (int r = 0; r < registers; ++r) {
      const std::size_t at = static_cast<std::size_t>(r) * width<T>;
      const Lanes<T> w = load<T>(before + at);
      // A row with a next sample is one of inputs, which all lanes share; one without comes from other outputs.
      const Lanes<T> x_j = with_next ? broadcast_from(x + j) : load<T>(x + j * lanes + from + at);
      const Lanes<T> value = in_x_and_w<T, ShapeType>(folded[r], x_j, w);
      store<T>(after + at, online ? value : load<T>(after + at) + value);
      if constexpr (with_next) sum[r] = fma(online ? value : w, broadcast_from(next + j), sum[r]);
    }
  }
  if constexpr (with_next) {
    for (int r = 0; r < registers; ++r) store<T>(to.sum + from + static_cast<std::size_t>(r) * width<T>, sum[r]);
  }
}

template <class T, class ShapeType, int degree_y, bool online, bool with_next>
CARVE_INLINE void record_all(const SampleRow<T>& row, const Recording<T>& to, const PolynomialBlock<T>& rule) {
  constexpr int side = registers_together<ShapeType>();
  std::size_t lane = 0;
  for (; lane + side * width<T> <= row.lanes; lane += side * width<T>)
    record_lanes<T, ShapeType, degree_y, side, online, with_next>(row, to, rule, lane);
  for (; lane < row.lanes; lane += width<T>)
    record_lanes<T, ShapeType, degree_y, 1, online, with_next>(row, to, rule, lane);
}

/// What most searches need has kernels of its own, for the usual degree of y and updates after every sample.
template <class T, class ShapeType>
void record(const SampleRow<T>& row, const Recording<T>& to, const RuleBlock<T>& block) noexcept {
  const PolynomialBlock<T>& rule = block.polynomial;
  const bool usual = rule.degree_y == usual_degree_y;
  if (row.online && row.next) {
    if (usual) record_all<T, ShapeType, usual_degree_y, true, true>(row, to, rule);
    else record_all<T, ShapeType, any_degree, true, true>(row, to, rule);
  } else if (row.online) {
    if (usual) record_all<T, ShapeType, usual_degree_y, true, false>(row, to, rule);
    else record_all<T, ShapeType, any_degree, true, false>(row, to, rule);
  } else if (row.next) {
    record_all<T, ShapeType, any_degree, false, true>(row, to, rule);
  } else {
    record_all<T, ShapeType, any_degree, false, false>(row, to, rule);
  }
}

/// One register of lanes backwards: the sums of all cells and the coefficients fill the registers by themselves.
template <class T, class ShapeType, int degree_y, bool online, bool by_lane>
CARVE_INLINE void reverse_lanes(const SampleRow<T>& row, const Reversal<T>& reversal, const PolynomialBlock<T>& rule,
                                std::size_t lane) {
  const T* const coefficients = coefficients_of<T, ShapeType, degree_y>(rule, lane);
  const Lanes<T> y = load<T>(row.y + lane);
  Lanes<T> folded[ShapeType::cells];
  fold<T, ShapeType, degree_y>(coefficients, rule.degree_y, y, folded);
  Lanes<T> scaled[ShapeType::cells];
#pragma GCC unroll 16
  for (int c = 0; c < ShapeType::powers; ++c) {
#pragma GCC unroll 16
    for (int a = 0; a <= ShapeType::degrees[c]; ++a) {
      const int cell = ShapeType::first_cell(c) + a;
      scaled[cell] = c > 1 ? folded[cell] * broadcast(static_cast<T>(c)) : folded[cell];
    }
  }
  const Lanes<T> pending = reversal.pending ? load<T>(reversal.pending + lane) : Lanes<T>{};
  constexpr int highest_x = [] {
    int highest = 2;
    for (const int degree : ShapeType::degrees) highest = degree > highest ? degree : highest;
    return highest;
  }();
  Lanes<T> sums[ShapeType::cells]{};
  // Taken out of the arguments once: stores could change them, for all that the compiler knows.
  const std::size_t lanes = row.lanes, synapses = row.synapses;
  const T *const x = row.x, *const squares = row.squares, *const next = row.next,
                 *const multiplier = reversal.multiplier;
  T* const by_x = reversal.by_x;
  T* lambda_at = reversal.lambda + lane;
  const T* w_at = row.weights + lane;
  for (std::size_t j = 0; j < synapses; ++j, lambda_at += lanes, w_at += lanes) {
    const Lanes<T> w = load<T>(w_at);
    Lanes<T> x_powers[highest_x + 1];
    if constexpr (by_lane) x_powers[1] = load<T>(x + j * lanes + lane);
    else x_powers[1] = broadcast_from(x + j);
    if constexpr (by_lane) x_powers[2] = x_powers[1] * x_powers[1];
    else x_powers[2] = broadcast_from(squares + j);
#pragma GCC unroll 16
    for (int a = 3; a <= highest_x; ++a) x_powers[a] = x_powers[a - 1] * x_powers[1];
    Lanes<T> after = load<T>(lambda_at);
    if constexpr (!by_lane) after = fma(pending, broadcast_from(next + j), after);
    const Lanes<T> factor = online ? after : load<T>(multiplier + j * lanes + lane);
    add_products<T, ShapeType>(sums, factor, w, x_powers);
    const Lanes<T> slope = slope_in_w<T, ShapeType>(scaled, x_powers[1], w);
    store<T>(lambda_at, online ? factor * slope : fma(factor, slope, after));
    if constexpr (by_lane) {
      T* const to = by_x + j * lanes + lane;
      store<T>(to, fma(factor, slope_in_x<T, ShapeType>(folded, x_powers[1], w), load<T>(to)));
    }
  }
  const std::size_t y_powers = static_cast<std::size_t>(degree_y == any_degree ? rule.degree_y : degree_y) + 1;
  Lanes<T> by_y = load<T>(reversal.by_y + lane);
#pragma GCC unroll 16
  for (std::size_t cell = 0; cell < ShapeType::cells; ++cell) {
    by_y = finish_cell<T, degree_y>(sums[cell], coefficients + cell * y_powers * lane_multiple, rule.degree_y, y,
                                    reversal.sums + cell * y_powers * lanes + lane, lanes, by_y);
  }
  store<T>(reversal.by_y + lane, by_y);
}

template <class T, class ShapeType, int degree_y, bool online, bool by_lane>
CARVE_INLINE void reverse_all(const SampleRow<T>& row, const Reversal<T>& reversal, const PolynomialBlock<T>& rule) {
  for (std::size_t lane = 0; lane < row.lanes; lane += width<T>)
    reverse_lanes<T, ShapeType, degree_y, online, by_lane>(row, reversal, rule, lane);
}

template <class T, class ShapeType>
void reverse(const SampleRow<T>& row, const Reversal<T>& reversal, const RuleBlock<T>& block) noexcept {
  const PolynomialBlock<T>& rule = block.polynomial;
  const bool usual = rule.degree_y == usual_degree_y;
  if (row.online && !row.x_by_lane) {
    if (usual) reverse_all<T, ShapeType, usual_degree_y, true, false>(row, reversal, rule);
    else reverse_all<T, ShapeType, any_degree, true, false>(row, reversal, rule);
  } else if (row.online) {
    if (usual) reverse_all<T, ShapeType, usual_degree_y, true, true>(row, reversal, rule);
    else reverse_all<T, ShapeType, any_degree, true, true>(row, reversal, rule);
  } else if (!row.x_by_lane) {
    reverse_all<T, ShapeType, any_degree, false, false>(row, reversal, rule);
  } else {
    reverse_all<T, ShapeType, any_degree, false, true>(row, reversal, rule);
  }
}

// ---- any degrees, read at run time

constexpr std::size_t most_cells = (largest_rate_degree + 1) * (largest_rate_degree + 1);

/// Where the cells of each power of w begin, and the coefficients of one register of lanes.
template <class T>
struct General {
  General(const PolynomialBlock<T>& block, std::size_t lane) : rule(block) {
    for (int c = 0; c <= rule.degree_w; ++c) {
      first_cell[c] = cells;
      cells += static_cast<std::size_t>(rule.degrees[c] + 1);
    }
    y_powers = static_cast<std::size_t>(rule.degree_y) + 1;
    coefficients = rule.coefficients + lane / lane_multiple * cells * y_powers * lane_multiple + lane % lane_multiple;
  }

  void fold(Lanes<T> y, Lanes<T>* folded) const {
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const T* power = coefficients + ((cell + 1) * y_powers - 1) * lane_multiple;
      folded[cell] = load<T>(power);
      for (std::size_t b = y_powers - 1; b > 0; --b) {
        power -= lane_multiple;
        folded[cell] = fma(folded[cell], y, load<T>(power));
      }
    }
  }

  const PolynomialBlock<T>& rule;
  std::size_t cells = 0;
  std::size_t first_cell[largest_rate_degree + 1];
  std::size_t y_powers = 0;
  const T* coefficients = nullptr;
};

template <class T>
void record_general(const SampleRow<T>& row, const Recording<T>& to, const RuleBlock<T>& block) noexcept {
  const PolynomialBlock<T>& rule = block.polynomial;
  for (std::size_t lane = 0; lane < row.lanes; lane += width<T>) {
    const General<T> general(rule, lane);
    Lanes<T> folded[most_cells];
    general.fold(load<T>(row.y + lane), folded);
    Lanes<T> sum{};
    for (std::size_t j = 0; j < row.synapses; ++j) {
      const std::size_t at = j * row.lanes + lane;
      const Lanes<T> w = load<T>(row.weights + at);
      const Lanes<T> x = presynaptic(row, j, lane);
      Lanes<T> value{};
      for (int c = rule.degree_w; c >= 0; --c) {
        Lanes<T> here{};
        for (int a = rule.degrees[c]; a >= 0; --a)
          here = fma(here, x, folded[general.first_cell[c] + static_cast<std::size_t>(a)]);
        value = fma(value, w, here);
      }
      store<T>(to.after + at, row.online ? value : load<T>(to.after + at) + value);
      if (row.next) sum = fma(row.online ? value : w, broadcast_from(row.next + j), sum);
    }
    if (row.next) store<T>(to.sum + lane, sum);
  }
}

template <class T>
void reverse_general(const SampleRow<T>& row, const Reversal<T>& reversal, const RuleBlock<T>& block) noexcept {
  const PolynomialBlock<T>& rule = block.polynomial;
  for (std::size_t lane = 0; lane < row.lanes; lane += width<T>) {
    const General<T> general(rule, lane);
    const Lanes<T> y = load<T>(row.y + lane);
    Lanes<T> folded[most_cells];
    general.fold(y, folded);
    Lanes<T> sums[most_cells];
    for (std::size_t cell = 0; cell < general.cells; ++cell) sums[cell] = Lanes<T>{};
    const Lanes<T> pending = reversal.pending ? load<T>(reversal.pending + lane) : Lanes<T>{};
    for (std::size_t j = 0; j < row.synapses; ++j) {
      const std::size_t at = j * row.lanes + lane;
      const Lanes<T> w = load<T>(row.weights + at);
      const Lanes<T> x = presynaptic(row, j, lane);
      Lanes<T> after = load<T>(reversal.lambda + at);
      if (!row.x_by_lane) after = fma(pending, broadcast_from(row.next + j), after);
      const Lanes<T> factor = row.online ? after : load<T>(reversal.multiplier + at);
      Lanes<T> by_w{}, by_x{}, in_w = factor;
      for (int c = 0; c <= rule.degree_w; ++c, in_w = in_w * w) {
        Lanes<T> product = in_w;
        for (int a = 0; a <= rule.degrees[c]; ++a, product = product * x) {
          Lanes<T>& sum = sums[general.first_cell[c] + static_cast<std::size_t>(a)];
          sum = sum + product;
        }
      }
      for (int c = rule.degree_w; c >= 0; --c) {
        Lanes<T> here{}, here_by_x{};
        for (int a = rule.degrees[c]; a >= 0; --a) {
          const Lanes<T> coefficient = folded[general.first_cell[c] + static_cast<std::size_t>(a)];
          here = fma(here, x, coefficient);
          if (a > 0) here_by_x = fma(here_by_x, x, coefficient * broadcast(static_cast<T>(a)));
        }
        if (c > 0) by_w = fma(by_w, w, here * broadcast(static_cast<T>(c)));
        by_x = fma(by_x, w, here_by_x);
      }
      store<T>(reversal.lambda + at, row.online ? factor * by_w : fma(factor, by_w, after));
      if (reversal.by_x) store<T>(reversal.by_x + at, fma(factor, by_x, load<T>(reversal.by_x + at)));
    }
    Lanes<T> by_y = load<T>(reversal.by_y + lane);
    for (std::size_t cell = 0; cell < general.cells; ++cell) {
      by_y = finish_cell<T, any_degree>(sums[cell], general.coefficients + cell * general.y_powers * lane_multiple,
                                        rule.degree_y, y, reversal.sums + cell * general.y_powers * row.lanes + lane,
                                        row.lanes, by_y);
    }
    store<T>(reversal.by_y + lane, by_y);
  }
}

}  // namespace

#define CARVE_RECORD_FLOAT(...) record<float, Shape<__VA_ARGS__>>,
#define CARVE_RECORD_DOUBLE(...) record<double, Shape<__VA_ARGS__>>,
#define CARVE_REVERSE_FLOAT(...) reverse<float, Shape<__VA_ARGS__>>,
#define CARVE_REVERSE_DOUBLE(...) reverse<double, Shape<__VA_ARGS__>>,
const PolynomialGradients<float> polynomial_gradients_float{
    {CARVE_RATE_SHAPES(CARVE_RECORD_FLOAT) record_general<float>},
    {CARVE_RATE_SHAPES(CARVE_REVERSE_FLOAT) reverse_general<float>}};
const PolynomialGradients<double> polynomial_gradients_double{
    {CARVE_RATE_SHAPES(CARVE_RECORD_DOUBLE) record_general<double>},
    {CARVE_RATE_SHAPES(CARVE_REVERSE_DOUBLE) reverse_general<double>}};
#undef CARVE_RECORD_FLOAT
#undef CARVE_RECORD_DOUBLE
#undef CARVE_REVERSE_FLOAT
#undef CARVE_REVERSE_DOUBLE

}  // namespace carve::network::CARVE_ISA_NAME
