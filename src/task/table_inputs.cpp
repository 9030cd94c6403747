// A user's own samples: each trial draws rows of a table at random.
#include <fmt/format.h>

#include "carve/task/empirical.hpp"
#include "carve/task/table_file.hpp"

namespace carve::task {
namespace {

struct Options {
  std::string file;
  double validation_share = 0.2;
};

class TableInputs final : public Inputs {
 public:
  TableInputs(NumberTable table, double validation_share)
      : table_(std::move(table)),
        search_rows_(table_.rows - static_cast<std::size_t>(static_cast<double>(table_.rows) * validation_share)) {}

  [[nodiscard]] Samples sample(const SampleRequest& request) const override {
    const bool unseen = request.split == Split::validation && search_rows_ < table_.rows;
    const std::size_t first = unseen ? search_rows_ : 0;
    const std::size_t count = unseen ? table_.rows - search_rows_ : search_rows_;
    IndexStream stream(request.seed, request.trial, 0);
    Samples samples;
    samples.values.resize(request.steps * table_.columns);
    for (std::size_t step = 0; step < request.steps; ++step) {
      const float* const row = table_.values.data() + (first + stream.next(count)) * table_.columns;
      std::copy(row, row + table_.columns, samples.values.data() + step * table_.columns);
    }
    finish_empirical(request, table_.columns, samples);
    return samples;
  }

 private:
  NumberTable table_;
  std::size_t search_rows_;  // the last rows are kept for validation
};

std::unique_ptr<Inputs> make(const Options& options, const InputsContext& context, const base::Span& place,
                             base::Diagnostics& diagnostics) {
  std::optional<NumberTable> table = read_table(resolve_path(options.file, context.folder), place, diagnostics);
  if (!table) return nullptr;
  if (table->columns != context.inputs) {
    diagnostics.error(
        place,
        fmt::format("'{}' has {} columns, but the network has {} inputs", options.file, table->columns, context.inputs),
        fmt::format("set inputs = {} in [network]", table->columns));
    return nullptr;
  }
  return std::make_unique<TableInputs>(std::move(*table), options.validation_share);
}

}  // namespace

const InputsComponent table_inputs = base::component<Inputs, InputsContext>(
    "table", "Rows of your own table (.npy or CSV), drawn at random; one column per input.", "",
    "kind = \"table\"\nfile = \"samples.csv\"", "kind",
    base::Schema<Options>{
        {base::field(&Options::file, "file", "a .npy array or a text table, beside this file").required(),
         base::field(&Options::validation_share, "validation_share",
                     "share of the rows, the last ones, kept for confirmation", base::between(0, 0.9))}},
    make);

}  // namespace carve::task
