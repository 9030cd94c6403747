// Formulas compiled to straight-line code over registers, split by how often each value changes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "carve/rule/expression.hpp"

namespace carve::rule {

/// How often a value changes; each instruction belongs to the fastest level among its operands.
enum class Level : std::uint8_t {
  candidate,  // numbers and parameters: once per candidate
  step,       // also the postsynaptic activity y: once per step and output
  synapse,    // also x or w: for every synapse
};
inline constexpr std::size_t levels = 3;

/// One operation of evaluate.hpp, with the same bits. Unary ones ignore b. The functions call base's own.
enum class Opcode : std::uint8_t {
  negate,
  add,
  subtract,
  multiply,
  divide,
  exp,
  log,
  tanh,
  sqrt,
  abs,
  minimum,
  maximum,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
};

/// registers[destination] = opcode(registers[a], registers[b]). The destination may be one of the operands' registers.
struct Instruction {
  Opcode opcode;
  std::uint32_t a;
  std::uint32_t b;
  std::uint32_t destination;
};

/// A name the formulas use and how often its value changes.
struct Input {
  std::string name;
  Level level;
};

/// Registers are numbered in this order:
///   0 ..                      `constants`, already rounded to Real
///   first_input() ..          the inputs, in the order given to `compile` (used or not)
///   then                      `temporaries[level]` registers that the instructions of each level write, level by level
/// No register of a lower level is written by a higher one, so each level can run as often as its values change.
/// Within a level a temporary is used again as soon as its value is no longer needed.
template <class Real>
struct Program {
  std::vector<Real> constants;
  std::uint32_t input_count = 0;
  std::array<std::vector<Instruction>, levels> instructions;
  std::array<std::uint32_t, levels> temporaries{};
  std::vector<std::uint32_t> results;  // the register of each formula's value; may be a constant or an input

  [[nodiscard]] std::uint32_t first_input() const { return static_cast<std::uint32_t>(constants.size()); }
  [[nodiscard]] std::uint32_t first_temporary(Level level) const {
    std::uint32_t first = first_input() + input_count;
    for (std::size_t i = 0; i < static_cast<std::size_t>(level); ++i) first += temporaries[i];
    return first;
  }
  [[nodiscard]] std::uint32_t register_count() const { return first_temporary(Level::synapse) + temporaries[2]; }
};

/// Compiles formulas together: common parts are computed once; what is constant is computed here, in Real, wherever
/// that gives the bits that the evaluator gives (so not where a subnormal number occurs: workers flush those to zero).
/// Precondition: every name in the formulas is one of the inputs, and the inputs' names differ.
template <class Real>
[[nodiscard]] Program<Real> compile(std::span<const Expression> formulas, std::span<const Input> inputs);
template <class Real>
[[nodiscard]] Program<Real> compile(const Expression& formula, std::span<const Input> inputs) {
  return compile<Real>(std::span(&formula, 1), inputs);
}

extern template Program<float> compile<float>(std::span<const Expression>, std::span<const Input>);
extern template Program<double> compile<double>(std::span<const Expression>, std::span<const Input>);

/// The opcode of an operation that is neither a number, a name nor a power.
[[nodiscard]] Opcode opcode(Operation operation);

/// One operation on one value: what every interpreter must compute, bit for bit.
template <class Real>
[[nodiscard]] Real apply(Opcode opcode, Real a, Real b);

extern template float apply<float>(Opcode, float, float);
extern template double apply<double>(Opcode, double, double);

/// Runs all levels once and writes the value of each formula to `results`. Plain and scalar: the oracle of the
/// network's interpreter, and fast enough for what is computed once per candidate. `registers` is scratch.
template <class Real>
void run(const Program<Real>& program, std::span<const Real> inputs, std::vector<Real>& registers,
         std::span<Real> results);

extern template void run<float>(const Program<float>&, std::span<const float>, std::vector<float>&, std::span<float>);
extern template void run<double>(const Program<double>&, std::span<const double>, std::vector<double>&,
                                 std::span<double>);

}  // namespace carve::rule
