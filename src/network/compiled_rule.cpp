#include "carve/network/compiled_rule.hpp"

#include <algorithm>
#include <numeric>

#include "carve/base/isa.hpp"

namespace carve::network {
namespace {

#define CARVE_SHAPE(...) {__VA_ARGS__},
const std::vector<std::vector<int>>& shapes() {
  static const std::vector<std::vector<int>> list{CARVE_RATE_SHAPES(CARVE_SHAPE)};
  return list;
}
#undef CARVE_SHAPE

std::size_t cells_of(const std::vector<int>& degrees) {
  return static_cast<std::size_t>(std::accumulate(degrees.begin(), degrees.end(), static_cast<int>(degrees.size())));
}

bool covers(const std::vector<int>& shape, const std::vector<int>& degrees) {
  if (shape.size() < degrees.size()) return false;
  return std::equal(degrees.begin(), degrees.end(), shape.begin(), [](int wanted, int have) { return wanted <= have; });
}

bool in_reach(const rule::Polynomial& polynomial) {
  const rule::Exponents degrees = polynomial.degrees();
  return std::all_of(degrees.begin(), degrees.end(), [](int degree) { return degree <= largest_rate_degree; });
}

template <class T>
constexpr base::PerIsa<const RowKernels<T>> row_tables;
template <>
constexpr base::PerIsa<const RowKernels<float>> row_tables<float>{&scalar::row_kernels_float, &v3::row_kernels_float,
                                                                  &v4::row_kernels_float};
template <>
constexpr base::PerIsa<const RowKernels<double>> row_tables<double>{&scalar::row_kernels_double,
                                                                    &v3::row_kernels_double, &v4::row_kernels_double};

template <class T>
constexpr base::PerIsa<const StretchKernels<T>> stretch_tables;
template <>
constexpr base::PerIsa<const StretchKernels<float>> stretch_tables<float>{
    &scalar::stretch_kernels_float, &v3::stretch_kernels_float, &v4::stretch_kernels_float};
template <>
constexpr base::PerIsa<const StretchKernels<double>> stretch_tables<double>{
    &scalar::stretch_kernels_double, &v3::stretch_kernels_double, &v4::stretch_kernels_double};

template <class T>
constexpr base::PerIsa<RowKernel<T>> program_rows{scalar::program_row, v3::program_row, v4::program_row};

}  // namespace

template <class T>
void fill_registers(const rule::Program<T>& program, std::span<const double> values, std::size_t lane,
                    std::size_t lanes, T* block) {
  std::vector<T> registers(program.register_count(), T(0));
  std::copy(program.constants.begin(), program.constants.end(), registers.begin());
  for (std::size_t i = 0; i < values.size(); ++i) registers[program.first_input() + i] = static_cast<T>(values[i]);
  for (const rule::Instruction& each : program.instructions[0]) {
    registers[each.destination] = rule::apply<T>(each.opcode, registers[each.a], registers[each.b]);
  }
  const std::size_t kept = program.first_temporary(rule::Level::step);
  for (std::size_t i = 0; i < kept; ++i) block[i * lanes + lane] = registers[i];
}

template <class T>
ProgramBlock<T> view_of(const rule::Program<T>& program, std::size_t parameters, const T* registers) {
  // x, y, w follow the parameters.
  const std::uint32_t x = program.first_input() + static_cast<std::uint32_t>(parameters);
  return {.program = &program, .registers = registers, .x = x, .y = x + 1, .w = x + 2};
}

template <class T>
std::size_t program_scratch(const rule::Program<T>& program) {
  // y and its temporaries once, then x, w and theirs for each synapse of a chunk.
  return 1 + program.temporaries[1] + (2 + program.temporaries[2]) * program_chunk;
}

template <class T>
CompiledRule<T>::CompiledRule(const rule::RuleSpace& space, bool online) : space_(space), online_(online) {
  polynomial_ = space_.polynomial && in_reach(*space_.polynomial);
  if (polynomial_) choose_shape();
  else program_ = rule::compile<T>(space_.dw, rule::inputs(space_));
}

template <class T>
void CompiledRule<T>::choose_shape() {
  const rule::Exponents highest = space_.polynomial->degrees();  // x, y, w
  degree_y_ = std::max(highest[1], usual_degree_y);
  degrees_.assign(static_cast<std::size_t>(std::max(highest[2], 1)) + 1, -1);
  for (const auto& [exponents, coefficient] : space_.polynomial->terms) {
    int& degree = degrees_[static_cast<std::size_t>(exponents[2])];
    degree = std::max(degree, exponents[0]);
  }
  if (online_) degrees_[1] = std::max(degrees_[1], 0);  // the weight itself
  std::size_t cheapest = 0;
  for (std::size_t i = 0; i < shapes().size(); ++i) {
    const std::vector<int>& shape = shapes()[i];
    if (!covers(shape, degrees_)) continue;
    if (shape_ == rate_shapes || cells_of(shape) < cheapest) {
      shape_ = i;
      cheapest = cells_of(shape);
    }
  }
  if (shape_ != rate_shapes) degrees_ = shapes()[shape_];
}

template <class T>
std::size_t CompiledRule<T>::numbers() const {
  return polynomial_ ? cells_of(degrees_) * (static_cast<std::size_t>(degree_y_) + 1)
                     : program_.first_temporary(rule::Level::step);
}

template <class T>
void CompiledRule<T>::fill(std::span<const double> values, std::size_t lane, std::size_t lanes, T* block) const {
  if (polynomial_) fill_polynomial(values, lane, block);
  else fill_registers(program_, values, lane, lanes, block);
}

template <class T>
void CompiledRule<T>::fill_polynomial(std::span<const double> values, std::size_t lane, T* block) const {
  const std::vector<double> coefficients = rule::coefficients(space_, values);
  const auto y_powers = static_cast<std::size_t>(degree_y_) + 1;
  std::vector<std::size_t> first_cell(degrees_.size(), 0);
  for (std::size_t c = 1; c < degrees_.size(); ++c) {
    first_cell[c] = first_cell[c - 1] + static_cast<std::size_t>(degrees_[c - 1] + 1);
  }
  std::vector<double> table(cells_of(degrees_) * y_powers, 0.0);
  std::size_t index = 0;
  for (const auto& [exponents, expression] : space_.polynomial->terms) {
    const std::size_t cell =
        first_cell[static_cast<std::size_t>(exponents[2])] + static_cast<std::size_t>(exponents[0]);
    table[cell * y_powers + static_cast<std::size_t>(exponents[1])] = coefficients[index++];
  }
  if (online_) table[first_cell[1] * y_powers] += 1;  // w' = w + dw
  T* const to = block + lane / lane_multiple * table.size() * lane_multiple + lane % lane_multiple;
  for (std::size_t i = 0; i < table.size(); ++i) to[i * lane_multiple] = static_cast<T>(table[i]);
}

template <class T>
RuleBlock<T> CompiledRule<T>::view(const T* block) const {
  if (polynomial_) {
    return {.polynomial = {.coefficients = block,
                           .degree_y = degree_y_,
                           .degrees = degrees_.data(),
                           .degree_w = static_cast<int>(degrees_.size()) - 1}};
  }
  return {.program = view_of(program_, space_.parameters.size(), block)};
}

template <class T>
RowKernel<T>* CompiledRule<T>::row_kernel() const {
  if (!polynomial_) return program_rows<T>();
  return (*row_tables<T>())[shape_];
}

template <class T>
StretchKernel<T>* CompiledRule<T>::stretch_kernel() const {
  if (!polynomial_ || !online_ || shape_ == rate_shapes) return nullptr;
  return (*stretch_tables<T>())[shape_];
}

template <class T>
std::size_t CompiledRule<T>::multiply_adds() const {
  // One per coefficient but the first, which starts the sum, and one for the dot product.
  return polynomial_ ? cells_of(degrees_) : 0;
}

template <class T>
std::size_t CompiledRule<T>::scratch_per_lane() const {
  return polynomial_ ? 0 : program_scratch(program_);
}

template void fill_registers<float>(const rule::Program<float>&, std::span<const double>, std::size_t, std::size_t,
                                    float*);
template void fill_registers<double>(const rule::Program<double>&, std::span<const double>, std::size_t, std::size_t,
                                     double*);
template ProgramBlock<float> view_of<float>(const rule::Program<float>&, std::size_t, const float*);
template ProgramBlock<double> view_of<double>(const rule::Program<double>&, std::size_t, const double*);
template std::size_t program_scratch<float>(const rule::Program<float>&);
template std::size_t program_scratch<double>(const rule::Program<double>&);
template class CompiledRule<float>;
template class CompiledRule<double>;

}  // namespace carve::network
