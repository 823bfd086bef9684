// Goal: a repeated batch is known, a gap and an old epoch are refused, and a snapshot keeps all of
// it. Method: sequences over the wrap at 2^31, a state there and back, every byte of it damaged.
#include "core/log/producer_state.h"

#include "core/log/log_options.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

namespace gamevents::log {
namespace {

constexpr TimestampMs kNow{kTestNow};

BatchHeader Numbered(int64_t id, int16_t epoch, int32_t sequence, int32_t count, int64_t offset) {
  BatchHeader header;
  header.producer_id = ProducerId(id);
  header.producer_epoch = epoch;
  header.base_sequence = sequence;
  header.last_offset_delta = count - 1;
  header.record_count = count;
  header.base_offset = Offset(offset);
  return header;
}

bool IsFresh(const ProducerState& state, const BatchHeader& header) {
  return std::holds_alternative<ProducerState::Fresh>(state.Check(header));
}
Refusal RefusalOf(const ProducerState& state, const BatchHeader& header) {
  return std::get<Refused>(state.Check(header)).refusal;
}

}  // namespace

TEST_CASE("sequences go on after 2^31 - 1 with 0") {
  ProducerState state;
  CHECK(IsFresh(state, Numbered(1, 0, INT32_MAX - 1, 4, 0)));
  state.Note(Numbered(1, 0, INT32_MAX - 1, 4, 100), kNow);
  CHECK(RefusalOf(state, Numbered(1, 0, 1, 1, 0)) == Refusal::kOutOfOrderSequence);
  CHECK(IsFresh(state, Numbered(1, 0, 2, 1, 0)));
  const auto again = state.Check(Numbered(1, 0, INT32_MAX - 1, 4, 0));
  CHECK(std::get<ProducerState::Duplicate>(again).base_offset == Offset(100));
  CHECK(std::get<ProducerState::Duplicate>(again).next_offset == Offset(104));
  const auto back = ProducerState::Decode(state.Encode(), kNow).value();
  CHECK(std::holds_alternative<ProducerState::Duplicate>(
      back.Check(Numbered(1, 0, INT32_MAX - 1, 4, 0))));
}

TEST_CASE("the last five batches are known, through a snapshot too") {
  ProducerState state;
  for (int32_t i = 0; i < 9; ++i) state.Note(Numbered(1, 2, i, 1, 10 + i), kNow);
  state.Note(Numbered(2, 0, 0, 3, 50), kNow);
  const auto back = ProducerState::Decode(state.Encode(), kNow).value();
  CHECK(back.size() == 2);
  for (const ProducerState* each : {const_cast<const ProducerState*>(&state), &back}) {
    for (int32_t i = 0; i < 9; ++i) {
      const auto verdict = each->Check(Numbered(1, 2, i, 1, 0));
      CHECK(std::holds_alternative<ProducerState::Duplicate>(verdict) == (i >= 4));
    }
    CHECK(IsFresh(*each, Numbered(1, 2, 9, 1, 0)));
    CHECK(RefusalOf(*each, Numbered(1, 1, 9, 1, 0)) == Refusal::kFencedEpoch);
    CHECK(RefusalOf(*each, Numbered(1, 3, 9, 1, 0)) == Refusal::kOutOfOrderSequence);
    CHECK(IsFresh(*each, Numbered(1, 3, 0, 1, 0)));
  }
}

TEST_CASE("no damaged snapshot is taken") {
  ProducerState state;
  for (int32_t i = 0; i < 3; ++i) state.Note(Numbered(1, 2, i, 1, 10 + i), kNow);
  const auto bytes = state.Encode();
  size_t turns = 0;
  for (size_t at = 0; at < bytes.size(); ++at, ++turns) {
    auto damaged = bytes;
    damaged[at] ^= std::byte{0x41};
    CHECK_FALSE(ProducerState::Decode(damaged, kNow).ok());
    CHECK_FALSE(ProducerState::Decode(std::span(bytes).first(at), kNow).ok());
  }
  CHECK(turns == bytes.size());
}

TEST_CASE("who had a batch turned away begins with that one") {
  ProducerState state;
  state.NoteTurnedAway(Numbered(1, 4, 0, 4, 0), kNow);
  CHECK(RefusalOf(state, Numbered(1, 4, 4, 2, 0)) == Refusal::kOutOfOrderSequence);
  CHECK(RefusalOf(state, Numbered(1, 5, 4, 2, 0)) == Refusal::kOutOfOrderSequence);
  CHECK(IsFresh(state, Numbered(1, 4, 0, 4, 0)));
  CHECK(IsFresh(state, Numbered(1, 5, 0, 1, 0)));
  CHECK(IsFresh(state, Numbered(2, 0, 4, 1, 0)));
  CHECK(state.size() == 0);
  state.Note(Numbered(1, 4, 0, 4, 10), kNow);
  CHECK(IsFresh(state, Numbered(1, 4, 4, 2, 0)));

  // A producer that is known has to go on where it was anyway; one whose state has expired is told.
  state.NoteTurnedAway(Numbered(1, 4, 4, 2, 0), kNow);
  CHECK(IsFresh(state, Numbered(1, 4, 4, 2, 0)));
  state.NoteTurnedAway(Numbered(3, 0, 70, 2, 0), kNow);
  CHECK(RefusalOf(state, Numbered(3, 0, 72, 2, 0)) == Refusal::kOutOfOrderSequence);
  state.Expire(TimestampMs(kNow.value + kProducerExpiry.count()));
  CHECK(IsFresh(state, Numbered(3, 0, 72, 2, 0)));
}

TEST_CASE("when too many were turned away to remember, unknown producers begin at 0") {
  ProducerState state;
  for (size_t i = 0; i <= kProducersMax; ++i) {
    state.NoteTurnedAway(Numbered(static_cast<int64_t>(i), 0, 6, 1, 0), kNow);
  }
  const int64_t forgotten{kProducersMax};
  CHECK(RefusalOf(state, Numbered(forgotten, 0, 7, 1, 0)) == Refusal::kOutOfOrderSequence);
  CHECK(IsFresh(state, Numbered(forgotten, 0, 0, 1, 0)));
  CHECK(IsFresh(state, Numbered(5, 0, 6, 1, 0)));
  state.Clear();
  CHECK(IsFresh(state, Numbered(forgotten, 0, 7, 1, 0)));
}

TEST_CASE("who is silent for a day is forgotten, and so is the longest idle when there are many") {
  ProducerState state;
  state.Note(Numbered(1, 0, 0, 1, 0), kNow);
  state.Note(Numbered(2, 0, 0, 1, 1), TimestampMs(kNow.value + 1));
  state.Expire(TimestampMs(kNow.value + kProducerExpiry.count()));
  REQUIRE(state.Summaries().size() == 1);
  CHECK(state.Summaries()[0].id == ProducerId(2));
  for (size_t i = 0; i < kProducersMax + 100; ++i) {
    const auto number = static_cast<int64_t>(i);
    state.Note(Numbered(100 + number, 0, 0, 1, 2 + number), kNow);
    REQUIRE(state.size() <= kProducersMax);
  }
  CHECK(state.Summaries().front().id > ProducerId(2));
  CHECK(state.Summaries().back().id == ProducerId(100 + int64_t{kProducersMax} + 99));
}

}  // namespace gamevents::log
