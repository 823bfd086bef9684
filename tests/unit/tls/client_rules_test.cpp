// Goal: a client connects to the server that it meant and to no other, and says which part of TLS
// failed, with what to do. Method: handshakes over a pair of sockets between a channel and a client
// of OpenSSL's under the rules, both in this thread.
#include "core/tls/client_rules.h"

#include "core/base/file.h"
#include "core/tls/certificates.h"
#include "core/tls/channel.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/tls/pairs.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::tls {
namespace {

struct RuleFiles {
  TempFolder folder;
  ClientFiles client{{"--ca FILE"}, {"--certificate FILE"}, {"--key FILE"}, "http://"};

  // A server of `own`, which takes only clients of `clients` where that is not empty.
  std::shared_ptr<Certificates> Server(const Pair& own, const std::string& clients = "") {
    const std::string client_ca = clients.empty() ? "" : folder.Write("clients.pem", clients);
    auto loaded = Certificates::Load({folder.Write("cert.pem", own.certificate),
                                      folder.Write("key.pem", own.key), client_ca, "serve.tls"},
                                     {"http/1.1"});
    REQUIRE(loaded.ok());
    return *loaded;
  }
  void Trust(const Pair& pair) { client.ca.path = folder.Write("ca.pem", pair.certificate); }
  void Show(const Pair& pair) {
    client.certificate.path = folder.Write("client.pem", pair.certificate);
    client.key.path = folder.Write("client.key", pair.key);
  }
};

// "connected", or what the client says after a handshake and a try to read.
std::string Connect(const std::shared_ptr<Certificates>& server, const ClientFiles& files,
                    const std::string& host) {
  auto rules = ClientRules::Load(files);
  if (!rules) return rules.error().context;
  int pair[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
  const FileDescriptor ours(pair[0]);
  const FileDescriptor theirs(pair[1]);
  Channel channel(ours.get());
  REQUIRE(channel.Secure(server->Current()));
  const ContextHandle context(::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
  REQUIRE((*rules)->Apply(context.get(), host));
  const SessionHandle session(::SSL_new(context.get()));
  ::SSL_set_fd(session.get(), theirs.get());
  ClientRules::ForgetFailure();
  std::vector<char> buffer(64 * 1024);
  for (int turn = 0; turn < 4; ++turn) {
    const bool connected = ::SSL_connect(session.get()) == 1;
    (void)channel.Read(buffer);
    if (connected && ::SSL_read(session.get(), buffer.data(), 1) <= 0) continue;
  }
  const std::string failure = (*rules)->Failure();
  CHECK((*rules)->Failure().empty());  // told once
  if (!failure.empty()) return failure;
  return ::SSL_is_init_finished(session.get()) == 1 && !channel.in_handshake() ? "connected" : "";
}

bool Says(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("a server that is trusted and bears the name is connected to") {
  RuleFiles files;
  const Pair own = MakePair("game.example");
  const auto server = files.Server(own);
  files.Trust(own);
  CHECK(Connect(server, files.client, "game.example") == "connected");
}

TEST_CASE("each part of the server's certificate that is wrong is named") {
  RuleFiles files;
  const Pair own = MakePair("game.example");
  const Pair ended = MakePair("game.example", -60);
  const auto server = files.Server(own);
  CHECK(Says(Connect(server, files.client, "game.example"), "with --ca FILE"));
  files.Trust(MakePair("other.example"));
  CHECK(Says(Connect(server, files.client, "game.example"), "nobody that is trusted here"));
  files.Trust(own);
  CHECK(Says(Connect(server, files.client, "shop.example"), "is for another name"));
  CHECK(Says(Connect(server, files.client, "192.0.2.1"), "is for another name"));
  files.Trust(ended);
  CHECK(Says(Connect(files.Server(ended), files.client, "game.example"), "has expired"));
}

TEST_CASE("a client's certificate is shown, and its absence is named") {
  RuleFiles files;
  const Pair own = MakePair("game.example");
  const Pair client = MakePair("studio");
  const auto server = files.Server(own, client.certificate);
  files.Trust(own);
  CHECK(Says(Connect(server, files.client, "game.example"),
             "asks for a client's certificate; give one with --certificate FILE and --key FILE"));
  files.Show(MakePair("stranger"));
  CHECK(Says(Connect(server, files.client, "game.example"), "does not take the client's"));
  files.Show(client);
  CHECK(Connect(server, files.client, "game.example") == "connected");
}

TEST_CASE("a file of the client's that is wrong is named") {
  RuleFiles files;
  const Pair own = MakePair("game.example");
  const auto server = files.Server(own);
  files.client.ca.path = files.folder.Write("ca.pem", own.key);
  CHECK(Says(Connect(server, files.client, "game.example"), "--ca FILE: "));
  files.Trust(own);
  files.Show({own.certificate, MakePair("other").key});
  CHECK(Says(Connect(server, files.client, "game.example"), "--key FILE: "));
}

TEST_CASE("what OpenSSL says of a connection is told by its code") {
  RuleFiles files;
  CHECK(Says(DescribeTlsError(0x0A00010B, files.client), "without TLS it is reached by http://"));
  CHECK(Says(DescribeTlsError(0x0A000126, files.client), "was broken off, or took too long"));
  CHECK(Says(DescribeTlsError(0x0A000412, files.client), "asks for a client's certificate"));
  files.Show(MakePair("studio"));
  CHECK(Says(DescribeTlsError(0x0A000412, files.client), "does not take the client's certificate"));
  CHECK(Says(DescribeTlsError(0x0A0000C1, files.client), "TLS: "));
  CHECK(DescribeTlsError(0, files.client).empty());
  CHECK(Says(DescribeUntrusted(23, files.client), "is not taken: "));
}

}  // namespace gamevents::tls
