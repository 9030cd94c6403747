#include "carve/evaluate/messages.hpp"

namespace carve::evaluate {
namespace {

base::ByteWriter writer_of(Kind kind) {
  base::ByteWriter writer;
  writer.put(static_cast<std::uint64_t>(kind));
  return writer;
}

}  // namespace

std::string pack(Kind kind) { return writer_of(kind).sealed(); }

std::string pack(const Hello& hello) {
  base::ByteWriter writer = writer_of(Kind::hello);
  writer.put(std::string_view(hello.host)).put(std::string_view(hello.cores)).put(std::string_view(hello.build));
  return std::move(writer).sealed();
}

bool unpack(base::ByteReader& reader, Hello& hello) {
  return reader.get(hello.host) && reader.get(hello.cores) && reader.get(hello.build);
}

std::string pack(const Welcome& welcome) {
  base::ByteWriter writer = writer_of(Kind::welcome);
  writer.put(welcome.threads).put(std::string_view(welcome.host));
  return std::move(writer).sealed();
}

bool unpack(base::ByteReader& reader, Welcome& welcome) {
  return reader.get(welcome.threads) && reader.get(welcome.host);
}

std::string pack(const Claim& claim) {
  base::ByteWriter writer = writer_of(Kind::claim);
  writer.put(claim.number).put(claim.count).put(claim.group).put(claim.wanted).put(std::uint64_t{claim.done.size()});
  for (const auto& [piece, bytes] : claim.done) writer.put(piece).put(std::string_view(bytes));
  return std::move(writer).sealed();
}

bool unpack(base::ByteReader& reader, Claim& claim) {
  std::uint64_t done = 0;
  if (!reader.get(claim.number) || !reader.get(claim.count) || !reader.get(claim.group) || !reader.get(claim.wanted))
    return false;
  if (!reader.get(done)) return false;
  for (std::uint64_t i = 0; i < done; ++i) {
    auto& [piece, bytes] = claim.done.emplace_back();
    if (!reader.get(piece) || !reader.get(bytes) || piece >= claim.count) return false;
  }
  return true;
}

std::string pack(const Grant& grant) {
  base::ByteWriter writer = writer_of(Kind::grant);
  writer.put(grant.number).put(std::uint64_t{grant.pieces.first}).put(std::uint64_t{grant.pieces.count});
  return std::move(writer).sealed();
}

bool unpack(base::ByteReader& reader, Grant& grant) {
  std::uint64_t first = 0, count = 0;
  if (!reader.get(grant.number) || !reader.get(first) || !reader.get(count)) return false;
  grant.pieces = {first, count};
  return true;
}

std::string pack(const Results& results) {
  base::ByteWriter writer = writer_of(Kind::results);
  writer.put(results.number).put(std::uint64_t{results.all.size()}).put(results.group);
  for (const std::string& each : results.all) writer.put(std::string_view(each));
  return std::move(writer).sealed();
}

bool unpack(base::ByteReader& reader, Results& results) {
  std::uint64_t count = 0;
  if (!reader.get(results.number) || !reader.get(count) || !reader.get(results.group)) return false;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!reader.get(results.all.emplace_back())) return false;
  }
  return reader.finished();
}

std::string pack(const Text& text) {
  base::ByteWriter writer = writer_of(Kind::text);
  return std::move(writer.put(std::string_view(text.said))).sealed();
}

bool unpack(base::ByteReader& reader, Text& text) { return reader.get(text.said); }

std::string pack(const Failed& failed) {
  base::ByteWriter writer = writer_of(Kind::failed);
  return std::move(writer.put(std::string_view(failed.message)).put(failed.code)).sealed();
}

bool unpack(base::ByteReader& reader, Failed& failed) { return reader.get(failed.message) && reader.get(failed.code); }

std::string pack(const Dead& dead) { return std::move(writer_of(Kind::dead).put(dead.code)).sealed(); }

bool unpack(base::ByteReader& reader, Dead& dead) { return reader.get(dead.code); }

}  // namespace carve::evaluate
