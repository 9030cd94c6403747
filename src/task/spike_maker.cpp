#include "carve/task/spike_maker.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "carve/base/isa.hpp"
#include "carve/base/random.hpp"

namespace carve::task {
namespace {

using network::SpikeTrains;

constexpr base::PerIsa<WaitingKernel> waiting_times{scalar::waiting_times, v3::waiting_times, v4::waiting_times};
constexpr base::PerIsa<IndexKernel> index_hazards{scalar::index_hazards, v3::index_hazards, v4::index_hazards};
constexpr base::PerIsa<SpikeKernel> find_spikes{scalar::find_spikes, v3::find_spikes, v4::find_spikes};

}  // namespace

void InputCrews::add_group(std::size_t group, std::size_t excitatory_members, std::size_t inhibitory_members) {
  for (std::size_t i = 0; i < excitatory_members + inhibitory_members; ++i) {
    if (i % crew_lanes == 0) crews.push_back({.group = group});
    InputCrew& crew = crews.back();
    // Spikes of inhibitory inputs are sorted behind a block's excitatory ones.
    const std::size_t tag = i < excitatory_members ? excitatory++ : (block_steps << 16) + inhibitory++;
    crew.state.tag[crew.count++] = static_cast<std::int32_t>(tag);
  }
}

SpikeMaker::SpikeMaker(InputCrews inputs, const SpikeRequest& request, std::int32_t rests, float unit)
    : inputs_(std::move(inputs)), request_(request), rests_(rests), unit_(unit) {
  for (InputCrew& each : inputs_.crews) {
    draw(each);
    std::copy_n(each.waiting.begin(), crew_lanes, each.state.left);
    each.at = 1;
  }
  trial_.excitation.spikes = {.inputs = inputs_.excitatory, .first = {0}};
  trial_.inhibition.spikes = {.inputs = inputs_.inhibitory, .first = {0}};
  for (SpikeTrains* each : {&trial_.excitation.spikes, &trial_.inhibition.spikes})
    each->first.reserve(request.steps + 1);
}

network::SpikingTrial SpikeMaker::make(std::size_t groups, const std::function<void(std::int32_t*)>& next_hazards) {
  sums_.assign(groups * sums_stride, 0);
  for (std::size_t begin = 0; begin < request_.steps; begin += block_steps) {
    next_hazards(sums_.data());
    find();
    sort(std::min(block_steps, request_.steps - begin));
  }
  return std::move(trial_);
}

/// New waiting times of a crew: a stream of its own, so that nobody else's spikes decide which it gets.
void SpikeMaker::draw(InputCrew& crew) {
  const auto crews = static_cast<std::uint32_t>(inputs_.crews.size());
  const auto own = static_cast<std::uint32_t>(&crew - inputs_.crews.data());
  base::fill_uniform({request_.seed, base::Purpose::spike_times, request_.trial, crew.drawn++ * crews + own},
                     std::span<float>(uniform_));
  waiting_times()(uniform_.data(), unit_, uniform_.size(), crew.waiting.data());
  crew.at = 0;
}

/// The spikes of a block, crew by crew.
void SpikeMaker::find() {
  count_ = 0;
  index_.sums = nullptr;
  for (InputCrew& crew : inputs_.crews) {
    const std::int32_t* const sums = sums_.data() + crew.group * sums_stride;
    if (sums != index_.sums) {
      const auto total = static_cast<float>(sums[block_steps]);
      index_.sums = sums;
      index_.cells_per_unit = total > 0 ? HazardIndex::cells / total : 0;
      index_hazards()(index_);
    }
    // Who is not there never gets ready.
    std::fill(crew.state.ready + crew.count, crew.state.ready + crew_lanes, std::numeric_limits<std::int32_t>::max());
    for (bool done = false; !done;) {
      if (crew.at == InputCrew::rows) draw(crew);
      const std::size_t needed = count_ + (InputCrew::rows + 1) * crew_lanes;
      if (found_.size() < needed) found_.resize(2 * needed);
      CrewSpikes spikes{.out = found_.data() + count_,
                        .waiting = crew.waiting.data() + crew.at * crew_lanes,
                        .rows = InputCrew::rows - crew.at};
      count_ = static_cast<std::size_t>(find_spikes()(index_, rests_, crew.state, spikes) - found_.data());
      crew.at += spikes.rows_used;
      done = spikes.done;
    }
  }
}

/// Puts the spikes that were found in the order of their steps, by counting, behind those of the blocks before.
void SpikeMaker::sort(std::size_t steps) {
  std::fill(ends_.begin(), ends_.end(), 0);
  for (std::size_t i = 0; i < count_; ++i) ++ends_[(found_[i] >> 16) + 1];
  std::partial_sum(ends_.begin(), ends_.end(), ends_.begin());
  keep_ends(trial_.excitation.spikes, 0, steps);
  keep_ends(trial_.inhibition.spikes, block_steps, steps);
  const std::size_t middle = ends_[block_steps];
  const std::size_t excitatory = ends_[steps], inhibitory = ends_[block_steps + steps] - middle;
  sorted_.resize(count_);
  for (std::size_t i = 0; i < count_; ++i) sorted_[ends_[found_[i] >> 16]++] = static_cast<std::uint16_t>(found_[i]);
  const auto append = [&](SpikeTrains& trains, std::size_t from, std::size_t count) {
    const auto first = sorted_.begin() + static_cast<std::ptrdiff_t>(from);
    trains.sources.insert(trains.sources.end(), first, first + static_cast<std::ptrdiff_t>(count));
  };
  append(trial_.excitation.spikes, 0, excitatory);
  append(trial_.inhibition.spikes, middle, inhibitory);
}

void SpikeMaker::keep_ends(SpikeTrains& trains, std::size_t from, std::size_t steps) const {
  const std::uint32_t before = trains.first.back() - ends_[from];
  for (std::size_t t = 1; t <= steps; ++t) trains.first.push_back(before + ends_[from + t]);
}

}  // namespace carve::task
