// Goal: what is added is read back, whole lines only, whoever was killed meanwhile; what is no
// ledger is refused with its place. Method: files written, cut at every length, and read again.
#include "core/ledger/ledger.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/ledger/fixture.h"

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

namespace gamevents::ledger {
namespace {

struct Line {
  Uuid id;
  std::string user;
  int64_t number;
  friend bool operator==(const Line&, const Line&) = default;
};

Result<std::vector<Line>> ReadAll(const std::string& path) {
  std::vector<Line> lines;
  auto read = Read(path, [&](const Entry& entry) -> Status {
    lines.push_back({entry.event_id, std::string(entry.user), entry.number});
    return Done{};
  });
  if (!read) return std::move(read).error();
  return lines;
}

}  // namespace

TEST_CASE("what is added is read back") {
  const TempFile file;
  auto writer = Writer::Create(file.path());
  REQUIRE(writer);
  CHECK((*writer)->Add({Id(1), "anna lee", 0}));
  CHECK((*writer)->Add({Id(2), "", 0}));
  CHECK((*writer)->Add({Id(3), "\xF0\x9F\x97\xA1", INT64_MAX}));
  CHECK((*writer)->Flush());
  const auto lines = ReadAll(file.path());
  REQUIRE(lines);
  const std::vector<Line> wanted = {
      {Id(1), "anna lee", 0}, {Id(2), "", 0}, {Id(3), "\xF0\x9F\x97\xA1", INT64_MAX}};
  CHECK(*lines == wanted);
  CHECK(file.Read().starts_with("# gamevents ledger"));
}

TEST_CASE("a ledger cut off anywhere holds its whole lines") {
  const TempFile file;
  auto writer = Writer::Create(file.path());
  REQUIRE(writer);
  for (int i = 0; i < 5; ++i) REQUIRE((*writer)->Add({Id(i), "user", i}));
  REQUIRE((*writer)->Flush());
  const std::string whole = file.Read();
  size_t turns = 0;
  for (size_t length = 0; length <= whole.size(); ++length, ++turns) {
    file.Write(whole.substr(0, length));
    const auto lines = ReadAll(file.path());
    REQUIRE(lines);
    const auto ends = std::count(whole.begin(), whole.begin() + static_cast<long>(length), '\n');
    REQUIRE(lines->size() == static_cast<size_t>(std::max<long>(ends - 1, 0)));
  }
  CHECK(turns == whole.size() + 1);
}

TEST_CASE("threads add whole lines, more than the buffer holds") {
  constexpr int kThreads = 4;
  constexpr int kEach = 3'000;
  const TempFile file;
  auto writer = Writer::Create(file.path());
  REQUIRE(writer);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        if (!(*writer)->Add({Id(t * kEach + i), "user" + std::to_string(t), i})) return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE((*writer)->Flush());
  REQUIRE(file.Read().size() > kBufferBytes);
  const auto lines = ReadAll(file.path());
  REQUIRE(lines);
  CHECK(lines->size() == size_t{kThreads} * kEach);
  std::vector<int64_t> next(kThreads, 0);
  for (const Line& line : *lines) {
    CHECK(line.number == next[static_cast<size_t>(line.user.back() - '0')]++);
  }
}

TEST_CASE("a file with something in it is not written to") {
  const TempFile file;
  file.Write("precious\n");
  const auto writer = Writer::Create(file.path());
  REQUIRE_FALSE(writer);
  CHECK(writer.error().fault == Fault::kExists);
  CHECK(writer.error().context.find(file.path()) != std::string::npos);
  CHECK(file.Read() == "precious\n");
  file.Write("");
  CHECK(Writer::Create(file.path()));
  // A run that came to nothing leaves nothing in the way of the next.
  CHECK(file.Read().empty());
  CHECK(Writer::Create(file.path()));
}

TEST_CASE("a full disk is told, and told again") {
  auto writer = Writer::Create("/dev/full");
  REQUIRE(writer);
  CHECK((*writer)->Flush());
  CHECK((*writer)->Add({Id(1), "anna", 0}));
  for (int turn = 0; turn < 2; ++turn) {
    const Status flushed = (*writer)->Flush();
    REQUIRE_FALSE(flushed);
    CHECK(flushed.error().fault == Fault::kFull);
    CHECK(flushed.error().context.starts_with("/dev/full: "));
  }
  CHECK_FALSE((*writer)->Add({Id(2), "anna", 1}));
}

TEST_CASE("what is no ledger is refused with its line") {
  const TempFile file;
  const std::string id = IdText(1);
  const auto bad = std::to_array<std::string>({
      "no tabs",
      id,
      id + "\tuser",
      id + "\tuser\t",
      id + "\tuser\tx",
      id + "\tuser\t-1",
      id + "\tuser\t1x",
      id + "\tuser\t9223372036854775808",
      id + "\ta\tb\t1",
      "not-a-uuid\tuser\t1",
      id + "\t" + std::string(kUserBytesMax + 1, 'u') + "\t1",
      "",
      std::string(kLineBytesMax * 3, 'x'),
  });
  for (const std::string& line : bad) {
    INFO(line);
    file.Write("# first\n" + id + "\tuser\t1\n" + line + "\n");
    const auto lines = ReadAll(file.path());
    REQUIRE_FALSE(lines);
    CHECK(lines.error().fault == Fault::kBadInput);
    CHECK(lines.error().context.starts_with(file.path() + ":3: "));
  }
  file.Write(std::string(kLineBytesMax + 1, 'x'));
  CHECK_FALSE(ReadAll(file.path()));
  CHECK(ReadAll(file.path() + "-not-there").error().fault == Fault::kNotFound);
}

}  // namespace gamevents::ledger
