// The kernels of the rate network: what they take, which polynomials they are specialised for, one set per
// instruction set.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "carve/rule/program.hpp"

namespace carve::network {

/// One stretch of one lifetime for a block of candidates, one output neuron.
template <class T>
struct RateStretch {
  const T* inputs = nullptr;  // [step][synapse], shared by all candidates
  std::size_t steps = 0;
  std::size_t synapses = 0;
  T* weights = nullptr;   // [synapse][lane], in and out
  std::size_t lanes = 0;  // a multiple of `lane_multiple`
  std::size_t batch = 0;  // samples per update with their mean; 0: an update after every sample
  T* scratch = nullptr;   // `scratch_size` numbers, contents of no meaning
};

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

/// The degrees of x for each power of w that kernels exist for; everything else takes the general kernel (the last).
/// A rule takes the cheapest that covers its terms. To add one: a line here.
#define CARVE_RATE_SHAPES(shape)                                                                       \
  shape(1, 0)                                   /* Oja, Hebb with decay: 3 multiply-adds per update */ \
      shape(1, 1) shape(2, 1, 0)                /* total degree 2 in x and w */                        \
      shape(2, 2) shape(1, 1, 1) shape(2, 2, 2) /* the 27-term family: 9 multiply-adds per update */   \
      shape(3, 3, 3, 3)                         /* the 64-term family */

inline constexpr int largest_rate_degree = 9;
/// The degree of y for which kernels are specialised; lower ones are filled up with zeros.
inline constexpr int usual_degree_y = 2;

template <class T>
using PolynomialKernel = void(const RateStretch<T>&, const PolynomialBlock<T>&) noexcept;
template <class T>
using ProgramKernel = void(const RateStretch<T>&, const ProgramBlock<T>&) noexcept;

/// How many synapses the interpreter works on at once: enough to pay for decoding, few enough to stay in L1.
inline constexpr std::size_t program_chunk = 8;

#define CARVE_COUNT_SHAPE(...) +1
inline constexpr std::size_t rate_shapes = 0 CARVE_RATE_SHAPES(CARVE_COUNT_SHAPE);
#undef CARVE_COUNT_SHAPE

#define CARVE_DECLARE(isa)                                                                       \
  namespace isa {                                                                                \
  extern const std::array<PolynomialKernel<float>*, rate_shapes + 1> polynomial_kernels_float;   \
  extern const std::array<PolynomialKernel<double>*, rate_shapes + 1> polynomial_kernels_double; \
  ProgramKernel<float> run_program;                                                              \
  ProgramKernel<double> run_program;                                                             \
  }
CARVE_DECLARE(scalar)
CARVE_DECLARE(v3)
CARVE_DECLARE(v4)
#undef CARVE_DECLARE

}  // namespace carve::network
