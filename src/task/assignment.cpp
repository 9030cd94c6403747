#include "carve/task/assignment.hpp"

#include <limits>

namespace carve::task {

std::vector<std::size_t> best_assignment(std::span<const double> costs, std::size_t size) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::size_t nobody = size;
  // Prices such that cost - row_price - column_price >= 0, and = 0 for the assigned pairs. Column `size` is where the
  // row to be added waits.
  std::vector<double> row_price(size, 0.0), column_price(size + 1, 0.0);
  std::vector<std::size_t> row_of(size + 1, nobody);
  for (std::size_t added = 0; added < size; ++added) {
    std::vector<double> distance(size, infinity);
    std::vector<std::size_t> before(size, size);
    std::vector<bool> reached(size + 1, false);
    std::size_t column = size;
    row_of[column] = added;
    do {  // Dijkstra: the nearest column not reached yet, until one is free
      reached[column] = true;
      const std::size_t row = row_of[column];
      double nearest = infinity;
      std::size_t next = size;
      for (std::size_t c = 0; c < size; ++c) {
        if (reached[c]) continue;
        const double reduced = costs[row * size + c] - row_price[row] - column_price[c];
        if (reduced < distance[c]) {
          distance[c] = reduced;
          before[c] = column;
        }
        if (distance[c] < nearest) {
          nearest = distance[c];
          next = c;
        }
      }
      for (std::size_t c = 0; c <= size; ++c) {
        if (reached[c]) {
          row_price[row_of[c]] += nearest;
          column_price[c] -= nearest;
        } else if (c < size) {
          distance[c] -= nearest;
        }
      }
      column = next;
    } while (row_of[column] != nobody);
    while (column != size) {  // along the path, each row moves on by one column
      row_of[column] = row_of[before[column]];
      column = before[column];
    }
  }
  std::vector<std::size_t> column_of(size);
  for (std::size_t c = 0; c < size; ++c) column_of[row_of[c]] = c;
  return column_of;
}

}  // namespace carve::task
