#include "carve/rule/lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "carve/rule/advice.hpp"

namespace carve::rule {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

constexpr std::array<std::string_view, 15> symbols{"**", "<=", ">=", "==", "!=", "+", "-", "*",
                                                   "/",  "^",  "(",  ")",  ",",  "<", ">"};

/// Bytes of the UTF-8 character that starts `text`, 1 where it is no valid start.
std::size_t character_size(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  for (std::size_t i = 1; i < size; ++i) {
    if (i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return 1;
  }
  return size;
}

}  // namespace

base::Span Lexer::span(std::size_t begin, std::size_t size) const {
  return place_.length == text_.size() ? place_.sub(begin, size) : place_;
}

std::optional<Token> Lexer::next() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  if (at_ == text_.size()) return Token{TokenKind::end, {}, at_};
  const char first = text_[at_];
  if (is_digit(first) || (first == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
  if (!is_letter(first)) return symbol();
  const std::size_t begin = at_;
  while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
  return Token{TokenKind::name, text_.substr(begin, at_ - begin), begin};
}

std::optional<Token> Lexer::number() {
  const std::size_t begin = at_;
  const auto digits = [&] {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  };
  digits();
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    digits();
  }
  if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    const std::size_t sign = at_ + 1 < text_.size() && (text_[at_ + 1] == '+' || text_[at_ + 1] == '-') ? 1 : 0;
    if (at_ + 1 + sign < text_.size() && is_digit(text_[at_ + 1 + sign])) {
      at_ += 1 + sign;
      digits();
    }
  }
  Token token{TokenKind::number, text_.substr(begin, at_ - begin), begin};
  const auto [end, status] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), token.value);
  if (status != std::errc() || (token.value != 0 && !std::isnormal(token.value))) {
    diagnostics_.error(span(begin, at_ - begin), "this number does not fit a double", "sizes from 1e-307 to 1e308 do");
    return std::nullopt;
  }
  return token;
}

std::optional<Token> Lexer::symbol() {
  const std::string_view rest = text_.substr(at_);
  const auto found = std::find_if(symbols.begin(), symbols.end(), [&](auto each) { return rest.starts_with(each); });
  if (found == symbols.end()) {
    report_character();
    return std::nullopt;
  }
  if (*found == "**") {
    diagnostics_.error(span(at_, 2), "'**' is not an operator here", "write ^ for powers: x^2");
    return std::nullopt;
  }
  const Token token{TokenKind::symbol, rest.substr(0, found->size()), at_};
  at_ += found->size();
  return token;
}

void Lexer::report_character() {
  const std::string_view rest = text_.substr(at_);
  const std::string_view character = rest.substr(0, character_size(rest));
  const Advice* advice = advice_on_character(character);
  const auto code = static_cast<unsigned char>(character.front());
  const bool shown = character.size() > 1 || (code > 0x20 && code < 0x7F);
  diagnostics_.error(
      span(at_, character.size()),
      shown ? fmt::format("unexpected character '{}'", character) : fmt::format("unexpected byte 0x{:02X}", code),
      advice ? std::string(advice->text) : "names are made of a-z, A-Z, 0-9 and _");
}

}  // namespace carve::rule
