#include "core/generate/names.h"

#include <array>
#include <string_view>

namespace gamevents::generate {
namespace {

constexpr auto kAdjectives = std::to_array<std::string_view>(
    {"bold",   "brave", "calm",  "clever", "dark",   "fierce", "gentle",
     "golden", "grim",  "iron",  "lucky",  "mighty", "quiet",  "red",
     "silver", "sly",   "swift", "wild",   "wise",   "young"});
constexpr auto kAnimals = std::to_array<std::string_view>(
    {"badger", "bear",   "boar",  "crow", "dragon", "eagle", "falcon", "fox",   "hare", "hawk",
     "lynx",   "marten", "otter", "owl",  "raven",  "stag",  "tiger",  "viper", "wolf", "wren"});
constexpr auto kGuildNames = std::to_array<std::string_view>(
    {"masadons", "nightwatch", "ironhands", "wanderers", "lanterns", "stormborn", "oakenshields",
     "seafarers", "ashwalkers", "goldseekers"});

}  // namespace

std::string PlayerName(uint64_t player) {
  std::string name(kAdjectives[player % kAdjectives.size()]);
  name += kAnimals[player / kAdjectives.size() % kAnimals.size()];
  const uint64_t round = player / (kAdjectives.size() * kAnimals.size());
  return round == 0 ? name : name + std::to_string(round);
}

std::string GuildName(uint64_t guild) {
  std::string name(kGuildNames[guild % kGuildNames.size()]);
  const uint64_t round = guild / kGuildNames.size();
  return round == 0 ? name : name + std::to_string(round);
}

}  // namespace gamevents::generate
