#include "carve/evaluate/ranks.hpp"

#include <fmt/format.h>

#include "carve/evaluate/courier.hpp"

namespace carve::evaluate {

Ranks::Ranks(std::unique_ptr<Channel> channel, const RanksOptions& options)
    : courier_(std::make_unique<Courier>(std::move(channel), options)) {}
Ranks::~Ranks() = default;

int Ranks::rank() const { return courier_->rank(); }
int Ranks::size() const { return courier_->size(); }
int Ranks::threads() const { return courier_->threads(); }
std::string Ranks::name() const { return fmt::format("rank {} ({})", rank(), host_name()); }
std::string Ranks::from_leader(std::string said) { return courier_->from_leader(std::move(said)); }
void Ranks::begin(std::size_t count, std::size_t group) { courier_->begin(count, group); }
std::optional<std::size_t> Ranks::claim() { return courier_->claim(); }
void Ranks::done(std::size_t piece, std::string bytes) { courier_->done(piece, std::move(bytes)); }
std::vector<std::string> Ranks::collect() { return courier_->collect(); }
void Ranks::check() const { courier_->check_cheaply(); }
bool Ranks::lost() const { return courier_->is_lost(); }
void Ranks::leave() { courier_->leave(); }
void Ranks::give_up(const std::string& message, int code) { courier_->give_up(message, code); }

}  // namespace carve::evaluate
