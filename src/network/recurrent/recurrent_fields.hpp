// What [network] may say of a recurrent network: its own fields, those of a population and those of a connection.
#pragma once

#include <cstdint>
#include <vector>

#include "carve/base/schema.hpp"
#include "carve/network/recurrent/declaration.hpp"

namespace carve::network::declared {

enum class Preset : std::uint8_t { none, tif, adaptive };
enum class Kind : std::uint8_t { excitatory, inhibitory, inputs };

/// The fields of [network] itself. Sizes of 0: the preset's own.
struct NetworkOptions {
  Preset preset = Preset::none;
  std::int64_t excitatory = 0;
  std::int64_t inhibitory = 0;
  std::int64_t inputs = 0;
  base::Seconds dt{1e-4};
};

/// A population as the user sees it.
struct PopulationOptions : NeuronModel {
  Kind kind = Kind::excitatory;
  std::int64_t size = 0;
};

/// A connection as the user sees it.
struct ConnectionOptions {
  double probability = 0.1;
  std::vector<double> weight{0.1};
  base::Seconds delay{0};
  double receptive_field = 1;
};

[[nodiscard]] const base::Schema<NetworkOptions>& network_schema();
[[nodiscard]] const base::Schema<PopulationOptions>& population_schema();
[[nodiscard]] const base::Schema<ConnectionOptions>& connection_schema();

[[nodiscard]] PopulationOptions as_options(const Population& population);
[[nodiscard]] ConnectionOptions as_options(const Projection& projection);

}  // namespace carve::network::declared
