#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace gamevents {

template <typename Signature>
class SharedFunction;

/// A std::function for what is told later, and kept until then: its copies share one target, so
/// making it allocates once, and copying it does not. What the target captures goes with the last
/// copy; it need not be copyable. The target decides from which threads it may be called; the
/// function itself may be copied and dropped from any.
template <typename Answer, typename... Arguments>
class SharedFunction<Answer(Arguments...)> {
 public:
  /// Null: it must not be called.
  SharedFunction() = default;
  SharedFunction(std::nullptr_t) {}  // NOLINT: as with std::function

  /// Calls `callable`.
  template <typename Callable>
    requires(!std::same_as<std::remove_cvref_t<Callable>, SharedFunction> &&
             std::is_invocable_r_v<Answer, std::decay_t<Callable>&, Arguments...>)
  SharedFunction(Callable&& callable)  // NOLINT: as with std::function
      : SharedFunction(std::in_place_type<std::decay_t<Callable>>,
                       std::forward<Callable>(callable)) {}

  /// Calls a Callable that is made of `parts` in its place: for one that cannot be moved.
  template <typename Callable, typename... Parts>
  explicit SharedFunction(std::in_place_type_t<Callable>, Parts&&... parts)
      : target_(std::make_shared<Held<Callable>>(std::forward<Parts>(parts)...)) {}

  /// Whether it may be called.
  explicit operator bool() const { return target_ != nullptr; }

  /// Whether both are copies of one, or both null.
  bool operator==(const SharedFunction&) const = default;

  /// Requires: not null.
  Answer operator()(Arguments... arguments) const {
    return target_->Call(std::forward<Arguments>(arguments)...);
  }

 private:
  struct Target {
    virtual ~Target() = default;
    virtual Answer Call(Arguments... arguments) = 0;
  };

  template <typename Callable>
  struct Held final : Target {
    template <typename... Parts>
    explicit Held(Parts&&... parts) : callable(std::forward<Parts>(parts)...) {}
    Answer Call(Arguments... arguments) override {
      return std::invoke(callable, std::forward<Arguments>(arguments)...);
    }
    Callable callable;
  };

  std::shared_ptr<Target> target_;
};

}  // namespace gamevents
