// Where a piece of the user's text stands: the text itself, its name, and a range of bytes in it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace carve::base {

/// A text the user wrote (a file, an option of the command line) and the name by which messages call it.
struct Source {
  std::string name;
  std::string text;
};

using SourcePtr = std::shared_ptr<const Source>;

/// A range of bytes of a source. A default-constructed span points nowhere and is printed without a place.
struct Span {
  SourcePtr source;
  std::size_t begin = 0;
  std::size_t length = 0;

  /// The part of this span from `offset` on, `size` bytes long (clipped to this span's end).
  [[nodiscard]] Span sub(std::size_t offset, std::size_t size) const;
  /// The text this span covers; empty where it points nowhere.
  [[nodiscard]] std::string_view text() const;
};

/// A place as people count it: line and column from 1, columns in characters of UTF-8.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

[[nodiscard]] Position position(const Span& span);

/// The byte at which line `line` (from 1) starts, then `column` (from 1, in bytes) within it.
[[nodiscard]] std::size_t offset_of(std::string_view text, std::size_t line, std::size_t column);

}  // namespace carve::base
