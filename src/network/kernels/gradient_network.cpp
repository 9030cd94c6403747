// A segment of a lifetime of a rate network, of any wiring, forwards and then backwards: lanes are candidates.
#include "carve/network/kernels/gradient_kernels.hpp"
#include "carve/network/kernels/rate_polynomial_lanes.hpp"
#include "carve/network/kernels/settle_lanes.hpp"

namespace carve::network::CARVE_ISA_NAME {
namespace {

template <class T>
class Segment {
 public:
  explicit Segment(const GradientSegment<T>& segment)
      : s_(segment),
        feedforward_(segment.outputs * segment.synapses),
        weights_(feedforward_ + lateral_first(segment.lateral, segment.outputs, segment.outputs)),
        sum_(segment.scratch),
        by_y_(sum_ + segment.outputs * segment.lanes),
        matrix_(by_y_ + segment.outputs * segment.lanes),
        rows_(matrix_ +
              (segment.lateral == Lateral::symmetric ? segment.outputs * segment.outputs * segment.lanes : 0)) {}

  /// States and outputs of all samples; the weights after the last one are of no use.
  void record() const {
    for (std::size_t i = 0; i < weights_; ++i) {
      for_lanes([&](std::size_t lane) {
        store<T>(s_.states + i * s_.lanes + lane, load<T>(s_.begin + i * s_.block_lanes + lane));
      });
    }
    if (s_.batch > 0) fill(s_.changes, weights_, Lanes<T>{});
    add_up(input(0), state_of(0));
    for (std::size_t step = 0; step < s_.steps; ++step) {
      settle_outputs(step);
      if (step + 1 == s_.steps) break;
      record_sample(step);
      if (s_.batch == 0 || (step + 1) % s_.batch != 0) continue;
      take_mean(state_of(step), state_of(step + 1));
      add_up(input(step + 1), state_of(step + 1));
    }
  }

  void reverse() const {
    const T* later = s_.later;
    for (std::size_t step = s_.steps; step-- > 0; later = input(step)) {
      if (s_.batch > 0 && (step + 1) % s_.batch == 0) {
        settle_pending(later);
        share_out();
      }
      fill(by_y_, s_.outputs, Lanes<T>{});
      reverse_feedforward(step, later);
      if (s_.lateral != Lateral::none) reverse_sideways(step);
      for_lanes([&](std::size_t lane) { settle_back(outputs_of(step), y_of(step), by_y_, lane); });
      if (s_.lateral != Lateral::none) add_sideways(step);
      copy(by_y_, s_.pending, s_.outputs);
    }
    if (s_.flush) settle_pending(later);
  }

 private:
  template <class Work>
  CARVE_INLINE void for_lanes(Work work) const {
    for (std::size_t lane = 0; lane < s_.lanes; lane += width<T>) work(lane);
  }
  void fill(T* to, std::size_t items, Lanes<T> value) const {
    for (std::size_t i = 0; i < items * s_.lanes; i += width<T>) store<T>(to + i, value);
  }
  void copy(const T* from, T* to, std::size_t items) const {
    for (std::size_t i = 0; i < items * s_.lanes; i += width<T>) store<T>(to + i, load<T>(from + i));
  }

  [[nodiscard]] const T* input(std::size_t step) const { return s_.inputs + step * s_.synapses; }
  /// The weights at the time of a sample.
  [[nodiscard]] T* state_of(std::size_t step) const {
    return s_.states + (s_.batch > 0 ? step / s_.batch : step) * weights_ * s_.lanes;
  }
  [[nodiscard]] T* y_of(std::size_t step) const { return s_.y + step * s_.outputs * s_.lanes; }
  [[nodiscard]] Outputs<T> outputs_of(std::size_t step) const {
    return {s_.outputs, s_.lateral, s_.activation, s_.lanes, state_of(step) + feedforward_ * s_.lanes, matrix_};
  }

  void add_up(const T* x, const T* state) const {
    for (std::size_t i = 0; i < s_.outputs; ++i) {
      const T* const weights = state + i * s_.synapses * s_.lanes;
      for_lanes([&](std::size_t lane) {
        store<T>(sum_ + i * s_.lanes + lane, dot(weights + lane, s_.lanes, x, s_.synapses));
      });
    }
  }

  void settle_outputs(std::size_t step) const {
    for_lanes([&](std::size_t lane) { settle(outputs_of(step), sum_, y_of(step), lane); });
  }

  /// What all rows of a sample have in common.
  [[nodiscard]] SampleRow<T> row_of() const { return {.lanes = s_.lanes, .online = s_.batch == 0, .scratch = rows_}; }
  [[nodiscard]] SampleRow<T> feedforward_row(std::size_t step, std::size_t i) const {
    SampleRow<T> row = row_of();
    row.synapses = s_.synapses;
    row.weights = state_of(step) + i * s_.synapses * s_.lanes;
    row.x = input(step);
    row.y = y_of(step) + i * s_.lanes;
    return row;
  }

  /// Calls work(row, output, weight, source) for each run of lateral weights onto one output from outputs that lie side
  /// by side: `weight` is the first one's number among all weights, `source` the first output.
  template <class Work>
  void each_sideways(std::size_t step, Work work) const {
    SampleRow<T> row = row_of();
    row.x_by_lane = true;
    for (std::size_t i = 0; i < s_.outputs; ++i) {
      row.y = y_of(step) + i * s_.lanes;
      const auto part = [&](std::size_t from, std::size_t count) {
        if (count == 0) return;
        const std::size_t weight = feedforward_ + lateral_first(s_.lateral, s_.outputs, i) + from - (from > i ? 1 : 0);
        row.synapses = count;
        row.weights = state_of(step) + weight * s_.lanes;
        row.x = y_of(step) + from * s_.lanes;
        work(row, i, weight, from);
      };
      part(0, i);
      if (s_.lateral == Lateral::symmetric) part(i + 1, s_.outputs - 1 - i);
    }
  }

  void record_sample(std::size_t step) const {
    T* const after = s_.batch > 0 ? s_.changes : state_of(step + 1);
    for (std::size_t i = 0; i < s_.outputs; ++i) {
      SampleRow<T> row = feedforward_row(step, i);
      row.next = input(step + 1);
      s_.feedforward.record(row, {after + i * s_.synapses * s_.lanes, sum_ + i * s_.lanes}, s_.feedforward.rule);
    }
    if (s_.lateral == Lateral::none) return;
    each_sideways(step, [&](const SampleRow<T>& row, std::size_t, std::size_t weight, std::size_t) {
      s_.sideways.record(row, {after + weight * s_.lanes, nullptr}, s_.sideways.rule);
    });
  }

  /// The end of a batch: weights change by the mean of its changes.
  void take_mean(const T* before, T* after) const {
    const Lanes<T> share = broadcast(T(1) / static_cast<T>(s_.batch));
    for (std::size_t i = 0; i < weights_ * s_.lanes; i += width<T>) {
      store<T>(after + i, fma(load<T>(s_.changes + i), share, load<T>(before + i)));
      store<T>(s_.changes + i, Lanes<T>{});
    }
  }

  /// The end of a batch, backwards: what a change dw of its samples does to the loss.
  void share_out() const {
    const Lanes<T> share = broadcast(T(1) / static_cast<T>(s_.batch));
    for (std::size_t i = 0; i < weights_ * s_.lanes; i += width<T>)
      store<T>(s_.changes + i, load<T>(s_.lambda + i) * share);
  }

  [[nodiscard]] Reversal<T> reversal_of(const GradientRule<T>& rule, std::size_t weight, std::size_t output) const {
    return {.lambda = s_.lambda + weight * s_.lanes,
            .multiplier = s_.batch > 0 ? s_.changes + weight * s_.lanes : nullptr,
            .by_y = by_y_ + output * s_.lanes,
            .sums = rule.sums};
  }

  void reverse_feedforward(std::size_t step, const T* later) const {
    const T* const x = input(step);
    T* const squares = s_.squares;
    for (std::size_t j = 0; j < s_.synapses; ++j) squares[j] = x[j] * x[j];
    for (std::size_t i = 0; i < s_.outputs; ++i) {
      SampleRow<T> row = feedforward_row(step, i);
      row.squares = squares;
      row.next = later;
      Reversal<T> reversal = reversal_of(s_.feedforward, i * s_.synapses, i);
      reversal.pending = s_.pending + i * s_.lanes;
      s_.feedforward.reverse(row, reversal, s_.feedforward.slopes);
    }
  }

  void reverse_sideways(std::size_t step) const {
    each_sideways(step, [&](const SampleRow<T>& row, std::size_t i, std::size_t weight, std::size_t source) {
      Reversal<T> reversal = reversal_of(s_.sideways, weight, i);
      reversal.by_x = by_y_ + source * s_.lanes;
      s_.sideways.reverse(row, reversal, s_.sideways.slopes);
    });
  }

  /// The lateral weights' own part in the outputs' inputs: lambda_ik += delta_i y_k.
  void add_sideways(std::size_t step) const {
    each_sideways(step, [&](const SampleRow<T>& row, std::size_t i, std::size_t weight, std::size_t) {
      for (std::size_t k = 0; k < row.synapses; ++k) {
        for_lanes([&](std::size_t lane) {
          T* const lambda = s_.lambda + (weight + k) * s_.lanes + lane;
          store<T>(lambda,
                   fma(load<T>(by_y_ + i * s_.lanes + lane), load<T>(row.x + k * s_.lanes + lane), load<T>(lambda)));
        });
      }
    });
  }

  /// lambda_j += pending x_j, then nothing is pending.
  void settle_pending(const T* x) const {
    for (std::size_t i = 0; i < s_.outputs; ++i) {
      for_lanes([&](std::size_t lane) {
        const Lanes<T> pending = load<T>(s_.pending + i * s_.lanes + lane);
        for (std::size_t j = 0; j < s_.synapses; ++j) {
          T* const lambda = s_.lambda + (i * s_.synapses + j) * s_.lanes + lane;
          store<T>(lambda, fma(pending, broadcast(x[j]), load<T>(lambda)));
        }
      });
    }
    fill(s_.pending, s_.outputs, Lanes<T>{});
  }

  const GradientSegment<T>& s_;
  std::size_t feedforward_;  // number of weights
  std::size_t weights_;
  T* sum_;     // [output][lane]
  T* by_y_;    // [output][lane]
  T* matrix_;  // symmetric: [output][output][lane]
  T* rows_;    // scratch of programs
};

template <class T>
void run(const GradientSegment<T>& segment) noexcept {
  const Segment<T> walk(segment);
  walk.record();
  walk.reverse();
}

}  // namespace

void gradient_segment(const GradientSegment<float>& segment) noexcept { run(segment); }
void gradient_segment(const GradientSegment<double>& segment) noexcept { run(segment); }

}  // namespace carve::network::CARVE_ISA_NAME
