// Images, and their labels, in the idx format of MNIST and Fashion-MNIST, gzip-compressed or not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace carve::task {

struct Images {
  std::size_t count = 0, rows = 0, columns = 0;
  std::vector<std::uint8_t> pixels;  // [image][row][column]

  [[nodiscard]] const std::uint8_t* image(std::size_t index) const { return pixels.data() + index * rows * columns; }
};

/// Reads the class of each image, from 0: one dimension of bytes. Where that fails, says why in `problem`.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> read_idx_labels(const std::string& path, std::string& problem);

/// Reads the file; where that fails, says why in `problem` and returns nothing.
[[nodiscard]] std::optional<Images> read_idx(const std::string& path, std::string& problem);

}  // namespace carve::task
