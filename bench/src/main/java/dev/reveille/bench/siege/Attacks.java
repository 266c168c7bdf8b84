package dev.reveille.bench.siege;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Makes an attack by its name.
final class Attacks {
  /// Begins an attack of its kind.
  @FunctionalInterface
  interface Kind {
    Attack on(AttackTarget target, AttackConnections connections, Tally tally) throws IOException;
  }

  static final Map<String, Kind> ALL = all();

  private Attacks() {}

  private static Map<String, Kind> all() {
    final var all = new LinkedHashMap<String, Kind>();
    all.put("bodies", UnfinishedBodies::new);
    all.put("abandoned", AbandonedBodies::new);
    all.put("answers-http1", FullSockets::new);
    all.put("answers-http2", ShutWindows::new);
    all.put("answers-websocket", DeafPhones::new);
    all.put("silent", SilentConnections::new);
    all.put("ringing", RingingCalls::new);
    all.put("inboxes", FatInboxes::new);
    all.put("locales", EndlessLocales::new);
    all.put("presentations", HostilePresentations::new);
    all.put("resume", ResumingPhones::new);
    all.put("flood", FloodingOrganisation::new);
    return all;
  }

  static Kind named(final String name) {
    final var kind = ALL.get(name);
    if (kind == null) {
      throw new IllegalArgumentException("there is no attack " + name + ": " + ALL.keySet());
    }
    return kind;
  }
}
