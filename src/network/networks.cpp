// The networks a file may name: to add one, a component and a line in the list.
#include "carve/network/network.hpp"

namespace carve::network {
namespace {

using base::between;
using base::choice;
using base::field;

template <Lateral lateral>
std::unique_ptr<Network> make(RateNetwork options, const NetworkContext&, const base::Span&, base::Diagnostics&) {
  options.lateral = lateral;
  return std::make_unique<Network>(options);
}

const base::Choices<Activation> activations{
    {"linear", Activation::linear}, {"rectified", Activation::rectified}, {"tanh", Activation::tanh}};

/// The fields that every rate network has, and those that only some have.
base::Schema<RateNetwork> fields(std::vector<base::Field<RateNetwork>> own, std::int64_t fewest_outputs) {
  auto outputs = field(&RateNetwork::outputs, "outputs", "number of output neurons",
                       between(static_cast<double>(fewest_outputs), 1000));
  base::Schema<RateNetwork> schema{
      {field(&RateNetwork::inputs, "inputs", "number of inputs (synapses per neuron)", between(1, 100000)).required(),
       fewest_outputs > 1 ? std::move(outputs).required() : outputs}};
  for (auto& each : own) schema.fields.push_back(std::move(each));
  schema.fields.push_back(
      choice(&RateNetwork::update, "update", "when weights change: after each sample, or by the mean over a batch",
             base::Choices<Update>{{"online", Update::online}, {"batch_mean", Update::batch_mean}}));
  schema.fields.push_back(
      field(&RateNetwork::batch, "batch", "samples per change in batch_mean mode", between(1, 1000000)));
  schema.fields.push_back(
      field(&RateNetwork::double_precision, "double_precision", "simulate in double instead of float"));
  return schema;
}

base::Field<RateNetwork> activation() {
  return choice(&RateNetwork::activation, "activation", "what an output makes of its summed input", activations);
}

const NetworkComponent rate = base::component<Network, NetworkContext>(
    "rate", "A layer of rate neurons, y = f(W x), whose weights change by one rule.", "oja1982",
    "kind = \"rate\"\ninputs = 100", "kind", fields({activation()}, 1), make<Lateral::none>);

const NetworkComponent hierarchical = base::component<Network, NetworkContext>(
    "hierarchical",
    "Rate neurons in an order: y_i = f(sum_j w_ij x_j + sum_{k<i} u_ik y_k); rules 'feedforward' and 'lateral'.",
    "rubner1989", "kind = \"hierarchical\"\ninputs = 50\noutputs = 5", "kind", fields({activation()}, 2),
    make<Lateral::hierarchical>);

const NetworkComponent symmetric = base::component<Network, NetworkContext>(
    "symmetric", "Rate neurons that all reach each other: y = (I - U)^-1 W x; rules 'feedforward' and 'lateral'.",
    "foldiak1989", "kind = \"symmetric\"\ninputs = 50\noutputs = 5", "kind", fields({}, 2), make<Lateral::symmetric>);

}  // namespace

const std::vector<const NetworkComponent*>& networks() {
  static const std::vector<const NetworkComponent*> list{&rate, &hierarchical, &symmetric, &spiking_neuron, &recurrent};
  return list;
}

}  // namespace carve::network
