// What a rank does that does not lead: Run::follow.
#include "carve/base/error.hpp"
#include "carve/experiment/answer/answer.hpp"
#include "carve/experiment/orders.hpp"
#include "carve/experiment/outer_loop.hpp"
#include "carve/experiment/run.hpp"

namespace carve::experiment {

void Run::follow(evaluate::Ranks& ranks) {
  const std::string text = ranks.from_leader({});
  if (text.empty()) return;
  const Orders orders = unpack_orders(text);
  base::Diagnostics diagnostics;
  const auto source = std::make_shared<const base::Source>(base::Source{orders.file, orders.experiment});
  const auto experiment = read_experiment(source, {}, diagnostics, orders.file);
  if (!experiment) throw base::EnvironmentError("the experiment cannot be read here\n" + diagnostics.render());
  if (!orders.search.empty() && !experiment->optimiser->load(orders.search))
    throw base::EnvironmentError("the state of the search does not fit here");
  if (fingerprint(*experiment) != orders.fingerprint) {
    throw base::EnvironmentError("the experiment's data are not the leader's",
                                 "every machine needs the same files at the same paths");
  }
  const evaluate::Workers workers(ranks);
  try {
    OuterLoop loop(*experiment, workers, orders.generation, 0);
    while (!loop.over()) (void)loop.next();
    (void)find_answer(*experiment, unpack_points(ranks.from_leader({})), workers);
  } catch (const evaluate::Stopped&) {  // the leader says so
  }
}

}  // namespace carve::experiment
