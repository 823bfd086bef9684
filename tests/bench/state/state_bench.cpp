// The state's speed and size on one core: how fast events fold from memory, what a user costs, and
// how soon a snapshot of many users is loaded. Prints one JSON object.
// Usage: state_bench [EVENTS [USERS]]

#include "core/base/check.h"
#include "core/base/uuid.h"
#include "core/event/event_writer.h"
#include "core/state/fold.h"
#include "core/state/snapshot.h"

#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace gamevents::state {
namespace {

/// Seconds of this thread's own time on a processor, so that a busy machine does not count.
double Now() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Made {
  std::string key;
  std::string json;
};

/// As `serve` writes it for curl: the event's own fields, its id, and curl's three headers.
Made MakeEvent(std::mt19937& random, size_t users) {
  static constexpr const char* kTypes[] = {"purchase_sword",   "purchase_potion", "add_to_cart",
                                           "remove_from_cart", "checkout",        "use_item"};
  const std::string user = "player-" + std::to_string(random() % users);
  const size_t which = random() % std::size(kTypes);
  event::EventWriter writer;
  writer.Add("event_type", kTypes[which]);
  writer.Add("remote ip", "127.0.0.1");
  if (which < 2) writer.Add("purchase_user", user);
  writer.Add("user", user);
  if (which != 4) {
    writer.Add("item", which == 0 ? "sword" : "potion");
    writer.Add("kind", which == 0 ? "sword" : "potion");
    writer.Add("type", which == 0 ? "katana" : "mana");
    if (which < 3) {
      writer.Add("quantity", int64_t{1});
      writer.Add("price", int64_t{15});
      writer.Add("stack_limit", int64_t{99});
      writer.Add("unique", false);
    }
  }
  writer.Add("event_id", FormatUuid(MakeUuidV7(TimestampMs(1'795'428'000'000))));
  writer.Add("received_at", "2026-11-23T10:00:00.123Z");
  writer.Add("Host", "localhost:5000");
  writer.Add("User-Agent", "curl/7.88.1");
  writer.Add("Accept", "*/*");
  return {user, writer.Finish()};
}

double FoldPerSecond(size_t count, size_t* bytes) {
  std::mt19937 random(1);
  std::vector<Made> events;
  events.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    events.push_back(MakeEvent(random, count / 10));
    *bytes += events.back().json.size();
  }
  State state;
  Fold fold;
  const double start = Now();
  FetchAhead ahead(state);
  for (size_t i = 0; i < count; ++i) {
    ahead.Before(i, count,
                 [&](size_t at) { return std::optional<std::string_view>(events[at].key); });
    fold.Apply({events[i].key, events[i].json, TimestampMs(1'795'428'000'000)}, state);
  }
  const double seconds = Now() - start;
  INVARIANT(state.counts.malformed == 0);
  INVARIANT(state.counts.misplaced == 0);
  INVARIANT(state.counts.other == 0);
  return static_cast<double>(count) / seconds;
}

size_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  size_t all = 0;
  size_t resident = 0;
  statm >> all >> resident;
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

/// Each user with three stacks, a cart of two lines and a guild.
void Fill(Replica& replica, size_t users) {
  for (size_t i = 0; i < users; ++i) {
    const std::string name = "player-" + std::to_string(i);
    const std::string guild = "guild-" + std::to_string(i % 1000);
    Command command;
    command.user = name;
    command.kind = "thing";
    for (const char* item : {"sword", "potion", "bread"}) {
      command.item = item;
      Obey(command, TimestampMs(1), replica.state);
    }
    command.verb = Verb::kAddToCart;
    for (const char* item : {"rope", "torch"}) {
      command.item = item;
      Obey(command, TimestampMs(1), replica.state);
    }
    command.verb = Verb::kJoinGuild;
    command.guild = guild;
    Obey(command, TimestampMs(1), replica.state);
  }
  replica.positions[0] = {static_cast<int64_t>(users), static_cast<int64_t>(users) - 1, 0};
}

int Run(size_t events, size_t users) {
  size_t bytes = 0;
  const double per_second = FoldPerSecond(events, &bytes);

  const auto folder =
      std::filesystem::temp_directory_path() / ("state-bench-" + std::to_string(::getpid()));
  const std::string path = (folder / "state.sqlite").string();
  double save_seconds = 0;
  size_t counted = 0;
  {
    Replica replica;
    Fill(replica, users);
    counted = replica.state.MemoryBytes();
    auto file = SnapshotFile::Open(path, "bench");
    INVARIANT(file.ok());
    const double start = Now();
    const Status saved = (*file)->Save((*file)->TakeChanges(replica));
    INVARIANT(saved.ok());
    save_seconds = Now() - start;
  }
  const auto file_bytes = std::filesystem::file_size(path);
  const double start = Now();
  const auto loaded = LoadSnapshot(path, "bench");
  INVARIANT(loaded.ok());
  const double load_seconds = Now() - start;
  INVARIANT((*loaded)->state.user_count() == users);
  std::printf(
      "{\"fold_events_per_s\": %.0f, \"event_bytes\": %.0f, \"users\": %zu, "
      "\"load_s\": %.3f, \"save_s\": %.3f, \"snapshot_bytes_per_user\": %.0f, "
      "\"memory_bytes_per_user\": %.0f, \"resident_mib\": %.0f}\n",
      per_second, static_cast<double>(bytes) / static_cast<double>(events), users, load_seconds,
      save_seconds, static_cast<double>(file_bytes) / static_cast<double>(users),
      static_cast<double>(counted) / static_cast<double>(users),
      static_cast<double>(ResidentBytes()) / (1 << 20));
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace gamevents::state

int main(int argc, char** argv) {
  const auto number = [&](int at, size_t otherwise) {
    return argc > at ? static_cast<size_t>(std::strtoull(argv[at], nullptr, 10)) : otherwise;
  };
  return gamevents::state::Run(number(1, 1'000'000), number(2, 1'000'000));
}
