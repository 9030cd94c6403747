// The kernels of exact gradients: lifetimes of rate networks walked backwards, segment by segment.
//
// Notation: lambda is the loss's derivative by a weight, at the time in question. One sample makes w' = w + dw(x, y, w)
// with y from the weights before; so, from the end of the lifetime to its begin,
//   lambda_j <- lambda_j (1 + d dw/dw) + delta x_j,   delta = (sum_j lambda_j d dw/dy) through the settling of y,
//   d loss / d parameter += sum_j lambda_j d dw/d parameter.
// The weights before each sample are needed in reverse order: they are computed again from checkpoints.
#pragma once

#include <array>
#include <cstddef>

#include "carve/network/kernels/rate_kernels.hpp"

namespace carve::network {

/// One sample and one output's weights from one connection. All arrays have `lanes` numbers per item.
template <class T>
struct SampleRow {
  std::size_t synapses = 0;
  std::size_t lanes = 0;  // a multiple of lane_multiple, as many as the rule has
  bool online = true;
  const T* weights = nullptr;  // [synapse][lane], before the sample
  const T* x = nullptr;        // presynaptic: [synapse], or [synapse][lane] where `x_by_lane`
  bool x_by_lane = false;
  const T* squares = nullptr;  // [synapse], of x; on the way back, unless x_by_lane
  const T* next = nullptr;     // [synapse], the next sample; nullptr where x_by_lane
  const T* y = nullptr;        // [lane]
  T* scratch = nullptr;        // of a program
};

/// Forward: the row's weights after the sample, elsewhere; with the same bits as RowKernel.
template <class T>
struct Recording {
  T* after = nullptr;  // [synapse][lane]: online, the weights after this sample; in a batch, dw is added to it
  T* sum = nullptr;  // [lane]: sum_j w_j next_j with the weights as they are after this sample; nullptr without `next`
};
template <class T>
using RecordKernel = void(const SampleRow<T>&, const Recording<T>&, const RuleBlock<T>&) noexcept;

/// Backward.
template <class T>
struct Reversal {
  T* lambda = nullptr;            // [synapse][lane], in and out: after the sample, before the sample
  const T* multiplier = nullptr;  // [synapse][lane]: the loss's derivative by dw; nullptr online, where it is lambda
  const T* pending = nullptr;     // [lane]: delta of the next sample; lambda lacks pending * next_j on entry
  T* by_y = nullptr;              // [lane], added to
  T* by_x = nullptr;              // [synapse][lane], added to; nullptr where not wanted
  T* sums = nullptr;  // [number][lane], added to: of a polynomial d loss / d coefficient, [cell][power of y]; of a
                      // program d loss / d parameter
};
/// `rule` holds the polynomial, or the program of the derivatives (GradientRule::slopes).
template <class T>
using ReverseKernel = void(const SampleRow<T>&, const Reversal<T>&, const RuleBlock<T>&) noexcept;

/// A connection's rule and what is known of its gradient.
template <class T>
struct GradientRule {
  RecordKernel<T>* record = nullptr;
  ReverseKernel<T>* reverse = nullptr;
  RuleBlock<T> rule;
  RuleBlock<T> slopes;  // a polynomial again; or a program whose results are d dw / d x, y, w and each parameter
  T* sums = nullptr;
};

/// Consecutive samples of one lifetime, all of whose weights are in memory at once.
template <class T>
struct GradientSegment {
  const T* inputs = nullptr;  // [step][synapse]
  std::size_t steps = 0;      // a multiple of the batch
  std::size_t synapses = 0;
  std::size_t outputs = 0;
  Lateral lateral = Lateral::none;
  Activation activation = Activation::linear;
  std::size_t batch = 0;     // 0: online
  std::size_t lanes = 0;     // of all arrays
  const T* begin = nullptr;  // [weight][block lane], the weights at the segment's begin
  std::size_t block_lanes = 0;
  T* states = nullptr;       // [step or batch][weight][lane]
  T* y = nullptr;            // [step][output][lane]
  T* lambda = nullptr;       // [weight][lane], in and out: at the segment's end, at its begin
  T* changes = nullptr;      // in batch mode: [weight][lane]
  T* pending = nullptr;      // [output][lane], in and out: delta of the sample after the segment, of its first sample
  const T* later = nullptr;  // [synapse], the sample after the segment
  bool flush = false;        // lambda shall be complete at the end, nothing pending
  GradientRule<T> feedforward;
  GradientRule<T> sideways;
  T* squares = nullptr;  // [synapse]
  T* scratch = nullptr;  // (2 outputs + outputs^2 where symmetric) lanes, then the programs'
};
template <class T>
using GradientKernel = void(const GradientSegment<T>&) noexcept;

/// One per shape, then the general one.
template <class T>
struct PolynomialGradients {
  std::array<RecordKernel<T>*, rate_shapes + 1> record;
  std::array<ReverseKernel<T>*, rate_shapes + 1> reverse;
};

#define CARVE_DECLARE(isa)                                              \
  namespace isa {                                                       \
  extern const PolynomialGradients<float> polynomial_gradients_float;   \
  extern const PolynomialGradients<double> polynomial_gradients_double; \
  RecordKernel<float> record_program;                                   \
  RecordKernel<double> record_program;                                  \
  ReverseKernel<float> reverse_program;                                 \
  ReverseKernel<double> reverse_program;                                \
  GradientKernel<float> gradient_segment;                               \
  GradientKernel<double> gradient_segment;                              \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::network
