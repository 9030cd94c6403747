// The lifetime of a rate network of any wiring, for a block of candidates at once: lanes are candidates.
//
// Each sample, all weights change by the activities of that sample; the same pass over the feedforward weights sums the
// next sample's inputs, from which the outputs then settle.
#include "carve/network/kernels/rate_polynomial_lanes.hpp"
#include "carve/network/kernels/settle_lanes.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

/// A network on its way through one stretch.
template <class T>
class Walk {
 public:
  explicit Walk(const NetworkStretch<T>& stretch)
      : s_(stretch),
        lateral_weights_(stretch.weights + stretch.outputs * stretch.synapses * stretch.lanes),
        y_(stretch.scratch),
        sum_(y_ + stretch.outputs * stretch.lanes),
        matrix_(sum_ + stretch.outputs * stretch.lanes) {
    T* const after = matrix_ + (s_.lateral == Lateral::symmetric ? s_.outputs * s_.outputs * s_.lanes : 0);
    const std::size_t laterals = lateral_first(s_.lateral, s_.outputs, s_.outputs);
    changes_ = s_.batch > 0 ? after : nullptr;
    program_scratch_ = after + (s_.batch > 0 ? (s_.outputs * s_.synapses + laterals) * s_.lanes : 0);
    weight_count_ = s_.outputs * s_.synapses + laterals;
  }

  void run() {
    if (changes_) {
      for (std::size_t i = 0; i < weight_count_; ++i)
        each_lane([&](std::size_t lane) { store<T>(changes_ + i * s_.lanes + lane, Lanes<T>{}); });
    }
    add_up(s_.inputs);
    settle();
    for (std::size_t step = 0; step < s_.steps; ++step) {
      const T* const x = s_.inputs + step * s_.synapses;
      const T* const next = step + 1 < s_.steps ? x + s_.synapses : x;
      change(x, next);
      if (changes_ && (step + 1) % s_.batch == 0) {
        take_mean();
        add_up(next);
      }
      settle();
    }
  }

 private:
  template <class Work>
  CARVE_INLINE void each_lane(Work work) const {
    for (std::size_t lane = 0; lane < s_.lanes; lane += width<T>) work(lane);
  }

  [[nodiscard]] T* y_of(std::size_t output) const { return y_ + output * s_.lanes; }
  [[nodiscard]] T* sum_of(std::size_t output) const { return sum_ + output * s_.lanes; }

  /// sum_i = sum_j w_ij x_j, in the order of the synapses.
  void add_up(const T* x) const {
    for (std::size_t output = 0; output < s_.outputs; ++output) {
      const T* const weights = s_.weights + output * s_.synapses * s_.lanes;
      each_lane(
          [&](std::size_t lane) { store<T>(sum_of(output) + lane, dot(weights + lane, s_.lanes, x, s_.synapses)); });
    }
  }

  /// The outputs from their summed inputs.
  void settle() const {
    const Outputs<T> outputs{s_.outputs, s_.lateral, s_.activation, s_.lanes, lateral_weights_, matrix_};
    each_lane([&](std::size_t lane) { CARVE_ISA_NAME::settle(outputs, sum_, y_, lane); });
  }

  /// All weights by this sample's activities, and the next sample's sums. The sums are the new ones when this ends,
  /// the outputs still those of this sample.
  void change(const T* x, const T* next) const {
    Row<T> row{.lanes = s_.lanes, .scratch = program_scratch_};
    for (std::size_t i = 0; i < s_.outputs; ++i) {
      const std::size_t at = i * s_.synapses * s_.lanes;
      row.synapses = s_.synapses;
      row.weights = s_.weights + at;
      row.changes = changes_ ? changes_ + at : nullptr;
      row.x = x;
      row.next = next;
      row.y = y_of(i);
      row.sum = sum_of(i);
      s_.feedforward(row, s_.feedforward_rule);
    }
    if (s_.lateral == Lateral::none) return;
    row.x_by_lane = true;
    row.next = nullptr;
    row.sum = nullptr;
    for (std::size_t i = 0; i < s_.outputs; ++i) {
      row.y = y_of(i);
      // Outputs before i and outputs after it: their activities lie side by side.
      sideways(row, i, 0, i);
      if (s_.lateral == Lateral::symmetric) sideways(row, i, i + 1, s_.outputs - 1 - i);
    }
  }

  /// The lateral weights of output i from `count` outputs, the first of which is `from`.
  void sideways(Row<T>& row, std::size_t i, std::size_t from, std::size_t count) const {
    if (count == 0) return;
    const std::size_t position = lateral_first(s_.lateral, s_.outputs, i) + from - (from > i ? 1 : 0);
    row.synapses = count;
    row.weights = lateral_weights_ + position * s_.lanes;
    row.changes = changes_ ? changes_ + (s_.outputs * s_.synapses + position) * s_.lanes : nullptr;
    row.x = y_of(from);
    s_.sideways(row, s_.lateral_rule);
  }

  /// The end of a batch: weights change by the mean of its changes.
  void take_mean() const {
    const Lanes<T> share = broadcast(T(1) / static_cast<T>(s_.batch));
    for (std::size_t i = 0; i < weight_count_; ++i) {
      each_lane([&](std::size_t lane) {
        const std::size_t at = i * s_.lanes + lane;
        store<T>(s_.weights + at, fma(load<T>(changes_ + at), share, load<T>(s_.weights + at)));
        store<T>(changes_ + at, Lanes<T>{});
      });
    }
  }

  const NetworkStretch<T>& s_;
  std::size_t weight_count_ = 0;
  T* lateral_weights_;
  T* y_;        // [output][lane]
  T* sum_;      // [output][lane]
  T* matrix_;   // symmetric: [output][output][lane]
  T* changes_;  // [weight][lane]
  T* program_scratch_;
};

}  // namespace

void run_network(const NetworkStretch<float>& stretch) noexcept { Walk<float>(stretch).run(); }
void run_network(const NetworkStretch<double>& stretch) noexcept { Walk<double>(stretch).run(); }

}  // namespace carve::network::CARVE_ISA_NAME
