// Goal: a line says what it says, is written as it is read, and a mistake is named with its line;
// the file is changed whole, by one at a time. Method: keys whose SHA-256 is known from FIPS
// 180-4's examples and sha256sum; files written over, and changed by many threads at once.
#include "core/collector/gate/key_file.h"

#include "core/base/check.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <sys/stat.h>

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::collector {
namespace {

// printf %s abc | sha256sum
const std::string kAbcHash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
// printf %s hunter2 | sha256sum
const std::string kHunterHash = "f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7";

std::string ErrorOf(const std::string& text) { return ParseApiKeys(text).error().context; }

ApiKey KeyOf(const std::string& name, const std::string& secret) {
  ApiKey key;
  key.name = name;
  key.sha256 = HashOf(secret).value();
  return key;
}

}  // namespace

TEST_CASE("lines are as sha256sum writes them, with a name for the '-'") {
  const auto keys =
      ParseApiKeys("# games\n\n" + kAbcHash + "  mobile game\r\n  " + kHunterHash + "\tweb\n# end");
  REQUIRE(keys.ok());
  REQUIRE(keys->size() == 2);
  CHECK((*keys)[0].name == "mobile game");
  CHECK((*keys)[0].sha256[0] == 0xBA);
  CHECK((*keys)[0].sha256[31] == 0xAD);
  CHECK((*keys)[0].sha256 == HashOf("abc"));
  CHECK((*keys)[0].scope == KeyScope::kAll);
  CHECK((*keys)[0].rate == 0);
  CHECK((*keys)[0].origins.empty());
  CHECK((*keys)[1].name == "web");
  CHECK(ParseApiKeys("")->empty());
}

TEST_CASE("settings stand before the hash, in any order, and are written as they are read") {
  const auto keys =
      ParseApiKeys("rate=10/s origin=https://a.example scope=write\torigin=http://b:81 " +
                   kAbcHash + " the game = ours\nscope=read " + kHunterHash + " x\n");
  REQUIRE(keys.ok());
  REQUIRE(keys->size() == 2);
  const ApiKey& game = keys->front();
  CHECK(game.name == "the game = ours");
  CHECK(game.scope == KeyScope::kWrite);
  CHECK(game.rate == 10);
  CHECK(game.origins == std::vector<std::string>{"https://a.example", "http://b:81"});
  CHECK((*keys)[1].scope == KeyScope::kRead);
  const std::string line = FormatApiKey(game);
  CHECK(line == "scope=write rate=10/s origin=https://a.example origin=http://b:81 " + kAbcHash +
                    "  the game = ours\n");
  CHECK(ParseApiKeys(line)->front() == game);
}

TEST_CASE("a line that is wrong is named, and why, without what may be a secret") {
  CHECK(ErrorOf("\nsecret\n").starts_with("2: a line is the SHA-256"));
  CHECK(ErrorOf("\nsecret\n").find("secret") == std::string::npos);
  CHECK(ErrorOf(kAbcHash.substr(1) + " x").starts_with("1: a line is the SHA-256"));
  CHECK(ErrorOf("g" + kAbcHash.substr(1) + " x") == "1: the SHA-256 is not hexadecimal");
  CHECK(ErrorOf(kAbcHash + "  -") == "1: no name after the SHA-256: write whose key it is");
  CHECK(ErrorOf(kAbcHash) == "1: no name after the SHA-256: write whose key it is");
  CHECK(ErrorOf(kAbcHash + " \x01").starts_with("1: the name has control characters"));
  CHECK(ErrorOf(kAbcHash + " " + std::string(129, 'n')).starts_with("1: the name is not"));
  CHECK(ErrorOf(kAbcHash + " a\n" + kAbcHash + " b\n") == "2: duplicate key");
  const std::string rest = " " + kAbcHash + " a\n";
  CHECK(ErrorOf("scope=none" + rest) == "1: the scope is not one of write, read, all");
  CHECK(ErrorOf("scope=" + rest) == "1: the scope is not one of write, read, all");
  CHECK(ErrorOf("scope=read scope=all" + rest) == "1: duplicate scope=");
  CHECK(ErrorOf("scpoe=read" + rest).find("scope=, rate= and origin=") != std::string::npos);
  for (const char* rate : {"", "0/s", "10", "10/m", "-1/s", "1000001/s", "1.5/s", "x/s"}) {
    INFO(rate);
    CHECK(ErrorOf("rate=" + std::string(rate) + rest).starts_with("1: the rate is not"));
  }
  for (const char* origin : {"", "*", "game.example", "https://game.example/", "https://Game.x"}) {
    INFO(origin);
    CHECK(ErrorOf("origin=" + std::string(origin) + rest).starts_with("1: this is no origin"));
  }
}

TEST_CASE("there is a bound on the number of keys, and of a key's origins") {
  std::string text;
  for (size_t i = 0; i <= kApiKeysMax; ++i) {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016zx", i);
    text += std::string(48, '0') + digits + " n\n";
  }
  CHECK(ParseApiKeys(text).error().fault == Fault::kFull);
  const std::string most = text.substr(0, text.size() - 67);
  CHECK(ParseApiKeys(most).ok());
  CHECK(WithKey(most, KeyOf("more", "abc")).error().fault == Fault::kFull);
  std::string origins;
  for (size_t i = 0; i <= kKeyOriginsMax; ++i) origins += "origin=http://a ";
  CHECK(ParseApiKeys(origins + kAbcHash + " a").error().fault == Fault::kFull);
}

TEST_CASE("a key is added at the end and removed by its name; the other lines stay") {
  const std::string before = "# ours\n" + kAbcHash + "  old";
  const auto added = WithKey(before, KeyOf("new", "hunter2"));
  REQUIRE(added.ok());
  CHECK(*added == before + "\nscope=all " + kHunterHash + "  new\n");
  CHECK(WithKey(*added, KeyOf("old", "x")).error().fault == Fault::kExists);
  CHECK(WithKey("broken\n", KeyOf("a", "x")).error().context.starts_with("1: a line is"));

  CHECK(WithoutKey(*added, "old").value() == "# ours\nscope=all " + kHunterHash + "  new\n");
  CHECK(WithoutKey(*added, "new").value() == before + "\n");
  CHECK(WithoutKey(*added, "nwe").error().context ==
        "there is no key called nwe; did you mean new?");
  CHECK(WithoutKey(before, "old").error().fault == Fault::kBadInput);
  // All keys of one name.
  const std::string twice =
      kAbcHash + " a\n\r\n" + kHunterHash + " a\n" + std::string(64, '0') + " b";
  CHECK(WithoutKey(twice, "a").value() == "\r\n" + std::string(64, '0') + " b");
}

TEST_CASE("the file is made for its owner alone, and one that is there keeps its mode") {
  const TempFolder folder;
  const std::string path = folder.path() + "/keys";
  const auto add = [&](const std::string& name) {
    return EditKeyFile(path,
                       [&](std::string_view text) { return WithKey(text, KeyOf(name, name)); });
  };
  const auto mode = [&] {
    struct stat now = {};
    REQUIRE(::stat(path.c_str(), &now) == 0);
    return now.st_mode & 07777;
  };
  REQUIRE(add("one").ok());
  CHECK(mode() == 0600);
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  REQUIRE(add("two").ok());
  CHECK(mode() == 0644);
  CHECK(ReadKeyFile(path)->size() == 2);
  CHECK(add("two").error().context == path +
                                          ": there is a key called two already; take another "
                                          "name, or remove that one first");
  folder.Write("keys", "broken\n");
  CHECK(add("three").error().context.starts_with(path + ":1: a line is"));
  CHECK(folder.Read("keys") == "broken\n");
  CHECK(ReadKeyFile(path).error().context.starts_with(path + ":1: "));
  CHECK(EditKeyFile(folder.path() + "/no/keys",
                    [](std::string_view) { return Result<std::string>(""); })
            .error()
            .fault == Fault::kNotFound);
}

TEST_CASE("whoever changes the file at once with others loses nothing") {
  const TempFolder folder;
  const std::string path = folder.path() + "/keys";
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&path, name = "key " + std::to_string(i)] {
      const Status added = EditKeyFile(
          path, [&](std::string_view text) { return WithKey(text, KeyOf(name, name)); });
      INVARIANT(added.ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(ReadKeyFile(path)->size() == 8);
}

}  // namespace gamevents::collector
