#include "carve/experiment/orders.hpp"

#include "carve/base/bytes.hpp"

namespace carve::experiment {

std::string pack(const Orders& orders) {
  base::ByteWriter writer;
  writer.put(std::string_view(orders.experiment)).put(std::string_view(orders.file)).put(orders.generation);
  writer.put(std::string_view(orders.search)).put(orders.fingerprint);
  return std::move(writer).sealed();
}

Orders unpack_orders(std::string_view bytes) {
  Orders orders;
  base::ByteReader reader(bytes);
  reader.get(orders.experiment);
  reader.get(orders.file);
  reader.get(orders.generation);
  reader.get(orders.search);
  reader.get(orders.fingerprint);
  return orders;
}

std::string pack(const std::vector<std::vector<double>>& points) {
  base::ByteWriter writer;
  writer.put(std::uint64_t{points.size()});
  for (const auto& each : points) writer.put(each);
  return std::move(writer).sealed();
}

std::vector<std::vector<double>> unpack_points(std::string_view bytes) {
  base::ByteReader reader(bytes);
  std::uint64_t count = 0;
  reader.get(count);
  std::vector<std::vector<double>> points;
  while (points.size() < count && reader.get(points.emplace_back())) {}
  return points;
}

std::uint64_t fingerprint(const Experiment& experiment) {
  if (experiment.spiking || experiment.recurrent) return 0;
  const task::Trial trial = task::make_trial(experiment.trial_source(), task::Split::search, 0);
  const auto& inputs = trial.samples.values;
  return base::checksum({reinterpret_cast<const char*>(inputs.data()), inputs.size() * sizeof(float)});
}

}  // namespace carve::experiment
