// The three notations of typeset.hpp.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "carve/rule/print.hpp"
#include "carve/rule/typeset.hpp"

namespace carve::rule {
namespace {

struct Greek {
  std::string_view name;
  std::string_view letter;
};
constexpr std::array greek{
    Greek{"alpha", "\u03B1"},   Greek{"beta", "\u03B2"},  Greek{"gamma", "\u03B3"},  Greek{"delta", "\u03B4"},
    Greek{"epsilon", "\u03B5"}, Greek{"zeta", "\u03B6"},  Greek{"eta", "\u03B7"},    Greek{"theta", "\u03B8"},
    Greek{"iota", "\u03B9"},    Greek{"kappa", "\u03BA"}, Greek{"lambda", "\u03BB"}, Greek{"mu", "\u03BC"},
    Greek{"nu", "\u03BD"},      Greek{"xi", "\u03BE"},    Greek{"pi", "\u03C0"},     Greek{"rho", "\u03C1"},
    Greek{"sigma", "\u03C3"},   Greek{"tau", "\u03C4"},   Greek{"phi", "\u03C6"},    Greek{"chi", "\u03C7"},
    Greek{"psi", "\u03C8"},     Greek{"omega", "\u03C9"}};

const Greek* find_greek(std::string_view name) {
  const auto found = std::find_if(greek.begin(), greek.end(), [&](const Greek& each) { return each.name == name; });
  return found == greek.end() ? nullptr : &*found;
}

/// A name's letter and its index: "tau_pre" is tau and pre, "w0" is w and 0.
struct NameParts {
  std::string_view head, index;
};
NameParts split(std::string_view name) {
  const std::size_t bar = name.find('_');
  if (bar != std::string_view::npos && bar > 0 && bar + 1 < name.size()) {
    return {name.substr(0, bar), name.substr(bar + 1)};
  }
  const std::size_t letters = name.find_last_not_of("0123456789") + 1;
  return bar == std::string_view::npos ? NameParts{name.substr(0, letters), name.substr(letters)} : NameParts{name, {}};
}

/// Mantissa and exponent of "1.2e-07"; the exponent is empty where there is none.
struct NumberParts {
  std::string_view mantissa;
  std::string exponent;
};
NumberParts split_number(std::string_view text) {
  const std::size_t e = text.find('e');
  if (e == std::string_view::npos) return {text, ""};
  std::string_view digits = text.substr(e + 1);
  const bool negative = digits.starts_with('-');
  digits.remove_prefix(std::min(digits.find_first_not_of("+-0"), digits.size() - 1));
  return {text.substr(0, e), fmt::format("{}{}", negative ? "-" : "", digits)};
}

std::string latex_word(std::string_view word) {
  const bool plain = word.size() == 1 || word.find_first_not_of("0123456789") == std::string_view::npos;
  std::string escaped;
  for (const char c : word) escaped += c == '_' ? std::string("\\_") : std::string(1, c);
  return plain && word != "_" ? escaped : fmt::format("\\mathrm{{{}}}", escaped);
}

std::string mathml_word(std::string_view word) {
  if (const Greek* letter = find_greek(word)) word = letter->letter;
  const bool digits = word.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? fmt::format("<mn>{}</mn>", word) : fmt::format("<mi>{}</mi>", word);
}

std::string mathml_operator(std::string_view symbol) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> table{
      {{"<", "&lt;"}, {">", "&gt;"}, {"<=", "\u2264"}, {">=", "\u2265"}, {"!=", "\u2260"}, {"-", "\u2212"}}};
  for (const auto& [text, sign] : table) {
    if (text == symbol) return fmt::format("<mo>{}</mo>", sign);
  }
  return fmt::format("<mo>{}</mo>", symbol == "==" ? "=" : symbol);
}

std::string mathml_row(const std::string& inner) { return "<mrow>" + inner + "</mrow>"; }

std::string mathml_bracketed(const std::string& inner) { return mathml_row("<mo>(</mo>" + inner + "<mo>)</mo>"); }

std::string mathml_call(Operation function, std::string_view name, const std::string& arguments) {
  if (function == Operation::sqrt) return "<msqrt>" + arguments + "</msqrt>";
  if (function == Operation::abs) return mathml_row("<mo>|</mo>" + arguments + "<mo>|</mo>");
  return mathml_row(fmt::format("<mi>{}</mi><mo>\u2061</mo>", name) + mathml_bracketed(arguments));
}

std::string latex_bracketed(const std::string& inner) { return "\\left( " + inner + " \\right)"; }

std::string latex_infix(const std::string& left, std::string_view symbol, const std::string& right) {
  const std::string_view sign = symbol == "<="   ? "\\le"
                                : symbol == ">=" ? "\\ge"
                                : symbol == "!=" ? "\\ne"
                                : symbol == "==" ? "="
                                                 : symbol;
  return fmt::format("{} {} {}", left, sign, right);
}

std::string latex_call(Operation function, std::string_view name, const std::string& arguments) {
  if (function == Operation::sqrt) return "\\sqrt{" + arguments + "}";
  if (function == Operation::abs) return "\\left| " + arguments + " \\right|";
  return fmt::format("\\{}{}", name, latex_bracketed(arguments));
}

}  // namespace

std::string latex_name(std::string_view name) {
  const auto [head, index] = split(name);
  const std::string letter = find_greek(head) ? fmt::format("\\{}", head) : latex_word(head);
  return index.empty() ? letter : fmt::format("{}_{{{}}}", letter, latex_word(index));
}

std::string mathml_name(std::string_view name) {
  const auto [head, index] = split(name);
  return index.empty() ? mathml_word(head) : "<msub>" + mathml_word(head) + mathml_word(index) + "</msub>";
}

std::string latex_number(std::string_view text) {
  const auto [mantissa, exponent] = split_number(text);
  if (exponent.empty()) return std::string(mantissa);
  return fmt::format("{} \\times 10^{{{}}}", mantissa, exponent);
}

std::string mathml_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto [mantissa, exponent] = split_number(text.substr(negative ? 1 : 0));
  std::string number = fmt::format("<mn>{}</mn>", mantissa);
  if (!exponent.empty()) {
    const std::string sign = exponent.front() == '-' ? mathml_operator("-") : "";
    number = mathml_row(fmt::format("{}<mo>\u00D7</mo><msup><mn>10</mn><mrow>{}<mn>{}</mn></mrow></msup>", number, sign,
                                    exponent.substr(sign.empty() ? 0 : 1)));
  }
  return negative ? mathml_row(mathml_operator("-") + number) : number;
}

std::string round_number(double value, int digits) { return fmt::format("{:.{}g}", value, digits); }

const Notation plain_notation{
    .flat = true,
    .number = [](std::string_view digits) { return std::string(digits); },
    .quantity = [](std::string_view digits, std::string_view unit) { return fmt::format("{} {}", digits, unit); },
    .name = [](std::string_view name) { return std::string(name); },
    .infix =
        [](const std::string& left, std::string_view symbol, const std::string& right) {
          return symbol == "/" ? left + "/" + right : fmt::format("{} {} {}", left, symbol, right);
        },
    .times = [](const std::string& left, const std::string& right) { return left + " " + right; },
    .negated = [](const std::string& inner) { return "-" + inner; },
    .fraction = [](const std::string& above, const std::string& below) { return above + "/" + below; },
    .superscript = [](const std::string& base, const std::string& exponent) { return base + "^" + exponent; },
    .bracketed = [](const std::string& inner) { return "(" + inner + ")"; },
    .call = [](Operation, std::string_view name,
               const std::string& arguments) { return fmt::format("{}({})", name, arguments); },
    .separator = ", ",
    .ellipsis = "..."};

const Notation latex_notation{
    .flat = false,
    .number = latex_number,
    .quantity = [](std::string_view digits,
                   std::string_view unit) { return fmt::format("{} \\, \\mathrm{{{}}}", latex_number(digits), unit); },
    .name = latex_name,
    .infix = latex_infix,
    .times = [](const std::string& left, const std::string& right) { return left + " \\, " + right; },
    .negated = [](const std::string& inner) { return "-" + inner; },
    .fraction = [](const std::string& above,
                   const std::string& below) { return fmt::format("\\frac{{{}}}{{{}}}", above, below); },
    .superscript = [](const std::string& base,
                      const std::string& exponent) { return fmt::format("{}^{{{}}}", base, exponent); },
    .bracketed = latex_bracketed,
    .call = latex_call,
    .separator = ", ",
    .ellipsis = "\\cdots"};

const Notation mathml_notation{
    .flat = false,
    .number = mathml_number,
    .quantity =
        [](std::string_view digits, std::string_view unit) {
          return mathml_row(fmt::format("{}<mspace width=\"0.2em\"/><mi mathvariant=\"normal\">{}</mi>",
                                        mathml_number(digits), unit));
        },
    .name = mathml_name,
    .infix = [](const std::string& left, std::string_view symbol,
                const std::string& right) { return mathml_row(left + mathml_operator(symbol) + right); },
    .times = [](const std::string& left,
                const std::string& right) { return mathml_row(left + "<mo>\u2062</mo>" + right); },
    .negated = [](const std::string& inner) { return mathml_row(mathml_operator("-") + inner); },
    .fraction = [](const std::string& above,
                   const std::string& below) { return "<mfrac>" + above + below + "</mfrac>"; },
    .superscript = [](const std::string& base,
                      const std::string& exponent) { return "<msup>" + base + exponent + "</msup>"; },
    .bracketed = mathml_bracketed,
    .call = mathml_call,
    .separator = "<mo>,</mo>",
    .ellipsis = "<mo>\u22EF</mo>"};

}  // namespace carve::rule
