#include "core/base/bytes.h"
#include "tests/simulation/history.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace gamevents::simulation {
namespace {

constexpr size_t kSendersMax = 6;
// How many pieces a client sends at a time, at most.
constexpr uint64_t kPiecesAtOnceMax = 16;
// Who sends byte by byte does so until here; the rest comes faster, or all of it takes too long.
constexpr size_t kSlowBytes = 48;
constexpr std::array<uint64_t, 3> kPieces{1, 60, 500};

}  // namespace

void History::UseWires() {
  if (senders_.empty() || (senders_.size() < kSendersMax && random_.OneIn(2))) {
    return random_.OneIn(30) ? SendTooMuch() : StartSender();
  }
  const auto sender =
      std::next(senders_.begin(), static_cast<ptrdiff_t>(random_.Below(senders_.size())));
  if (random_.OneIn(5)) return Vanish(sender);
  SendPieces(sender);
}

void History::StartSender() {
  const std::string name = PickTopic();
  if (!promises_.Current(name)) return;
  Sender sender;
  sender.batch = MakeBatch(name, PickPartition(name), -1, -1);
  sender.frame = world_.MakeFrame(MakeRequest(sender.batch), sender.batch.call);
  sender.batch.frame_bytes = sender.frame.size() - broker::kFrameSizeBytes;
  sender.batch.call.wire = world_.Connect();
  sender.piece_max = kPieces[random_.Below(kPieces.size())];
  Tell("a client connects for " + name + ": " + sender.batch.values.front().substr(0, 8));
  senders_.push_back(std::move(sender));
  SendPieces(std::prev(senders_.end()));
}

void History::SendTooMuch() {
  Tell("a request that is too large");
  ++totals_.faults["a request that is too large"];
  const auto wire = world_.Connect();
  std::array<std::byte, broker::kFrameSizeBytes> size;
  StoreBigEndian32(size.data(), World::kRequestBytesMax + 1);
  wire->Send(size);
  world_.Pump();
  if (!wire->CutOff()) throw Broken("a request that is too large is not refused");
}

// It need not come to the end: the client goes on later, or not at all.
void History::SendPieces(Senders::iterator sender) {
  for (uint64_t i = random_.Below(kPiecesAtOnceMax); i > 0 && !world_.disk().dead(); --i) {
    const size_t left = sender->frame.size() - sender->sent;
    if (sender->sent > kSlowBytes) sender->piece_max = kPieces.back();
    const size_t size = std::min<size_t>(left, 1 + random_.Below(sender->piece_max));
    if (size == left) return SendRest(sender);
    sender->batch.call.wire->Send(std::span(sender->frame).subspan(sender->sent, size));
    sender->sent += size;
    world_.Pump();
  }
}

// From here on the request may be taken.
void History::SendRest(Senders::iterator sender) {
  const Batch& known = sender->batch;
  if (promises_.Current(known.name) != known.topic) return Vanish(sender);
  if (WaitsForSync(known.name, known.partition)) return;
  Batch batch = known;
  const auto rest = std::vector(sender->frame.begin() + static_cast<ptrdiff_t>(sender->sent),
                                sender->frame.end());
  senders_.erase(sender);
  Tell("all of the request is sent: " + batch.values.front().substr(0, 8));
  promises_.Sent(batch.topic, batch.partition, batch.values);
  batch.may_wait_for_memory = MemoryMayRunOut(batch.frame_bytes);
  if (batch.may_wait_for_memory) {
    promises_.SentToName(batch.name, batch.partition, batch.values);
  }
  batch.call.wire->Send(rest);
  MaySyncSlowly();
  if (!batch.may_wait_for_memory && random_.OneIn(4)) {
    Tell("the client vanishes");
    ++totals_.faults["a client that vanished before its answer"];
    batch.call.wire.reset();
  } else {
    waiting_.push_back(std::move(batch));
  }
  world_.Pump();
  SettleAll();
}

void History::Vanish(Senders::iterator sender) {
  Tell("a client vanishes within its request: " + sender->batch.values.front().substr(0, 8));
  ++totals_.faults["a client that vanished within its request"];
  senders_.erase(sender);
  world_.Pump();
  SettleAll();
}

bool History::MemoryMayRunOut(size_t one_more) const {
  std::vector<size_t> requests{one_more};
  for (const Sender& sender : senders_) requests.push_back(sender.batch.frame_bytes);
  for (const Batch& batch : waiting_) {
    if (batch.call.wire) requests.push_back(batch.frame_bytes);
  }
  return World::MemoryMayRunOut(requests);
}

bool History::IsLate(Batch& batch) {
  if (syncing_ || world_.disk().dead()) return false;
  if (!batch.call.wire) return true;
  if (batch.call.wire->CutOff()) throw Broken(batch.name + ": a good request is refused");
  // Only those that are half sent may keep it waiting.
  const bool half = std::ranges::any_of(senders_, [](const Sender& one) { return one.sent > 0; });
  if (!half || !MemoryMayRunOut(0)) return true;
  ++totals_.faults["a request that waited for memory"];
  Tell("waits for memory: " + batch.values.front().substr(0, 8));
  return false;
}

void History::CheckWires() {
  if (world_.running() && world_.connections() > 0 && !world_.disk().dead()) world_.Pump();
  const bool used = !senders_.empty() || !waiting_.empty();
  if (used || (world_.running() && world_.disk().dead())) return;
  if (world_.connections() > 0) throw Broken("a connection that the client closed is open");
  if (world_.request_memory_taken() != 0) throw Broken("requests that are over hold memory");
}

}  // namespace gamevents::simulation
