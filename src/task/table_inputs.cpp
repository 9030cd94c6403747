// A user's own samples: each trial draws rows of a table at random.
#include <algorithm>

#include <fmt/format.h>

#include "carve/task/empirical.hpp"
#include "carve/task/table_file.hpp"

namespace carve::task {
namespace {

struct Options {
  std::string file;
  std::string label;
  double validation_share = 0.2;
};

class TableInputs final : public Inputs {
 public:
  /// labels: the class of each row, or nothing.
  TableInputs(NumberTable table, std::vector<std::uint8_t> labels, double validation_share)
      : table_(std::move(table)),
        labels_(std::move(labels)),
        search_rows_(table_.rows - static_cast<std::size_t>(static_cast<double>(table_.rows) * validation_share)) {}

  [[nodiscard]] LabelInfo labels() const override {
    if (labels_.empty()) return {};
    const std::size_t unseen = table_.rows - search_rows_;
    return {.samples = unseen > 0 ? std::min(search_rows_, unseen) : search_rows_,
            .classes = *std::max_element(labels_.begin(), labels_.end()) + std::size_t{1}};
  }

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
    DistinctIndices rows({request.seed, request.trial, 1}, request.labelled > 0 ? count : 0);
    for (std::size_t k = 0; k < request.labelled; ++k) {
      const std::size_t row = first + rows.next();
      const float* const values = table_.values.data() + row * table_.columns;
      samples.labelled.insert(samples.labelled.end(), values, values + table_.columns);
      samples.labels.push_back(labels_[row]);
    }
    finish_empirical(request, table_.columns, samples);
    return samples;
  }

 private:
  NumberTable table_;
  std::vector<std::uint8_t> labels_;
  std::size_t search_rows_;  // the last rows are kept for validation
};

/// The column that `label` names, by its name on top of the table or its number from 1.
std::optional<std::size_t> label_column(const NumberTable& table, const std::string& label) {
  const auto named = std::find(table.names.begin(), table.names.end(), label);
  if (named != table.names.end() && table.names.size() == table.columns)
    return static_cast<std::size_t>(named - table.names.begin());
  for (std::size_t column = 0; column < table.columns; ++column) {
    if (std::to_string(column + 1) == label) return column;
  }
  return std::nullopt;
}

constexpr std::size_t most_classes = 100;

/// Takes the column of labels out of the table: each different number is a class, in rising order. Nothing after
/// reporting.
std::optional<std::vector<std::uint8_t>> take_labels(const Options& options, NumberTable& table,
                                                     const base::Span& place, base::Diagnostics& diagnostics) {
  const std::optional<std::size_t> column = label_column(table, options.label);
  if (!column) {
    diagnostics.error(place,
                      fmt::format("'{}' has no column '{}'{}", options.file, options.label,
                                  base::did_you_mean(options.label, table.names)),
                      fmt::format("a name in its first line, or a number from 1 to {}", table.columns));
    return std::nullopt;
  }
  std::vector<float> given, rest;
  for (std::size_t at = 0; at < table.values.size(); ++at)
    (at % table.columns == *column ? given : rest).push_back(table.values[at]);
  std::vector<float> classes = given;
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  if (classes.size() < 2 || classes.size() > most_classes) {
    diagnostics.error(
        place, fmt::format("column '{}' of '{}' holds {} different number{}: labels are 2 to {} classes", options.label,
                           options.file, classes.size(), classes.size() == 1 ? "" : "s", most_classes));
    return std::nullopt;
  }
  table.values = std::move(rest);
  --table.columns;
  std::vector<std::uint8_t> labels;
  for (const float each : given) {
    labels.push_back(
        static_cast<std::uint8_t>(std::lower_bound(classes.begin(), classes.end(), each) - classes.begin()));
  }
  return labels;
}

std::unique_ptr<Inputs> make(const Options& options, const InputsContext& context, const base::Span& place,
                             base::Diagnostics& diagnostics) {
  std::optional<NumberTable> table = read_table(resolve_path(options.file, context.folder), place, diagnostics);
  if (!table) return nullptr;
  std::vector<std::uint8_t> labels;
  if (!options.label.empty()) {
    auto taken = take_labels(options, *table, place, diagnostics);
    if (!taken) return nullptr;
    labels = std::move(*taken);
  }
  if (table->columns != context.inputs) {
    diagnostics.error(place,
                      fmt::format("'{}' has {} columns{}, but the network has {} inputs", options.file, table->columns,
                                  labels.empty() ? "" : " beside the labels", context.inputs),
                      fmt::format("set inputs = {} in [network]", table->columns));
    return nullptr;
  }
  return std::make_unique<TableInputs>(std::move(*table), std::move(labels), options.validation_share);
}

}  // namespace

const InputsComponent table_inputs = base::component<Inputs, InputsContext>(
    "table", "Rows of your own table (.npy or CSV), drawn at random; one column per input.", "",
    "kind = \"table\"\nfile = \"samples.csv\"", "kind",
    base::Schema<Options>{
        {base::field(&Options::file, "file", "a .npy array or a text table, beside this file").required(),
         base::field(&Options::label, "label",
                     "column that holds each sample's class, by its name on top or its number from 1; no input then"),
         base::field(&Options::validation_share, "validation_share",
                     "share of the rows, the last ones, kept for confirmation", base::between(0, 0.9))}},
    make);

}  // namespace carve::task
