#include "carve/network/rate_network.hpp"

#include <algorithm>
#include <numeric>

#include "carve/base/denormals.hpp"
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

template <class T>
const auto& polynomial_kernels() {
  using Table = std::array<PolynomialKernel<T>*, rate_shapes + 1>;
  const Table* table = nullptr;
  if constexpr (sizeof(T) == sizeof(float)) {
    const Table* const tables[] = {&scalar::polynomial_kernels_float, &v3::polynomial_kernels_float,
                                   &v4::polynomial_kernels_float};
    table = tables[static_cast<int>(base::isa())];
  } else {
    const Table* const tables[] = {&scalar::polynomial_kernels_double, &v3::polynomial_kernels_double,
                                   &v4::polynomial_kernels_double};
    table = tables[static_cast<int>(base::isa())];
  }
  return *table;
}

template <class T>
constexpr base::PerIsa<ProgramKernel<T>> program_kernel{scalar::run_program, v3::run_program, v4::run_program};

}  // namespace

template <class T>
RateSimulator<T>::RateSimulator(const RateNetwork& network, const rule::RuleSpace& space)
    : network_(network), space_(space) {
  const auto in_reach = [](const rule::Polynomial& polynomial) {
    const rule::Exponents degrees = polynomial.degrees();
    return std::all_of(degrees.begin(), degrees.end(), [](int degree) { return degree <= largest_rate_degree; });
  };
  polynomial_ = space_.polynomial && in_reach(*space_.polynomial);
  if (!polynomial_) {
    program_ = rule::compile<T>(space_.dw, rule::inputs(space_));
    return;
  }
  const rule::Exponents highest = space_.polynomial->degrees();  // x, y, w
  degree_y_ = std::max(highest[1], usual_degree_y);
  degrees_.assign(static_cast<std::size_t>(std::max(highest[2], 1)) + 1, -1);
  for (const auto& [exponents, coefficient] : space_.polynomial->terms) {
    int& degree = degrees_[static_cast<std::size_t>(exponents[2])];
    degree = std::max(degree, exponents[0]);
  }
  if (network_.update == Update::online) degrees_[1] = std::max(degrees_[1], 0);  // the weight itself
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
std::size_t RateSimulator<T>::multiply_adds() const {
  // One per coefficient but the first, which starts the sum, and one for the dot product.
  return polynomial_ ? cells_of(degrees_) : 0;
}

template <class T>
void RateSimulator<T>::fill_polynomial(const std::vector<double>& values, std::size_t lane,
                                       CandidateBlock<T>& block) const {
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
  if (network_.update == Update::online) table[first_cell[1] * y_powers] += 1;  // w' = w + dw
  T* const to = block.rule.data() + lane / lane_multiple * table.size() * lane_multiple + lane % lane_multiple;
  for (std::size_t i = 0; i < table.size(); ++i) to[i * lane_multiple] = static_cast<T>(table[i]);
}

template <class T>
void RateSimulator<T>::fill_program(const std::vector<double>& values, std::size_t lane, CandidateBlock<T>& block,
                                    std::vector<T>& registers) const {
  registers.assign(program_.register_count(), T(0));
  std::copy(program_.constants.begin(), program_.constants.end(), registers.begin());
  for (std::size_t i = 0; i < values.size(); ++i) registers[program_.first_input() + i] = static_cast<T>(values[i]);
  for (const rule::Instruction& each : program_.instructions[0]) {
    registers[each.destination] = rule::apply<T>(each.opcode, registers[each.a], registers[each.b]);
  }
  const std::size_t kept = program_.first_temporary(rule::Level::step);
  for (std::size_t i = 0; i < kept; ++i) block.rule[i * block.lanes + lane] = registers[i];
}

template <class T>
std::vector<CandidateBlock<T>> RateSimulator<T>::prepare(std::span<const std::vector<double>> candidates) const {
  constexpr std::size_t most_lanes = 256 / sizeof(T);  // four cache lines a synapse: N = 100 stays in L1
  const std::size_t numbers = polynomial_ ? cells_of(degrees_) * (static_cast<std::size_t>(degree_y_) + 1)
                                          : program_.first_temporary(rule::Level::step);
  const base::FlushDenormals flush;
  std::vector<CandidateBlock<T>> blocks;
  std::vector<T> registers;
  for (std::size_t first = 0; first < candidates.size(); first += most_lanes) {
    CandidateBlock<T> block{.first = first, .count = std::min(most_lanes, candidates.size() - first)};
    block.lanes = (block.count + lane_multiple - 1) / lane_multiple * lane_multiple;
    block.rule.assign(numbers * block.lanes, T(0));
    for (std::size_t lane = 0; lane < block.lanes; ++lane) {
      // Lanes without a candidate repeat the first one: their results are never read.
      const std::vector<double>& values = candidates[first + (lane < block.count ? lane : 0)];
      if (polynomial_) fill_polynomial(values, lane, block);
      else fill_program(values, lane, block, registers);
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

template <class T>
std::size_t RateSimulator<T>::scratch_size(std::size_t lanes) const {
  std::size_t size = network_.update == Update::batch_mean ? static_cast<std::size_t>(network_.inputs) * lanes : 0;
  if (!polynomial_) {
    // y and its temporaries once, then x, w and theirs for each synapse of a chunk.
    size += (1 + program_.temporaries[1] + (2 + program_.temporaries[2]) * program_chunk) * lanes;
  }
  return size;
}

template <class T>
void RateSimulator<T>::run(const CandidateBlock<T>& block, const T* inputs, std::size_t steps, T* weights,
                           T* scratch) const noexcept {
  const base::FlushDenormals flush;
  const auto synapses = static_cast<std::size_t>(network_.inputs);
  RateStretch<T> stretch{
      .inputs = inputs, .steps = steps, .synapses = synapses, .lanes = block.lanes, .scratch = scratch};
  if (network_.update == Update::batch_mean) stretch.batch = static_cast<std::size_t>(network_.batch);
  for (std::size_t output = 0; output < static_cast<std::size_t>(network_.outputs); ++output) {
    stretch.weights = weights + output * synapses * block.lanes;
    if (polynomial_) {
      const PolynomialBlock<T> rule{.coefficients = block.rule.data(),
                                    .degree_y = degree_y_,
                                    .degrees = degrees_.data(),
                                    .degree_w = static_cast<int>(degrees_.size()) - 1};
      polynomial_kernels<T>()[shape_](stretch, rule);
    } else {
      const auto parameters = static_cast<std::uint32_t>(space_.parameters.size());
      const std::uint32_t x = program_.first_input() + parameters;  // x, y, w follow the parameters
      program_kernel<T>()(stretch,
                          {.program = &program_, .registers = block.rule.data(), .x = x, .y = x + 1, .w = x + 2});
    }
  }
}

std::vector<std::size_t> look_steps(std::size_t steps, std::size_t count, const RateNetwork& network) {
  const std::size_t unit = network.update == Update::batch_mean ? static_cast<std::size_t>(network.batch) : 1;
  std::vector<std::size_t> ends;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::size_t end = i == count ? steps : steps * i / count / unit * unit;
    if (end > (ends.empty() ? 0 : ends.back())) ends.push_back(end);
  }
  return ends;
}

template class RateSimulator<float>;
template class RateSimulator<double>;

}  // namespace carve::network
