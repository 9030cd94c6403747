#include "carve/task/idx_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <zlib.h>

#include "carve/task/plain_file.hpp"

namespace carve::task {
namespace {

constexpr std::size_t largest_images = std::size_t{1} << 32;  // bytes; a damaged header must not ask for all memory

struct CloseGz {
  void operator()(gzFile file) const { gzclose(file); }
};
using GzFile = std::unique_ptr<gzFile_s, CloseGz>;

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

/// As many of `size` bytes as there are.
std::size_t read_bytes(gzFile file, std::uint8_t* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const auto part = static_cast<unsigned>(std::min<std::size_t>(size - done, 1U << 24));
    const int got = gzread(file, to + done, part);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

/// The opened file, or nothing with the reason in `problem`.
GzFile open_gz(const std::string& path, std::string& problem) {
  problem = why_no_plain_file(path);
  if (!problem.empty()) return nullptr;
  errno = 0;
  GzFile file(gzopen(path.c_str(), "rb"));
  if (file) gzbuffer(file.get(), 1U << 18);
  else problem = fmt::format("cannot read '{}': {}", path, std::strerror(errno != 0 ? errno : ENOENT));
  return file;
}

/// All `size` bytes, or what is wrong with them. `what`: what they are.
std::optional<std::vector<std::uint8_t>> read_all(gzFile file, std::size_t size, const std::string& path,
                                                  const std::string& what, std::string& problem) {
  // Grown as data comes, so that a short file with a large claim costs little.
  constexpr std::size_t part = std::size_t{1} << 24;
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < size) {
    const std::size_t before = bytes.size();
    const std::size_t wanted = std::min(part, size - before);
    bytes.resize(before + wanted);
    const std::size_t read = read_bytes(file, bytes.data() + before, wanted);
    if (read == wanted) continue;
    int code = 0;
    const char* why = gzerror(file, &code);
    problem = fmt::format("'{}' is cut short or damaged: {} are {} bytes, but it ends after {}{}", path, what, size,
                          before + read, code != Z_OK && code != Z_ERRNO ? fmt::format(" ({})", why) : "");
    return std::nullopt;
  }
  return bytes;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> read_idx_labels(const std::string& path, std::string& problem) {
  const GzFile file = open_gz(path, problem);
  if (!file) return std::nullopt;
  std::array<std::uint8_t, 8> header{};
  const std::size_t got = read_bytes(file.get(), header.data(), header.size());
  if (got < header.size() || big_endian(header.data()) != 0x00000801) {
    problem = fmt::format("'{}' is not an idx file of labels (one dimension of bytes)", path);
    return std::nullopt;
  }
  const std::size_t count = big_endian(&header[4]);
  return read_all(file.get(), count, path, fmt::format("{} labels", count), problem);
}

std::optional<Images> read_idx(const std::string& path, std::string& problem) {
  const GzFile file = open_gz(path, problem);
  if (!file) return std::nullopt;
  std::array<std::uint8_t, 16> header{};
  const std::size_t got = read_bytes(file.get(), header.data(), header.size());
  if (got < header.size() || big_endian(header.data()) != 0x00000803) {
    problem = fmt::format("'{}' is not an idx file of images (three dimensions of bytes)", path);
    return std::nullopt;
  }
  Images images{.count = big_endian(&header[4]), .rows = big_endian(&header[8]), .columns = big_endian(&header[12])};
  if (images.count == 0 || images.rows == 0 || images.columns == 0 || images.rows > 65536 || images.columns > 65536 ||
      images.count > largest_images / (images.rows * images.columns)) {
    problem = fmt::format("'{}' claims {} images of {} x {} pixels", path, images.count, images.rows, images.columns);
    return std::nullopt;
  }
  auto pixels =
      read_all(file.get(), images.count * images.rows * images.columns, path,
               fmt::format("{} images of {} x {} pixels", images.count, images.rows, images.columns), problem);
  if (!pixels) return std::nullopt;
  images.pixels = std::move(*pixels);
  return images;
}

}  // namespace carve::task
