// Plain data to bytes and back: fixed-width little-endian, every read checked against what is left.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carve::base {

/// FNV-1a, 64 bits: tells damaged bytes from whole ones (no protection against intent).
[[nodiscard]] inline std::uint64_t checksum(std::string_view bytes) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return hash;
}

/// Appends values to a string. Doubles keep their bits, NaN and signed zero included.
class ByteWriter {
 public:
  ByteWriter& put(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(static_cast<unsigned char>(value >> shift));
    return *this;
  }
  ByteWriter& put(double value) { return put(std::bit_cast<std::uint64_t>(value)); }
  ByteWriter& put(const std::vector<double>& values) {
    put(std::uint64_t{values.size()});
    for (const double value : values) put(value);
    return *this;
  }
  ByteWriter& put(std::string_view text) {
    put(std::uint64_t{text.size()});
    bytes_ += text;
    return *this;
  }

  /// What was put, followed by its checksum.
  [[nodiscard]] std::string sealed() && {
    put(checksum(bytes_));
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

/// Reads what a ByteWriter sealed. After the first read that does not fit, every read fails.
class ByteReader {
 public:
  explicit ByteReader(std::string_view sealed) {
    if (sealed.size() < 8) return;
    left_ = sealed.substr(sealed.size() - 8);
    good_ = true;
    std::uint64_t expected = 0;
    get(expected);
    left_ = sealed.substr(0, sealed.size() - 8);
    good_ = expected == checksum(left_);
  }

  bool get(std::uint64_t& value) {
    if (!good_ || left_.size() < 8) return good_ = false;
    value = 0;
    for (unsigned i = 0; i < 8; ++i) value |= std::uint64_t{static_cast<unsigned char>(left_[i])} << (8 * i);
    left_.remove_prefix(8);
    return true;
  }
  bool get(double& value) {
    std::uint64_t bits = 0;
    if (!get(bits)) return false;
    value = std::bit_cast<double>(bits);
    return true;
  }
  bool get(std::vector<double>& values) {
    std::uint64_t size = 0;
    if (!get(size) || size > left_.size() / 8) return good_ = false;
    values.resize(size);
    for (double& value : values) get(value);
    return good_;
  }
  bool get(std::string& text) {
    std::uint64_t size = 0;
    if (!get(size) || size > left_.size()) return good_ = false;
    text = left_.substr(0, size);
    left_.remove_prefix(size);
    return true;
  }

  /// Everything read fitted and nothing is left over.
  [[nodiscard]] bool finished() const { return good_ && left_.empty(); }

 private:
  std::string_view left_;
  bool good_ = false;
};

}  // namespace carve::base
