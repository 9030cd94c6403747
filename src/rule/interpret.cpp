// The scalar interpreter of programs.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "carve/base/scalar_math.hpp"
#include "carve/rule/program.hpp"

namespace carve::rule {

Opcode opcode(Operation operation) {
  switch (operation) {
    case Operation::negate: return Opcode::negate;
    case Operation::add: return Opcode::add;
    case Operation::subtract: return Opcode::subtract;
    case Operation::multiply: return Opcode::multiply;
    case Operation::divide: return Opcode::divide;
    case Operation::exp: return Opcode::exp;
    case Operation::log: return Opcode::log;
    case Operation::tanh: return Opcode::tanh;
    case Operation::sqrt: return Opcode::sqrt;
    case Operation::abs: return Opcode::abs;
    case Operation::minimum: return Opcode::minimum;
    case Operation::maximum: return Opcode::maximum;
    case Operation::less: return Opcode::less;
    case Operation::less_equal: return Opcode::less_equal;
    case Operation::greater: return Opcode::greater;
    case Operation::greater_equal: return Opcode::greater_equal;
    case Operation::equal: return Opcode::equal;
    case Operation::not_equal: return Opcode::not_equal;
    case Operation::number:
    case Operation::name:
    case Operation::power: break;
  }
  assert(false && "numbers, names and powers have no opcode of their own");
  return Opcode::negate;
}

template <class Real>
Real apply(Opcode code, Real a, Real b) {
  switch (code) {
    case Opcode::negate: return -a;
    case Opcode::add: return a + b;
    case Opcode::subtract: return a - b;
    case Opcode::multiply: return a * b;
    case Opcode::divide: return a / b;
    case Opcode::exp: return base::exp(a);
    case Opcode::log: return base::log(a);
    case Opcode::tanh: return base::tanh(a);
    case Opcode::sqrt: return std::sqrt(a);
    case Opcode::abs: return std::fabs(a);
    case Opcode::minimum: return a < b ? a : b;
    case Opcode::maximum: return a > b ? a : b;
    case Opcode::less: return a < b ? Real(1) : Real(0);
    case Opcode::less_equal: return a <= b ? Real(1) : Real(0);
    case Opcode::greater: return a > b ? Real(1) : Real(0);
    case Opcode::greater_equal: return a >= b ? Real(1) : Real(0);
    case Opcode::equal: return a == b ? Real(1) : Real(0);
    case Opcode::not_equal: return a != b ? Real(1) : Real(0);
  }
  return a;
}

template float apply<float>(Opcode, float, float);
template double apply<double>(Opcode, double, double);

template <class Real>
void run(const Program<Real>& program, std::span<const Real> inputs, std::vector<Real>& registers,
         std::span<Real> results) {
  assert(inputs.size() == program.input_count && results.size() == program.results.size());
  registers.resize(program.register_count());
  std::copy(program.constants.begin(), program.constants.end(), registers.begin());
  std::copy(inputs.begin(), inputs.end(), registers.begin() + program.first_input());
  for (const auto& level : program.instructions) {
    for (const Instruction& each : level) {
      registers[each.destination] = apply(each.opcode, registers[each.a], registers[each.b]);
    }
  }
  for (std::size_t i = 0; i < results.size(); ++i) results[i] = registers[program.results[i]];
}

template void run<float>(const Program<float>&, std::span<const float>, std::vector<float>&, std::span<float>);
template void run<double>(const Program<double>&, std::span<const double>, std::vector<double>&, std::span<double>);

}  // namespace carve::rule
