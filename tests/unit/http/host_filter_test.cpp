// Goal: a page cannot make a server its own by a name that resolves to the server's address.
// Method: a table of Host headers as browsers and other clients write them.
#include "core/http/host_filter.h"

#include "tests/unit/catch.h"

namespace gamevents::http {

TEST_CASE("on a loopback address only names that cannot be somebody else's are admitted") {
  const HostFilter loopback({"Game.example"}, true);
  for (const char* own :
       {"", "localhost", "localhost:5000", "LOCALHOST", "localhost.", "localhost.:80",
        "a.localhost", "a.b.localhost:1", "127.0.0.1", "127.0.0.1:5000", "192.0.2.7", "[::1]",
        "[::1]:5000", "[2001:db8::1]", "game.example", "GAME.EXAMPLE:8443", "game.example."}) {
    INFO(own);
    CHECK(loopback.Admits(own));
  }
  for (const char* other :
       {"evil.example", "evil.example:5000", "localhost.evil.example", "evillocalhost",
        "evil-localhost:80", "127.0.0.1.evil.example", "127.1", "2130706433", "0x7f.1", "::1",
        "[::1", "[evil.example]", "a.game.example", "game.example.evil.example", ":5000", "."}) {
    INFO(other);
    CHECK_FALSE(loopback.Admits(other));
  }
}

TEST_CASE("on a network every name is admitted until names are listed") {
  CHECK(HostFilter({}, false).Admits("game.example"));
  const HostFilter listed({"game.example"}, false);
  CHECK(listed.Admits("game.example"));
  CHECK(listed.Admits("192.0.2.7:5000"));  // a load balancer's probe
  CHECK_FALSE(listed.Admits("evil.example"));
}

}  // namespace gamevents::http
