package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Audience;
import dev.reveille.model.SendContent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.TreeMap;

/// Tells notifications apart that come under one name: two requests with the same number ask for
/// the same push to the same targets at the same moment, so the later one is a repeat.
///
/// It covers all that a client wrote and that changes the send: format, tags, handles and a
/// browser's keys, schedule, expiry, the headers for the push service, and the body. Nothing in it
/// comes from the clock or from the hub's settings, because a repeat comes later.
///
/// For one notification, on one thread.
final class NotificationHash {
  private final MessageDigest digest;

  private NotificationHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// The number of a notification.
  ///
  /// @param expiry as the client wrote it: which half of a day it means depends on the clock
  /// @param which of the hub's targets are meant; "" for handles
  static long of(
      final SendHeaders said,
      final String expiry,
      final String which,
      final Audience to,
      final SendContent what) {
    final var hash = new NotificationHash();
    hash.add(which);
    hash.add(said.scheduledAt().map(Instant::toString).orElse(""));
    hash.add(expiry);
    hash.add(said.p256dh());
    hash.add(said.auth());
    new TreeMap<>(said.passedOn()).forEach(hash::add);
    hash.add(""); // no header has this name, so here they end
    if (to instanceof Audience.Addresses(var all)) {
      all.forEach(one -> hash.add(one.key().value()));
    }
    switch (what) {
      case final SendContent.Native given -> {
        hash.add(given.service().word());
        hash.add(given.format());
        hash.digest.update(given.body().toArray());
      }
      case SendContent.Template(var properties) -> properties.forEach(hash::add);
      case SendContent.Neutral _, SendContent.Relayed _ ->
          throw new IllegalArgumentException("it is in our own words");
    }
    return ByteBuffer.wrap(hash.digest.digest()).getLong();
  }

  private void add(final String name, final String value) {
    add(name);
    add(value);
  }

  /// Behind its length, so that two texts cannot run into each other.
  private void add(final String text) {
    final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
