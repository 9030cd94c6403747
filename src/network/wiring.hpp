// How the outputs of a rate network are wired among each other, and where the weights of each connection lie.
#pragma once

#include <cstddef>
#include <cstdint>

namespace carve::network {

/// Connections among the outputs.
enum class Lateral : std::uint8_t {
  none,
  hierarchical,  // output k reaches the outputs after it; they are computed in order (Rubner & Tavan 1989)
  symmetric,     // every output reaches every other; they settle together (Foldiak 1989)
};

/// What an output makes of its summed input.
enum class Activation : std::uint8_t { linear, rectified, tanh };

// Lateral weights follow the feedforward ones: for each output, in order, those from the outputs that reach it, in
// order. Inlined everywhere, since kernels of every instruction set use them.

/// How many outputs reach output `i`.
[[gnu::always_inline]] constexpr std::size_t lateral_inputs(Lateral lateral, std::size_t outputs, std::size_t i) {
  return lateral == Lateral::hierarchical ? i : lateral == Lateral::symmetric ? outputs - 1 : 0;
}
/// Where the lateral weights of output `i` begin, counted from the first lateral weight.
[[gnu::always_inline]] constexpr std::size_t lateral_first(Lateral lateral, std::size_t outputs, std::size_t i) {
  return lateral == Lateral::hierarchical ? i * (i - 1) / 2 : lateral == Lateral::symmetric ? i * (outputs - 1) : 0;
}
/// The output that the lateral weight number `position` of output `i` comes from.
[[gnu::always_inline]] constexpr std::size_t lateral_source(Lateral lateral, std::size_t i, std::size_t position) {
  return lateral == Lateral::symmetric && position >= i ? position + 1 : position;
}

}  // namespace carve::network
