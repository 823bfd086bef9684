#include "core/http/stream.h"

#include "core/http/limits.h"

namespace gamevents::http {

/// Guards itself. `wake` is called under the lock, so that nobody is woken who has gone.
class StreamState {
 public:
  Status Give(StreamPiece piece) {
    if (!piece || piece->empty() || piece->size() > kStreamPieceBytesMax) {
      return Error{Fault::kBadInput, "a piece of a stream has 1 to " +
                                         std::to_string(kStreamPieceBytesMax) + " bytes"};
    }
    const std::lock_guard lock(mutex_);
    if (closed_ || ended_) return Error{Fault::kClosed, "the stream has ended"};
    if (piece_) return Error{Fault::kFull, "the piece before has not been begun"};
    piece_ = std::move(piece);
    if (wake_) wake_();
    return Done{};
  }

  void End() {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    if (wake_) wake_();
  }

  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    wake_ = nullptr;
    piece_ = nullptr;
  }

  void OnReady(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    if (piece_ || ended_) wake_();
  }

  StreamOutlet::Taken Take() {
    const std::lock_guard lock(mutex_);
    return {std::exchange(piece_, nullptr), ended_};
  }

  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_ || ended_;
  }

 private:
  mutable std::mutex mutex_;
  std::function<void()> wake_;
  StreamPiece piece_;
  bool ended_ = false;   // by who gives
  bool closed_ = false;  // by who takes
};

StreamOutlet::~StreamOutlet() { state_->Close(); }

void StreamOutlet::OnReady(std::function<void()> wake) { state_->OnReady(std::move(wake)); }

StreamOutlet::Taken StreamOutlet::Take() { return state_->Take(); }

std::pair<std::unique_ptr<Stream>, std::shared_ptr<StreamOutlet>> Stream::Make() {
  auto state = std::make_shared<StreamState>();
  auto outlet = std::make_shared<StreamOutlet>(state);
  return {std::unique_ptr<Stream>(new Stream(std::move(state))), std::move(outlet)};
}

Stream::~Stream() { state_->End(); }

Status Stream::Send(StreamPiece piece) { return state_->Give(std::move(piece)); }

void Stream::End() { state_->End(); }

bool Stream::closed() const { return state_->closed(); }

}  // namespace gamevents::http
