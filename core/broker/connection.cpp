#include "core/broker/connection.h"

#include "core/base/bytes.h"
#include "core/base/notes.h"
#include "core/base/result.h"
#include "core/tls/limits.h"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr auto kNever = asio::steady_timer::time_point::max();
constexpr std::chrono::milliseconds kLookAgain{100};
// What is read of a file at once where the kernel cannot send it.
constexpr size_t kCopiedBytesMax = 64 * 1024;

// Waits until `timer` is cancelled, by its owner or because the coroutine is.
asio::awaitable<void> WaitForWake(asio::steady_timer& timer) {
  asio::error_code ignored;
  timer.expires_at(kNever);
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, Session session, Service& service,
                       RequestMemory& memory, const Limits& limits, tls::ContextHandle tls)
    : socket_(std::move(socket)),
      session_(std::move(session)),
      service_(service),
      memory_(memory),
      limits_(limits),
      tls_(std::move(tls)),
      channel_(socket_.native_handle()),
      opening_(tls_ != nullptr || session_.asks()),
      began_(std::chrono::steady_clock::now()),
      slot_freed_(socket_.get_executor(), kNever),
      reply_ready_(socket_.get_executor(), kNever),
      watch_(socket_.get_executor()),
      last_move_(std::chrono::steady_clock::now()) {
  service_.traffic.AddAccepted();
}

Connection::~Connection() { service_.traffic.AddClosed(); }

void Connection::Start() {
  // Each coroutine holds the connection: it ends with the last of them.
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    asio::error_code error;
    self->socket_.native_non_blocking(true, error);  // sendfile has no flag of its own for it
    if (error) return self->Close(error.message());
    if (self->tls_ && !self->channel_.Secure(self->tls_)) return self->Close("no memory for TLS");
    if (self->tls_) self->service_.OnOpening(Opening::kHandshake, self->session_);
    self->tls_ = nullptr;
    const auto executor = self->socket_.get_executor();
    const auto hold = [self](const std::exception_ptr&) {};
    asio::co_spawn(executor, self->ReadRequests(),
                   asio::bind_cancellation_slot(self->stop_reading_.slot(), hold));
    asio::co_spawn(executor, self->WriteReplies(), hold);
    asio::co_spawn(executor, self->WatchTime(), hold);
  });
}

void Connection::Drain() {
  draining_ = true;
  if (slots_.empty()) return Close("the broker is stopping");
  if (!frame_begun_) stop_reading_.emit(asio::cancellation_type::terminal);
}

void Connection::Close(const std::string& reason) {
  if (std::exchange(closed_, true)) return;
  if (IsNoted(NoteLevel::kDebug)) {
    Note(NoteLevel::kDebug, session_.peer().client_host + ": connection closed: " + reason);
  }
  if (channel_.in_handshake()) service_.OnOpening(Opening::kHandshakeFailed, session_);
  for (const SlotPtr& slot : slots_) slot->cancel.emit(asio::cancellation_type::terminal);
  slots_.clear();
  stop_reading_.emit(asio::cancellation_type::terminal);
  slot_freed_.cancel();
  reply_ready_.cancel();
  watch_.cancel();
  if (channel_.secure()) channel_.End();
  asio::error_code ignored;
  socket_.close(ignored);
}

void Connection::GiveUp(const std::string& reason) {
  if (!closed_ && !channel_.in_handshake() && !session_.admitted()) {
    service_.OnOpening(Opening::kUnfinished, session_);
  }
  Close(reason);
}

asio::awaitable<void> Connection::ReadRequests() {
  while (!closed_ && !draining_) {
    // Of who is not known yet one request at a time is enough.
    if (slots_.size() >= (session_.admitted() ? limits_.in_flight_max : 1)) {
      co_await WaitForWake(slot_freed_);
      continue;
    }
    std::optional<RequestFrame> frame = co_await ReadFrame();
    if (closed_ || !frame) break;
    auto slot = std::make_shared<Slot>();
    slots_.push_back(slot);
    // What ends an answer early is the cancellation in Close, or a lack of memory. Holding the slot
    // keeps its signal alive until the coroutine has ended: Asio 1.30 touches the signal once more
    // after AnswerInto, when the writer may have let go of the slot already.
    const auto ended = [self = shared_from_this(), slot](const std::exception_ptr& thrown) {
      if (thrown) self->Close("a request could not be answered");
    };
    asio::co_spawn(socket_.get_executor(), AnswerInto(slot, std::move(*frame)),
                   asio::bind_cancellation_slot(slot->cancel.slot(), ended));
  }
  // Draining: the writer closes after the last reply. Otherwise ReadFrame has closed.
}

// Closes the connection and gives nothing when no whole request came.
asio::awaitable<std::optional<RequestFrame>> Connection::ReadFrame() {
  asio::error_code error;
  std::array<std::byte, 4> prefix;
  if (channel_.secure()) {
    error = co_await ReadPrefix(prefix);
  } else {
    co_await asio::async_read(socket_, asio::buffer(prefix),
                              asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) {
    if (!draining_) Close(error.message());
    co_return std::nullopt;
  }
  Moved();
  const int64_t size = LoadBigEndianSigned32(prefix.data());
  const int64_t most =
      session_.admitted() ? limits_.request_bytes_max : limits_.authentication_bytes_max;
  if (size < 0 || size > most) {
    Close("a request of " + std::to_string(size) + " bytes; the limit is " + std::to_string(most));
    co_return std::nullopt;
  }
  frame_begun_ = true;
  frame_began_ = last_byte_ = last_move_;
  RequestFrame frame;
  const bool whole = co_await ReadBody(frame, size);
  frame_begun_ = false;
  reserve_of_ = nullptr;
  Moved();
  if (!whole || closed_) co_return std::nullopt;
  service_.traffic.AddReceived(prefix.size() + frame.size());
  co_return frame;
}

asio::awaitable<asio::error_code> Connection::ReadPrefix(std::span<std::byte> prefix) {
  asio::error_code error;
  while (!prefix.empty() && !error) prefix = prefix.subspan(co_await ReadSome(prefix, error));
  co_return error;
}

// Through TLS; its handshake is done here, before the first byte.
asio::awaitable<size_t> Connection::ReadSome(std::span<std::byte> into, asio::error_code& error) {
  using enum tls::Transfer::State;
  while (!closed_) {
    const tls::Transfer read = channel_.Read({reinterpret_cast<char*>(into.data()), into.size()});
    NoteOpened();
    if (read.state == kMoved) co_return read.bytes;
    if (read.state == kEnded) break;
    if (read.state == kFailed) {
      Close("TLS: " + channel_.failure());
      break;
    }
    co_await socket_.async_wait(read.state == kWaitWritable ? asio::ip::tcp::socket::wait_write
                                                            : asio::ip::tcp::socket::wait_read,
                                asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return 0;
  }
  error = asio::error::eof;
  co_return 0;
}

// Reads the body as it comes, with as much memory as RequestMemory thinks right.
asio::awaitable<bool> Connection::ReadBody(RequestFrame& frame, int64_t size) {
  RequestMemory::Part& memory = memory_.PartFor(size);
  int64_t read = 0;
  do {
    if (!co_await MakeRoom(frame, memory.budget, memory.NextStep(read, size), size)) {
      co_return false;
    }
    for (const auto room = static_cast<int64_t>(frame.size()); read < room;) {
      asio::error_code error;
      const std::span<std::byte> into(frame.data() + read, static_cast<size_t>(room - read));
      const size_t count =
          channel_.secure()
              ? co_await ReadSome(into, error)
              : co_await socket_.async_read_some(asio::buffer(into.data(), into.size()),
                                                 asio::redirect_error(asio::use_awaitable, error));
      read += static_cast<int64_t>(count);
      last_byte_ = std::chrono::steady_clock::now();
      if (error) {
        Close("within a request: " + error.message());
        co_return false;
      }
    }
  } while (read < size);
  co_return true;
}

// Waits for the memory and makes the frame as large as it allows. False: the connection is closed.
asio::awaitable<bool> Connection::MakeRoom(RequestFrame& frame, RequestBudget& budget,
                                           int64_t bytes, int64_t whole) {
  const auto asked = std::chrono::steady_clock::now();
  awaits_memory_ = true;
  const bool granted = co_await budget.Grow(frame.lease(), bytes, whole);
  awaits_memory_ = false;
  last_byte_ = std::chrono::steady_clock::now();
  frame_began_ += last_byte_ - asked;
  service_.traffic.AddThrottled(last_byte_ - asked);
  if (!granted || closed_) co_return false;
  if (!frame.Grow(static_cast<size_t>(frame.lease().bytes()))) {
    Close("no memory for a request");
    co_return false;
  }
  if (frame.lease().reserved() && std::exchange(reserve_of_, &budget) == nullptr) watch_.cancel();
  co_return true;
}

asio::awaitable<void> Connection::AnswerInto(SlotPtr slot, RequestFrame frame) {
  Reply reply = co_await service_.Answer(std::move(frame), session_);
  NoteOpened();
  slot->reply = std::move(reply);
  if (!slots_.empty() && slots_.front() == slot) reply_ready_.cancel();
}

asio::awaitable<void> Connection::WriteReplies() {
  while (!closed_) {
    if (slots_.empty() || !slots_.front()->reply) {
      if (slots_.empty() && draining_) Close("the broker is stopping");
      if (!closed_) co_await WaitForWake(reply_ready_);
      continue;
    }
    const SlotPtr slot = slots_.front();
    if (slot->reply->kind == Reply::Kind::kClose) {
      Close(slot->reply->reason);
      break;
    }
    if (slot->reply->kind == Reply::Kind::kSend && !co_await Send(*slot->reply)) break;
    if (slot->reply->last) Close(slot->reply->reason);
    if (closed_) break;
    slots_.pop_front();
    slot_freed_.cancel();
  }
}

asio::awaitable<bool> Connection::Send(const Reply& reply) {
  sending_ = true;
  Moved();
  for (size_t i = 0; i < reply.chunks.size(); ++i) {
    const bool more_follows = i + 1 < reply.chunks.size();
    const Chunk& chunk = reply.chunks[i];
    bool sent = false;
    size_t size = 0;
    if (const auto* bytes = std::get_if<std::vector<std::byte>>(&chunk)) {
      size = bytes->size();
      sent = co_await SendBytes(*bytes, more_follows);
    } else {
      const FilePart& part = *std::get_if<FilePart>(&chunk);
      size = part.length;
      sent = channel_.secure() ? co_await CopyFile(part) : co_await SendFile(part);
    }
    if (!sent) co_return false;
    service_.traffic.AddSent(size);
  }
  sending_ = false;
  co_return true;
}

// The channel's calls rather than Asio's: MSG_MORE keeps a response's head and its records in one
// packet, and sendfile has no counterpart there.
asio::awaitable<bool> Connection::SendBytes(std::span<const std::byte> bytes, bool more_follows) {
  std::string_view left(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (!left.empty()) {
    const tls::Transfer wrote = channel_.Write(left, more_follows);
    if (wrote.state == tls::Transfer::State::kMoved) {
      left.remove_prefix(wrote.bytes);
      Moved();
      continue;
    }
    if (wrote.state != tls::Transfer::State::kWaitWritable) {
      Close(channel_.secure() ? "TLS: " + channel_.failure() : SystemError("send", errno).context);
      co_return false;
    }
    if (!co_await WaitToWrite()) co_return false;
  }
  co_return true;
}

// The time for TLS and SASL is over with them, and the idle time begins.
void Connection::NoteOpened() {
  if (!opening() || channel_.in_handshake() || !session_.admitted()) return;
  opening_.store(false, std::memory_order_relaxed);
  Moved();
}

asio::awaitable<bool> Connection::WaitToWrite() {
  asio::error_code error;
  co_await socket_.async_wait(asio::ip::tcp::socket::wait_write,
                              asio::redirect_error(asio::use_awaitable, error));
  co_return !error && !closed_;
}

// What TLS has to encrypt must be read: a piece at a time.
asio::awaitable<bool> Connection::CopyFile(const FilePart& part) {
  std::vector<std::byte> piece(std::min(part.length, kCopiedBytesMax));
  for (size_t done = 0; done < part.length;) {
    const ssize_t count = ::pread(part.fd, piece.data(), std::min(piece.size(), part.length - done),
                                  part.position + static_cast<int64_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      Close(count == 0 ? "the segment is shorter than its index says"
                       : SystemError("pread", errno).context);
      co_return false;
    }
    if (!co_await SendBytes({piece.data(), static_cast<size_t>(count)}, false)) co_return false;
    done += static_cast<size_t>(count);
  }
  co_return true;
}

asio::awaitable<bool> Connection::SendFile(const FilePart& part) {
  off_t position = part.position;
  size_t left = part.length;
  while (left > 0) {
    const ssize_t count = ::sendfile(socket_.native_handle(), part.fd, &position, left);
    if (count > 0) {
      left -= static_cast<size_t>(count);
      Moved();
      continue;
    }
    if (count == 0) {
      Close("sendfile: the segment is shorter than its index says");
      co_return false;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) {
      Close(SystemError("sendfile", errno).context);
      co_return false;
    }
    if (!co_await WaitToWrite()) co_return false;
  }
  co_return true;
}

// When the first allowance of those that run now ends; `overdue` says which, if it has. What we are
// to do next is no reason to give the client up.
Connection::TimePoint Connection::LookAgainAt(TimePoint now, std::string& overdue) const {
  TimePoint next = kNever;
  const auto allow = [&](TimePoint since, std::chrono::milliseconds allowed, const char* reason) {
    next = std::min(next, since + allowed);
    if (now >= since + allowed) overdue = reason;
  };
  if (sending_) allow(last_move_, limits_.stall_timeout, "stalled");
  if (channel_.in_handshake()) allow(began_, tls::kHandshakeTime, "no TLS handshake in time");
  if (!session_.admitted()) {
    allow(began_, limits_.authentication_timeout, "no authentication in time");
  }
  if (frame_begun_ && !awaits_memory_) {
    allow(frame_began_, limits_.stall_timeout, "stalled");
    asio::error_code ignored;
    if (reserve_of_ != nullptr && reserve_of_->has_line() && socket_.available(ignored) == 0 &&
        !channel_.has_more()) {
      allow(last_byte_, limits_.hold_up_timeout, "stalled, and held up others");
    }
  }
  if (!sending_ && !frame_begun_ && slots_.empty()) {
    allow(last_move_, limits_.idle_timeout, "idle");
  }
  // What runs can change while this sleeps: never sleep past the shortest that can begin.
  const auto shortest = reserve_of_ == nullptr
                            ? limits_.stall_timeout
                            : std::min(limits_.stall_timeout, limits_.hold_up_timeout);
  return std::clamp(next, now + std::min(kLookAgain, shortest), now + shortest);
}

// One timer a connection instead of one an operation: it looks again when the present allowance
// would end.
asio::awaitable<void> Connection::WatchTime() {
  while (!closed_) {
    std::string overdue;
    const TimePoint next = LookAgainAt(std::chrono::steady_clock::now(), overdue);
    if (!overdue.empty()) {
      GiveUp(overdue);
      break;
    }
    asio::error_code ignored;
    watch_.expires_at(next);
    co_await watch_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

}  // namespace gamevents::broker
