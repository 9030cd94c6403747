#include "carve/rule/parse.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "carve/rule/advice.hpp"
#include "carve/rule/lexer.hpp"

namespace carve::rule {
namespace {

struct Operator {
  std::string_view text;
  Operation operation;
};
constexpr Operator comparisons[] = {{"<", Operation::less},    {"<=", Operation::less_equal},
                                    {">", Operation::greater}, {">=", Operation::greater_equal},
                                    {"==", Operation::equal},  {"!=", Operation::not_equal}};
constexpr Operator sums[] = {{"+", Operation::add}, {"-", Operation::subtract}};
constexpr Operator products[] = {{"*", Operation::multiply}, {"/", Operation::divide}};

/// Recursive descent, one function per line of the grammar. Each returns nothing after a mistake was reported.
class Parser {
 public:
  Parser(std::string_view text, const base::Span& place, base::Diagnostics& diagnostics)
      : text_(text), diagnostics_(diagnostics), lexer_(text, place, diagnostics) {}

  std::optional<Expression> all() {
    if (!advance()) return std::nullopt;
    if (token_.kind == TokenKind::end) return fail(0, text_.size(), "the formula is empty", "for example \"x*y\"");
    auto result = comparison();
    if (!result) return std::nullopt;
    if (token_.kind == TokenKind::end) return result;
    if (is(")")) return fail_here("this ')' closes nothing", "remove it, or add '(' before");
    return unexpected_after_operand();
  }

 private:
  using Result = std::optional<Expression>;

  [[nodiscard]] bool is(std::string_view symbol) const {
    return token_.kind == TokenKind::symbol && token_.text == symbol;
  }

  template <std::size_t count>
  [[nodiscard]] const Operator* find(const Operator (&list)[count]) const {
    const auto* found = std::find_if(list, list + count, [&](const Operator& each) { return is(each.text); });
    return found == list + count ? nullptr : found;
  }

  bool advance() {
    end_of_last_ = token_.begin + token_.text.size();
    const auto token = lexer_.next();
    if (token) token_ = *token;
    return token.has_value();
  }

  Result fail(std::size_t begin, std::size_t size, std::string message, std::string hint = {}) {
    diagnostics_.error(lexer_.span(begin, size), std::move(message), std::move(hint));
    return std::nullopt;
  }
  Result fail_here(std::string message, std::string hint = {}) {
    return fail(token_.begin, token_.text.size(), std::move(message), std::move(hint));
  }

  Result node(Operation operation, std::vector<Expression> operands, std::size_t begin) {
    Expression result = Expression::make(operation, std::move(operands), lexer_.span(begin, end_of_last_ - begin));
    if (result.depth() > deepest_tree) {
      return fail(begin, end_of_last_ - begin, "the formula is too long: more than 4000 operations in a row",
                  "a shorter formula");
    }
    return result;
  }

  /// Counts brackets, signs and powers inside each other for as long as it lives.
  struct Nesting {
    explicit Nesting(std::size_t& counter) : depth(++counter) {}
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { --depth; }
    std::size_t& depth;
  };

  Result comparison() {
    const Nesting nesting(nesting_);
    if (nesting_ > deepest_nesting) return fail_here("nested too deeply", "at most 200 levels");
    const std::size_t begin = token_.begin;
    Result left = sum();
    const Operator* found = left ? find(comparisons) : nullptr;
    if (!found) return left;
    if (!advance()) return std::nullopt;
    Result right = sum();
    if (!right) return std::nullopt;
    if (find(comparisons)) return fail_here("comparisons do not chain", "write (a < b)*(b < c)");
    return node(found->operation, {*left, *right}, begin);
  }

  Result sum() {
    return chain(sums, [this] { return product(); });
  }
  Result product() {
    return chain(products, [this] { return sign(); });
  }

  template <std::size_t count, class Next>
  Result chain(const Operator (&operators)[count], Next next) {
    const std::size_t begin = token_.begin;
    Result left = next();
    while (const Operator* found = left ? find(operators) : nullptr) {
      if (!advance()) return std::nullopt;
      const Result right = next();
      if (!right) return std::nullopt;
      left = node(found->operation, {*left, *right}, begin);
    }
    return left;
  }

  Result sign() {
    if (!is("-")) return power();
    const Nesting nesting(nesting_);
    if (nesting_ > deepest_nesting) return fail_here("nested too deeply", "at most 200 levels");
    const std::size_t begin = token_.begin;
    if (!advance()) return std::nullopt;
    const Result operand = sign();
    return operand ? node(Operation::negate, {*operand}, begin) : std::nullopt;
  }

  Result power() {
    const std::size_t begin = token_.begin;
    const Result base = atom();
    if (!base || !is("^")) return base;
    const Nesting nesting(nesting_);
    if (nesting_ > deepest_nesting) return fail_here("nested too deeply", "at most 200 levels");
    if (!advance()) return std::nullopt;
    const Result exponent = sign();
    return exponent ? node(Operation::power, {*base, *exponent}, begin) : std::nullopt;
  }

  Result atom() {
    const Token token = token_;
    if (is("(")) return bracket();
    if (token.kind == TokenKind::end) {
      return fail(end_of_last_, 1, "the formula ends where a number, name or '(' should follow");
    }
    if (token.kind == TokenKind::symbol) return unexpected_symbol();
    if (!advance()) return std::nullopt;
    const base::Span span = lexer_.span(token.begin, token.text.size());
    if (token.kind == TokenKind::number) return Expression::number(token.value, span);
    if (is("(")) return call(token);
    const auto& list = functions();
    if (std::any_of(list.begin(), list.end(), [&](const Function& each) { return each.name == token.text; })) {
      return fail(token.begin, token.text.size(), fmt::format("'{}' is a function and needs its argument", token.text),
                  fmt::format("write {}(...)", token.text));
    }
    return Expression::name(std::string(token.text), span);
  }

  Result bracket() {
    const std::size_t open = token_.begin;
    if (!advance()) return std::nullopt;
    if (is(")")) return fail(open, 2, "nothing between the brackets");
    Result inner = comparison();
    if (!inner) return std::nullopt;
    if (is(")")) return advance() ? inner : std::nullopt;
    if (token_.kind == TokenKind::end) return fail(open, 1, "this '(' is never closed", "add ')'");
    return unexpected_after_operand();
  }

  Result call(const Token& name) {
    const std::size_t open = token_.begin;
    const auto& list = functions();
    const auto function =
        std::find_if(list.begin(), list.end(), [&](const Function& each) { return each.name == name.text; });
    if (function == list.end()) return unknown_function(name);
    std::vector<Expression> arguments;
    do {
      if (!advance()) return std::nullopt;
      if (arguments.empty() && is(")")) break;
      const Result argument = comparison();
      if (!argument) return std::nullopt;
      arguments.push_back(*argument);
    } while (is(","));
    if (token_.kind == TokenKind::end) return fail(open, 1, "this '(' is never closed", "add ')'");
    if (!is(")")) return unexpected_after_operand();
    if (!advance()) return std::nullopt;
    const std::size_t wanted = arity(function->operation);
    if (arguments.size() != wanted) {
      return fail(name.begin, end_of_last_ - name.begin,
                  fmt::format("'{}' takes {}, but {} given", name.text, wanted == 1 ? "one argument" : "two arguments",
                              arguments.empty()
                                  ? "none is"
                                  : fmt::format("{} {}", arguments.size(), arguments.size() == 1 ? "is" : "are")));
    }
    return node(function->operation, std::move(arguments), name.begin);
  }

  Result unknown_function(const Token& name) {
    std::vector<std::string> known;
    for (const Function& each : functions()) known.emplace_back(each.name);
    if (const Advice* advice = advice_on_function(name.text)) {
      return fail(
          name.begin, name.text.size(), fmt::format("unknown function '{}'", name.text),
          advice->text.empty() ? fmt::format("there are {}", fmt::join(known, ", ")) : std::string(advice->text));
    }
    const std::string near = name.text.size() > 1 ? base::did_you_mean(name.text, known) : std::string();
    return fail(name.begin, name.text.size(), fmt::format("unknown function '{}'{}", name.text, near),
                near.empty()
                    ? fmt::format("to multiply, write {}*(...); functions: {}", name.text, fmt::join(known, ", "))
                    : std::string());
  }

  Result unexpected_symbol() {
    if (is(")")) return fail_here("a number, name or '(' should stand before this ')'");
    if (is("+")) return fail_here("nothing stands before this '+'", "remove it; a sign may only be -");
    return fail_here(fmt::format("unexpected '{}'", token_.text), "a number, name or '(' should stand here");
  }

  Result unexpected_after_operand() {
    if (is(",")) return fail_here("unexpected ','", "write 0.5 with a point; only min and max take two arguments");
    if (token_.text.starts_with('.')) return fail_here("unexpected '.'", "a number has one decimal point");
    const std::string_view before = text_.substr(0, end_of_last_);
    const std::size_t start = std::min(before.find_last_of(" \t\n\r+-*/^(,<>=") + 1, before.size() - 1);
    const std::string_view left = before.ends_with(')') ? "(...)" : before.substr(start);
    for (const std::string_view word : {left, token_.text}) {
      const Advice* advice = advice_on_word(word);
      if (!advice) continue;
      return fail_here(fmt::format("an operator is missing before this; '{}' is not part of the language", word),
                       std::string(advice->text));
    }
    return fail_here("an operator is missing before this",
                     fmt::format("to multiply, write {}*{}", left.size() > 20 ? "..." : left,
                                 token_.text == "(" ? "(...)" : token_.text));
  }

  std::string_view text_;
  base::Diagnostics& diagnostics_;
  Lexer lexer_;
  Token token_;
  std::size_t end_of_last_ = 0;
  std::size_t nesting_ = 0;
};

}  // namespace

std::optional<Expression> parse(std::string_view text, const base::Span& place, base::Diagnostics& diagnostics) {
  if (text.size() > longest_text) {
    diagnostics.error(place, fmt::format("the formula is too long: {} bytes", text.size()),
                      fmt::format("at most {}", longest_text));
    return std::nullopt;
  }
  return Parser(text, place, diagnostics).all();
}

}  // namespace carve::rule
