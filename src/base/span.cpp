#include "carve/base/span.hpp"

#include <algorithm>

namespace carve::base {

Span Span::sub(std::size_t offset, std::size_t size) const {
  const std::size_t start = std::min(offset, length);
  return {source, begin + start, std::min(size, length - start)};
}

std::string_view Span::text() const {
  if (!source || begin > source->text.size()) return {};
  return std::string_view(source->text).substr(begin, length);
}

Position position(const Span& span) {
  Position result;
  if (!span.source) return result;
  const std::string_view text = std::string_view(span.source->text).substr(0, span.begin);
  for (const char c : text) {
    if (c == '\n') {
      ++result.line;
      result.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {  // not a UTF-8 continuation byte
      ++result.column;
    }
  }
  return result;
}

std::size_t offset_of(std::string_view text, std::size_t line, std::size_t column) {
  std::size_t start = 0;
  for (std::size_t passed = 1; passed < line; ++passed) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) return text.size();
    start = end + 1;
  }
  return std::min(text.size(), start + (column > 0 ? column - 1 : 0));
}

}  // namespace carve::base
