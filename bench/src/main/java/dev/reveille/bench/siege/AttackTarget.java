package dev.reveille.bench.siege;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// The attacker's knowledge of its target: the server's addresses, and keys of organisations of its
/// own.
///
/// @param authority PEM of whom to trust
/// @param organisation whose key it is
/// @param key with all rights in that organisation
/// @param run a word that no other attack on this server uses: names of users and apps begin so
/// @param apple a push service for the attacker's own app
/// @param tokens push tokens that this service knows for the app
/// @param second another organisation of the attacker: one alone gets no more than a part of a
///   bound
/// @param heap the server's largest heap, in bytes, from which the bounds follow
/// @param size how many times the usual attack it is
record AttackTarget(
    URI api,
    URI devices,
    Path authority,
    String organisation,
    String key,
    String run,
    Second second,
    Apple apple,
    List<String> tokens,
    long heap,
    int size) {
  /// Whose key it is, and the key.
  record Second(String organisation, String key) {}

  record Apple(String team, String keyId, String key, String endpoint, String trust) {}

  /// The same in the second organisation.
  AttackTarget other() {
    return new AttackTarget(
        api,
        devices,
        authority,
        second.organisation,
        second.key,
        run + "b",
        second,
        apple,
        tokens,
        heap,
        size);
  }

  /// The attacker's own app; also its topic at Apple.
  String app() {
    return "com.example." + run;
  }

  String user(final int number) {
    return run + "-" + number;
  }

  /// So many of a thing that the server bounds by a share of its heap: a quarter more than fit.
  ///
  /// @param parts of the heap that the server lends
  /// @param each bytes of one
  int moreThan(final int parts, final int each) {
    return (int) (heap / parts / each * 5 / 4) + 1;
  }
}
