// Goal: the shapes that come again are known, and a stream in which none does costs few attempts.
// Method: streams of texts by hand; how many shapes were made is counted.
#include "core/event/known_shapes.h"

#include "tests/unit/catch.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::event {
namespace {

// Reads {"<name>":1} as Document does; says whether its shape was known.
class Stream {
 public:
  bool Next(const std::string& name) {
    std::string text = "{\"" + name + "\":1}";
    const size_t size = text.size();
    text.resize(size + kShapePadding);
    const std::string_view view(text.data(), size);
    if (known_.Find(view, scalars_) != nullptr) return true;
    if (known_.Wants(size)) {
      std::vector<DocumentField> fields(1);
      fields[0].name = name;
      fields[0].next = 1;
      known_.Learn(view, fields);
      ++made_;
    }
    return false;
  }

  int made() const { return made_; }
  size_t size() const { return known_.size(); }

 private:
  KnownShapes known_;
  std::vector<ScalarSpan> scalars_;
  int made_ = 0;
};

}  // namespace

TEST_CASE("the first text makes no shape, the second one does, the third has it") {
  Stream stream;
  CHECK_FALSE(stream.Next("a"));
  CHECK(stream.made() == 0);
  CHECK_FALSE(stream.Next("a"));
  CHECK(stream.made() == 1);
  CHECK(stream.Next("a"));
}

TEST_CASE("as many shapes as are kept may take turns") {
  Stream stream;
  for (size_t turn = 0; turn < 4; ++turn) {
    for (size_t i = 0; i < KnownShapes::kShapesMax; ++i) {
      CHECK((stream.Next(std::to_string(i)) || turn < 2));
    }
  }
  CHECK(stream.size() == KnownShapes::kShapesMax);
}

TEST_CASE("where no shape comes twice few are made, and one that comes later is made in the end") {
  Stream stream;
  for (int n = 0; n < 100'000; ++n) CHECK_FALSE(stream.Next("x" + std::to_string(n)));
  CHECK(stream.made() < 300);
  CHECK(stream.size() == KnownShapes::kShapesMax);
  bool known = false;
  for (uint32_t n = 0; n < KnownShapes::kPauseMax + 2; ++n) known = stream.Next("again");
  CHECK(known);
}

TEST_CASE("long texts make no shape") {
  KnownShapes known;
  CHECK_FALSE(known.Wants(10));  // the first
  CHECK_FALSE(known.Wants(kShapeBytesMax + 1));
  CHECK(known.Wants(kShapeBytesMax));
}

}  // namespace gamevents::event
