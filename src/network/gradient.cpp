#include "carve/network/gradient.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "carve/base/denormals.hpp"
#include "carve/base/isa.hpp"

namespace carve::network {
namespace {

template <class T>
const PolynomialGradients<T>& polynomial_gradients() {
  if constexpr (sizeof(T) == sizeof(float)) {
    return *base::PerIsa<const PolynomialGradients<T>>{
        &scalar::polynomial_gradients_float, &v3::polynomial_gradients_float, &v4::polynomial_gradients_float}();
  } else {
    return *base::PerIsa<const PolynomialGradients<T>>{
        &scalar::polynomial_gradients_double, &v3::polynomial_gradients_double, &v4::polynomial_gradients_double}();
  }
}
template <class T>
constexpr base::PerIsa<RecordKernel<T>> record_programs{scalar::record_program, v3::record_program, v4::record_program};
template <class T>
constexpr base::PerIsa<ReverseKernel<T>> reverse_programs{scalar::reverse_program, v3::reverse_program,
                                                          v4::reverse_program};
template <class T>
constexpr base::PerIsa<GradientKernel<T>> segments{scalar::gradient_segment, v3::gradient_segment,
                                                   v4::gradient_segment};

/// Where each term of a normal form lies among the numbers of a kernel's polynomial, [cell][power of y].
template <class T>
std::vector<std::size_t> places_of(const rule::Polynomial& polynomial, const PolynomialBlock<T>& block) {
  std::vector<std::size_t> places;
  for (const auto& [exponents, coefficient] : polynomial.terms) {
    std::size_t cell = static_cast<std::size_t>(exponents[0]);
    for (int c = 0; c < exponents[2]; ++c) cell += static_cast<std::size_t>(block.degrees[c] + 1);
    places.push_back(cell * static_cast<std::size_t>(block.degree_y + 1) + static_cast<std::size_t>(exponents[1]));
  }
  return places;
}

/// Copies `count` lanes of each of `items` items.
template <class T>
void copy_lanes(const T* from, std::size_t from_lanes, T* to, std::size_t to_lanes, std::size_t items,
                std::size_t count) {
  for (std::size_t i = 0; i < items; ++i) std::copy_n(from + i * from_lanes, count, to + i * to_lanes);
}

}  // namespace

template <class T>
RateGradient<T>::RateGradient(const RateNetwork& network, std::span<const rule::RuleSpace> rules)
    : network_(network), simulator_(network, rules) {
  for (const rule::RuleSpace& space : rules) {
    Slopes slopes{.space = space, .rule = CompiledRule<T>(space, network.update == Update::online)};
    if (slopes.rule.polynomial()) {
      slopes.coefficients.emplace_back(space);
      slopes.places = places_of(*space.polynomial, slopes.rule.view(nullptr).polynomial);
      slopes.numbers = slopes.rule.numbers();
    } else {
      rule::RuleDerivatives derivatives = rule::derivatives(space);
      slopes.numbers = derivatives.by_parameter.size();
      std::vector<rule::Expression> formulas = std::move(derivatives.by_variable);  // x, y, w
      formulas.insert(formulas.end(), derivatives.by_parameter.begin(), derivatives.by_parameter.end());
      slopes.program = rule::compile<T>(formulas, rule::inputs(space));
    }
    rules_.push_back(std::move(slopes));
  }
}

template <class T>
std::vector<GradientBlock<T>> RateGradient<T>::prepare(std::span<const std::vector<double>> candidates) const {
  const base::FlushDenormals flush;
  std::vector<GradientBlock<T>> blocks;
  for (CandidateBlock<T>& block : simulator_.prepare(candidates)) {
    std::vector<base::AlignedVector<T>> registers;
    std::size_t before = 0;  // parameters of the rules before
    for (const Slopes& each : rules_) {
      const std::size_t parameters = each.space.parameters.size();
      base::AlignedVector<T> own;
      if (!each.rule.polynomial()) {
        own.assign(each.program.first_temporary(rule::Level::step) * block.lanes, T(0));
        for (std::size_t lane = 0; lane < block.lanes; ++lane) {
          const std::vector<double>& values = candidates[block.first + (lane < block.count ? lane : 0)];
          fill_registers(each.program, std::span(values).subspan(before, parameters), lane, block.lanes, own.data());
        }
      }
      registers.push_back(std::move(own));
      before += parameters;
    }
    blocks.push_back({std::move(block), std::move(registers)});
  }
  return blocks;
}

/// Polynomials: few, so that a segment's weights stay near. Programs: all, so that decoding is paid for once.
template <class T>
std::size_t RateGradient<T>::lanes_together(std::size_t lanes) const {
  const bool polynomials =
      std::all_of(rules_.begin(), rules_.end(), [](const Slopes& each) { return each.rule.polynomial(); });
  return polynomials ? lane_multiple : lanes;
}

/// As many as need the least memory, with checkpoints of all lanes and a segment's weights of those taken together;
/// fewer where the latter would not fit the second-level cache but still some do.
template <class T>
std::size_t RateGradient<T>::segment_steps(std::size_t steps, std::size_t lanes) const {
  constexpr std::size_t cache = 512 * 1024;
  constexpr std::size_t fewest = 8;
  const std::size_t unit = network_.update == Update::batch_mean ? static_cast<std::size_t>(network_.batch) : 1;
  const std::size_t together = lanes_together(lanes);
  const std::size_t groups = lanes / together;
  const std::size_t fitting = cache / (network_.weight_count() * together * sizeof(T));
  auto count = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(steps / unit * groups))));
  if (fitting >= fewest) count = std::min(count, fitting);
  return std::max<std::size_t>(count, 1) * unit;
}

template <class T>
std::size_t RateGradient<T>::numbers() const {
  std::size_t sum = 0;
  for (const Slopes& each : rules_) sum += each.numbers;
  return sum;
}

template <class T>
void RateGradient<T>::forward(const GradientBlock<T>& block, const T* inputs, std::size_t steps, T* weights,
                              GradientTape<T>& tape) const {
  const std::size_t lanes = block.candidates.lanes;
  const auto synapses = static_cast<std::size_t>(network_.inputs);
  if (tape.stretches.empty()) tape.sums.assign(numbers() * lanes, T(0));
  tape.scratch.resize(std::max(tape.scratch.size(), simulator_.scratch_size(lanes)));
  // Samples of an incomplete batch change nothing.
  if (network_.update == Update::batch_mean) steps -= steps % static_cast<std::size_t>(network_.batch);
  const std::size_t segment = segment_steps(steps, lanes);
  typename GradientTape<T>::Stretch stretch{.inputs = inputs, .steps = steps, .segment = segment};
  for (std::size_t step = 0; step < steps; step += segment, ++stretch.checkpoints) {
    if (tape.used == tape.checkpoints.size()) tape.checkpoints.emplace_back();
    tape.checkpoints[tape.used++].assign(weights, weights + network_.weight_count() * lanes);
    simulator_.run(block.candidates, inputs + step * synapses, std::min(segment, steps - step), weights,
                   tape.scratch.data());
  }
  tape.stretches.push_back(stretch);
}

template <class T>
void RateGradient<T>::backward(const GradientBlock<T>& block, T* lambda, GradientTape<T>& tape) const {
  assert(!tape.stretches.empty());
  const base::FlushDenormals flush;
  const std::size_t lanes = block.candidates.lanes;
  const std::size_t together = lanes_together(lanes);
  for (std::size_t first = 0; first < lanes; first += together) backward_together(block, first, together, lambda, tape);
  tape.used -= tape.stretches.back().checkpoints;
  tape.stretches.pop_back();
}

template <class T>
GradientRule<T> RateGradient<T>::kernels_of(std::size_t connection, const GradientBlock<T>& block, std::size_t first,
                                            T* sums) const {
  const Slopes& slopes = rules_[connection];
  // Polynomials lie group by group of lane_multiple lanes; with a program, all lanes go together.
  const RuleBlock<T> rule = slopes.rule.view(block.candidates.rules[connection].data() + first * slopes.rule.numbers());
  if (slopes.rule.polynomial()) {
    const std::size_t shape = slopes.rule.shape();
    const PolynomialGradients<T>& kernels = polynomial_gradients<T>();
    return {kernels.record[shape], kernels.reverse[shape], rule, rule, sums};
  }
  const T* const registers = block.slopes[connection].data();
  return {record_programs<T>(),
          reverse_programs<T>(),
          rule,
          {.program = view_of(slopes.program, slopes.space.parameters.size(), registers)},
          sums};
}

template <class T>
void RateGradient<T>::backward_together(const GradientBlock<T>& block, std::size_t first, std::size_t together,
                                        T* lambda, GradientTape<T>& tape) const {
  const auto stretch = tape.stretches.back();
  const std::size_t lanes = block.candidates.lanes;
  const auto synapses = static_cast<std::size_t>(network_.inputs);
  const auto outputs = static_cast<std::size_t>(network_.outputs);
  const std::size_t weights = network_.weight_count();
  const std::size_t batch = network_.update == Update::batch_mean ? static_cast<std::size_t>(network_.batch) : 0;
  std::size_t rows = 0;
  for (const Slopes& each : rules_) {
    if (!each.rule.polynomial())
      rows = std::max({rows, program_chunk + program_scratch(each.program), each.rule.scratch_per_lane()});
  }
  const std::size_t states = stretch.segment / std::max<std::size_t>(batch, 1);
  const std::size_t matrix = network_.lateral == Lateral::symmetric ? outputs * outputs : 0;
  const std::size_t squares = (synapses + together - 1) / together;
  const std::size_t needed =
      (states + 1 + (batch > 0 ? 1 : 0)) * weights + (stretch.segment + 3) * outputs + squares + matrix + rows;
  tape.scratch.resize(std::max(tape.scratch.size(), needed * together));
  T* next = tape.scratch.data();
  const auto take = [&](std::size_t items) {
    T* const taken = next;
    next += items * together;
    return taken;
  };
  T* sums = tape.sums.data() + first * numbers();
  GradientSegment<T> segment{.synapses = synapses,
                             .outputs = outputs,
                             .lateral = network_.lateral,
                             .activation = network_.activation,
                             .batch = batch,
                             .lanes = together,
                             .block_lanes = lanes,
                             .feedforward = kernels_of(0, block, first, sums)};
  segment.states = take(states * weights);
  segment.y = take(stretch.segment * outputs);
  segment.lambda = take(weights);
  segment.changes = batch > 0 ? take(weights) : nullptr;
  segment.pending = take(outputs);
  segment.squares = take(squares);
  segment.scratch = take(2 * outputs + matrix + rows);
  if (network_.lateral != Lateral::none)
    segment.sideways = kernels_of(1, block, first, sums + rules_[0].numbers * together);

  copy_lanes(lambda + first, lanes, segment.lambda, together, weights, together);
  std::fill_n(segment.pending, outputs * together, T(0));
  const std::size_t checkpoints = tape.used - stretch.checkpoints;
  segment.later = stretch.inputs;  // nothing is pending yet, but the sample is looked at
  for (std::size_t i = stretch.checkpoints; i-- > 0;) {
    const std::size_t step = i * stretch.segment;
    segment.begin = tape.checkpoints[checkpoints + i].data() + first;
    segment.inputs = stretch.inputs + step * synapses;
    segment.steps = std::min(stretch.segment, stretch.steps - step);
    segment.flush = i == 0;
    segments<T>()(segment);
    segment.later = segment.inputs;
  }
  copy_lanes(segment.lambda, together, lambda + first, lanes, weights, together);
}

template <class T>
std::vector<double> RateGradient<T>::by_parameters(const GradientBlock<T>& block, std::size_t lane,
                                                   std::span<const double> values, const GradientTape<T>& tape) const {
  assert(tape.stretches.empty());
  const std::size_t together = lanes_together(block.candidates.lanes);
  const T* sums = tape.sums.data() + lane / together * together * numbers() + lane % together;
  std::vector<double> result;
  for (const Slopes& each : rules_) {
    std::vector<double> own;
    if (each.rule.polynomial()) {
      std::vector<double> by_coefficient;
      for (const std::size_t place : each.places) by_coefficient.push_back(static_cast<double>(sums[place * together]));
      own = each.coefficients.front().pull_back(values.first(each.space.parameters.size()), by_coefficient);
    } else {
      for (std::size_t i = 0; i < each.numbers; ++i) own.push_back(static_cast<double>(sums[i * together]));
    }
    result.insert(result.end(), own.begin(), own.end());
    values = values.subspan(each.space.parameters.size());
    sums += each.numbers * together;
  }
  return result;
}

template class RateGradient<float>;
template class RateGradient<double>;

}  // namespace carve::network
