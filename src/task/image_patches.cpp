// Patches of real images: each trial draws its own images and places.
#include <cmath>

#include <fmt/format.h>

#include "carve/task/empirical.hpp"
#include "carve/task/idx_file.hpp"

namespace carve::task {
namespace {

enum class Contrast { none, centre, normalise };

struct Options {
  std::string dataset = "fashion-mnist";
  std::string validation;
  std::string labels;
  std::string validation_labels;
  std::int64_t size = 10;
  std::int64_t images = 0;
  Contrast contrast = Contrast::centre;
  double min_contrast = 0.05;
};

/// Data sets by name: where Debian's packages put them.
struct KnownDataset {
  std::string_view name, search, validation, labels, validation_labels, package;
};
constexpr KnownDataset known_datasets[] = {
    {"fashion-mnist", "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz",
     "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz",
     "/usr/share/datasets/fashion-mnist/train-labels-idx1-ubyte.gz",
     "/usr/share/datasets/fashion-mnist/t10k-labels-idx1-ubyte.gz", "dataset-fashion-mnist"}};

/// A file of images and, where they are known, their classes.
struct ImageSet {
  Images images;
  std::vector<std::uint8_t> labels;
};

/// Patches with less contrast than asked for are drawn again, but not for ever.
constexpr int most_draws = 200;

class ImagePatches final : public Inputs {
 public:
  ImagePatches(ImageSet search, ImageSet validation, const Options& options)
      : search_(std::move(search)), validation_(std::move(validation)), options_(options) {}

  [[nodiscard]] std::optional<ImageShape> image() const override {
    const auto size = static_cast<std::size_t>(options_.size);
    return ImageShape{size, size};
  }

  [[nodiscard]] LabelInfo labels() const override {
    const bool own = validation_.images.count > 0;
    LabelInfo info{.samples = search_.labels.size()};
    if (own) info.samples = std::min(info.samples, validation_.labels.size());
    for (const ImageSet* set : {&search_, &validation_}) {
      for (const std::uint8_t each : set->labels) info.classes = std::max<std::size_t>(info.classes, each + 1U);
    }
    return info;
  }

  [[nodiscard]] Samples sample(const SampleRequest& request) const override {
    const bool own = request.split == Split::validation && validation_.images.count > 0;
    const ImageSet& set = own ? validation_ : search_;
    const Images& images = set.images;
    const auto size = static_cast<std::size_t>(options_.size);
    const std::size_t pixels = size * size;
    IndexStream stream(request.seed, request.trial, 0);
    std::vector<std::size_t> chosen;  // the images of this trial
    for (std::int64_t i = 0; i < options_.images; ++i) chosen.push_back(stream.next(images.count));
    Samples samples;
    samples.values.resize(request.steps * pixels);
    for (std::size_t step = 0; step < request.steps; ++step) {
      float* const patch = samples.values.data() + step * pixels;
      for (int draw = 0; draw < most_draws; ++draw) {
        const std::size_t image = chosen.empty() ? stream.next(images.count) : chosen[stream.next(chosen.size())];
        const std::size_t row = stream.next(images.rows - size + 1);
        const std::size_t column = stream.next(images.columns - size + 1);
        if (cut(images, image, row, column, options_.min_contrast, patch)) break;
      }
    }
    if (request.labelled > 0) add_labelled(request, set, samples);
    finish_empirical(request, pixels, samples);
    return samples;
  }

 private:
  /// Different images, whatever their contrast, with their classes.
  void add_labelled(const SampleRequest& request, const ImageSet& set, Samples& samples) const {
    const std::size_t pixels = set.images.rows * set.images.columns;
    samples.labelled.resize(request.labelled * pixels);
    DistinctIndices images({request.seed, request.trial, 1}, set.labels.size());
    for (std::size_t k = 0; k < request.labelled; ++k) {
      const std::size_t image = images.next();
      (void)cut(set.images, image, 0, 0, 0, samples.labelled.data() + k * pixels);
      samples.labels.push_back(set.labels[image]);
    }
  }

  /// Copies a patch (grey values 0 to 1) and adjusts its contrast; false where it has less than `least_contrast`.
  [[nodiscard]] bool cut(const Images& images, std::size_t image, std::size_t row, std::size_t column,
                         double least_contrast, float* patch) const {
    const auto size = static_cast<std::size_t>(options_.size);
    const auto pixels = static_cast<double>(size * size);
    double mean = 0;
    double square = 0;
    for (std::size_t r = 0; r < size; ++r) {
      const std::uint8_t* const from = images.image(image) + (row + r) * images.columns + column;
      for (std::size_t c = 0; c < size; ++c) {
        const double grey = from[c] / 255.0;
        patch[r * size + c] = static_cast<float>(grey);
        mean += grey;
        square += grey * grey;
      }
    }
    mean /= pixels;
    const double deviation = std::sqrt(std::max(0.0, square / pixels - mean * mean));
    if (deviation < least_contrast) return false;
    if (options_.contrast == Contrast::none) return true;
    const double gain = options_.contrast == Contrast::normalise && deviation > 0 ? 1 / deviation : 1.0;
    for (std::size_t i = 0; i < size * size; ++i) patch[i] = static_cast<float>((patch[i] - mean) * gain);
    return true;
  }

  ImageSet search_;
  ImageSet validation_;
  Options options_;
};

/// Loads one file of images, and of labels where one is named, and checks that they fit; reports at `place`.
std::optional<ImageSet> load(const std::string& path, const std::string& labels, const std::string& hint,
                             const Options& options, const base::Span& place, base::Diagnostics& diagnostics) {
  const auto refuse = [&](const std::string& why, const std::string& what_to_do = "") {
    diagnostics.error(place, why, what_to_do);
    return std::nullopt;
  };
  std::string problem;
  std::optional<Images> images = read_idx(path, problem);
  if (!images) return refuse(problem, hint);
  const auto size = static_cast<std::size_t>(options.size);
  if (images->rows < size || images->columns < size) {
    return refuse(
        fmt::format("patches of {} x {} do not fit into images of {} x {}", size, size, images->rows, images->columns));
  }
  ImageSet set{std::move(*images), {}};
  const bool whole = set.images.rows == size && set.images.columns == size;
  const bool asked = !options.labels.empty() || !options.validation_labels.empty();
  if (labels.empty() || (!whole && !asked)) return set;
  if (!whole) {
    return refuse(fmt::format("labels are of whole images, and patches of {} x {} are parts of {} x {}", size, size,
                              set.images.rows, set.images.columns));
  }
  auto read = read_idx_labels(labels, problem);
  if (!read) return refuse(problem, hint);
  if (read->size() != set.images.count)
    return refuse(fmt::format("'{}' has {} labels for {} images", labels, read->size(), set.images.count));
  set.labels = std::move(*read);
  return set;
}

std::unique_ptr<Inputs> make(const Options& options, const InputsContext& context, const base::Span& place,
                             base::Diagnostics& diagnostics) {
  const auto size = static_cast<std::size_t>(options.size);
  if (size * size != context.inputs) {
    diagnostics.error(place,
                      fmt::format("patches of {} x {} are {} inputs, but the network has {}", size, size, size * size,
                                  context.inputs),
                      fmt::format("set inputs = {} in [network], or another size", size * size));
    return nullptr;
  }
  const auto resolved = [&](const std::string& path) {
    return path.empty() ? path : resolve_path(path, context.folder);
  };
  std::string search = resolved(options.dataset);
  std::string validation = resolved(options.validation);
  std::string labels = resolved(options.labels);
  std::string validation_labels = resolved(options.validation_labels);
  std::string hint = "a known name (\"fashion-mnist\") or the path of an idx file";
  for (const KnownDataset& known : known_datasets) {
    if (options.dataset != known.name) continue;
    search = known.search;
    if (labels.empty()) labels = known.labels;
    if (validation.empty()) {
      validation = known.validation;
      if (validation_labels.empty()) validation_labels = known.validation_labels;
    }
    hint = fmt::format("install it: apt install {}", known.package);
  }
  auto images = load(search, labels, hint, options, place, diagnostics);
  if (!images) return nullptr;
  auto unseen =
      validation.empty() ? ImageSet{} : load(validation, validation_labels, hint, options, place, diagnostics);
  if (!unseen) return nullptr;
  return std::make_unique<ImagePatches>(std::move(*images), std::move(*unseen), options);
}

}  // namespace

const InputsComponent image_patches = base::component<Inputs, InputsContext>(
    "image_patches", "Square patches at random places of real images, grey values from 0 to 1.", "xiao2017",
    "kind = \"image_patches\"\nsize = 10", "kind",
    base::Schema<Options>{
        {base::field(&Options::dataset, "dataset", "\"fashion-mnist\" or an idx file (plain or .gz), beside this file"),
         base::field(&Options::validation, "validation",
                     "idx file of the images that confirm; a known set has its own"),
         base::field(&Options::labels, "labels",
                     "idx file of the images' classes, for whole images; a known set has its own"),
         base::field(&Options::validation_labels, "validation_labels", "the same for the images that confirm"),
         base::field(&Options::size, "size", "width and height of a patch in pixels", base::between(1, 300)),
         base::field(&Options::images, "images", "images that one trial draws from; 0: all", base::between(0, 1e6)),
         base::choice(&Options::contrast, "contrast",
                      "of each patch: as it is, its mean taken away, or also scaled to unit variance",
                      base::Choices<Contrast>{
                          {"none", Contrast::none}, {"centre", Contrast::centre}, {"normalise", Contrast::normalise}}),
         base::field(&Options::min_contrast, "min_contrast", "patches whose grey values deviate less are drawn again",
                     base::between(0, 0.5))}},
    make);

}  // namespace carve::task
