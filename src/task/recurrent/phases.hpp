// The phases of a lifetime in a recurrent network, and what is shown in them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "carve/base/schema.hpp"
#include "carve/network/recurrent/declaration.hpp"

namespace carve::task {

/// Which patterns a phase shows: those that are to become familiar, as many others, all of them.
enum class Shown : std::uint8_t { nothing, familiar, novel, both };

/// Which plastic connections change in a phase: all of them, or those named.
struct Learning {
  bool all = true;
  std::vector<std::string> connections = {};

  [[nodiscard]] bool includes(const std::string& connection) const {
    return all || std::find(connections.begin(), connections.end(), connection) != connections.end();
  }
  /// Whether any weights change.
  [[nodiscard]] bool any() const { return all || !connections.empty(); }
};

/// A part of a lifetime.
struct Phase {
  std::string name;
  base::Seconds duration{0};
  Learning plastic = {};
  Shown show = Shown::nothing;
  double cue = 1;  // share of a pattern's inputs that take part where it is shown
};
[[nodiscard]] const base::Schema<Phase>& phase_schema();

/// Patterns: subsets of a population of inputs, which are raised to a rate one after the other. Every trial has its
/// own.
struct Stimuli {
  std::string population = "inputs";
  std::int64_t patterns = 3;  // familiar ones, and as many novel ones
  double share = 0.1;         // of the population in each
  std::int64_t spots = 0;     // runs of neighbours that it consists of; 0: any inputs
  base::Hertz rate{50};       // of those inputs, on top of what they do anyway
  base::Seconds on{1};
  base::Seconds off{1};  // before each
};
[[nodiscard]] const base::Schema<Stimuli>& stimuli_schema();

/// Phases and stimuli begin and end at multiples of it.
using network::stretch;

/// One showing of one pattern.
struct Presentation {
  std::size_t phase = 0;
  std::size_t pattern = 0;  // novel ones behind the familiar ones
  std::size_t begin = 0;    // stretches
  std::size_t end = 0;
};

/// How many whole stretches are nearest to a time.
[[nodiscard]] std::size_t stretches_in(base::Seconds time);

/// Which stretch of the lifetime each phase begins at, and behind the last one, the end.
[[nodiscard]] std::vector<std::size_t> phase_begins(const std::vector<Phase>& phases);

/// Who is shown when: in a phase one after the other, in a new random order each time all have been.
[[nodiscard]] std::vector<Presentation> presentations(const std::vector<Phase>& phases, const Stimuli& stimuli,
                                                      std::uint64_t seed, std::uint32_t trial);

/// The inputs of each pattern, familiar ones first, spot by spot or in random order: a cue is a beginning of it. Spots
/// have the same size and may overlap; an input counts once.
[[nodiscard]] std::vector<std::vector<std::uint16_t>> draw_patterns(const Stimuli& stimuli, std::size_t inputs,
                                                                    std::uint64_t seed, std::uint32_t trial);

}  // namespace carve::task
