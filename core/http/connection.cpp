#include "core/http/connection.h"

#include "core/base/notes.h"
#include "core/http/forwarded.h"
#include "core/http/limits.h"
#include "core/http/listen.h"
#include "core/http/refusals.h"

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>

namespace gamevents::http {
namespace {

using problem::Code;
using problem::Problem;

// What the loop's buffer for answers may keep between two of them.
constexpr size_t kSendingBytesKept = 256 * 1024;

// What the refusal of a request says beside its problem, in the form that its headers ask for, as
// far as they have come.
Response AnswerTo(const Headers& headers, problem::Problem problem) {
  Response response = RefusalResponse(std::move(problem));
  if (response.status == 415) response.headers.emplace_back("Accept-Encoding", "gzip");
  if (response.status == 503) {
    response.headers.emplace_back("Retry-After", std::to_string(kRetryAfterSeconds));
  }
  WriteAs(response, AskedFor(headers), /*json_by_default=*/false);
  return response;
}

// The longest name that DNS has, about: how much of a Host header is repeated to its sender, or
// remembered.
constexpr size_t kHostBytesMax = 255;

Problem NotOurs(std::string_view host) {
  return {.code = Code::kUnknownHost,
          .detail = "this server is not known as " + std::string(host.substr(0, kHostBytesMax)) +
                    "; who runs it can list the name in serve.hosts",
          .field = "Host"};
}

}  // namespace

Connection::Connection(LoopState& bench, ConnectionOwner& owner, uint64_t id)
    : bench_(bench),
      owner_(owner),
      id_(id),
      socket_(bench.context),
      parser_(bench.shared.options.body_bytes_max),
      read_deadline_(bench.deadlines.Add(id)),
      write_deadline_(bench.deadlines.Add(id)) {}

void Connection::Start(FileDescriptor socket) {
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  peer_text_ = PeerAddress(socket.get());
  if (const auto peer = IpAddress::Parse(peer_text_)) {
    peer_ = *peer;
    peer_trusted_ = IsIn(bench_.shared.options.trusted_proxies, peer_);
  }
  asio::error_code error;
  socket_.assign(socket.get(), error);
  if (error) return Close();
  channel_ = tls::Channel(socket.Release());
  WaitToRead();
  UpdateDeadlines();
}

bool Connection::HasRoom() const {
  return replies_.size() < kPendingRepliesMax &&
         replies_.asked_bytes() + replies_.ready_bytes() + unsent_.size() < kConnectionBytesMax;
}

bool Connection::HasMoreToSend() { return unsent_.empty() && replies_.Ready() != nullptr; }

bool Connection::NothingBegun() const {
  return !parser_.started() && unread_.empty() && replies_.empty();
}

size_t Connection::unanswered() const {
  if (lingering_) return 0;
  const size_t asked = replies_.size() + (parser_.started() ? 1 : 0);
  return asked == 0 && !unsent_.empty() ? 1 : asked;
}

void Connection::WaitToRead(tls::Transfer::State wait) {
  // A stream's client is still read, to notice when it goes away.
  const bool wants =
      lingering_ || (last_request_ ? stream_ != nullptr : unread_.empty() && HasRoom());
  if (closed_ || reading_ || !wants) return;
  reading_ = true;
  if (channel_.has_more()) {
    asio::post(bench_.context, [self = shared_from_this()] { self->OnReadable({}); });
    return;
  }
  socket_.async_wait(
      wait == tls::Transfer::State::kWaitWritable ? asio::posix::stream_descriptor::wait_write
                                                  : asio::posix::stream_descriptor::wait_read,
      [self = shared_from_this()](const asio::error_code& error) { self->OnReadable(error); });
}

void Connection::OnReadable(const asio::error_code& error) {
  using enum tls::Transfer::State;
  reading_ = false;
  if (closed_) return;
  tls::Transfer read;
  if (!error && (!bench_.shared.options.tls || channel_.secure() || BeginHandshake())) {
    read = channel_.Read(bench_.received);
  }
  switch (read.state) {
    case kMoved:
      OnReceived({bench_.received.data(), read.bytes});
      break;
    case kEnded:
      OnEnd();
      break;
    case kWaitReadable:
    case kWaitWritable:
      WaitToRead(read.state);
      if (channel_.secure()) UpdateDeadlines();
      break;
    case kFailed:
      OnFailed();
      break;
  }
  owner_.AfterEvent();
}

// The client has sent something. What a handshake needs is not held for those that only connect.
bool Connection::BeginHandshake() {
  bench_.counters.handshakes.Add(1);
  if (!channel_.Secure(bench_.shared.options.tls->Current())) return false;
  Restart(read_deadline_, Wait::kHandshake);
  owner_.OnHandshake();
  return true;
}

void Connection::OnFailed() {
  if (channel_.in_handshake()) {
    bench_.counters.handshakes_failed.Add(1);
    const auto& written = bench_.shared.options.written_address;
    const std::string peer = written ? written(peer_text_) : peer_text_;
    Note(NoteLevel::kDebug,
         "TLS handshake" + (peer.empty() ? "" : " with " + peer) + ": " + channel_.failure());
    // Whoever sees this has written http:// for https://.
    if (channel_.plain_http()) {
      std::string answer;
      AnswerForm form;
      form.close = true;
      bench_.writer.Append(
          answer,
          RefusalResponse({.code = Code::kMalformedRequest,
                           .detail = "this port speaks TLS: write https:// for http://"}),
          form);
      (void)tls::Channel(socket_.native_handle()).Write(answer);
    }
  }
  Close();
}

void Connection::OnReceived(std::string_view bytes) {
  bench_.counters.bytes_received.Add(bytes.size());
  if (lingering_) return WaitToRead();
  const std::string_view rest = Consume(bytes);
  if (!rest.empty()) unread_ = rest;
  Flush();
}

// The client sends no more, but may still read: what is whole is answered.
void Connection::OnEnd() {
  ended_ = true;
  last_request_ = true;
  if (lingering_) return Close();
  Flush();
}

// Begins what requests there are and room for, and gives what is left of the bytes. One is begun
// also when the loop has many answers to look at: its own answer brings the next.
std::string_view Connection::Consume(std::string_view bytes) {
  bool begun = false;
  while (!bytes.empty() && !last_request_ && HasRoom() &&
         !(begun && bench_.completions->crowded())) {
    bytes.remove_prefix(parser_.Feed(bytes));
    switch (parser_.state()) {
      case RequestParser::State::kNeedsMore:
        break;
      case RequestParser::State::kComplete:
        Begin();
        begun = true;
        break;
      case RequestParser::State::kRefused:
        Refuse({.code = parser_.refusal().code, .detail = parser_.refusal().reason});
        break;
    }
  }
  if (parser_.awaits_continue() && !std::exchange(continue_told_, true)) continue_due_ = true;
  return last_request_ ? std::string_view() : bytes;
}

// The same with what was received before there was room. True when there is something to answer.
bool Connection::ConsumeUnread() {
  if (unread_.empty() || !HasRoom()) return false;
  const std::string_view rest = Consume(std::string_view(unread_).substr(unread_used_));
  unread_used_ = unread_.size() - rest.size();
  if (rest.empty()) {
    LetGo(unread_);
    unread_used_ = 0;
  }
  return replies_.Ready() != nullptr;
}

// Hands the request that the parser has read to the handler.
void Connection::Begin() {
  continue_due_ = continue_told_ = false;
  Restart(read_deadline_, Wait::kNothing);
  Request& request = parser_.request();
  AnswerForm form;
  form.head_only = std::string_view(request.method) == "HEAD";
  form.http_1_0 = parser_.http_1_0();
  form.close = !parser_.keep_alive() || bench_.draining;
  if (auto refusal = Prepare()) {
    Reject(AnswerTo(request.headers, std::move(*refusal)), form);
    return parser_.Restart();
  }
  request.remote_ip = peer_text_;
  if (peer_trusted_) {
    request.remote_ip =
        ClientBehindProxy(request.headers, peer_, bench_.shared.options.trusted_proxies).ToString();
  }
  last_request_ = form.close;
  const uint64_t number = replies_.Push(form);
  bench_.counters.requests.Add(1);
  const size_t bytes = HeapBytes(request.body);
  const std::weak_ptr<const BodyLease> kept = request.lease;
  bench_.shared.handler(std::move(request),
                        Completions::MakeReply(bench_.completions, id_, number));
  parser_.Restart();
  if (!kept.expired()) replies_.NoteHeld(number, bytes);
}

// Checks what was read, and makes its body what the handler is to see.
std::optional<problem::Problem> Connection::Prepare() {
  const Shared& shared = bench_.shared;
  const std::string_view host = parser_.host();
  if (host != admitted_host_) {
    if (!shared.hosts.Admits(host)) return NotOurs(host);
    if (host.size() <= kHostBytesMax) admitted_host_ = host;
  }
  if (parser_.encoded()) {
    if (auto refusal = shared.unpacker.Unpack(parser_.request())) return refusal;
  }
  return CountBody(parser_.request());
}

// From now on the body is the handler's to keep.
std::optional<problem::Problem> Connection::CountBody(Request& request) const {
  const size_t bytes = HeapBytes(request.body);
  if (bytes == 0) return std::nullopt;
  request.lease = BodyLease::Take(bench_.shared.memory, bytes);
  if (request.lease) return std::nullopt;
  return Problem{.code = Code::kOverloaded,
                 .detail = "the bodies of too many requests are being worked on; try again"};
}

// What came is not, or not wholly, a request: where the next one would begin is anybody's guess.
void Connection::Refuse(Problem refusal) {
  Response answer = AnswerTo(parser_.request().headers, std::move(refusal));
  AnswerForm form;
  form.head_only = parser_.request().method == "HEAD";
  form.close = true;
  parser_ = RequestParser(bench_.shared.options.body_bytes_max);
  continue_due_ = false;
  Reject(std::move(answer), form);
}

void Connection::Reject(Response&& answer, const AnswerForm& form) {
  bench_.counters.CountRefusal(answer.status);
  last_request_ = form.close;
  (void)replies_.Put(replies_.Push(form), std::move(answer));
}

bool Connection::Put(uint64_t number, Response&& response) {
  return replies_.Put(number, std::move(response));
}

void Connection::Flush() {
  touched_ = false;
  if (closed_ || lingering_) return;
  do {
    Answer();
    if (closed_) return;
  } while (ConsumeUnread() || HasMoreToSend());
  CountMemory();
  if (last_request_ && (replies_.empty() || cut_) && unsent_.empty()) return Finish();
  WaitToRead();
  UpdateDeadlines();
}

void Connection::Answer() {
  std::string& out = unsent_.empty() ? bench_.sending : unsent_;
  AppendAnswers(out);
  if (out.empty() || writing_) return;
  const bool sent = Send(out);
  if (&out == &bench_.sending) {
    unsent_ = out;
    out.clear();
    if (out.capacity() > kSendingBytesKept) LetGo(out);
  }
  if (!sent) return Close();
  if (unsent_.empty()) {
    LetGo(unsent_);
    return;
  }
  writing_ = true;
  socket_.async_wait(
      asio::posix::stream_descriptor::wait_write,
      [self = shared_from_this()](const asio::error_code& error) { self->OnWritable(error); });
}

void Connection::AppendAnswers(std::string& out) {
  if (stream_) AppendPiece(out);
  while (ReplyQueue::Answer* answer =
             out.size() < kConnectionBytesMax ? replies_.Ready() : nullptr) {
    const bool drained = bench_.draining && !parser_.started() && unread_.empty();
    const bool streamed = answer->response->stream != nullptr;
    if ((replies_.size() == 1 && (last_request_ || drained)) ||
        (streamed && answer->form.http_1_0)) {
      answer->form.close = last_request_ = true;
    }
    bench_.writer.Append(out, *answer->response, answer->form);
    if (streamed && !answer->form.head_only) {
      BeginStream(out);
    } else {
      replies_.Pop();
    }
  }
  if (continue_due_ && replies_.empty()) {
    out += "HTTP/1.1 100 Continue\r\n\r\n";
    continue_due_ = false;
  }
}

// The oldest answer's head has been written; its place is held until its stream ends.
void Connection::BeginStream(std::string& out) {
  chunked_ = !replies_.Ready()->form.http_1_0;
  stream_ = std::move(replies_.Hold().stream);
  bench_.counters.streams.Add(1);
  AppendPiece(out);
  if (!stream_) return;
  stream_->OnReady([weak = weak_from_this(), &context = bench_.context] {
    asio::post(context, [weak] {
      if (const auto self = weak.lock()) self->OnStreamReady();
    });
  });
}

// One piece at a time: what the client has not taken is bounded.
void Connection::AppendPiece(std::string& out) {
  if (bench_.draining || ended_) return EndStream(out);
  if (!unsent_.empty()) return;
  const auto [piece, ended] = stream_->Take();
  if (piece && chunked_) AppendChunk(out, *piece);
  if (piece && !chunked_) out += *piece;
  if (ended) EndStream(out);
}

void Connection::EndStream(std::string& out) {
  LetGoOfStream();
  if (chunked_) {
    AppendChunk(out, {});
    replies_.Release();
    if (bench_.draining && NothingBegun()) last_request_ = true;
  } else {
    cut_ = true;
  }
}

void Connection::LetGoOfStream() {
  if (!stream_) return;
  stream_ = nullptr;
  bench_.counters.streams_ended.Add(1);
}

void Connection::OnStreamReady() {
  if (closed_) return;
  Flush();
  owner_.AfterEvent();
}

// Takes off `bytes` what the kernel takes. False when the client has gone.
bool Connection::Send(std::string& bytes) {
  size_t sent = 0;
  bool gone = false;
  while (sent < bytes.size()) {
    const tls::Transfer wrote = channel_.Write(std::string_view(bytes).substr(sent));
    gone = wrote.state == tls::Transfer::State::kFailed;
    if (wrote.state != tls::Transfer::State::kMoved) break;
    sent += wrote.bytes;
  }
  bench_.counters.bytes_sent.Add(sent);
  if (sent > 0) Restart(write_deadline_, Wait::kNothing);
  bytes.erase(0, sent);
  return !gone;
}

void Connection::OnWritable(const asio::error_code& error) {
  writing_ = false;
  if (closed_) return;
  if (error) {
    Close();
  } else {
    Flush();
    // A piece that waited because of what was unsent until now is woken for no more.
    if (stream_ && unsent_.empty()) Flush();
  }
  owner_.AfterEvent();
}

// Tells the client that this was all, and waits until it has read it: closing at once could make
// the kernel throw the last answers away, because of bytes that nobody read.
void Connection::Finish() {
  if (ended_) return Close();
  lingering_ = true;
  channel_.End();
  owner_.OnLingering();
  WaitToRead();
  UpdateDeadlines();
}

void Connection::Drain() {
  if (closed_ || lingering_) return;
  // A stream is not waited for, nor is its slow reader.
  if (stream_ && replies_.size() == 1 && !unsent_.empty()) return Close();
  if (NothingBegun()) last_request_ = true;
  Flush();
}

void Connection::OnTimeout(Wait wait) {
  if (wait == Wait::kHeaders || wait == Wait::kBody) {
    Refuse({.code = Code::kRequestTimeout, .detail = "the request took too long to arrive"});
    return Flush();
  }
  if (wait == Wait::kHandshake) bench_.counters.handshakes_failed.Add(1);
  if (wait != Wait::kEnd) bench_.counters.timed_out.Add(1);
  Close();
}

void Connection::Shed() {
  bench_.counters.shed.Add(1);
  if (!parser_.started() || last_request_ || !unsent_.empty()) return Close();
  LetGo(unread_);
  unread_used_ = 0;
  Refuse(
      {.code = Code::kOverloaded, .detail = "too many requests are on their way here; try again"});
  Flush();
}

void Connection::Close() {
  if (std::exchange(closed_, true)) return;
  LetGoOfStream();
  (void)bench_.shared.memory->ChangeHeld(std::exchange(memory_held_, 0), 0);
  bench_.deadlines.Remove(read_deadline_);
  bench_.deadlines.Remove(write_deadline_);
  if (channel_.secure() && !lingering_) channel_.End();
  asio::error_code ignored;
  socket_.close(ignored);
  owner_.OnClosed(id_, lingering_);
}

void Connection::CountMemory() {
  const size_t held = HeapBytes(unread_) + HeapBytes(unsent_) + replies_.ready_bytes() +
                      (parser_.started() ? parser_.bytes_held() : 0);
  if (held == memory_held_) return;
  const bool within = bench_.shared.memory->ChangeHeld(std::exchange(memory_held_, held), held);
  if (!within) bench_.shared.on_memory_exceeded();
}

void Connection::Restart(Deadlines::Place place, Wait wait) {
  // Nothing is waited for since no time at all: who asks the clock for each request pays for it.
  const bool waits = wait != Wait::kNothing;
  if (!waits && place->wait == wait) return;
  bench_.deadlines.Set(place, wait, waits ? std::chrono::steady_clock::now() : Deadlines::Time());
}

void Connection::UpdateDeadlines() {
  Wait read = Wait::kNothing;
  if (lingering_) {
    read = Wait::kEnd;
  } else if (bench_.shared.options.tls && (!channel_.secure() || channel_.in_handshake())) {
    read = channel_.secure() ? Wait::kHandshake : Wait::kHello;
  } else if (parser_.started() && reading_ && !continue_due_) {
    read = parser_.in_body() ? Wait::kBody : Wait::kHeaders;
  } else if (NothingBegun() && unsent_.empty()) {
    read = Wait::kRequest;
  }
  if (read_deadline_->wait != read) Restart(read_deadline_, read);
  const Wait write = unsent_.empty() ? Wait::kNothing : Wait::kWrite;
  if (write_deadline_->wait != write) Restart(write_deadline_, write);
}

}  // namespace gamevents::http
