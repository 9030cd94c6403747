// Splits a formula's text into tokens; internal to the parser.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "carve/base/diagnostic.hpp"

namespace carve::rule {

enum class TokenKind { number, name, symbol, end };

/// `text` is the token as written; symbols are operators, brackets and the comma.
struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;
  std::size_t begin = 0;
  double value = 0;  // of a number
};

/// Reads one token after the other. After a mistake it is reported and `next` returns nothing.
class Lexer {
 public:
  Lexer(std::string_view text, const base::Span& place, base::Diagnostics& diagnostics)
      : text_(text), place_(place), diagnostics_(diagnostics) {}

  [[nodiscard]] std::optional<Token> next();
  /// The place of `size` bytes of the text from `begin` on.
  [[nodiscard]] base::Span span(std::size_t begin, std::size_t size) const;

 private:
  [[nodiscard]] std::optional<Token> number();
  [[nodiscard]] std::optional<Token> symbol();
  void report_character();

  std::string_view text_;
  const base::Span& place_;
  base::Diagnostics& diagnostics_;
  std::size_t at_ = 0;
};

}  // namespace carve::rule
