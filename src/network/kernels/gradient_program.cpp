// One sample forwards and backwards for the weights onto one output under any rule: the rule and its derivatives as
// programs, interpreted over blocks of lanes; see program_lanes.hpp.
#include "carve/network/kernels/gradient_kernels.hpp"
#include "carve/network/kernels/program_lanes.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

template <class T>
CARVE_INLINE Lanes<T> value_of(const Operand<T>& operand, std::size_t s, std::size_t lane) {
  return load<T>(operand.values + s * operand.per_synapse + lane);
}

template <class T>
void record(const SampleRow<T>& row, const Recording<T>& to, const ProgramBlock<T>& block) noexcept {
  const std::size_t lanes = row.lanes;
  const Machine<T> machine(block, lanes, row.scratch);
  for (std::size_t lane = 0; row.next && lane < lanes; lane += width<T>) store<T>(to.sum + lane, Lanes<T>{});
  const Operand<T> dw = machine.result(0);
  in_chunks(row, machine, [&](std::size_t chunk, std::size_t synapses) {
    for (std::size_t s = 0; s < synapses; ++s) {
      for (std::size_t lane = 0; lane < lanes; lane += width<T>) {
        const std::size_t at = (chunk + s) * lanes + lane;
        const Lanes<T> before = load<T>(row.weights + at);
        const Lanes<T> after = (row.online ? before : load<T>(to.after + at)) + value_of(dw, s, lane);
        store<T>(to.after + at, after);
        if (!row.next) continue;
        T* const sum = to.sum + lane;
        store<T>(sum, fma(row.online ? after : before, broadcast(row.next[chunk + s]), load<T>(sum)));
      }
    }
  });
}

/// sum += factor * derivative over the synapses of a chunk.
template <class T>
CARVE_INLINE void accumulate(const T* factor, const Operand<T>& derivative, std::size_t synapses, std::size_t lanes,
                             T* sum) {
  for (std::size_t lane = 0; lane < lanes; lane += width<T>) {
    Lanes<T> total = load<T>(sum + lane);
    for (std::size_t s = 0; s < synapses; ++s) {
      total = fma(load<T>(factor + s * lanes + lane), value_of(derivative, s, lane), total);
    }
    store<T>(sum + lane, total);
  }
}

/// The results of the program of derivatives.
enum Result : std::size_t { by_x, by_y, by_w, by_parameters };

template <class T>
void reverse(const SampleRow<T>& row, const Reversal<T>& reversal, const ProgramBlock<T>& block) noexcept {
  const std::size_t lanes = row.lanes;
  T* const factor = row.scratch;  // [synapse of the chunk][lane]
  const Machine<T> machine(block, lanes, row.scratch + program_chunk * lanes);
  const rule::Program<T>& program = *block.program;
  const auto vanishes = [&](std::size_t result) {
    const std::uint32_t place = program.results[result];
    return place < program.constants.size() && program.constants[place] == T(0);
  };
  in_chunks(row, machine, [&](std::size_t chunk, std::size_t synapses) {
    const Operand<T> slope = machine.result(by_w);
    for (std::size_t s = 0; s < synapses; ++s) {
      const std::size_t j = chunk + s;
      for (std::size_t lane = 0; lane < lanes; lane += width<T>) {
        const std::size_t at = j * lanes + lane;
        Lanes<T> after = load<T>(reversal.lambda + at);
        if (reversal.pending) after = fma(load<T>(reversal.pending + lane), broadcast(row.next[j]), after);
        const Lanes<T> own = row.online ? after : load<T>(reversal.multiplier + at);
        store<T>(factor + s * lanes + lane, own);
        store<T>(reversal.lambda + at, fma(own, value_of(slope, s, lane), after));
      }
    }
    if (!vanishes(by_y)) accumulate(factor, machine.result(by_y), synapses, lanes, reversal.by_y);
    for (std::size_t s = 0; reversal.by_x && s < synapses; ++s) {
      const Operand<T> derivative = machine.result(by_x);
      const Operand<T> own{derivative.values + s * derivative.per_synapse, 0};
      accumulate(factor + s * lanes, own, 1, lanes, reversal.by_x + (chunk + s) * lanes);
    }
    for (std::size_t k = by_parameters; k < program.results.size(); ++k) {
      if (vanishes(k)) continue;
      accumulate(factor, machine.result(k), synapses, lanes, reversal.sums + (k - by_parameters) * lanes);
    }
  });
}

}  // namespace

void record_program(const SampleRow<float>& row, const Recording<float>& to, const RuleBlock<float>& rule) noexcept {
  record(row, to, rule.program);
}
void record_program(const SampleRow<double>& row, const Recording<double>& to, const RuleBlock<double>& rule) noexcept {
  record(row, to, rule.program);
}
void reverse_program(const SampleRow<float>& row, const Reversal<float>& reversal,
                     const RuleBlock<float>& rule) noexcept {
  reverse(row, reversal, rule.program);
}
void reverse_program(const SampleRow<double>& row, const Reversal<double>& reversal,
                     const RuleBlock<double>& rule) noexcept {
  reverse(row, reversal, rule.program);
}

}  // namespace carve::network::CARVE_ISA_NAME
