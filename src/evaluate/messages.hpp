// What ranks say to each other, and how it is packed: the first number of a message says what it is about.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "carve/base/bytes.hpp"
#include "carve/evaluate/schedule.hpp"

namespace carve::evaluate {

enum class Kind : std::uint64_t {
  hello,    // to the leader: who is there
  welcome,  // from the leader: how many threads
  beat,     // a sign of life
  claim,    // to the leader: what was done, and how many more pieces are wanted
  grant,    // from the leader: pieces
  results,  // from the leader, passed on: what came of all pieces
  text,     // from the leader, passed on
  failed,   // to the leader: a mistake that ends the job
  halt,     // from the leader, passed on: it was told to stop
  bye,      // from the leader, passed on: the end
  dead,     // from the leader: the job is lost, which it has told
};

struct Hello {
  std::string host, cores, build;  // cores: '1' for each that the rank may use
};
struct Welcome {
  std::uint64_t threads = 1;
  std::string host;  // the leader's
};
/// `number`: of the pieces of work that ranks share out together, counted from 1.
struct Claim {
  std::uint64_t number = 0, count = 0, group = 0, wanted = 0;
  std::vector<std::pair<std::uint64_t, std::string>> done;  // pieces and what came of them
};
struct Grant {
  std::uint64_t number = 0;
  Pieces pieces;
};
struct Results {
  std::uint64_t number = 0, group = 0;
  std::vector<std::string> all;  // [piece]
};
struct Text {
  std::string said;
};
struct Failed {
  std::string message;
  std::uint64_t code = 0;
};
struct Dead {
  std::uint64_t code = 0;
};

/// Of messages that say no more than what they are.
[[nodiscard]] std::string pack(Kind kind);
[[nodiscard]] std::string pack(const Hello& hello);
[[nodiscard]] std::string pack(const Welcome& welcome);
[[nodiscard]] std::string pack(const Claim& claim);
[[nodiscard]] std::string pack(const Grant& grant);
[[nodiscard]] std::string pack(const Results& results);
[[nodiscard]] std::string pack(const Text& text);
[[nodiscard]] std::string pack(const Failed& failed);
[[nodiscard]] std::string pack(const Dead& dead);

/// What follows the kind; false where the message is damaged.
[[nodiscard]] bool unpack(base::ByteReader& reader, Hello& hello);
[[nodiscard]] bool unpack(base::ByteReader& reader, Welcome& welcome);
[[nodiscard]] bool unpack(base::ByteReader& reader, Claim& claim);
[[nodiscard]] bool unpack(base::ByteReader& reader, Grant& grant);
[[nodiscard]] bool unpack(base::ByteReader& reader, Results& results);
[[nodiscard]] bool unpack(base::ByteReader& reader, Text& text);
[[nodiscard]] bool unpack(base::ByteReader& reader, Failed& failed);
[[nodiscard]] bool unpack(base::ByteReader& reader, Dead& dead);

}  // namespace carve::evaluate
