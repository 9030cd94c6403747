// Tables: NumPy's own files of every type, files made by hand, text with all separators; mistakes at their place.
#include <cstdlib>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include "carve/task/table_file.hpp"
#include "carve/task/test_support.hpp"

namespace carve::task {
namespace {

using test::Folder;

std::optional<NumberTable> read(const std::string& path, std::string* problems = nullptr) {
  base::Diagnostics diagnostics;
  auto table = read_table(path, {}, diagnostics);
  EXPECT_EQ(table.has_value(), diagnostics.empty());
  if (problems) *problems = diagnostics.render();
  else EXPECT_TRUE(table) << diagnostics.render();
  return table;
}

std::string npy(const std::string& header, const std::string& data, int version = 1) {
  std::string text = header + "\n";
  const auto size = text.size();
  std::string length{static_cast<char>(size & 0xFF), static_cast<char>(size >> 8)};
  if (version > 1) length += std::string(2, '\0');
  return std::string("\x93NUMPY") + static_cast<char>(version) + '\0' + length + text + data;
}

template <class T>
std::string bytes(std::initializer_list<T> values) {
  std::string result;
  for (const T value : values) result.append(reinterpret_cast<const char*>(&value), sizeof(T));
  return result;
}

TEST(TableFile, reads_npy_files_made_by_hand) {
  const Folder folder;
  const std::string data = bytes<double>({1, 2.5, -3, 4, 5, 6e10});
  for (const int version : {1, 2}) {
    const auto path =
        folder.write("a.npy", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", data, version));
    const auto table = read(path);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->rows, 2U);
    EXPECT_EQ(table->columns, 3U);
    EXPECT_EQ(table->values, (std::vector<float>{1, 2.5F, -3, 4, 5, 6e10F}));
  }
}

TEST(TableFile, reads_what_numpy_writes_in_every_type) {
  if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0)
    GTEST_SKIP() << "python3-numpy is not installed";
  const Folder folder;
  const std::string script = folder.write("write.py", R"(import sys, numpy
for kind in "f4 f8 i1 i2 i4 i8 u1 u2 u4 u8".split():
    numpy.save(f"{sys.argv[1]}/{kind}.npy", numpy.array([[1, 2, 3], [100, 5, 6]], dtype=kind))
numpy.save(sys.argv[1] + "/fortran.npy", numpy.asfortranarray(numpy.ones((3, 2))))
numpy.save(sys.argv[1] + "/line.npy", numpy.ones(3))
numpy.save(sys.argv[1] + "/complex.npy", numpy.ones((2, 2), dtype=complex))
numpy.save(sys.argv[1] + "/big.npy", numpy.ones((2, 2), dtype=">f8"))
)");
  ASSERT_EQ(std::system(fmt::format("/usr/bin/python3 {} {}", script, folder.path()).c_str()), 0);
  for (const std::string kind : {"f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"}) {
    const auto table = read(folder / (kind + ".npy"));
    ASSERT_TRUE(table) << kind;
    EXPECT_EQ(table->rows, 2U);
    EXPECT_EQ(table->values, (std::vector<float>{1, 2, 3, 100, 5, 6})) << kind;
  }
  const std::pair<const char*, const char*> refused[] = {{"fortran.npy", "is in Fortran order"},
                                                         {"line.npy", "does not hold a table"},
                                                         {"complex.npy", "holds numbers of type '<c16'"},
                                                         {"big.npy", "holds numbers of type '>f8'"}};
  for (const auto& [name, words] : refused) {
    std::string problems;
    EXPECT_FALSE(read(folder / name, &problems));
    EXPECT_NE(problems.find(words), std::string::npos) << problems;
  }
}

TEST(TableFile, refuses_damaged_npy_files) {
  const Folder folder;
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
  const std::string good = npy(header, bytes<float>({1, 2, 3, 4}));
  const float infinite = std::numeric_limits<float>::infinity();
  const std::pair<std::string, const char*> cases[] = {
      {"", "is not a .npy file"},
      {"not numpy at all", "is not a .npy file"},
      {good.substr(0, 40), "is cut short within its header"},
      {good.substr(0, good.size() - 1), "is cut short: 2 x 2 numbers are promised, 3 are there"},
      {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999, 999999999999999), }", "abcd"),
       "is cut short"},
      {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2), }", ""), "is empty"},
      {npy(header, bytes<float>({1, 2, infinite, 4})), "is not finite in row 2, column 1"},
      {npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }", bytes<double>({1, 1e300})),
       "is not finite in row 1, column 2"},
      {npy("{'descr': '<f4'}", ""), "does not hold a table"}};
  for (const auto& [content, words] : cases) {
    std::string problems;
    EXPECT_FALSE(read(folder.write("bad.npy", content), &problems));
    EXPECT_NE(problems.find(words), std::string::npos) << problems;
  }
}

TEST(TableFile, reads_text_with_any_separator_and_names_on_top) {
  const Folder folder;
  const std::vector<float> expected{1, -2.5F, 3e-4F, 4, 5, 6};
  for (const char* text :
       {"1,-2.5,3e-4\n4,5,6\n", "1;-2.5;3e-4\n4;5;6", "1\t-2.5\t3e-4\r\n4\t5\t6\r\n", "1 -2.5 3e-4\n4 5 6\n",
        "a,b,c\n1,-2.5,3e-4\n4,5,6\n", "# made by hand\n\n1, -2.5, 3e-4\n  \n4 , 5 , 6\n",
        "\"first\",\"nancy\",\"b\"\n1,-2.5,3e-4\n4,5,6\n", "  1   -2.5  3e-4\n 4 5 6\n"}) {
    const auto table = read(folder.write("table.csv", text));
    ASSERT_TRUE(table) << text;
    EXPECT_EQ(table->columns, 3U) << text;
    EXPECT_EQ(table->values, expected) << text;
  }
}

TEST(TableFile, points_at_the_mistake_in_a_text) {
  const Folder folder;
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"1,2\n3,oops\n", ":2:3:", "'oops' is not a finite number"},
      {"1,2\n3,nan\n", ":2:3:", "'nan' is not a finite number"},
      {"1,2\ninf,4\n", ":2:1:", "'inf' is not a finite number"},
      {"nan,2\n1,4\n", ":1:1:", "'nan' is not a finite number"},
      {"1,oops\n1,4\n", ":1:3:", "'oops' is not a finite number"},  // a slip, no line of names
      {"1,2\n1e39,4\n", ":2:1:", "'1e39' is not a finite number"},  // too large for float
      {"1,2\n3,,4\n", ":2:3:", "missing number"},
      {"1,2\n3\n", ":2:1:", "1 numbers in this row, but 2 in the first"},
      {"1,2\n3,4,5\n", ":2:1:", "3 numbers in this row, but 2 in the first"}};
  for (const auto& [text, place, words] : cases) {
    std::string problems;
    EXPECT_FALSE(read(folder.write("table.csv", text), &problems)) << text;
    EXPECT_NE(problems.find(place), std::string::npos) << problems;
    EXPECT_NE(problems.find(words), std::string::npos) << problems;
  }
}

TEST(TableFile, refuses_what_is_no_plain_file_and_what_is_empty) {
  const Folder folder;
  mkfifo((folder / "pipe").c_str(), 0600);  // reading it would never end
  const std::pair<std::string, const char*> cases[] = {{folder.path(), "is a folder"},
                                                       {folder / "pipe", "is no plain file"},
                                                       {"/dev/zero", "is no plain file"},
                                                       {folder / "missing.csv", "No such file"},
                                                       {folder.write("empty.csv", ""), "holds no numbers"},
                                                       {folder.write("names.csv", "a,b\n"), "holds no numbers"}};
  for (const auto& [path, words] : cases) {
    std::string problems;
    EXPECT_FALSE(read(path, &problems));
    EXPECT_NE(problems.find(words), std::string::npos) << problems;
  }
}

}  // namespace
}  // namespace carve::task
