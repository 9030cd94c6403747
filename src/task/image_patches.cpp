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
  std::int64_t size = 10;
  std::int64_t images = 0;
  Contrast contrast = Contrast::centre;
  double min_contrast = 0.05;
};

/// Data sets by name: where Debian's packages put them.
struct KnownDataset {
  std::string_view name, search, validation, package;
};
constexpr KnownDataset known_datasets[] = {
    {"fashion-mnist", "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz",
     "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz", "dataset-fashion-mnist"}};

/// Patches with less contrast than asked for are drawn again, but not for ever.
constexpr int most_draws = 200;

class ImagePatches final : public Inputs {
 public:
  ImagePatches(Images search, Images validation, const Options& options)
      : search_(std::move(search)), validation_(std::move(validation)), options_(options) {}

  [[nodiscard]] std::optional<ImageShape> image() const override {
    const auto size = static_cast<std::size_t>(options_.size);
    return ImageShape{size, size};
  }

  [[nodiscard]] Samples sample(const SampleRequest& request) const override {
    const bool own = request.split == Split::validation && validation_.count > 0;
    const Images& images = own ? validation_ : search_;
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
        if (cut(images, image, row, column, patch)) break;
      }
    }
    finish_empirical(request, pixels, samples);
    return samples;
  }

 private:
  /// Copies a patch (grey values 0 to 1) and adjusts its contrast; false where it has less than the least contrast.
  [[nodiscard]] bool cut(const Images& images, std::size_t image, std::size_t row, std::size_t column,
                         float* patch) const {
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
    if (deviation < options_.min_contrast) return false;
    if (options_.contrast == Contrast::none) return true;
    const double gain = options_.contrast == Contrast::normalise ? 1 / deviation : 1.0;
    for (std::size_t i = 0; i < size * size; ++i) patch[i] = static_cast<float>((patch[i] - mean) * gain);
    return true;
  }

  Images search_;
  Images validation_;
  Options options_;
};

/// Loads one file of images and checks that patches fit; reports at `place`.
std::optional<Images> load(const std::string& path, const std::string& hint, const Options& options,
                           const base::Span& place, base::Diagnostics& diagnostics) {
  std::string problem;
  std::optional<Images> images = read_idx(path, problem);
  if (!images) {
    diagnostics.error(place, problem, hint);
    return std::nullopt;
  }
  const auto size = static_cast<std::size_t>(options.size);
  if (images->rows >= size && images->columns >= size) return images;
  diagnostics.error(place, fmt::format("patches of {} x {} do not fit into images of {} x {}", size, size, images->rows,
                                       images->columns));
  return std::nullopt;
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
  std::string search = resolve_path(options.dataset, context.folder);
  std::string validation = options.validation.empty() ? "" : resolve_path(options.validation, context.folder);
  std::string hint = "a known name (\"fashion-mnist\") or the path of an idx file";
  for (const KnownDataset& known : known_datasets) {
    if (options.dataset != known.name) continue;
    search = known.search;
    if (validation.empty()) validation = known.validation;
    hint = fmt::format("install it: apt install {}", known.package);
  }
  auto images = load(search, hint, options, place, diagnostics);
  if (!images) return nullptr;
  auto unseen = validation.empty() ? Images{} : load(validation, hint, options, place, diagnostics);
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
