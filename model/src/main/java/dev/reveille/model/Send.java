package dev.reveille.model;

import java.time.Instant;

/// A push to addresses that belong to no user: handed in through a notification hub or by a
/// partner, or made by the server itself for one address.
///
/// @param key its source begins with `reveille:`, since only our own protocols make sends
/// @param notBefore no push leaves before; the moment of acceptance or earlier for one that goes at
///   once
/// @param to the receivers
/// @param what the content
public record Send(
    EventKey key, Life life, Lane lane, Instant notBefore, Audience to, SendContent what)
    implements Job {
  /// The text of keys of the server's own.
  public static final String SOURCES = "reveille:";

  /// The same of keys of notification hubs.
  public static final String HUBS = SOURCES + "hub:";

  public Send {
    if (!key.source().startsWith(SOURCES)) {
      throw new IllegalArgumentException(
          "the source of a send begins with " + SOURCES + ", not as in " + key.source());
    }
  }

  /// Whether a notification hub sends it.
  public boolean isOfHub() {
    return key.source().startsWith(HUBS);
  }

  /// The same send with another life.
  public Send with(final Life other) {
    return other == life ? this : new Send(key, other, lane, notBefore, to, what);
  }
}
