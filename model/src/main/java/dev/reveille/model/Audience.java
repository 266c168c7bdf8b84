package dev.reveille.model;

import java.util.List;

/// The receivers of a [Send]: addresses that stand in the send itself, at most [#MOST_ADDRESSES],
/// or registered addresses that are read page by page.
public sealed interface Audience {
  /// A send names at most so many addresses itself. Larger audiences are read page by page.
  int MOST_ADDRESSES = 1_000;

  /// Addresses that stand in the send itself.
  record Addresses(List<Addressed> all) implements Audience {
    public Addresses {
      if (all.isEmpty() || all.size() > MOST_ADDRESSES) {
        throw new IllegalArgumentException(
            "a send names 1 to " + MOST_ADDRESSES + " addresses, not " + all.size());
      }
      if (all.stream().map(Addressed::key).distinct().count() < all.size()) {
        throw new IllegalArgumentException("a send names each address once");
      }
      all = List.copyOf(all);
    }
  }

  /// Addresses that are registered somewhere, read in pages in the order of the numbers that they
  /// were given when they were registered. A number is never given twice.
  ///
  /// @param in what they are registered in, such as a hub; the audiences' owner knows the word
  /// @param which narrows them, in a language of the owner; "" for all
  /// @param upTo the last number given when the send was accepted: who comes later gets nothing
  record Registered(String in, String which, long upTo) implements Audience {
    public Registered {
      Text.identifier(in, "in");
      if (upTo < 0) {
        throw new IllegalArgumentException("upTo must not be negative, and is " + upTo);
      }
    }
  }

  /// An address and the key under which its trail is kept.
  record Addressed(TargetKey key, PushAddress address) {}
}
