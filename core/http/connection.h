#pragma once

#include "core/base/file.h"
#include "core/base/ip.h"
#include "core/http/deadlines.h"
#include "core/http/loop_state.h"
#include "core/http/message.h"
#include "core/http/reply_queue.h"
#include "core/http/request_parser.h"
#include "core/http/stream.h"
#include "core/tls/channel.h"

#include <asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::http {

/// One client's connection: reads requests, hands each to the handler, and sends the answers in the
/// order of the requests, several in one write where several are there. While it waits it holds a
/// socket and this object, no buffer: what is read goes through one that all connections of the
/// loop share. A streamed answer keeps its place at the head of the queue until it ends; a client
/// that closes its side ends it. Lives as long as something waits for its socket. Everything runs
/// in the loop's thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// `bench` and `owner` must outlive the connection.
  Connection(LoopState& bench, ConnectionOwner& owner, uint64_t id);

  /// Takes over a connected socket and begins to read. Closes when the system cannot wait for it.
  void Start(FileDescriptor socket);

  /// Puts the answer to the request `number` in its place; Flush sends it. False when nobody waits
  /// for it any more.
  bool Put(uint64_t number, Response&& response);

  /// True the first time since the last Flush: who puts several answers flushes once.
  bool MarkTouched() { return !std::exchange(touched_, true); }

  /// Sends what can be sent, and goes on reading where that was waited for.
  void Flush();

  /// No further request is begun; what has begun is answered, then the connection ends.
  void Drain();

  /// What was waited for did not come in time.
  void OnTimeout(Wait wait);

  /// Gives back what the connection holds, by its end: with a 503 where the client is in the middle
  /// of a request and reads its answers, else at once.
  void Shed();

  /// Cuts the connection now; what is unanswered stays so.
  void Close();

  /// Requests of which something has come, or whose answers have not all been sent.
  size_t unanswered() const;
  /// What it holds of the memory of all connections, as last counted.
  size_t memory_held() const { return memory_held_; }
  /// Whether all that is left is the client's closing.
  bool lingering() const { return lingering_; }

 private:
  // Reading.
  void WaitToRead(tls::Transfer::State wait = tls::Transfer::State::kWaitReadable);
  void OnReadable(const asio::error_code& error);
  bool BeginHandshake();
  void OnFailed();
  void OnReceived(std::string_view bytes);
  void OnEnd();
  std::string_view Consume(std::string_view bytes);
  bool ConsumeUnread();
  void Begin();
  std::optional<problem::Problem> Prepare();
  std::optional<problem::Problem> CountBody(Request& request) const;
  void Refuse(problem::Problem refusal);
  void Reject(Response&& answer, const AnswerForm& form);
  bool HasRoom() const;
  bool HasMoreToSend();
  bool NothingBegun() const;

  // Writing.
  void Answer();
  void AppendAnswers(std::string& out);
  void BeginStream(std::string& out);
  void AppendPiece(std::string& out);
  void EndStream(std::string& out);
  void LetGoOfStream();
  void OnStreamReady();
  bool Send(std::string& bytes);
  void OnWritable(const asio::error_code& error);
  void Finish();

  void CountMemory();
  void UpdateDeadlines();
  void Restart(Deadlines::Place place, Wait wait);

  LoopState& bench_;
  ConnectionOwner& owner_;
  const uint64_t id_;
  asio::posix::stream_descriptor socket_;
  tls::Channel channel_;  // of socket_
  IpAddress peer_;
  std::string peer_text_;
  bool peer_trusted_ = false;
  std::string admitted_host_;  // the Host header that was looked at last, to look at none twice

  RequestParser parser_;
  std::string unread_;      // received while there was no room to begin another request
  size_t unread_used_ = 0;  // of unread_: given to the parser
  ReplyQueue replies_;
  std::shared_ptr<StreamOutlet> stream_;  // of the answer that goes on
  std::string unsent_;                    // what the client does not take yet
  size_t memory_held_ = 0;                // as counted in the budget
  Deadlines::Place read_deadline_;
  Deadlines::Place write_deadline_;

  bool reading_ = false;        // the loop waits until there is something to read
  bool writing_ = false;        // the loop waits until something can be written
  bool touched_ = false;        // has answers that are not flushed
  bool last_request_ = false;   // nothing more is read as a request
  bool ended_ = false;          // the client sends no more
  bool continue_due_ = false;   // "100 Continue" is to be sent when it is its turn
  bool continue_told_ = false;  // it was, or will be, for this request
  bool chunked_ = false;        // the stream's pieces are, so that something can come after it
  bool cut_ = false;            // the end of a stream is that of the connection
  bool lingering_ = false;      // all is sent, and the client has been told so
  bool closed_ = false;
};

}  // namespace gamevents::http
