// From formulas to programs: value numbering, folding of constants, registers by last use.
#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <map>
#include <optional>
#include <queue>
#include <tuple>

#include "carve/rule/evaluate.hpp"
#include "carve/rule/program.hpp"

namespace carve::rule {
namespace {

using Index = std::uint32_t;

/// A value of the program before it has a register: a constant, an input or the result of an operation.
template <class Real>
struct Value {
  enum class Kind { constant, input, operation } kind;
  Level level = Level::candidate;
  Real constant = 0;
  Index input = 0;
  Opcode opcode{};
  Index a = 0, b = 0;
};

/// Numbers values so that the same operation on the same values exists once.
template <class Real>
class Numbering {
 public:
  explicit Numbering(std::span<const Input> inputs) {
    for (Index i = 0; i < inputs.size(); ++i) {
      names_[inputs[i].name] = add({.kind = Kind::input, .level = inputs[i].level, .input = i});
    }
  }

  Index number(const Expression& e) {
    const auto found = done_.find(e.identity());
    if (found != done_.end()) return found->second;
    const Index result = number_new(e);
    done_[e.identity()] = result;
    return result;
  }

  [[nodiscard]] const std::vector<Value<Real>>& values() const { return values_; }

 private:
  using Kind = typename Value<Real>::Kind;
  using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;

  Index add(const Value<Real>& value) {
    values_.push_back(value);
    return static_cast<Index>(values_.size() - 1);
  }

  Index constant(Real value) {
    const auto [place, inserted] = constants_.try_emplace(std::bit_cast<Bits>(value), Index{0});
    if (inserted) place->second = add({.kind = Kind::constant, .constant = value});
    return place->second;
  }

  [[nodiscard]] bool is_constant(Index value) const { return values_[value].kind == Kind::constant; }

  Index number_new(const Expression& e) {
    if (e.operation() == Operation::number) return constant(rounded<Real>(e.value()));
    if (e.operation() == Operation::name) {
      const auto found = names_.find(e.name());
      assert(found != names_.end());
      return found->second;
    }
    const Index a = number(e.operand(0));
    if (e.operation() == Operation::power) return raised(a, e.operand(1));
    const Index b = e.operands().size() == 2 ? number(e.operand(1)) : a;
    return operation(opcode(e.operation()), a, b);
  }

  Index raised(Index base, const Expression& exponent) {
    const auto multiply = [this](Index a, Index b) { return operation(Opcode::multiply, a, b); };
    if (const auto whole = integer_exponent(exponent)) {
      if (*whole == 0) return constant(1);
      const Index product = integer_power(base, std::abs(*whole), multiply);
      return *whole < 0 ? operation(Opcode::divide, constant(1), product) : product;
    }
    const Index power = number(exponent);
    const Index logarithm = operation(Opcode::log, base, base);
    const Index scaled = multiply(power, logarithm);
    return operation(Opcode::exp, scaled, scaled);
  }

  /// Nothing is left out on the ground that it changes no value: x + 0 turns -0 into 0, and x*1 flushes a subnormal x.
  Index operation(Opcode code, Index a, Index b) {
    if (code == Opcode::negate && values_[a].kind == Kind::operation && values_[a].opcode == code) return values_[a].a;
    if (is_constant(a) && is_constant(b)) {
      const auto folded = fold(code, values_[a].constant, values_[b].constant);
      if (folded) return constant(*folded);
    }
    if (a > b && commutes(code)) std::swap(a, b);
    const auto [place, inserted] = operations_.try_emplace(std::tuple(code, a, b), Index{0});
    if (inserted) {
      place->second = add({.kind = Kind::operation,
                           .level = std::max(values_[a].level, values_[b].level),
                           .opcode = code,
                           .a = a,
                           .b = b});
    }
    return place->second;
  }

  /// The bits do not depend on the order of the operands. Minimum and maximum do, for -0 and not-a-number.
  static bool commutes(Opcode code) {
    return code == Opcode::add || code == Opcode::multiply || code == Opcode::equal || code == Opcode::not_equal;
  }

  static std::optional<Real> fold(Opcode code, Real a, Real b) {
    const auto safe = [](Real value) { return value == 0 || std::isnormal(value); };
    const Real result = apply(code, a, b);
    return safe(a) && safe(b) && safe(result) ? std::optional(result) : std::nullopt;
  }

  std::vector<Value<Real>> values_;
  std::map<std::string, Index, std::less<>> names_;
  std::map<Bits, Index> constants_;
  std::map<std::tuple<Opcode, Index, Index>, Index> operations_;
  std::map<const void*, Index> done_;
};

/// Gives each value a register. Values are in an order in which operands precede their use.
template <class Real>
class Allocator {
 public:
  Allocator(const std::vector<Value<Real>>& values, std::span<const Index> results, Index input_count)
      : values_(values), last_use_(values.size(), unused), registers_(values.size(), 0) {
    program_.input_count = input_count;
    mark(results);
    place_constants_and_inputs();
    for (std::size_t level = 0; level < levels; ++level) place_level(static_cast<Level>(level));
    for (const Index result : results) program_.results.push_back(registers_[result]);
  }

  Program<Real> take() { return std::move(program_); }

 private:
  using Kind = typename Value<Real>::Kind;
  static constexpr Index unused = 0;
  static constexpr Index forever = static_cast<Index>(-1);  // needed after its own level has run

  /// For each value the last value of its own level that reads it; what nothing reads stays unused.
  void mark(std::span<const Index> results) {
    for (const Index result : results) last_use_[result] = forever;
    for (Index i = static_cast<Index>(values_.size()); i-- > 0;) {
      if (values_[i].kind != Kind::operation || last_use_[i] == unused) continue;
      for (const Index operand : {values_[i].a, values_[i].b}) {
        const Index use = values_[operand].level == values_[i].level ? i : forever;
        last_use_[operand] = std::max(last_use_[operand], use);
      }
    }
  }

  void place_constants_and_inputs() {
    for (Index i = 0; i < values_.size(); ++i) {
      if (values_[i].kind != Kind::constant || last_use_[i] == unused) continue;
      registers_[i] = static_cast<Index>(program_.constants.size());
      program_.constants.push_back(values_[i].constant);
    }
    for (Index i = 0; i < values_.size(); ++i) {
      if (values_[i].kind == Kind::input) registers_[i] = program_.first_input() + values_[i].input;
    }
  }

  void place_level(Level level) {
    const Index first = program_.first_temporary(level);
    auto& used = program_.temporaries[static_cast<std::size_t>(level)];
    std::priority_queue<Index, std::vector<Index>, std::greater<>> free;  // the lowest number first
    for (Index i = 0; i < values_.size(); ++i) {
      const Value<Real>& value = values_[i];
      if (value.kind != Kind::operation || value.level != level || last_use_[i] == unused) continue;
      for (const Index operand : {value.a, value.b}) {
        const bool ours = values_[operand].kind == Kind::operation && values_[operand].level == level;
        if (!ours || last_use_[operand] != i) continue;
        free.push(registers_[operand]);
        last_use_[operand] = unused;  // freed once, also where both operands are the same
      }
      if (free.empty()) free.push(first + used++);
      registers_[i] = free.top();
      free.pop();
      program_.instructions[static_cast<std::size_t>(level)].push_back(
          {value.opcode, registers_[value.a], registers_[value.b], registers_[i]});
    }
  }

  const std::vector<Value<Real>>& values_;
  std::vector<Index> last_use_;
  std::vector<Index> registers_;
  Program<Real> program_;
};

}  // namespace

template <class Real>
Program<Real> compile(std::span<const Expression> formulas, std::span<const Input> inputs) {
  Numbering<Real> numbering(inputs);
  std::vector<Index> results;
  for (const Expression& formula : formulas) results.push_back(numbering.number(formula));
  return Allocator<Real>(numbering.values(), results, static_cast<Index>(inputs.size())).take();
}

template Program<float> compile<float>(std::span<const Expression>, std::span<const Input>);
template Program<double> compile<double>(std::span<const Expression>, std::span<const Input>);

}  // namespace carve::rule
