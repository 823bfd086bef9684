// Goal: bytes go through a channel as they are or by TLS, whatever their number and however they
// come, and its ends and failures are told apart. Method: a pair of sockets with the channel at one
// end and a client of OpenSSL's own, or plain bytes, at the other; both in this thread.
#include "core/tls/channel.h"

#include "core/base/file.h"
#include "core/tls/certificates.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/tls/pairs.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::tls {
namespace {

using State = Transfer::State;

struct Sockets {
  FileDescriptor ours;
  FileDescriptor theirs;
  Sockets() {
    int pair[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
    ours = FileDescriptor(pair[0]);
    theirs = FileDescriptor(pair[1]);
  }
};

std::shared_ptr<Certificates> MakeCertificates(const Certificates::Protocols& protocols) {
  const TempFolder folder;
  const Pair pair = MakePair("localhost");
  auto loaded = Certificates::Load({folder.Write("cert.pem", pair.certificate),
                                    folder.Write("key.pem", pair.key), "", "serve.tls"},
                                   protocols);
  REQUIRE(loaded.ok());
  return *loaded;
}

// A client that trusts anybody.
class Client {
 public:
  explicit Client(int socket) : context_(::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free) {
    session_.reset(::SSL_new(context_.get()));
    ::SSL_set_fd(session_.get(), socket);
    ::SSL_set_connect_state(session_.get());
  }
  SSL* session() { return session_.get(); }
  bool Connect() { return ::SSL_connect(session_.get()) == 1; }

 private:
  std::shared_ptr<SSL_CTX> context_;
  SessionHandle session_;
};

struct Pairing {
  Sockets sockets;
  std::shared_ptr<Certificates> certificates = MakeCertificates({"http/1.1"});
  Channel channel{sockets.ours.get()};
  Client client{sockets.theirs.get()};
  std::vector<char> buffer = std::vector<char>(64 * 1024);

  Pairing() { REQUIRE(channel.Secure(certificates->Current())); }
  Transfer Read() { return channel.Read(buffer); }
  void Handshake() {
    for (int turn = 0; turn < 10; ++turn) {
      const bool connected = client.Connect();
      const Transfer read = Read();
      REQUIRE((read.state == State::kWaitReadable || read.state == State::kWaitWritable));
      if (connected && !channel.in_handshake()) return;
    }
    FAIL("no handshake");
  }
  std::string ReadAll(size_t count) {
    std::string all;
    while (all.size() < count) {
      const Transfer read = Read();
      if (read.state == State::kMoved) all.append(buffer.data(), read.bytes);
      if (read.state != State::kMoved && read.state != State::kWaitReadable) break;
      Pump();
    }
    return all;
  }
  // Sends what the client has left.
  void Pump() {
    if (sent_ == to_send_.size()) return;
    const int count =
        ::SSL_write(client.session(), to_send_.data() + sent_,
                    static_cast<int>(std::min<size_t>(to_send_.size() - sent_, 9000)));
    if (count > 0) sent_ += static_cast<size_t>(count);
  }
  void Queue(std::string bytes) {
    to_send_ = std::move(bytes);
    sent_ = 0;
    Pump();
  }

 private:
  std::string to_send_;
  size_t sent_ = 0;
};

}  // namespace

TEST_CASE("a plain channel moves bytes as they are") {
  const Sockets sockets;
  Channel ours(sockets.ours.get());
  Channel theirs(sockets.theirs.get());
  std::vector<char> buffer(16);
  CHECK(ours.Read(buffer).state == State::kWaitReadable);
  CHECK(theirs.Write("hello").bytes == 5);
  CHECK(!ours.has_more());
  const Transfer read = ours.Read(buffer);
  CHECK((read.state == State::kMoved && read.bytes == 5));
  theirs.End();
  CHECK(ours.Read(buffer).state == State::kEnded);
  const std::string much(1 << 20, 'x');
  while (ours.Write(much).state == State::kMoved) continue;
  CHECK(ours.Write(much).state == State::kWaitWritable);
}

TEST_CASE("bytes go through TLS both ways, and its end is told") {
  Pairing pair;
  CHECK(pair.channel.in_handshake());
  pair.Handshake();
  CHECK(pair.Read().state == State::kWaitReadable);
  CHECK(!pair.channel.has_more());
  std::string sent(300'000, ' ');
  for (size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31);
  pair.Queue(sent);
  CHECK(pair.ReadAll(sent.size()) == sent);
  std::string left = sent;
  std::string got;
  while (got.size() < sent.size()) {
    const Transfer wrote = left.empty() ? Transfer{State::kWaitWritable} : pair.channel.Write(left);
    REQUIRE((wrote.state == State::kMoved || wrote.state == State::kWaitWritable));
    left.erase(0, wrote.bytes);
    const int count = ::SSL_read(pair.client.session(), pair.buffer.data(), 10'000);
    if (count > 0) got.append(pair.buffer.data(), static_cast<size_t>(count));
  }
  CHECK(got == sent);
  ::SSL_shutdown(pair.client.session());
  CHECK(pair.Read().state == State::kEnded);
  pair.channel.End();
  CHECK(::SSL_read(pair.client.session(), pair.buffer.data(), 10) == 0);
  CHECK(::SSL_get_shutdown(pair.client.session()) == (SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN));
}

TEST_CASE("what is left of a read needs no socket") {
  Pairing pair;
  pair.Handshake();
  CHECK(::SSL_write(pair.client.session(), "one two", 7) == 7);
  ::SSL_shutdown(pair.client.session());
  std::vector<char> small(3);
  CHECK(pair.channel.Read(small).bytes == 3);
  CHECK(pair.channel.has_more());
  CHECK(pair.channel.Read(small).bytes == 3);
  CHECK(pair.channel.Read(small).bytes == 1);
  CHECK(pair.channel.has_more());  // the end
  CHECK(pair.channel.Read(small).state == State::kEnded);
}

TEST_CASE("handshakes that cannot be are failures with a reason") {
  Pairing pair;
  SECTION("no TLS at all") {
    REQUIRE(Channel(pair.sockets.theirs.get()).Write("\x01\x02 what is this?").bytes > 0);
    CHECK(pair.Read().state == State::kFailed);
    CHECK(!pair.channel.failure().empty());
    CHECK(!pair.channel.plain_http());
  }
  SECTION("plain HTTP") {
    REQUIRE(Channel(pair.sockets.theirs.get()).Write("GET / HTTP/1.1\r\n\r\n").bytes > 0);
    CHECK(pair.Read().state == State::kFailed);
    CHECK(pair.channel.plain_http());
  }
  SECTION("a client that goes away") {
    pair.client.Connect();
    pair.Read();
    pair.sockets.theirs.Close();
    CHECK(pair.Read().state == State::kFailed);
    CHECK(pair.channel.in_handshake());
  }
  SECTION("another protocol") {
    constexpr unsigned char kOther[] = "\x02h2";
    ::SSL_set_alpn_protos(pair.client.session(), kOther, sizeof(kOther) - 1);
    pair.client.Connect();
    CHECK(pair.Read().state == State::kFailed);
    CHECK(pair.channel.failure() == "no application protocol");
  }
  SECTION("an old version") {
    ::SSL_set_max_proto_version(pair.client.session(), TLS1_1_VERSION);
    ::SSL_set_cipher_list(pair.client.session(), "ALL:@SECLEVEL=0");
    pair.client.Connect();
    CHECK(pair.Read().state == State::kFailed);
  }
  CHECK(pair.channel.Write("more").state == State::kFailed);
}

}  // namespace gamevents::tls
