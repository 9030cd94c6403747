// The kernels of the rate network: what they take, which polynomials they are specialised for, one set per
// instruction set.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "carve/network/wiring.hpp"
#include "carve/rule/program.hpp"

namespace carve::network {

/// Candidates are padded to a multiple of this, so that every register width divides a block.
inline constexpr std::size_t lane_multiple = 16;

/// A polynomial rule of a block: for each cell x^a w^c the powers of y, lowest first, together for each
/// `lane_multiple` lanes: [lane / 16][cell][power of y][lane % 16]. Cells are ordered by c, then a. `degrees[c]` is the
/// highest power of x that multiplies w^c; -1 for none. Online, the weight itself is part of the polynomial (w' = w +
/// dw), so that the cell w carries an added 1.
template <class T>
struct PolynomialBlock {
  const T* coefficients = nullptr;
  int degree_y = 0;
  const int* degrees = nullptr;
  int degree_w = 0;
};

/// A rule as a program: registers of the candidate level hold [register][lane].
template <class T>
struct ProgramBlock {
  const rule::Program<T>* program = nullptr;
  const T* registers = nullptr;       // constants, parameters and candidate temporaries: [register][lane]
  std::uint32_t x = 0, y = 0, w = 0;  // their registers
};

/// One of the two.
template <class T>
struct RuleBlock {
  PolynomialBlock<T> polynomial;
  ProgramBlock<T> program;
};

/// One sample's changes of the weights onto one output from one connection.
template <class T>
struct Row {
  std::size_t synapses = 0;
  std::size_t lanes = 0;    // a multiple of `lane_multiple`
  T* weights = nullptr;     // [synapse][lane], in and out
  T* changes = nullptr;     // [synapse][lane], where dw is added in place of the weights; nullptr: online
  const T* x = nullptr;     // presynaptic: [synapse], or [synapse][lane] where `x_by_lane`
  bool x_by_lane = false;   // x then has `lanes` numbers per synapse
  const T* next = nullptr;  // [synapse], the next sample; nullptr: no sum is wanted
  const T* y = nullptr;     // [lane]
  T* sum = nullptr;         // [lane]: sum_j w_j next_j with the weights as they are after this sample
  T* scratch = nullptr;     // of a program: `program_scratch` numbers
};

template <class T>
using RowKernel = void(const Row<T>&, const RuleBlock<T>&) noexcept;

/// One stretch of one lifetime of a linear layer without lateral connections, for a block of candidates and one output;
/// updates after every sample.
template <class T>
struct RateStretch {
  const T* inputs = nullptr;  // [step][synapse], shared by all candidates
  std::size_t steps = 0;
  std::size_t synapses = 0;
  T* weights = nullptr;   // [synapse][lane], in and out
  std::size_t lanes = 0;  // a multiple of `lane_multiple`
};

/// One stretch of one lifetime of any rate network, for a block of candidates.
template <class T>
struct NetworkStretch {
  const T* inputs = nullptr;  // [step][synapse], shared by all candidates
  std::size_t steps = 0;
  std::size_t synapses = 0;
  std::size_t outputs = 0;
  Lateral lateral = Lateral::none;
  Activation activation = Activation::linear;
  T* weights = nullptr;   // [weight][lane], feedforward ones first: in and out
  std::size_t lanes = 0;  // a multiple of `lane_multiple`
  std::size_t batch = 0;  // samples per update with their mean; 0: an update after every sample
  T* scratch = nullptr;   // `network_scratch` numbers, contents of no meaning
  RowKernel<T>* feedforward = nullptr;
  RuleBlock<T> feedforward_rule;
  RowKernel<T>* sideways = nullptr;  // the lateral rule's; x is y of the other output
  RuleBlock<T> lateral_rule;
};

/// The degrees of x for each power of w that kernels exist for; everything else takes the general kernel (the last).
/// A rule takes the cheapest that covers its terms. To add one: a line here.
#ifndef CARVE_FEW_RATE_SHAPES
#define CARVE_RATE_SHAPES(shape)                                                                       \
  shape(1, 0)                                   /* Oja, Hebb with decay: 3 multiply-adds per update */ \
      shape(1, 1) shape(2, 1, 0)                /* total degree 2 in x and w */                        \
      shape(2, 2) shape(1, 1, 1) shape(2, 2, 2) /* the 27-term family: 9 multiply-adds per update */   \
      shape(3, 3, 3, 3)                         /* the 64-term family */
#else  // what sanitizers can find in one they find in all, and each costs their compiler half a minute
#define CARVE_RATE_SHAPES(shape) shape(1, 0) shape(2, 2, 2)
#endif

inline constexpr int largest_rate_degree = 9;
/// The degree of y for which kernels are specialised; lower ones are filled up with zeros.
inline constexpr int usual_degree_y = 2;

template <class T>
using StretchKernel = void(const RateStretch<T>&, const PolynomialBlock<T>&) noexcept;
template <class T>
using NetworkKernel = void(const NetworkStretch<T>&) noexcept;

/// How many synapses the interpreter works on at once: enough to pay for decoding, few enough to stay in L1.
inline constexpr std::size_t program_chunk = 8;

#define CARVE_COUNT_SHAPE(...) +1  // NOLINT(bugprone-macro-parentheses): summands
inline constexpr std::size_t rate_shapes = 0 CARVE_RATE_SHAPES(CARVE_COUNT_SHAPE);
#undef CARVE_COUNT_SHAPE

template <class T>
using StretchKernels = std::array<StretchKernel<T>*, rate_shapes>;
/// One per shape, then the general one.
template <class T>
using RowKernels = std::array<RowKernel<T>*, rate_shapes + 1>;

#define CARVE_DECLARE(isa)                                    \
  namespace isa {                                             \
  extern const StretchKernels<float> stretch_kernels_float;   \
  extern const StretchKernels<double> stretch_kernels_double; \
  extern const RowKernels<float> row_kernels_float;           \
  extern const RowKernels<double> row_kernels_double;         \
  RowKernel<float> program_row;                               \
  RowKernel<double> program_row;                              \
  NetworkKernel<float> run_network;                           \
  NetworkKernel<double> run_network;                          \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::network
