package dev.reveille.routing.port;

import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Audience.Registered;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Send;
import dev.reveille.model.TargetKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Reads whom a send is for when it does not list its addresses: the *audience*, such as all
/// registrations of a notification hub that match a tag expression.
///
/// Thread-safe; may read the disk, so it is never called on the dispatcher's thread. An
/// implementation whose sends use templates must also override the methods that take the [Send]: by
/// default every address is told the same. One that keeps addresses must override [#dead];
/// otherwise pushes go to addresses that no longer exist for ever.
public interface Audiences {
  /// No audience is registered anywhere.
  Audiences NONE =
      new Audiences() {
        @Override
        public Page page(final Registered audience, final long after, final int most) {
          return new Page(List.of(), true);
        }

        @Override
        public Optional<Addressed> find(final Registered audience, final TargetKey key) {
          return Optional.empty();
        }
      };

  /// An address and the number that it was given when it was registered.
  ///
  /// @param own what it is told alone, of a send of templates; empty where all are told the same
  record Numbered(long number, Addressed to, Optional<Rendered> own) {
    /// One that is told the same as all.
    public Numbered(final long number, final Addressed to) {
      this(number, to, Optional.empty());
    }
  }

  /// An address of an audience, looked up by its key.
  ///
  /// @param own as in [Numbered]
  record Found(Addressed to, Optional<Rendered> own) {}

  /// A page of an audience.
  ///
  /// @param targets by ascending numbers
  /// @param last whether none come after them
  record Page(List<Numbered> targets, boolean last) {
    public Page {
      if (targets.isEmpty() && !last) {
        throw new IllegalArgumentException("a page without addresses is the last one");
      }
      for (int i = 1; i < targets.size(); i++) {
        if (targets.get(i).number() <= targets.get(i - 1).number()) {
          throw new IllegalArgumentException("the numbers of a page do not ascend");
        }
      }
      targets = List.copyOf(targets);
    }
  }

  /// The next addresses: those of the audience whose number is above `after` and at most
  /// [Registered#upTo]. The same question has the same answer, but for what was removed or changed
  /// meanwhile.
  Page page(Registered audience, long after, int most);

  /// The same with what the send says to each, where that is not the same for all: its properties
  /// in the target's template as it is now.
  ///
  /// @param send whose audience it is
  default Page page(final Registered audience, final Send send, final long after, final int most) {
    return page(audience, after, most);
  }

  /// One address, as it is now; empty when it was removed.
  Optional<Addressed> find(Registered audience, TargetKey key);

  /// The same with what the send says to it, as [#page] does.
  default Optional<Found> find(final Registered audience, final Send send, final TargetKey key) {
    return find(audience, key).map(to -> new Found(to, Optional.empty()));
  }

  /// The push service says that an address of an audience exists no more since then.
  default void dead(
      final Registered audience,
      final TargetKey key,
      final PushAddress.Direct address,
      final Instant since) {}
}
