// One sample's changes of one output's weights under a polynomial rule: the piece that networks of any wiring are made
// of. Lanes are candidates; see rate_polynomial_lanes.hpp for the arithmetic.
#include "carve/network/kernels/rate_polynomial_lanes.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

/// The presynaptic activity of synapse j in the lanes at `lane`.
template <class T, bool by_lane>
CARVE_INLINE Lanes<T> presynaptic(const Row<T>& row, std::size_t j, std::size_t lane) {
  if constexpr (by_lane) return load<T>(row.x + j * row.lanes + lane);
  else return broadcast_from(row.x + j);
}

/// What a rule makes of the weight at `at`: the weight itself online, else a summand of its changes. Returns the weight
/// as it is after that.
template <class T, bool online>
CARVE_INLINE Lanes<T> settle(const Row<T>& row, std::size_t at, Lanes<T> w, Lanes<T> value) {
  if constexpr (online) {
    store<T>(row.weights + at, value);
    return value;
  } else {
    store<T>(row.changes + at, load<T>(row.changes + at) + value);
    return w;
  }
}

template <class T, int cells>
struct Folded {
  Lanes<T> cell[cells];
};

/// Out of the way of the usual degree's code, and of its registers.
template <class T, class ShapeType>
[[gnu::noinline]] Folded<T, ShapeType::cells> fold_any(const T* coefficients, int degree, Lanes<T> y) {
  Folded<T, ShapeType::cells> folded;
  fold<T, ShapeType, any_degree>(coefficients, degree, y, folded.cell);
  return folded;
}

template <class T, class ShapeType, int registers, bool by_lane, bool online>
CARVE_INLINE void some_lanes(const Row<T>& row, const PolynomialBlock<T>& rule, std::size_t first) {
  Folded<T, ShapeType::cells> folded[registers];
#pragma GCC unroll 4
  for (int r = 0; r < registers; ++r) {
    const std::size_t lane = first + static_cast<std::size_t>(r) * width<T>;
    const T* const coefficients = coefficients_of<T, ShapeType, any_degree>(rule, lane);
    const Lanes<T> y = load<T>(row.y + lane);
    if (rule.degree_y == usual_degree_y)
      fold<T, ShapeType, usual_degree_y>(coefficients, usual_degree_y, y, folded[r].cell);
    else folded[r] = fold_any<T, ShapeType>(coefficients, rule.degree_y, y);
  }
  Lanes<T> sum[registers]{};
  for (std::size_t j = 0; j < row.synapses; ++j) {
#pragma GCC unroll 4
    for (int r = 0; r < registers; ++r) {
      const std::size_t lane = first + static_cast<std::size_t>(r) * width<T>;
      const std::size_t at = j * row.lanes + lane;
      const Lanes<T> before = load<T>(row.weights + at);
      const Lanes<T> x = presynaptic<T, by_lane>(row, j, lane);
      const Lanes<T> w = settle<T, online>(row, at, before, in_x_and_w<T, ShapeType>(folded[r].cell, x, before));
      if constexpr (!by_lane) sum[r] = fma(w, broadcast_from(row.next + j), sum[r]);
    }
  }
  if constexpr (!by_lane) {
    for (int r = 0; r < registers; ++r) store<T>(row.sum + first + static_cast<std::size_t>(r) * width<T>, sum[r]);
  }
}

template <class T, class ShapeType, bool by_lane, bool online>
void all_lanes(const Row<T>& given, const PolynomialBlock<T>& rule) noexcept {
  const Row<T> row = given;  // a copy that stores to weights cannot change, for all that the compiler knows
  constexpr int side = registers_together<ShapeType>();
  const std::size_t end = row.lanes;
  std::size_t lane = 0;
  for (; lane + side * width<T> <= end; lane += side * width<T>)
    some_lanes<T, ShapeType, side, by_lane, online>(row, rule, lane);
  for (; lane < end; lane += width<T>) some_lanes<T, ShapeType, 1, by_lane, online>(row, rule, lane);
}

/// Calls `work` with whether presynaptic activity differs by lane and whether weights change at once, both known when
/// compiling.
template <class Work>
CARVE_INLINE void for_kind(bool by_lane, bool online, Work work) {
  if (by_lane) {
    if (online) work(std::true_type{}, std::true_type{});
    else work(std::true_type{}, std::false_type{});
  } else {
    if (online) work(std::false_type{}, std::true_type{});
    else work(std::false_type{}, std::false_type{});
  }
}

template <class T, class ShapeType>
void row_of_shape(const Row<T>& row, const RuleBlock<T>& rule) noexcept {
  for_kind(row.x_by_lane, row.changes == nullptr,
           [&](auto by_lane, auto online) { all_lanes<T, ShapeType, by_lane(), online()>(row, rule.polynomial); });
}

/// Any degrees, read at run time; the coefficients stay in memory.
template <class T>
void general_row(const Row<T>& row, const RuleBlock<T>& block) noexcept {
  constexpr int most_cells = (largest_rate_degree + 1) * (largest_rate_degree + 1);
  const PolynomialBlock<T>& rule = block.polynomial;
  const std::size_t y_powers = static_cast<std::size_t>(rule.degree_y) + 1;
  std::size_t cells = 0;
  std::size_t first_cell[largest_rate_degree + 1];
  for (int c = 0; c <= rule.degree_w; ++c) {
    first_cell[c] = cells;
    cells += static_cast<std::size_t>(rule.degrees[c] + 1);
  }
  for (std::size_t lane = 0; lane < row.lanes; lane += width<T>) {
    const T* const coefficients =
        rule.coefficients + lane / lane_multiple * cells * y_powers * lane_multiple + lane % lane_multiple;
    const Lanes<T> y = load<T>(row.y + lane);
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
    for (std::size_t j = 0; j < row.synapses; ++j) {
      const std::size_t at = j * row.lanes + lane;
      const Lanes<T> before = load<T>(row.weights + at);
      const Lanes<T> x = row.x_by_lane ? presynaptic<T, true>(row, j, lane) : presynaptic<T, false>(row, j, lane);
      Lanes<T> value{};
      for (int c = rule.degree_w; c >= 0; --c) {
        Lanes<T> here{};
        for (int a = rule.degrees[c]; a >= 0; --a)
          here = fma(here, x, folded[first_cell[c] + static_cast<std::size_t>(a)]);
        value = fma(value, before, here);
      }
      const Lanes<T> w =
          row.changes ? settle<T, false>(row, at, before, value) : settle<T, true>(row, at, before, value);
      if (row.next) sum = fma(w, broadcast_from(row.next + j), sum);
    }
    if (row.sum) store<T>(row.sum + lane, sum);
  }
}

}  // namespace

#define CARVE_FLOAT(...) row_of_shape<float, Shape<__VA_ARGS__>>,
#define CARVE_DOUBLE(...) row_of_shape<double, Shape<__VA_ARGS__>>,
const RowKernels<float> row_kernels_float{CARVE_RATE_SHAPES(CARVE_FLOAT) general_row<float>};
const RowKernels<double> row_kernels_double{CARVE_RATE_SHAPES(CARVE_DOUBLE) general_row<double>};
#undef CARVE_FLOAT
#undef CARVE_DOUBLE

}  // namespace carve::network::CARVE_ISA_NAME
