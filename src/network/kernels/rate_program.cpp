// The lifetime of a rate neuron under any rule: an interpreter of rule::Program over blocks of lanes.
//
// What changes once per step (through y) is computed once per step; what changes with x or w is computed for
// `program_chunk` synapses of all lanes per instruction, so that decoding costs little. Each lane does the operations
// of the plain evaluator, in its order.
#include "carve/base/lane_math.hpp"
#include "carve/network/kernels/rate_kernels.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

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

/// The interpreter's memory: registers of the candidate level come from the block, the rest lie in the scratch.
template <class T>
class Machine {
 public:
  Machine(const ProgramBlock<T>& block, std::size_t lanes, T* scratch)
      : program_(*block.program), block_(block), lanes_(lanes), step_registers_(scratch) {
    const std::size_t step_count = 1 + program_.temporaries[1];  // y and what depends on it
    synapse_registers_ = scratch + step_count * lanes;
    first_step_ = program_.first_temporary(rule::Level::step);
    first_synapse_ = program_.first_temporary(rule::Level::synapse);
  }

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
  [[nodiscard]] Operand<T> result() const { return at(program_.results[0]); }

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
  std::uint32_t first_step_ = 0;
  std::uint32_t first_synapse_ = 0;
};

/// y_lane = sum_j w_j x_j in the order of the synapses.
template <class T>
void dot(const RateStretch<T>& stretch, const T* x, T* y) noexcept {
  for (std::size_t lane = 0; lane < stretch.lanes; lane += width<T>) {
    Lanes<T> sum{};
    for (std::size_t j = 0; j < stretch.synapses; ++j) {
      sum = fma(load<T>(stretch.weights + j * stretch.lanes + lane), broadcast(x[j]), sum);
    }
    store<T>(y + lane, sum);
  }
}

template <class T>
void run(const RateStretch<T>& stretch, const ProgramBlock<T>& block) noexcept {
  const std::size_t lanes = stretch.lanes;
  const std::size_t row = stretch.synapses * lanes;
  T* const changes = stretch.scratch;
  const Machine<T> machine(block, lanes, stretch.scratch + (stretch.batch > 0 ? row : 0));
  for (std::size_t i = 0; stretch.batch > 0 && i < row; ++i) changes[i] = 0;
  for (std::size_t step = 0; step < stretch.steps; ++step) {
    const T* const x = stretch.inputs + step * stretch.synapses;
    dot(stretch, x, machine.y());
    machine.run_step();
    for (std::size_t first = 0; first < stretch.synapses; first += program_chunk) {
      const std::size_t count = first + program_chunk <= stretch.synapses ? program_chunk : stretch.synapses - first;
      T* const weights = stretch.weights + first * lanes;
      for (std::size_t s = 0; s < count; ++s) {
        for (std::size_t lane = 0; lane < lanes; lane += width<T>) {
          store<T>(machine.x() + s * lanes + lane, broadcast(x[first + s]));
          store<T>(machine.w() + s * lanes + lane, load<T>(weights + s * lanes + lane));
        }
      }
      machine.run_synapses(count);
      const Operand<T> dw = machine.result();
      T* const to = stretch.batch > 0 ? changes + first * lanes : weights;
      for_all<T>({to, lanes}, dw, to, count, lanes, [](Lanes<T> w, Lanes<T> change) { return w + change; });
    }
    if (stretch.batch > 0 && (step + 1) % stretch.batch == 0) {
      const Lanes<T> share = broadcast(T(1) / static_cast<T>(stretch.batch));
      for (std::size_t i = 0; i < row; i += width<T>) {
        store<T>(stretch.weights + i, fma(load<T>(changes + i), share, load<T>(stretch.weights + i)));
        store<T>(changes + i, Lanes<T>{});
      }
    }
  }
}

}  // namespace

void run_program(const RateStretch<float>& stretch, const ProgramBlock<float>& block) noexcept { run(stretch, block); }
void run_program(const RateStretch<double>& stretch, const ProgramBlock<double>& block) noexcept {
  run(stretch, block);
}

}  // namespace carve::network::CARVE_ISA_NAME
