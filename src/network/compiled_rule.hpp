// One rule made ready for the kernels: polynomial coefficients folded into a kernel's shape, or a program's registers.
#pragma once

#include <cstddef>
#include <vector>

#include "carve/network/kernels/rate_kernels.hpp"
#include "carve/rule/rule_space.hpp"

namespace carve::network {

/// The registers of the candidate level for one candidate, into its lane of a block with `lanes` lanes:
/// [register][lane].
template <class T>
void fill_registers(const rule::Program<T>& program, std::span<const double> values, std::size_t lane,
                    std::size_t lanes, T* block);
/// What kernels take of a program in a rule's x, y, w and `parameters` parameters.
template <class T>
[[nodiscard]] ProgramBlock<T> view_of(const rule::Program<T>& program, std::size_t parameters, const T* registers);
/// Numbers of scratch per lane that the program needs.
template <class T>
[[nodiscard]] std::size_t program_scratch(const rule::Program<T>& program);

/// T is float or double. Const once made: one object serves all threads.
template <class T>
class CompiledRule {
 public:
  /// online: the value of the polynomial is the new weight, so that the cell w carries an added 1. Polynomials with
  /// degrees above largest_rate_degree run as programs.
  CompiledRule(const rule::RuleSpace& space, bool online);

  /// True where the rule runs through a kernel made for its degrees, false where it is interpreted.
  [[nodiscard]] bool polynomial() const { return polynomial_; }
  [[nodiscard]] std::size_t parameters() const { return space_.parameters.size(); }
  /// Numbers per lane.
  [[nodiscard]] std::size_t numbers() const;
  /// Puts one candidate's numbers into its lane of a block with `lanes` lanes.
  void fill(std::span<const double> values, std::size_t lane, std::size_t lanes, T* block) const;
  /// Which of CARVE_RATE_SHAPES a polynomial takes; rate_shapes for none of them.
  [[nodiscard]] std::size_t shape() const { return shape_; }
  /// What kernels take, for a block that `fill` filled.
  [[nodiscard]] RuleBlock<T> view(const T* block) const;

  /// The kernel for one sample's row of weights, on this CPU.
  [[nodiscard]] RowKernel<T>* row_kernel() const;
  /// The kernel for whole stretches of a linear neuron; nullptr where there is none for this rule.
  [[nodiscard]] StretchKernel<T>* stretch_kernel() const;
  /// Multiply-adds per synapse and step of a stretch kernel; 0 if interpreted.
  [[nodiscard]] std::size_t multiply_adds() const;
  /// Numbers of scratch per lane that a row needs.
  [[nodiscard]] std::size_t scratch_per_lane() const;

 private:
  void choose_shape();
  void fill_polynomial(std::span<const double> values, std::size_t lane, T* block) const;

  rule::RuleSpace space_;
  bool online_;
  bool polynomial_ = false;
  // polynomial
  std::size_t shape_ = rate_shapes;
  std::vector<int> degrees_;  // of x for each power of w, of the kernel
  int degree_y_ = 0;
  // program
  rule::Program<T> program_;
};

// NOLINTBEGIN(bugprone-macro-parentheses): T is a type
#define CARVE_EXTERN(T)                                                                                              \
  extern template void fill_registers<T>(const rule::Program<T>&, std::span<const double>, std::size_t, std::size_t, \
                                         T*);                                                                        \
  extern template ProgramBlock<T> view_of<T>(const rule::Program<T>&, std::size_t, const T*);                        \
  extern template std::size_t program_scratch<T>(const rule::Program<T>&);
// NOLINTEND(bugprone-macro-parentheses)
CARVE_EXTERN(float)
CARVE_EXTERN(double)
#undef CARVE_EXTERN
extern template class CompiledRule<float>;
extern template class CompiledRule<double>;

}  // namespace carve::network
