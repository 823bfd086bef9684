// Goal: whatever fails when, no promise is broken: what was acknowledged is there, once, in its
// place; a topic made again has nothing of the one before; groups are told what they committed; the
// state is what the records make of it; nothing is kept of who is gone; the broker starts.
// Method: log, broker, group coordinator and fold in one thread on a simulated disk and clock;
// random histories of clients and failures, each from one seed, held against a model of the
// promises. GAMEVENTS_SEEDS is how many, from GAMEVENTS_FIRST_SEED on; GAMEVENTS_SEED runs one, and
// tells each step.
#include "core/base/notes.h"
#include "tests/simulation/history.h"

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace gamevents::simulation {
namespace {

constexpr uint64_t kSeeds = 300;
constexpr int kSteps = 60;
constexpr double kMsPerHour = 3'600'000;

uint64_t NumberFrom(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void RunSeed(uint64_t seed, bool told, Totals& totals) {
  try {
    History(seed, told, totals).Run(kSteps);
  } catch (const std::exception& error) {
    FAIL("GAMEVENTS_SEED=" << seed << ": " << error.what());
  }
}

void Print(uint64_t seeds, const Totals& totals) {
  std::printf("%llu seeds, %llu steps, %.0f virtual hours\n",
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(totals.steps),
              static_cast<double>(totals.virtual_ms) / kMsPerHour);
  std::printf("%llu records acknowledged, %llu read and compared\n",
              static_cast<unsigned long long>(totals.acknowledged),
              static_cast<unsigned long long>(totals.records_checked));
  std::printf("%llu states compared\n", static_cast<unsigned long long>(totals.folds_compared));
  for (const auto& [kind, count] : totals.faults) {
    std::printf("%10llu  %s\n", static_cast<unsigned long long>(count), kind.c_str());
  }
}

}  // namespace

TEST_CASE("no history breaks a promise") {
  SetNoteLevel("off");  // The broker says much of the disks that fail here.
  Totals totals;
  if (std::getenv("GAMEVENTS_SEED") != nullptr) {
    return RunSeed(NumberFrom("GAMEVENTS_SEED", 0), true, totals);
  }
  const uint64_t seeds = NumberFrom("GAMEVENTS_SEEDS", kSeeds);
  const uint64_t first = NumberFrom("GAMEVENTS_FIRST_SEED", 1);
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    INFO("GAMEVENTS_SEED=" << seed);  // for what ends the process
    RunSeed(seed, false, totals);
  }
  Print(seeds, totals);
  CHECK(totals.acknowledged > seeds);
  CHECK(totals.folds_compared > seeds / 4);
  CHECK(totals.faults.size() >= 14);
}

}  // namespace gamevents::simulation
