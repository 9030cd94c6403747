// What every search does with its problem: checks it, names the state that belongs to it, counts what it is told.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "carve/base/bytes.hpp"
#include "carve/search/optimiser.hpp"

namespace carve::search {

/// Reports a problem from which no search can start: no coordinate, no finite start, empty bounds, no scale.
[[nodiscard]] bool check_problem(const Problem& problem, const base::Span& place, base::Diagnostics& diagnostics);

/// The initial point, clipped to the bounds.
[[nodiscard]] std::vector<double> initial_point(const Problem& problem);

/// Throws std::invalid_argument unless as many losses were told as candidates asked, and as many or none repeated.
void expect_losses(std::string_view method, std::size_t candidates, std::span<const double> losses,
                   std::span<const double> repeated);

/// Appends everything that makes the problem what it is.
void put_problem(base::ByteWriter& writer, const Problem& problem);

/// Names the method, its options and the problem to which a state belongs.
template <class Options>
std::uint64_t owner_of(std::string_view method, const base::Schema<Options>& schema, const Options& options,
                       const Problem& problem) {
  base::Table written;
  schema.write(options, written);
  base::ByteWriter writer;
  writer.put(method).put(base::format_document(written));
  put_problem(writer, problem);
  return base::checksum(std::move(writer).sealed());
}

}  // namespace carve::search
