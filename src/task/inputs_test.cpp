// Inputs keep what they promise: spectrum, components, scale, splits; the same bits everywhere.
#include <algorithm>
#include <array>
#include <set>

#include <gtest/gtest.h>
#include <zlib.h>

#include <fmt/format.h>

#include "carve/task/test_support.hpp"

namespace carve::task {
namespace {

using test::dot;
using test::Fields;
using test::Folder;
using test::make;
using test::rayleigh;
using test::second_moments;
using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

AssertionResult orthonormal(const std::vector<double>& vectors, std::size_t size, double tolerance) {
  const std::size_t count = vectors.size() / size;
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      const double product = dot(vectors.data() + a * size, vectors.data() + b * size, size);
      if (!(std::abs(product - (a == b ? 1 : 0)) <= tolerance))
        return AssertionFailure() << a << "." << b << " = " << product;
    }
  }
  return AssertionSuccess();
}

TEST(GaussianInputs, sample_covariance_approaches_the_promised_spectrum) {
  constexpr std::size_t size = 12;
  const auto inputs = make<Inputs>(gaussian_inputs, InputsContext{size, ""}, {{"ratio", 0.7}, {"floor", 0.05}});
  const Samples samples = inputs->sample({.seed = 5, .trial = 3, .steps = 40000, .scale = 1.5, .components = size});
  ASSERT_EQ(samples.components.size(), size * size);
  EXPECT_TRUE(orthonormal(samples.components, size, 1e-5));
  const std::vector<double> matrix = second_moments(samples.values, size);
  for (std::size_t k = 0; k < size; ++k) {
    const double promised = std::max(std::pow(0.7, static_cast<double>(k)), 0.05) * 1.5 * 1.5;
    const auto found = rayleigh(matrix, samples.components.data() + k * size, size);
    EXPECT_NEAR(found.value / promised, 1, 0.035) << k;  // 5 standard errors of a variance
    EXPECT_LE(found.residual, 0.08) << k;
  }
}

TEST(GaussianInputs, given_eigenvalues_are_relative_to_the_first_and_the_rest_is_the_floor) {
  const auto inputs = make<Inputs>(gaussian_inputs, InputsContext{4, ""},
                                   {{"eigenvalues", base::Array{{4.0, {}}, {1.0, {}}}}, {"floor", 0.01}});
  const Samples samples = inputs->sample({.seed = 1, .steps = 40000, .scale = 1, .components = 4});
  const std::vector<double> matrix = second_moments(samples.values, 4);
  const double promised[] = {1, 0.25, 0.01, 0.01};
  for (std::size_t k = 0; k < 4; ++k)
    EXPECT_NEAR(rayleigh(matrix, samples.components.data() + 4 * k, 4).value / promised[k], 1, 0.035);
}

TEST(GaussianInputs, axes_differ_between_trials_and_are_spread_over_all_directions) {
  constexpr std::size_t size = 30;
  const auto inputs = make<Inputs>(gaussian_inputs, InputsContext{size, ""}, {});
  std::vector<double> squares(size, 0.0);
  constexpr std::size_t trials = 400;
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    const Samples samples = inputs->sample({.seed = 1, .trial = trial, .steps = 1, .components = 1});
    for (std::size_t i = 0; i < size; ++i) squares[i] += samples.components[i] * samples.components[i];
  }
  // On a sphere each coordinate's square has mean 1 / size and deviation about sqrt 2 / size.
  for (const double sum : squares) EXPECT_NEAR(sum / trials * size, 1, 5 * std::sqrt(2.0 / trials));
}

TEST(GaussianInputs, bits_depend_on_seed_and_trial_alone) {
  const auto inputs = make<Inputs>(gaussian_inputs, InputsContext{7, ""}, {});
  const auto draw = [&](std::uint64_t seed, std::uint32_t trial, std::size_t steps) {
    return inputs->sample({.seed = seed, .trial = trial, .steps = steps, .components = 2});
  };
  const Samples first = draw(1, 2, 130);
  test::on_each_isa([&] {
    const Samples again = draw(1, 2, 130);
    EXPECT_EQ(again.values, first.values);
    EXPECT_EQ(again.components, first.components);
  });
  const Samples shorter = draw(1, 2, 65);
  EXPECT_TRUE(std::equal(shorter.values.begin(), shorter.values.end(), first.values.begin()));
  EXPECT_NE(draw(1, 3, 130).values, first.values);
  EXPECT_NE(draw(2, 2, 130).values, first.values);
}

TEST(GaussianInputs, very_many_inputs_are_made_at_once) {  // took minutes when each eigenvalue was a power of its own
  EXPECT_TRUE(make<Inputs>(gaussian_inputs, InputsContext{100000, ""}, {{"ratio", 1.0}}));
}

TEST(GaussianInputs, mistakes_are_reported) {
  std::string problems;
  EXPECT_FALSE(make<Inputs>(gaussian_inputs, InputsContext{1, ""}, {{"eigenvalues", base::Array{{2.0, {}}, {1.0, {}}}}},
                            &problems));
  EXPECT_NE(problems.find("2 eigenvalues for 1 inputs"), std::string::npos) << problems;
  EXPECT_FALSE(make<Inputs>(gaussian_inputs, InputsContext{2, ""}, {{"eigenvalues", base::Array{{1.0, {}}, {2.0, {}}}}},
                            &problems));
  EXPECT_NE(problems.find("not in falling order"), std::string::npos) << problems;
}

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xFF);
  return bytes;
}

/// An idx file of images whose pixels are given by a function of (image, row, column).
template <class Pixel>
std::string idx(std::uint32_t count, std::uint32_t rows, std::uint32_t columns, Pixel pixel) {
  std::string content = big_endian(0x00000803) + big_endian(count) + big_endian(rows) + big_endian(columns);
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::uint32_t r = 0; r < rows; ++r) {
      for (std::uint32_t c = 0; c < columns; ++c) content += static_cast<char>(pixel(i, r, c));
    }
  }
  return content;
}

void write_gz(const std::string& path, const std::string& content) {
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
}

std::uint32_t noise(std::uint32_t i, std::uint32_t r, std::uint32_t c) {
  return (i * 7919 + r * 104729 + c * 1299709 + i * r * c * 31) % 251;
}

TEST(ImagePatches, gz_and_plain_files_give_the_same_samples_centred_scaled_and_with_their_components) {
  const Folder folder;
  const std::string images = idx(9, 12, 11, noise);
  folder.write("plain", images);
  write_gz(folder / "packed.gz", images);
  const InputsContext context{16, folder.path()};
  const auto plain =
      make<Inputs>(image_patches, context, {{"dataset", std::string("plain")}, {"size", std::int64_t{4}}});
  const auto packed =
      make<Inputs>(image_patches, context, {{"dataset", std::string("packed.gz")}, {"size", std::int64_t{4}}});
  ASSERT_TRUE(plain && packed);
  EXPECT_EQ(plain->image()->rows, 4U);
  const SampleRequest request{.seed = 2, .trial = 1, .steps = 300, .scale = 1.7, .components = 3};
  const Samples samples = plain->sample(request);
  EXPECT_EQ(packed->sample(request).values, samples.values);
  test::on_each_isa([&] {
    EXPECT_EQ(plain->sample(request).values, samples.values);
    EXPECT_EQ(plain->sample(request).components, samples.components);
  });
  for (std::size_t i = 0; i < 16; ++i) {
    double mean = 0;
    for (std::size_t t = 0; t < request.steps; ++t) mean += static_cast<double>(samples.values[t * 16 + i]) / 300;
    EXPECT_NEAR(mean, 0, 1e-6);
  }
  EXPECT_TRUE(orthonormal(samples.components, 16, 1e-9));
  const std::vector<double> matrix = second_moments(samples.values, 16);
  double before = 1.7 * 1.7;
  for (std::size_t k = 0; k < 3; ++k) {
    const auto found = rayleigh(matrix, samples.components.data() + k * 16, 16);
    EXPECT_LE(found.residual, 1e-5);
    EXPECT_LE(found.value, before * (1 + 1e-5));
    if (k == 0) {
      EXPECT_NEAR(found.value, before, 1e-4);
    }
    before = found.value;
  }
}

TEST(ImagePatches, contrast_options_say_what_a_patch_becomes) {
  // One image of two columns, 51 and 153: every 1 x ... patch of size 2 is the same, with mean 0.4 and deviation 0.2.
  const Folder folder;
  folder.write("two", idx(1, 2, 2, [](auto, auto, auto c) { return c == 0 ? 51U : 153U; }));
  folder.write("dark", idx(1, 2, 2, [](auto, auto, auto) { return 0U; }));
  // After centring over a trial nothing is left of patches that are all equal, whatever the contrast.
  for (const std::string contrast : {"none", "centre", "normalise"}) {
    const auto inputs =
        make<Inputs>(image_patches, InputsContext{4, folder.path()},
                     {{"dataset", std::string("two")}, {"size", std::int64_t{2}}, {"contrast", contrast}});
    const Samples samples = inputs->sample({.seed = 1, .steps = 10, .components = 2});
    for (const float each : samples.values) EXPECT_NEAR(each, 0, 1e-6);
    EXPECT_TRUE(orthonormal(samples.components, 4, 1e-9));
  }
  // Without any contrast to be found, drawing ends and the samples are zeros, not not-a-number.
  const auto dark = make<Inputs>(image_patches, InputsContext{4, folder.path()},
                                 {{"dataset", std::string("dark")}, {"size", std::int64_t{2}}});
  for (const float each : dark->sample({.seed = 1, .steps = 3, .components = 1}).values) EXPECT_EQ(each, 0.0F);
  // Images that differ in brightness alone: 'none' keeps that as the first component, 'centre' takes it away.
  folder.write("bright",
               idx(40, 2, 2, [](auto i, auto r, auto c) { return 40 + 4 * i + 10 * ((i * 5 + r * 3 + c * 7) % 4); }));
  const auto along_uniform = [&](const std::string& contrast) {
    const auto inputs = make<Inputs>(
        image_patches, InputsContext{4, folder.path()},
        {{"dataset", std::string("bright")}, {"size", std::int64_t{2}}, {"contrast", contrast}, {"min_contrast", 0.0}});
    const Samples samples = inputs->sample({.seed = 1, .steps = 200, .components = 1});
    return std::abs(samples.components[0] + samples.components[1] + samples.components[2] + samples.components[3]) / 2;
  };
  EXPECT_GT(along_uniform("none"), 0.99);
  EXPECT_LT(along_uniform("centre"), 1e-5);
  EXPECT_LT(along_uniform("normalise"), 1e-5);
}

TEST(ImagePatches, validation_draws_from_its_own_images) {
  const Folder folder;
  // Horizontal stripes in the one, vertical ones in the other: their first components are orthogonal.
  folder.write("rows", idx(3, 6, 6, [](auto i, auto r, auto) { return (r + i) % 2 * 200; }));
  folder.write("columns", idx(3, 6, 6, [](auto i, auto, auto c) { return (c + i) % 2 * 200; }));
  const auto inputs = make<Inputs>(
      image_patches, InputsContext{4, folder.path()},
      {{"dataset", std::string("rows")}, {"validation", std::string("columns")}, {"size", std::int64_t{2}}});
  const auto component = [&](Split split) {
    return inputs->sample({.seed = 1, .split = split, .steps = 50, .components = 1}).components;
  };
  const auto rows = component(Split::search), columns = component(Split::validation);
  EXPECT_NEAR(std::abs(rows[0] + rows[1] - rows[2] - rows[3]), 2, 1e-6);
  EXPECT_NEAR(std::abs(columns[0] - columns[1] + columns[2] - columns[3]), 2, 1e-6);
}

TEST(ImagePatches, a_trial_with_few_images_draws_from_those_alone) {
  const Folder folder;
  folder.write("shades", idx(50, 2, 2, [](auto i, auto r, auto c) { return i + (r * 2 + c) * 40; }));
  const auto different = [&](std::int64_t images) {
    const auto inputs = make<Inputs>(image_patches, InputsContext{4, folder.path()},
                                     {{"dataset", std::string("shades")},
                                      {"size", std::int64_t{2}},
                                      {"images", images},
                                      {"contrast", std::string("none")}});
    const Samples samples = inputs->sample({.seed = 1, .steps = 200, .components = 1});
    std::set<float> values;
    for (std::size_t t = 0; t < 200; ++t) values.insert(samples.values[4 * t]);
    return values.size();
  };
  EXPECT_LE(different(3), 3U);
  EXPECT_GE(different(0), 40U);
}

std::string idx_labels(const std::vector<std::uint8_t>& labels) {
  return big_endian(0x00000801) + big_endian(static_cast<std::uint32_t>(labels.size())) +
         std::string(labels.begin(), labels.end());
}

TEST(ImagePatches, whole_images_keep_their_labels) {
  const Folder folder;
  // Image i has its bright pixel at place i % 4, which is its class.
  const auto bright = [](auto i, auto r, auto c) { return r * 2 + c == i % 4 ? 200U : 0U; };
  folder.write("search", idx(12, 2, 2, bright));
  folder.write("unseen", idx(8, 2, 2, bright));
  write_gz(folder / "labels.gz", idx_labels({0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3}));
  folder.write("unseen_labels", idx_labels({0, 1, 2, 3, 0, 1, 2, 3}));
  const Fields fields{{"dataset", std::string("search")},
                      {"validation", std::string("unseen")},
                      {"labels", std::string("labels.gz")},
                      {"validation_labels", std::string("unseen_labels")},
                      {"size", std::int64_t{2}}};
  const auto inputs = make<Inputs>(image_patches, InputsContext{4, folder.path()}, fields);
  EXPECT_EQ(inputs->labels().samples, 8U);
  EXPECT_EQ(inputs->labels().classes, 4U);
  for (const Split split : {Split::search, Split::validation}) {
    const Samples samples = inputs->sample({.seed = 1, .split = split, .steps = 40, .components = 1, .labelled = 8});
    ASSERT_EQ(samples.labels.size(), 8U);
    ASSERT_EQ(samples.labelled.size(), 32U);
    std::set<float> values(samples.values.begin(), samples.values.end());
    std::array<int, 4> counts{};
    for (std::size_t k = 0; k < 8; ++k) {
      const float* const x = samples.labelled.data() + 4 * k;
      EXPECT_EQ(std::max_element(x, x + 4) - x, samples.labels[k]);
      EXPECT_TRUE(values.contains(x[0])) << "treated like the steps";
      ++counts[samples.labels[k]];
    }
    if (split == Split::validation) {
      EXPECT_EQ(counts, (std::array{2, 2, 2, 2}));  // every image once
    }
    // Asking for labels changes nothing else.
    const Samples without = inputs->sample({.seed = 1, .split = split, .steps = 40, .components = 1});
    EXPECT_EQ(without.values, samples.values);
    EXPECT_TRUE(without.labels.empty());
  }
}

TEST(ImagePatches, labels_that_do_not_fit_are_refused) {
  const Folder folder;
  folder.write("images", idx(5, 8, 8, noise));
  folder.write("good", idx_labels({0, 1, 2, 3, 4}));
  folder.write("few", idx_labels({0, 1}));
  folder.write("cut", idx_labels({0, 1, 2, 3, 4}).substr(0, 11));
  const auto problem = [&](const std::string& labels, std::int64_t size) {
    std::string problems;
    EXPECT_FALSE(make<Inputs>(image_patches, InputsContext{static_cast<std::size_t>(size * size), folder.path()},
                              {{"dataset", std::string("images")}, {"labels", labels}, {"size", size}}, &problems));
    return problems;
  };
  EXPECT_NE(problem("few", 8).find("has 2 labels for 5 images"), std::string::npos);
  EXPECT_NE(problem("cut", 8).find("5 labels are 5 bytes, but it ends after 3"), std::string::npos);
  EXPECT_NE(problem("images", 8).find("not an idx file of labels"), std::string::npos);
  EXPECT_NE(problem("good", 4).find("labels are of whole images"), std::string::npos);
  // Without labels there are none; with labels for the search alone, validation has none.
  const auto labels = [&](const Fields& more) {
    Fields fields{{"dataset", std::string("images")}, {"size", std::int64_t{8}}};
    fields.insert(fields.end(), more.begin(), more.end());
    return make<Inputs>(image_patches, InputsContext{64, folder.path()}, fields)->labels().samples;
  };
  EXPECT_EQ(labels({}), 0U);
  EXPECT_EQ(labels({{"labels", std::string("good")}}), 5U);
  EXPECT_EQ(labels({{"labels", std::string("good")}, {"validation", std::string("images")}}), 0U);
}

TEST(ImagePatches, damaged_files_are_refused_with_what_is_wrong) {
  const Folder folder;
  const std::string good = idx(5, 8, 8, noise);
  write_gz(folder / "good.gz", good);
  std::string packed;
  {
    std::ifstream file(folder / "good.gz", std::ios::binary);
    packed.assign(std::istreambuf_iterator<char>(file), {});
  }
  folder.write("cut", good.substr(0, good.size() - 1));
  folder.write("cut.gz", packed.substr(0, packed.size() / 2));
  folder.write("labels", big_endian(0x00000801) + good.substr(4));
  folder.write("empty", "");
  folder.write("huge", big_endian(0x00000803) + big_endian(0xFFFFFFFF) + big_endian(60000) + big_endian(60000) + "x");
  folder.write("large", big_endian(0x00000803) + big_endian(1000000) + big_endian(64) + big_endian(64) + "x");
  std::filesystem::create_directory(folder / "folder");
  const std::pair<const char*, const char*> cases[] = {
      {"cut", "cut short or damaged: 5 images of 8 x 8 pixels are 320 bytes, but it ends after 319"},
      {"cut.gz", "cut short or damaged"},
      {"labels", "is not an idx file of images"},
      {"empty", "is not an idx file of images"},
      {"huge", "claims 4294967295 images"},
      {"large", "cut short or damaged"},
      {"missing", "cannot read"},
      {"folder", "is a folder"},
      {"/dev/zero", "is no plain file"}};
  for (const auto& [name, words] : cases) {
    std::string problems;
    EXPECT_FALSE(make<Inputs>(image_patches, InputsContext{16, folder.path()},
                              {{"dataset", std::string(name)}, {"size", std::int64_t{4}}}, &problems));
    EXPECT_NE(problems.find(words), std::string::npos) << problems;
  }
  std::string problems;
  EXPECT_FALSE(make<Inputs>(image_patches, InputsContext{81, folder.path()},
                            {{"dataset", std::string("good.gz")}, {"size", std::int64_t{9}}}, &problems));
  EXPECT_NE(problems.find("9 x 9 do not fit into images of 8 x 8"), std::string::npos) << problems;
  EXPECT_FALSE(make<Inputs>(image_patches, InputsContext{15, folder.path()},
                            {{"dataset", std::string("good.gz")}, {"size", std::int64_t{4}}}, &problems));
  EXPECT_NE(problems.find("are 16 inputs, but the network has 15"), std::string::npos) << problems;
}

TEST(TableInputs, rows_come_from_the_right_end_of_the_table) {
  const Folder folder;
  std::string text = "a,b\n";
  for (int row = 0; row < 100; ++row) text += fmt::format("{},{}\n", row, row % 7);
  folder.write("samples.csv", text);
  const auto inputs = make<Inputs>(table_inputs, InputsContext{2, folder.path()},
                                   {{"file", std::string("samples.csv")}, {"validation_share", 0.25}});
  // Centred and scaled, but still on a line: the spread of the first column tells from how many rows was drawn.
  const auto distinct = [&](Split split) {
    const Samples samples = inputs->sample({.seed = 4, .split = split, .steps = 3000, .components = 1});
    std::set<float> values;
    for (std::size_t t = 0; t < 3000; ++t) values.insert(samples.values[2 * t]);
    return values.size();
  };
  EXPECT_EQ(distinct(Split::search), 75U);
  EXPECT_EQ(distinct(Split::validation), 25U);
  std::string problems;
  EXPECT_FALSE(
      make<Inputs>(table_inputs, InputsContext{3, folder.path()}, {{"file", std::string("samples.csv")}}, &problems));
  EXPECT_NE(problems.find("has 2 columns, but the network has 3 inputs"), std::string::npos) << problems;
}

TEST(TableInputs, a_column_may_hold_the_classes) {
  const Folder folder;
  std::string text = "a, kind ,b\n";
  for (int row = 0; row < 20; ++row) text += fmt::format("{},{},{}\n", row, row % 2 == 0 ? 7 : -1, row * row);
  folder.write("samples.csv", text);
  for (const std::string label : {"kind", "2"}) {
    const auto inputs = make<Inputs>(table_inputs, InputsContext{2, folder.path()},
                                     {{"file", std::string("samples.csv")}, {"label", label}});
    EXPECT_EQ(inputs->labels().samples, 4U);  // the rows that confirm
    EXPECT_EQ(inputs->labels().classes, 2U);
    const Samples samples =
        inputs->sample({.seed = 1, .split = Split::validation, .steps = 50, .components = 2, .labelled = 4});
    // Rows 16 to 19, each once: in the order of their first column, -1 and 7 take turns.
    std::vector<std::pair<float, std::uint8_t>> rows;
    for (std::size_t k = 0; k < 4; ++k) rows.emplace_back(samples.labelled[2 * k], samples.labels[k]);
    std::sort(rows.begin(), rows.end());
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_EQ(rows[k].second, k % 2 == 0 ? 1 : 0);
      if (k > 0) {
        EXPECT_GT(rows[k].first, rows[k - 1].first);
      }
    }
  }
  const auto problem = [&](const std::string& label) {
    std::string problems;
    EXPECT_FALSE(make<Inputs>(table_inputs, InputsContext{2, folder.path()},
                              {{"file", std::string("samples.csv")}, {"label", label}}, &problems));
    return problems;
  };
  EXPECT_NE(problem("kin").find("has no column 'kin'; did you mean 'kind'?"), std::string::npos) << problem("kin");
  EXPECT_NE(problem("4").find("has no column '4'"), std::string::npos);
  folder.write("constant.csv", "1 2 3\n4 5 3\n");
  std::string problems;
  EXPECT_FALSE(make<Inputs>(table_inputs, InputsContext{2, folder.path()},
                            {{"file", std::string("constant.csv")}, {"label", std::string("3")}}, &problems));
  EXPECT_NE(problems.find("holds 1 different number:"), std::string::npos) << problems;
}

}  // namespace
}  // namespace carve::task
