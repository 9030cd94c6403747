// What all interpreters of rule::Program over blocks of lanes share.
//
// What changes once per step (through y) is computed once; what changes with x or w is computed for `program_chunk`
// synapses of all lanes per instruction, so that decoding costs little. Each lane does the operations of the plain
// evaluator, in its order.
#pragma once

#include "carve/base/lane_math.hpp"
#include "carve/network/kernels/rate_kernels.hpp"

namespace carve::network::CARVE_ISA_NAME {

using namespace base::CARVE_ISA_NAME;
using rule::Opcode;

/// Where a register's values are: consecutive lanes, repeated for each synapse of the chunk or one set for each.
template <class T>
struct Operand {
  const T* values;
  std::size_t per_synapse;  // 0: the same lanes for all synapses
};

template <class T, class Operate>
CARVE_INLINE void for_all(const Operand<T>& a, const Operand<T>& b, T* out, std::size_t synapses, std::size_t lanes,
                          Operate operate) {
  for (std::size_t s = 0; s < synapses; ++s) {
    for (std::size_t lane = 0; lane < lanes; lane += width<T>) {
      store<T>(out + s * lanes + lane,
               operate(load<T>(a.values + s * a.per_synapse + lane), load<T>(b.values + s * b.per_synapse + lane)));
    }
  }
}

template <class T>
CARVE_INLINE Lanes<T> absolute(Lanes<T> value) {
  using Integer = IntegerOf<T>;
  constexpr Integer all_but_sign = std::numeric_limits<Integer>::max();
  return reinterpret<Lanes<T>>(Lanes<Integer>(reinterpret<Lanes<Integer>>(value) & broadcast(all_but_sign)));
}

template <class T>
void execute(Opcode opcode, const Operand<T>& a, const Operand<T>& b, T* out, std::size_t synapses,
             std::size_t lanes) noexcept {
  using V = Lanes<T>;
  const auto all = [&](auto operate) { for_all<T>(a, b, out, synapses, lanes, operate); };
  const V one = broadcast(T(1));
  switch (opcode) {
    case Opcode::negate: return all([](V p, V) { return -p; });
    case Opcode::add: return all([](V p, V q) { return p + q; });
    case Opcode::subtract: return all([](V p, V q) { return p - q; });
    case Opcode::multiply: return all([](V p, V q) { return p * q; });
    case Opcode::divide: return all([](V p, V q) { return p / q; });
    case Opcode::exp: return all([](V p, V) { return base::CARVE_ISA_NAME::exp<T>(p); });
    case Opcode::log: return all([](V p, V) { return base::CARVE_ISA_NAME::log<T>(p); });
    case Opcode::tanh: return all([](V p, V) { return base::CARVE_ISA_NAME::tanh<T>(p); });
    case Opcode::sqrt: return all([](V p, V) { return base::CARVE_ISA_NAME::sqrt(p); });
    case Opcode::abs: return all([](V p, V) { return absolute<T>(p); });
    case Opcode::minimum: return all([](V p, V q) { return select(p < q, p, q); });
    case Opcode::maximum: return all([](V p, V q) { return select(p > q, p, q); });
    case Opcode::less: return all([one](V p, V q) { return select(p < q, one, V{}); });
    case Opcode::less_equal: return all([one](V p, V q) { return select(p <= q, one, V{}); });
    case Opcode::greater: return all([one](V p, V q) { return select(p > q, one, V{}); });
    case Opcode::greater_equal: return all([one](V p, V q) { return select(p >= q, one, V{}); });
    case Opcode::equal: return all([one](V p, V q) { return select(p == q, one, V{}); });
    case Opcode::not_equal: return all([one](V p, V q) { return select(p != q, one, V{}); });
  }
}

/// The interpreter's memory for one row: registers of the candidate level come from the block, the rest lie in the
/// scratch.
template <class T>
class Machine {
 public:
  /// scratch: program_scratch numbers for each lane.
  Machine(const ProgramBlock<T>& block, std::size_t lanes, T* scratch)
      : program_(*block.program),
        block_(block),
        lanes_(lanes),
        step_registers_(scratch),
        synapse_registers_(scratch + (1 + program_.temporaries[1]) * lanes),  // y and what depends on it come first
        first_step_(program_.first_temporary(rule::Level::step)),
        first_synapse_(program_.first_temporary(rule::Level::synapse)) {}

  [[nodiscard]] T* y() const { return step_registers_; }
  [[nodiscard]] T* x() const { return synapse_registers_; }
  [[nodiscard]] T* w() const { return synapse_registers_ + program_chunk * lanes_; }

  void run_step() const {
    for (const rule::Instruction& each : program_.instructions[1]) {
      execute<T>(each.opcode, at(each.a), at(each.b), target(each.destination), 1, lanes_);
    }
  }
  void run_synapses(std::size_t synapses) const {
    for (const rule::Instruction& each : program_.instructions[2]) {
      execute<T>(each.opcode, at(each.a), at(each.b), target(each.destination), synapses, lanes_);
    }
  }
  [[nodiscard]] Operand<T> result(std::size_t index) const { return at(program_.results[index]); }

 private:
  [[nodiscard]] T* synapse_register(std::size_t index) const {
    return synapse_registers_ + index * program_chunk * lanes_;
  }
  [[nodiscard]] T* target(std::uint32_t index) const {
    return index >= first_synapse_ ? synapse_register(2 + index - first_synapse_)
                                   : step_registers_ + (1 + index - first_step_) * lanes_;
  }
  [[nodiscard]] Operand<T> at(std::uint32_t index) const {
    if (index == block_.x) return {x(), lanes_};
    if (index == block_.w) return {w(), lanes_};
    if (index == block_.y) return {y(), 0};
    if (index >= first_synapse_) return {target(index), lanes_};
    if (index >= first_step_) return {target(index), 0};
    return {block_.registers + index * lanes_, 0};
  }

  const rule::Program<T>& program_;
  const ProgramBlock<T>& block_;
  std::size_t lanes_;
  T* step_registers_;
  T* synapse_registers_;
  std::uint32_t first_step_;
  std::uint32_t first_synapse_;
};

template <class T>
CARVE_INLINE void copy(const T* from, T* to, std::size_t count) {
  for (std::size_t i = 0; i < count; i += width<T>) store<T>(to + i, load<T>(from + i));
}

/// Calls work(first, synapses) for one chunk of a row after the other, once their x and w lie in the machine and its
/// program has run.
template <class T, class RowType, class Work>
CARVE_INLINE void in_chunks(const RowType& row, const Machine<T>& machine, Work work) {
  const std::size_t lanes = row.lanes;
  copy(row.y, machine.y(), lanes);
  machine.run_step();
  for (std::size_t first = 0; first < row.synapses; first += program_chunk) {
    const std::size_t synapses = first + program_chunk <= row.synapses ? program_chunk : row.synapses - first;
    if (row.x_by_lane) {
      copy(row.x + first * lanes, machine.x(), synapses * lanes);
    } else {
      for (std::size_t s = 0; s < synapses; ++s) {
        for (std::size_t lane = 0; lane < lanes; lane += width<T>)
          store<T>(machine.x() + s * lanes + lane, broadcast(row.x[first + s]));
      }
    }
    copy<T>(row.weights + first * lanes, machine.w(), synapses * lanes);
    machine.run_synapses(synapses);
    work(first, synapses);
  }
}

}  // namespace carve::network::CARVE_ISA_NAME
