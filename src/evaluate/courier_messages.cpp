// What is sent, and what is done with each message that has come.
#include <fmt/format.h>

#include "carve/evaluate/courier.hpp"

namespace carve::evaluate {

void Ranks::Courier::send_out() {
  std::deque<std::pair<int, std::string>> outbox;
  {
    const std::lock_guard lock(mutex_);
    last_look_ = Clock::now();
    const auto found = jobs_.find(current_);
    if (rank_ != 0 && found != jobs_.end()) {
      Job& mine = found->second;
      const std::size_t wish = mine.asks() ? claiming().wish(mine.waiting) : 0;
      if (wish > 0 || mine.tells_last()) outbox_.emplace_back(0, pack(mine.claim(current_, wish)));
    }
    if (rank_ == 0) {
      for (auto& [number, each] : jobs_) publish(number, each);
    }
    outbox.swap(outbox_);
  }
  for (auto& [to, bytes] : outbox) channel_->send(to, std::move(bytes));
}

/// Sends what came of all pieces once all are there.
void Ranks::Courier::publish(std::uint64_t number, Job& whole) {
  if (whole.missing > 0 || whole.complete) return;
  post_to_children(pack(Results{number, whole.schedule.group(), whole.results}));
  whole.complete = true;
  published_ = number;
  changed_.notify_all();
}

/// True where anything came but signs of life.
bool Ranks::Courier::receive() {
  bool moved = false;
  while (auto message = channel_->receive()) {
    const std::lock_guard lock(mutex_);
    vigil_.heard(message->from);
    base::ByteReader reader(message->bytes);
    std::uint64_t kind = 0;
    if (!reader.get(kind) || !handle(static_cast<Kind>(kind), message->from, reader, message->bytes))
      throw std::runtime_error(fmt::format("a damaged message from {}", meeting_.label(message->from)));
    if (static_cast<Kind>(kind) == Kind::beat) continue;
    last_message_ = Clock::now();
    moved = true;
  }
  return moved;
}

bool Ranks::Courier::handle(Kind kind, int from, base::ByteReader& reader, const std::string& bytes) {
  switch (kind) {
    case Kind::hello: return on_hello(from, reader);
    case Kind::welcome: return on_welcome(reader);
    case Kind::beat: return true;
    case Kind::claim: return on_claim(from, reader);
    case Kind::grant: return on_grant(reader);
    case Kind::results: post_to_children(bytes); return on_results(reader);
    case Kind::text: post_to_children(bytes); return on_text(reader);
    case Kind::failed: return on_failed(from, reader);
    case Kind::halt:
      post_to_children(bytes);
      halt();
      return true;
    case Kind::dead: return on_dead(reader);
    case Kind::bye:
      post_to_children(bytes);
      over_ = true;
      changed_.notify_all();
      return true;
  }
  return false;
}

/// The leader gets to know a rank; once all are there, each is told its threads.
bool Ranks::Courier::on_hello(int from, base::ByteReader& reader) {
  Hello hello;
  if (!unpack(reader, hello)) return false;
  if (hello.build != options_.build) {
    meeting_.is_at(from, hello.host);
    lose(fmt::format("{} runs another carve ({}) than rank 0 ({})", meeting_.label(from), hello.build, options_.build));
    return true;
  }
  if (!meeting_.arrives(from, hello.host, hello.cores)) return true;
  const std::vector<int> threads = meeting_.threads(options_.threads);
  threads_ = threads.front();
  for (int other = 1; other < size_; ++other) {
    const auto count = static_cast<std::uint64_t>(threads[static_cast<std::size_t>(other)]);
    outbox_.emplace_back(other, pack(Welcome{count, meeting_.host(0)}));
  }
  met_ = true;
  changed_.notify_all();
  return true;
}

bool Ranks::Courier::on_welcome(base::ByteReader& reader) {
  Welcome welcome;
  if (!unpack(reader, welcome)) return false;
  meeting_.is_at(0, welcome.host);
  threads_ = static_cast<int>(welcome.threads);
  met_ = true;
  changed_.notify_all();
  return true;
}

bool Ranks::Courier::on_claim(int from, base::ByteReader& reader) {
  Claim claim;
  if (!unpack(reader, claim)) return false;
  if (claim.number <= published_) {  // all was done while this claim was on its way
    outbox_.emplace_back(from, pack(Grant{claim.number, {}}));
    return claim.done.empty();
  }
  // A rank may be ahead of the leader's own threads: its claim begins the next pieces of work.
  Job& asked = job(claim.number, claim.count, claim.group);
  for (auto& [piece, bytes] : claim.done) {
    asked.results[piece] = std::move(bytes);
    --asked.missing;
  }
  if (claim.wanted == 0) return true;
  outbox_.emplace_back(from, pack(Grant{claim.number, asked.schedule.take(static_cast<std::size_t>(from), claim.wanted,
                                                                          piece_times_.making())}));
  return true;
}

bool Ranks::Courier::on_grant(base::ByteReader& reader) {
  Grant grant;
  if (!unpack(reader, grant)) return false;
  const auto found = jobs_.find(grant.number);
  if (found == jobs_.end()) return true;
  Job& mine = found->second;
  round_trip_.add(Seconds(Clock::now() - mine.asked_at).count());
  mine.receive(grant.pieces);
  mine.ended = grant.pieces.count == 0;
  mine.wanted = mine.asked = false;
  changed_.notify_all();
  return true;
}

bool Ranks::Courier::on_results(base::ByteReader& reader) {
  Results results;
  if (!unpack(reader, results)) return false;
  Job& whole = job(results.number, results.all.size(), results.group);
  whole.results = std::move(results.all);
  whole.complete = whole.ended = true;
  changed_.notify_all();
  return true;
}

bool Ranks::Courier::on_text(base::ByteReader& reader) {
  Text text;
  if (!unpack(reader, text)) return false;
  texts_.push_back(std::move(text.said));
  changed_.notify_all();
  return true;
}

bool Ranks::Courier::on_dead(base::ByteReader& reader) {
  Dead dead;
  if (!unpack(reader, dead)) return false;
  options_.exit_code = static_cast<int>(dead.code);
  ended_by_us_ = true;  // nothing more is to be told
  lose("the leader ended the job");
  return true;
}

bool Ranks::Courier::on_failed(int from, base::ByteReader& reader) {
  Failed failed;
  if (!unpack(reader, failed)) return false;
  options_.exit_code = static_cast<int>(failed.code);
  lose(fmt::format("{}: {}", meeting_.label(from), failed.message));
  return true;
}

}  // namespace carve::evaluate
