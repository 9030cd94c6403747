// One sample's changes of one output's weights under any rule; see program_lanes.hpp.
#include "carve/network/kernels/program_lanes.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

template <class T>
void run(const Row<T>& row, const ProgramBlock<T>& block) noexcept {
  const std::size_t lanes = row.lanes;
  const Machine<T> machine(block, row.lanes, row.scratch);
  for (std::size_t lane = 0; row.sum && lane < lanes; lane += width<T>) store<T>(row.sum + lane, Lanes<T>{});
  T* const changed = row.changes ? row.changes : row.weights;
  const Operand<T> dw = machine.result(0);
  in_chunks(row, machine, [&](std::size_t first, std::size_t synapses) {
    T* const to = changed + first * lanes;
    for_all<T>({to, lanes}, dw, to, synapses, lanes, [](Lanes<T> w, Lanes<T> change) { return w + change; });
    for (std::size_t s = 0; row.sum && s < synapses; ++s) {
      for (std::size_t lane = 0; lane < lanes; lane += width<T>) {
        const Lanes<T> w = load<T>(row.weights + (first + s) * lanes + lane);
        store<T>(row.sum + lane, fma(w, broadcast(row.next[first + s]), load<T>(row.sum + lane)));
      }
    }
  });
}

}  // namespace

void program_row(const Row<float>& row, const RuleBlock<float>& rule) noexcept { run(row, rule.program); }
void program_row(const Row<double>& row, const RuleBlock<double>& rule) noexcept { run(row, rule.program); }

}  // namespace carve::network::CARVE_ISA_NAME
