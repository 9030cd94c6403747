// The networks a file may name: to add one, a file and a line here.
#include "carve/network/rate_network.hpp"

namespace carve::network {
namespace {

using base::between;
using base::field;

std::unique_ptr<RateNetwork> make(const RateNetwork& options, const NetworkContext&, const base::Span&,
                                  base::Diagnostics&) {
  return std::make_unique<RateNetwork>(options);
}

const NetworkComponent rate = base::component<RateNetwork, NetworkContext>(
    "rate", "A layer of linear rate neurons, y = W x, whose weights change by one rule.", "oja1982",
    "kind = \"rate\"\ninputs = 100", "kind",
    base::Schema<RateNetwork>{
        {field(&RateNetwork::inputs, "inputs", "number of inputs (synapses per neuron)", between(1, 100000)).required(),
         field(&RateNetwork::outputs, "outputs", "number of output neurons", between(1, 1000)),
         base::choice(&RateNetwork::update, "update",
                      "when weights change: after each sample, or by the mean over a batch",
                      base::Choices<Update>{{"online", Update::online}, {"batch_mean", Update::batch_mean}}),
         field(&RateNetwork::batch, "batch", "samples per change in batch_mean mode", between(1, 1000000)),
         field(&RateNetwork::double_precision, "double_precision", "simulate in double instead of float")}},
    make);

}  // namespace

const std::vector<const NetworkComponent*>& networks() {
  static const std::vector<const NetworkComponent*> list{&rate};
  return list;
}

}  // namespace carve::network
