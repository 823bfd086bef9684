// Goal: a note is one line per line of its text in every form, and says how grave it is to whoever
// reads it. Method: known answers, and files whose device and inode are asked of the system.
#include "core/base/note_form.h"

#include "tests/unit/catch.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace gamevents {
namespace {

constexpr TimestampMs kTime{1'764'180'000'123};  // 2025-11-26T18:00:00.123Z

std::string Noted(NoteLevel level, std::string_view text, NoteForm form) {
  return FormatNote(level, kTime, text, form);
}

}  // namespace

TEST_CASE("a note is its level and its text, each line for itself") {
  CHECK(Noted(NoteLevel::kInfo, "ready", {}) == "gamevents: info: ready\n");
  CHECK(Noted(NoteLevel::kWarning, "a\ngamevents: error: forged\x1B", {}) ==
        "gamevents: warning: a\ngamevents: warning: gamevents: error: forged\\x1B\n");
}

TEST_CASE("the time stands where it was asked for") {
  const std::string time = "2025-11-26T18:00:00.123Z ";
  const NoteForm all{.times = NoteTimes::kAll};
  CHECK(Noted(NoteLevel::kInfo, "a\nb", all) ==
        time + "gamevents: info: a\n" + time + "gamevents: info: b\n");
  const NoteForm troubles{.times = NoteTimes::kTroubles};
  CHECK(Noted(NoteLevel::kInfo, "a", troubles) == "gamevents: info: a\n");
  CHECK(Noted(NoteLevel::kWarning, "a", troubles) == time + "gamevents: warning: a\n");
  CHECK(Noted(NoteLevel::kError, "a", troubles) == time + "gamevents: error: a\n");
  CHECK(FormatFailure(kTime, "a\nb\n", all) == "gamevents: a\ngamevents: b\n");
  CHECK(FormatStatus(kTime, "Listening\x1B", all) == "Listening\\x1B\n");
}

TEST_CASE("the journal reads the priority of each line") {
  const NoteForm journal{.priorities = true};
  CHECK(Noted(NoteLevel::kTrace, "a", journal) == "<7>gamevents: trace: a\n");
  CHECK(Noted(NoteLevel::kDebug, "a", journal) == "<7>gamevents: debug: a\n");
  CHECK(Noted(NoteLevel::kInfo, "a", journal) == "<6>gamevents: info: a\n");
  CHECK(Noted(NoteLevel::kWarning, "a\nb", journal) ==
        "<4>gamevents: warning: a\n<4>gamevents: warning: b\n");
  CHECK(Noted(NoteLevel::kError, "a", journal) == "<3>gamevents: error: a\n");
  CHECK(FormatFailure(kTime, "a\nb", journal) == "<3>gamevents: a\n<3>gamevents: b\n");
}

TEST_CASE("as JSON each note is one object, whatever its text has in it") {
  const NoteForm json{.json = true};
  const std::string head = R"({"time":"2025-11-26T18:00:00.123Z","level":)";
  CHECK(Noted(NoteLevel::kWarning, "a \"b\"\nc\x1B", json) ==
        head + R"("warning","message":"a \"b\"\nc\\x1B"})" + "\n");
  CHECK(Noted(NoteLevel::kInfo, "gr\xC3\xBC\xC3\x9F", json) ==
        head + "\"info\",\"message\":\"gr\xC3\xBC\xC3\x9F\"}\n");
  CHECK(Noted(NoteLevel::kInfo, "\xFF\xC3\xBC", json) ==
        head + R"("info","message":"\\xFF\\xC3\\xBC"})" + "\n");
  CHECK(FormatFailure(kTime, "a", json) == head + R"("error","message":"a"})" + "\n");
  CHECK(FormatStatus(kTime, "a", json) == head + R"("info","message":"a"})" + "\n");
  const NoteForm in_journal{.json = true, .priorities = true};
  CHECK(Noted(NoteLevel::kError, "a", in_journal) ==
        "<3>" + head + R"("error","message":"a"})" + "\n");
}

TEST_CASE("the journal is known by the device and the inode of the stream") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  struct stat status{};
  REQUIRE(::fstat(ends[1], &status) == 0);
  const std::string device = std::to_string(status.st_dev);
  CHECK(NamesFile(device + ":" + std::to_string(status.st_ino), ends[1]));
  CHECK_FALSE(NamesFile(device + ":" + std::to_string(status.st_ino + 1), ends[1]));
  CHECK_FALSE(NamesFile("", ends[1]));
  CHECK_FALSE(NamesFile(device, ends[1]));
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK_FALSE(NamesFile(device + ":" + std::to_string(status.st_ino), ends[1]));
}

}  // namespace gamevents
