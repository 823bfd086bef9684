// Goal: a line a request, whatever a client sends, and nothing waits for the disk. Method: hostile
// texts in each field; a file that is moved away; a full pipe that nobody reads.
#include "core/collector/gate/access_log.h"

#include "core/base/text.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::collector {
namespace {

AccessEntry Entry() {
  AccessEntry entry;
  entry.time = TimestampMs(1'795'428'000'123);
  entry.remote_ip = "10.1.2.3";
  entry.key_name = "mobile game";
  entry.method = "GET";
  entry.path = "/buy/divya";
  entry.route = "/buy/<user>";
  entry.status = 200;
  entry.bytes_in = 3;
  entry.bytes_out = 46;
  entry.duration = std::chrono::microseconds(1'234);
  entry.user_agent = "curl/7.88.1";
  return entry;
}

}  // namespace

TEST_CASE("the forms of a line") {
  CHECK(FormatAccess(Entry(), AccessFormat::kText) ==
        "2026-11-23T10:00:00.123Z 10.1.2.3 \"mobile game\" GET /buy/divya 200 3 46 0.001234 "
        "\"curl/7.88.1\"\n");
  CHECK(FormatAccess(Entry(), AccessFormat::kJson) ==
        R"({"time":"2026-11-23T10:00:00.123Z","remote_ip":"10.1.2.3","key":"mobile game",)"
        R"("method":"GET","path":"/buy/divya","route":"/buy/<user>","status":200,"bytes_in":3,)"
        R"("bytes_out":46,"seconds":0.001234,"user_agent":"curl/7.88.1"})"
        "\n");
  CHECK(FormatAccess(Entry(), AccessFormat::kBrief) == "GET /buy/divya 200 1.2 ms\n");
  AccessEntry hostile = Entry();
  hostile.path = "/\x1B[2J\n";
  CHECK(FormatAccess(hostile, AccessFormat::kBrief) == "GET \"/\\u001b[2J\\n\" 200 1.2 ms\n");
  AccessEntry bare = Entry();
  bare.key_name = bare.user_agent = "";
  CHECK(FormatAccess(bare, AccessFormat::kText).find(" 10.1.2.3 - GET ") != std::string::npos);
  CHECK(FormatAccess(bare, AccessFormat::kJson).find("\"key\":null,") != std::string::npos);
}

TEST_CASE("nothing that a client sends ends a line, forges one, or moves a cursor") {
  const std::vector<std::string> hostile = {
      "a\nb",
      "a\r\n10.0.0.1 forged",
      "\x1b[2J",
      "\"},{\"",
      "\\",
      std::string("\0x", 2),
      "\x7f",
      "\xc2\x9b"
      "31m",
      "\xff\xfe",
      " ",
      "\xc2",
      "\xf0\x9f\x97\xa1",
  };
  for (const std::string& text : hostile) {
    AccessEntry entry = Entry();
    entry.path = entry.user_agent = entry.method = entry.remote_ip = text;
    for (const AccessFormat format : {AccessFormat::kText, AccessFormat::kJson}) {
      const std::string line = FormatAccess(entry, format);
      INFO(line);
      CHECK(std::ranges::count(line, '\n') == 1);
      CHECK(line.back() == '\n');
      for (size_t i = 0; i + 1 < line.size(); ++i) {
        const auto byte = static_cast<unsigned char>(line[i]);
        const auto next = static_cast<unsigned char>(line[i + 1]);
        CHECK(byte >= 0x20);
        CHECK(byte != 0x7F);
        CHECK_FALSE((byte == 0xC2 && next >= 0x80 && next <= 0x9F));
      }
      CHECK(IsUtf8(line));
    }
  }
}

TEST_CASE("lines of many threads are whole, and rotation loses none") {
  const TempFolder folder;
  const std::string path = folder.path() + "/access.log";
  const std::string moved = path + ".1";
  {
    const auto log = AccessLog::Open(AccessFormat::kJson, path);
    REQUIRE(log.ok());
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 1'000; ++j) (*log)->Write(Entry());
      });
    }
    REQUIRE(std::rename(path.c_str(), moved.c_str()) == 0);
    REQUIRE((*log)->Reopen().ok());
    for (std::thread& thread : threads) thread.join();
    (*log)->Write(Entry());
    CHECK((*log)->dropped() == 0);
  }
  const std::string all = folder.Read("access.log.1") + folder.Read("access.log");
  const std::string line = FormatAccess(Entry(), AccessFormat::kJson);
  CHECK(all.size() == 4'001 * line.size());
  for (size_t at = 0; at < all.size(); at += line.size()) {
    if (all.compare(at, line.size(), line) != 0) FAIL("a line is not whole");
  }
}

TEST_CASE("a reader that stops costs lines, and no request any time") {
  ::signal(SIGPIPE, SIG_IGN);  // as the program does
  const TempFile pipe;
  const std::string path = pipe.path();
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(reader >= 0);
  FileDescriptor open_reader(reader);
  auto log = AccessLog::Open(AccessFormat::kText, path);
  REQUIRE(log.ok());
  const size_t bytes = FormatAccess(Entry(), AccessFormat::kText).size();
  const size_t lines = 3 * kAccessLogBytesMax / bytes;
  for (size_t i = 0; i < lines; ++i) (*log)->Write(Entry());
  CHECK((*log)->dropped() > lines / 4);
  CHECK((*log)->dropped() < lines);
  open_reader.Close();  // the writer is told so, and ends
  (*log).reset();
}

TEST_CASE("a file that cannot be opened is named") {
  const auto log = AccessLog::Open(AccessFormat::kText, "no such folder/access.log");
  REQUIRE(!log.ok());
  CHECK(log.error().fault == Fault::kNotFound);
  CHECK(log.error().context.find("no such folder/access.log") != std::string::npos);
}

}  // namespace gamevents::collector
