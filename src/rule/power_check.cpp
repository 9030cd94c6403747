#include "carve/rule/power_check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "carve/rule/print.hpp"

namespace carve::rule {
namespace {

class PowerCheck {
 public:
  PowerCheck(const std::vector<Parameter>& parameters, const base::Span& place, base::Diagnostics& diagnostics)
      : parameters_(parameters), place_(place), diagnostics_(diagnostics) {}

  void visit(const Expression& e) {
    for (const Expression& operand : e.operands()) visit(operand);
    if (e.operation() != Operation::power || integer_exponent(e.operand(1)) || never_negative(e.operand(0))) return;
    std::string base = print(e.operand(0));
    if (base.size() > 20) base = "...";
    diagnostics_.error(e.span().source ? e.span() : place_,
                       fmt::format("the base of this power may be negative, and its exponent is not a whole number{}",
                                   whole_literal(e.operand(1)) ? " from -64 to 64" : ""),
                       fmt::format("write a whole number as exponent, or abs({})^...", base));
  }

 private:
  [[nodiscard]] static bool whole_literal(const Expression& exponent) {
    const Expression& digits = exponent.operation() == Operation::negate ? exponent.operand(0) : exponent;
    return digits.operation() == Operation::number && digits.value() > largest_exponent;
  }

  [[nodiscard]] bool never_negative(const Expression& e) const {
    const auto both = [&] { return never_negative(e.operand(0)) && never_negative(e.operand(1)); };
    switch (e.operation()) {
      case Operation::negate:
      case Operation::subtract:
      case Operation::log: return false;
      case Operation::tanh: return never_negative(e.operand(0));
      case Operation::name: return parameter_never_negative(e.name());
      case Operation::add:
      case Operation::multiply:
      case Operation::divide:
      case Operation::minimum: return both();
      case Operation::maximum: return never_negative(e.operand(0)) || never_negative(e.operand(1));
      case Operation::power: {
        const auto whole = integer_exponent(e.operand(1));
        return !whole || *whole % 2 == 0 || never_negative(e.operand(0));
      }
      default: return true;  // numbers, exp, sqrt, abs, comparisons
    }
  }

  [[nodiscard]] bool parameter_never_negative(const std::string& name) const {
    const auto found =
        std::find_if(parameters_.begin(), parameters_.end(), [&](const Parameter& p) { return p.name == name; });
    if (found == parameters_.end()) return false;
    return found->fixed ? *found->fixed >= 0 : found->log_scale || found->lower >= 0;
  }

  const std::vector<Parameter>& parameters_;
  const base::Span& place_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void check_powers(const Expression& dw, const std::vector<Parameter>& parameters, const base::Span& place,
                  base::Diagnostics& diagnostics) {
  PowerCheck(parameters, place, diagnostics).visit(dw);
}

}  // namespace carve::rule
